import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { CodeItem } from './code-item.js';
import { CredentialProblem } from './credential-problem.js';
import { useSignInOptions } from './sign-in-options.query.js';

interface Fields {
  readonly present?: string;
  readonly newPassword: string;
  readonly repeated: string;
  readonly code?: string;
}

interface NewPasswordFormProps {
  readonly username: string;
  /** The present password or a one-time code; null: asked for here. */
  readonly present: string | null;
  /** Whether a second factor is set up, as far as known: the server asks for it otherwise. */
  readonly withCode: boolean;
  readonly done: (newPassword: string) => void;
}

/** 设置口令: by the present one or by a one-time code. Every session ends with it. */
export function NewPasswordForm({ username, present, withCode, done }: NewPasswordFormProps) {
  const rule = useSignInOptions()?.passwordRule;
  const set = useMutation<unknown, Problem, Fields>({
    mutationFn: (fields) =>
      api.post('/auth/password', {
        username,
        password: present ?? fields.present,
        newPassword: fields.newPassword,
        ...(fields.code === undefined ? {} : { code: fields.code }),
      }),
    onSuccess: (_, { newPassword }) => done(newPassword),
  });
  const asksCode = withCode || set.error?.code === 'CODE_NEEDED' || set.error?.code === 'CODE_WRONG';
  return (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => set.mutate(fields)}>
      <CredentialProblem problem={set.error} />
      {/* So that the browser keeps the new password under the right name. */}
      <input type="text" className="visually-hidden" autoComplete="username" value={username} readOnly tabIndex={-1} />
      {present === null && (
        <Form.Item name="present" label="现用口令" rules={[{ required: true, message: '请填写现用口令' }]}>
          <Input.Password autoComplete="current-password" autoFocus={true} />
        </Form.Item>
      )}
      <Form.Item
        name="newPassword"
        label="新口令"
        extra={rule}
        rules={[{ required: true, message: '请填写新口令' }]}
        validateTrigger="onSubmit"
      >
        <Input.Password autoComplete="new-password" autoFocus={present !== null} />
      </Form.Item>
      <Form.Item
        name="repeated"
        label="再输一次"
        dependencies={['newPassword']}
        validateTrigger="onSubmit"
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, repeated: string | undefined) =>
              repeated === getFieldValue('newPassword')
                ? Promise.resolve()
                : Promise.reject(new Error('两次输入的口令不一致')),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {asksCode && <CodeItem />}
      <Button type="primary" htmlType="submit" block={true} loading={set.isPending} data-testid="set-password">
        设置口令
      </Button>
    </Form>
  );
}
