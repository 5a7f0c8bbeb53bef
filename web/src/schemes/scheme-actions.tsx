import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { SchemeAction, SchemeVersion } from '../api/shapes.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { ACTION_WORDS } from './scheme-words.js';
import { SCHEMES, versionAddress } from './schemes.query.js';

/** What an act leads to, said before it is confirmed. */
const CONSEQUENCES: Readonly<Record<SchemeAction, string>> = {
  consult: '开始征求意见。文本从此不动，意见逐条登记并写明是否采纳；期满后才能审定。',
  review: '由您审定。审定后可用于正式评价；文本不能再改，要改须新建版本。',
  issue: '写明文号和施行日期。同一方案施行中的旧版到施行日前一天止。',
  retire: '废止后不能恢复；再用它评价只能试算。此前的评价不受影响。须写明理由。',
};

const FORWARD: readonly SchemeAction[] = ['review', 'issue'];
type Values = Readonly<Record<string, string | undefined>>;

/** Buttons from `actions`: what this person may do with the version now. */
export function SchemeActions({ scheme }: { readonly scheme: SchemeVersion }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [asked, setAsked] = useState<SchemeAction | null>(null);
  const act = useMutation<unknown, Problem, { action: SchemeAction; values: Values }>({
    mutationFn: ({ action, values }) =>
      api.post(`${versionAddress(scheme)}/${action}`, filled(values), scheme.lifeVersion),
    onSuccess: (_, { action }) => {
      message.success(`${ACTION_WORDS[action]}：已完成`);
      setAsked(null);
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: SCHEMES }),
  });
  const open = (action: SchemeAction): void => {
    act.reset();
    form.resetFields();
    setAsked(action);
  };
  const ordered = [...scheme.actions].sort((a, b) => FORWARD.indexOf(a) - FORWARD.indexOf(b));
  return (
    <>
      {ordered.map((action) => (
        <Button
          key={action}
          type={FORWARD.includes(action) ? 'primary' : 'default'}
          danger={action === 'retire'}
          onClick={() => open(action)}
          data-testid={`act-${action}`}
        >
          {ACTION_WORDS[action]}
        </Button>
      ))}
      {asked !== null && (
        <Modal
          open={true}
          title={ACTION_WORDS[asked]}
          okText={`确认${ACTION_WORDS[asked]}`}
          cancelText="返回"
          confirmLoading={act.isPending}
          okButtonProps={{ danger: asked === 'retire', htmlType: 'submit' }}
          onOk={form.submit}
          onCancel={() => setAsked(null)}
        >
          <FailureLine error={act.error} />
          <p className="act-what">
            {scheme.title}　v{scheme.version}
          </p>
          <p className="act-what">{CONSEQUENCES[asked]}</p>
          <Form
            name="scheme-act"
            form={form}
            layout="vertical"
            requiredMark={false}
            onFinish={(values: Values) => act.mutate({ action: asked, values })}
          >
            <Fields action={asked} />
          </Form>
        </Modal>
      )}
    </>
  );
}

/** What was left empty is not sent. */
const filled = (values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const text = value?.trim() ?? '';
      return text === '' ? [] : [[key, text]];
    }),
  );

const needed = (message: string) => [{ required: true, whitespace: true, message }];

function Fields({ action }: { readonly action: SchemeAction }) {
  if (action === 'consult')
    return (
      <>
        <Form.Item name="opensOn" label="开始日" rules={needed('请填写开始日')}>
          <DayInput />
        </Form.Item>
        <Form.Item name="closesOn" label="截止日（含当天）" rules={needed('请填写截止日')}>
          <DayInput />
        </Form.Item>
        <Form.Item name="whom" label="征求意见对象（可不填）">
          <Input maxLength={500} placeholder="各银行机构、区生态环境局" />
        </Form.Item>
      </>
    );
  if (action === 'issue')
    return (
      <>
        <Form.Item name="documentNumber" label="文号" rules={needed('请填写文号')}>
          <Input maxLength={100} placeholder="示府办发〔2026〕8号" />
        </Form.Item>
        <Form.Item name="effectiveFrom" label="施行日" rules={needed('请填写施行日')}>
          <DayInput />
        </Form.Item>
        <Form.Item name="effectiveTo" label="施行止日（含当天；长期有效不填）">
          <DayInput />
        </Form.Item>
      </>
    );
  if (action === 'retire')
    return (
      <Form.Item name="reason" label="废止理由" rules={needed('请填写理由')}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    );
  return null;
}
