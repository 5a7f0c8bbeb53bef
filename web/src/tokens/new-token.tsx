import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input, Modal, Skeleton } from 'antd';
import { useRef, useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { CopyButton } from './copy-button.js';
import { curlLine, endOf, expiryDays, grouped, type Scope, tryPath } from './token-words.js';

interface Wanted {
  readonly name: string;
  readonly day: string;
  readonly scopes: string[];
}

interface Made {
  readonly token: string;
  readonly scopes: readonly string[];
}

/** Dialog of 新建令牌; afterwards the token, once. */
export function NewToken({ close }: { readonly close: () => void }) {
  const [form] = Form.useForm<Wanted>();
  const queries = useQueryClient();
  const [made, setMade] = useState<Made | null>(null);
  const offered = useQuery<readonly Scope[], Problem>({
    queryKey: ['tokens', 'scopes'],
    queryFn: () => api.all<Scope>('/tokens/scopes'),
  });
  const create = useMutation<{ token: string }, Problem, Wanted>({
    mutationFn: ({ name, day, scopes }) => api.post('/tokens', { name: name.trim(), scopes, expiresAt: endOf(day) }),
    onSuccess: ({ token }, { scopes }) => {
      void queries.invalidateQueries({ queryKey: ['tokens'] });
      setMade({ token, scopes });
    },
  });
  if (made !== null) return <MadeToken made={made} close={close} />;
  const days = expiryDays(new Date());
  return (
    <Modal
      open={true}
      title="新建令牌"
      width={720}
      okText="新建"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={create.isPending}
      okButtonProps={{ htmlType: 'submit', disabled: offered.data === undefined }}
    >
      <FailureLine error={offered.error ?? create.error} />
      <p className="note">程序凭令牌以您的身份办事，只限所选范围，全部留痕。您的角色终止时令牌随之失效。</p>
      {offered.isPending && <Skeleton active={true} />}
      {offered.data && (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ day: days.proposed, scopes: [] }}
          onFinish={(wanted) => create.mutate(wanted)}
        >
          <div className="token-head">
            <Form.Item
              name="name"
              label="名称"
              rules={[{ required: true, whitespace: true, message: '请写明哪个系统、做什么用' }]}
            >
              <Input placeholder="如 核心系统报送" maxLength={64} autoComplete="off" />
            </Form.Item>
            <Form.Item name="day" label="有效至（含，最长一年）" rules={[{ required: true, message: '请选择截止日' }]}>
              <DayInput min={days.first} max={days.last} />
            </Form.Item>
          </div>
          <Form.Item name="scopes" label="范围" rules={[{ required: true, message: '请至少选择一项' }]}>
            <ScopeBoxes offered={offered.data} />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}

interface ScopeBoxesProps {
  readonly offered: readonly Scope[];
  readonly value?: readonly string[];
  readonly onChange?: (scopes: string[]) => void;
}

/** A line per thing, a box per act on it. */
function ScopeBoxes({ offered, value = [], onChange }: ScopeBoxesProps) {
  return (
    <Checkbox.Group className="scope-groups" value={[...value]} onChange={(scopes) => onChange?.(scopes as string[])}>
      {grouped(offered).map((group) => (
        <fieldset key={group.title}>
          <legend>{group.title}</legend>
          {group.scopes.map(({ scope, title }) => (
            <Checkbox key={scope} value={scope} data-scope={scope}>
              {title}
            </Checkbox>
          ))}
        </fieldset>
      ))}
    </Checkbox.Group>
  );
}

function MadeToken({ made, close }: { readonly made: Made; readonly close: () => void }) {
  const token = useRef<HTMLElement>(null);
  const line = useRef<HTMLElement>(null);
  const path = tryPath(made.scopes);
  const curl = path === null ? null : curlLine(location.origin, path, made.token);
  return (
    <Modal
      open={true}
      title="令牌已新建"
      width={720}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      onCancel={close}
      footer={
        <Button type="primary" onClick={close}>
          已保存，关闭
        </Button>
      }
    >
      <Alert type="warning" showIcon={true} title="令牌只显示这一次，请现在复制并妥善保存；遗失只能吊销后新建。" />
      <div className="token-shown">
        <code ref={token} data-testid="token">
          {made.token}
        </code>
        <CopyButton text={made.token} shown={token}>
          复制令牌
        </CopyButton>
      </div>
      {curl !== null && (
        <>
          <p>试一试：在能访问本系统的电脑上运行</p>
          <div className="token-shown">
            <code ref={line} data-testid="curl">
              {curl}
            </code>
            <CopyButton text={curl} shown={line}>
              复制命令
            </CopyButton>
          </div>
        </>
      )}
    </Modal>
  );
}
