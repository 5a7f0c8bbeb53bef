import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { SESSION } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';
import { CodeItem } from '../credentials/code-item.js';
import { CredentialProblem } from '../credentials/credential-problem.js';
import { type Enrolment, SecondFactorSetup } from '../credentials/second-factor-setup.js';
import { Card } from '../shell/card.js';

/** 动态口令: set up with a first code, or taken away with the password and a code. */
export function SecondFactorCard({ me }: { readonly me: Me }) {
  const [open, setOpen] = useState(false);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const done = (words: string): void => {
    setOpen(false);
    void message.success(words);
    void queries.invalidateQueries({ queryKey: SESSION });
  };
  const isKept = me.secondFactor && me.secondFactorRequired;
  return (
    <Card
      title="动态口令"
      note={me.secondFactor ? '已设置' : '未设置'}
      extra={
        !isKept && (
          <Button size="small" onClick={() => setOpen(true)} data-testid="second-factor">
            {me.secondFactor ? '移除' : '设置'}
          </Button>
        )
      }
    >
      {words(me)}
      <Modal
        title={me.secondFactor ? '移除动态口令' : '设置动态口令'}
        open={open}
        onCancel={() => setOpen(false)}
        footer={null}
        width={480}
        destroyOnHidden
      >
        {me.secondFactor ? (
          <Remove done={() => done('动态口令已移除')} />
        ) : (
          <SetUp done={() => done('动态口令已设置，下次登录起需要')} />
        )}
      </Modal>
    </Card>
  );
}

function words(me: Me): string {
  if (me.secondFactor && me.secondFactorRequired) return '您的角色必须使用动态口令。更换手机请由安全管理员重置。';
  if (me.secondFactor) return '登录时除口令外，还需手机验证器应用中的 6 位数字。';
  return '设置后，登录时除口令外还需手机验证器应用中的 6 位数字；口令泄露时，他人仍不能登录。';
}

function SetUp({ done }: { readonly done: () => void }) {
  const begin = useMutation<Enrolment, Problem, { readonly password: string }>({
    mutationFn: (given) => api.post('/account/second-factor', given),
  });
  const confirm = useMutation<unknown, Problem, { readonly code: string }>({
    mutationFn: (given) => api.post('/account/second-factor/confirm', given),
    onSuccess: done,
  });
  if (!begin.data)
    return (
      <Form<{ password: string }> layout="vertical" requiredMark={false} onFinish={(given) => begin.mutate(given)}>
        <CredentialProblem problem={begin.error} />
        <PasswordItem />
        <Button type="primary" htmlType="submit" block={true} loading={begin.isPending} data-testid="begin">
          继续
        </Button>
      </Form>
    );
  return (
    <>
      <SecondFactorSetup {...begin.data} />
      <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={(given) => confirm.mutate(given)}>
        <CredentialProblem problem={confirm.error} />
        <CodeItem label="应用中显示的 6 位数字" autoFocus={true} />
        <Button type="primary" htmlType="submit" block={true} loading={confirm.isPending} data-testid="confirm">
          确认
        </Button>
      </Form>
    </>
  );
}

function Remove({ done }: { readonly done: () => void }) {
  const remove = useMutation<unknown, Problem, { readonly password: string; readonly code: string }>({
    mutationFn: (given) => api.post('/account/second-factor/remove', given),
    onSuccess: done,
  });
  return (
    <Form<{ password: string; code: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={(given) => remove.mutate(given)}
    >
      <CredentialProblem problem={remove.error} />
      <PasswordItem />
      <CodeItem />
      <Button type="primary" danger={true} htmlType="submit" block={true} loading={remove.isPending}>
        移除
      </Button>
    </Form>
  );
}

const PasswordItem = () => (
  <Form.Item name="password" label="现用口令" rules={[{ required: true, message: '请填写口令' }]}>
    <Input.Password autoComplete="current-password" autoFocus={true} />
  </Form.Item>
);
