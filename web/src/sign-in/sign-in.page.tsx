import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { useDemonstration } from '../front/demonstration.query.js';
import { FailureLine } from '../shell/failure.js';
import './sign-in.css';

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where to go after signing in: a path of ours, never another site. */
const nextPath = (asked: string | null): string => (asked && /^\/(?![/\\])/.test(asked) ? asked : '/home');

export function SignInPage() {
  const [address] = useSearchParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data: demonstration } = useDemonstration();
  const signIn = useMutation<unknown, Problem, Credentials>({
    mutationFn: (credentials) => api.post('/auth/login', credentials),
    onSuccess: () => {
      queries.clear();
      void navigate(nextPath(address.get('next')), { replace: true });
    },
  });
  useEffect(() => {
    document.title = '登录 · 绿评';
  }, []);
  return (
    <main className="sign-in">
      <div className="card sign-in-card">
        <h1>绿评 GreenRank</h1>
        <p className="sign-in-lead">区县绿色金融评价</p>
        {address.get('next') !== null && signIn.error === null && (
          <p className="note">请先登录，登录后回到您要看的页面。</p>
        )}
        <FailureLine error={signIn.error} />
        <Form<Credentials>
          layout="vertical"
          requiredMark={false}
          onFinish={(credentials) => signIn.mutate(credentials)}
        >
          <Form.Item name="username" label="用户名" rules={[{ required: true, message: '请填写用户名' }]}>
            <Input autoComplete="username" autoFocus={true} />
          </Form.Item>
          <Form.Item name="password" label="密码" rules={[{ required: true, message: '请填写密码' }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block={true} loading={signIn.isPending} data-testid="sign-in">
            登录
          </Button>
        </Form>
        {demonstration && (
          <p className="sign-in-demo">
            <Link to="/">返回演示首页，免密码选择身份</Link>
          </p>
        )}
      </div>
    </main>
  );
}
