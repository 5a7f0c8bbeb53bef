import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Skeleton } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { CodeItem } from '../credentials/code-item.js';
import { CredentialProblem } from '../credentials/credential-problem.js';
import { NewPasswordForm } from '../credentials/new-password-form.js';
import { type Enrolment, SecondFactorSetup } from '../credentials/second-factor-setup.js';
import { useSignInOptions } from '../credentials/sign-in-options.query.js';
import { useDemonstration } from '../front/demonstration.query.js';
import './sign-in.css';
import { nextPath, providerProblem, type Step, stepAfter } from './sign-in-steps.js';

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** 登录: name and password, and then what the account still lacks: a code, a password of its own, a second factor. */
export function SignInPage() {
  const [address] = useSearchParams();
  const [step, setStep] = useState<Step>('password');
  const [credentials, setCredentials] = useState<Credentials>({ username: '', password: '' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const begin = useMutation<Enrolment, Problem, Credentials>({
    mutationFn: (given) => api.post('/auth/second-factor', given),
  });
  const signIn = useMutation<unknown, Problem, Credentials & { readonly code?: string }>({
    mutationFn: (given) => api.post('/auth/login', given),
    onSuccess: () => {
      queries.clear();
      void navigate(nextPath(address.get('next')), { replace: true });
    },
    onError: (problem, { username, password }) => {
      const next = stepAfter(problem.code, step);
      setCredentials({ username, password });
      setStep(next);
      if (next === 'enrol' && step !== 'enrol') begin.mutate({ username, password });
    },
  });
  useEffect(() => {
    document.title = '登录 · 绿评';
  }, []);
  const back = (): void => {
    signIn.reset();
    setStep('password');
  };
  const withCode = ({ code }: { readonly code: string }): void => signIn.mutate({ ...credentials, code });

  if (step === 'code')
    return (
      <Frame title="动态口令" back={back}>
        <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={withCode}>
          <CredentialProblem problem={signIn.error?.code === 'CODE_NEEDED' ? null : signIn.error} />
          <CodeItem label={`${credentials.username} 的动态口令，见手机上的验证器应用`} autoFocus={true} />
          <SubmitButton busy={signIn.isPending} />
        </Form>
      </Frame>
    );
  if (step === 'choose')
    return (
      <Frame title="设置口令" back={back}>
        <p className="note">{signIn.error?.title}</p>
        <NewPasswordForm
          username={credentials.username}
          present={credentials.password}
          withCode={false}
          done={(password) => signIn.mutate({ ...credentials, password })}
        />
      </Frame>
    );
  if (step === 'enrol')
    return (
      <Frame title="设置动态口令" back={back}>
        <p className="note">您的角色须用口令和动态口令两样登录。</p>
        <CredentialProblem problem={begin.error} />
        {begin.isPending && <Skeleton active={true} />}
        {begin.data && (
          <>
            <SecondFactorSetup {...begin.data} />
            <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={withCode}>
              <CredentialProblem problem={signIn.error?.code === 'SECOND_FACTOR_TO_SET' ? null : signIn.error} />
              <CodeItem label="应用中显示的 6 位数字" autoFocus={true} />
              <SubmitButton busy={signIn.isPending} />
            </Form>
          </>
        )}
      </Frame>
    );
  return (
    <Frame title="绿评 GreenRank" lead="区县绿色金融评价">
      <Form<Credentials>
        layout="vertical"
        requiredMark={false}
        initialValues={{ username: credentials.username }}
        onFinish={(given) => signIn.mutate(given)}
      >
        {signIn.error === null ? <Notice /> : <CredentialProblem problem={signIn.error} />}
        <Form.Item name="username" label="用户名" rules={[{ required: true, message: '请填写用户名' }]}>
          <Input autoComplete="username" autoFocus={true} />
        </Form.Item>
        <Form.Item name="password" label="口令或一次性代码" rules={[{ required: true, message: '请填写口令' }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <SubmitButton busy={signIn.isPending} />
      </Form>
      <OtherWays />
    </Frame>
  );
}

interface FrameProps {
  readonly title: string;
  readonly lead?: string;
  readonly back?: () => void;
  readonly children: ReactNode;
}

function Frame({ title, lead, back, children }: FrameProps) {
  return (
    <main className="sign-in">
      <div className="card sign-in-card">
        <h1>{title}</h1>
        {lead !== undefined && <p className="sign-in-lead">{lead}</p>}
        {children}
        {back && (
          <p className="sign-in-other">
            <button type="button" className="link-button" onClick={back}>
              返回，换个账号登录
            </button>
          </p>
        )}
      </div>
    </main>
  );
}

const SubmitButton = ({ busy }: { readonly busy: boolean }) => (
  <Button type="primary" htmlType="submit" block={true} loading={busy} data-testid="sign-in">
    登录
  </Button>
);

/** Why somebody was led here. */
function Notice() {
  const [address] = useSearchParams();
  const { state } = useLocation() as { readonly state: { readonly notice?: string } | null };
  const refused = address.get('problem');
  if (refused !== null)
    return (
      <div className="failure-line" role="alert" data-testid="failure" data-code={refused}>
        <strong>{providerProblem(refused)}</strong>
      </div>
    );
  if (state?.notice)
    return (
      <p className="notice-bar" role="status">
        {state.notice}
      </p>
    );
  return address.get('next') === null ? null : <p className="note">请先登录，登录后回到您要看的页面。</p>;
}

function OtherWays() {
  const { data: demonstration } = useDemonstration();
  const oidc = useSignInOptions()?.oidc;
  return (
    <>
      {oidc && (
        <Button className="sign-in-provider" block={true} href={`${API}/auth/oidc`} data-testid="sign-in-provider">
          用{oidc.title}登录
        </Button>
      )}
      {demonstration && (
        <p className="sign-in-other">
          <Link to="/">返回演示首页，免口令选择身份</Link>
        </p>
      )}
    </>
  );
}
