import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Select } from 'antd';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import type { EventKind, Institution, InstitutionEvent } from './institution-shapes.js';
import { EVENT_HINTS, EVENT_TITLES, TYPE_TITLES } from './institution-words.js';
import { INSTITUTIONS, useDistrict } from './institutions.query.js';

interface Wanted {
  readonly kind: EventKind;
  readonly effectiveOn: string;
  readonly name?: string;
  readonly type?: string;
  readonly other?: string;
  readonly document: string;
  readonly reason: string;
}

/** Dialog of 登记变更: what happened, on which day, by which document. */
export function RecordEvent({ of, close }: { readonly of: Institution; readonly close: () => void }) {
  const [form] = Form.useForm<Wanted>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const kind = Form.useWatch('kind', form) ?? 'rename';
  const takesOver = kind === 'merger' || kind === 'succession';
  const district = useDistrict(takesOver);
  const record = useMutation<InstitutionEvent, Problem, Wanted>({
    mutationFn: (wanted) => api.post(`/institutions/${encodeURIComponent(of.uscc)}/events`, wanted),
    onSuccess: (event) => {
      message.success(`已登记${EVENT_TITLES[event.kind]}`);
      void queries.invalidateQueries({ queryKey: INSTITUTIONS });
      close();
    },
  });
  return (
    <Modal
      open={true}
      title={`登记变更：${of.name}`}
      width={640}
      okText="登记"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={record.isPending}
      okButtonProps={{ htmlType: 'submit' }}
    >
      <FailureLine error={record.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: 'rename' }}
        onFinish={(wanted) => record.mutate(wanted)}
      >
        <div className="half-and-half">
          <Form.Item name="kind" label="事项">
            <Select
              options={(Object.keys(EVENT_TITLES) as EventKind[]).map((value) => ({
                value,
                label: EVENT_TITLES[value],
              }))}
            />
          </Form.Item>
          <Form.Item name="effectiveOn" label="生效日" rules={[{ required: true, message: '请填写生效日' }]}>
            <DayInput />
          </Form.Item>
        </div>
        <p className="note event-hint">{EVENT_HINTS[kind]}</p>
        {kind === 'rename' && (
          <Form.Item name="name" label="新名称" rules={[{ required: true, whitespace: true, message: '请填写新名称' }]}>
            <Input maxLength={128} autoComplete="off" />
          </Form.Item>
        )}
        {kind === 'type_change' && (
          <Form.Item name="type" label="新类型" rules={[{ required: true, message: '请选择新类型' }]}>
            <Select options={Object.entries(TYPE_TITLES).map(([value, label]) => ({ value, label }))} />
          </Form.Item>
        )}
        {takesOver && (
          <Form.Item name="other" label="承接机构" rules={[{ required: true, message: '请选择承接机构' }]}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              loading={district.isPending}
              placeholder="名称或统一社会信用代码"
              options={(district.data ?? [])
                .filter(({ uscc, closedOn }) => uscc !== of.uscc && closedOn === null)
                .map(({ uscc, name }) => ({ value: uscc, label: `${name}　${uscc}` }))}
            />
          </Form.Item>
        )}
        <Form.Item name="document" label="文号" rules={[{ required: true, whitespace: true, message: '请填写文号' }]}>
          <Input placeholder="批复或登记通知书的文号" maxLength={128} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="reason"
          label="理由"
          rules={[{ required: true, whitespace: true, min: 4, message: '请填写理由，至少 4 个字' }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
