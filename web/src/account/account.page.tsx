import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useSession } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';
import { NewPasswordForm } from '../credentials/new-password-form.js';
import { deadline, moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { PageHead } from '../shell/page-head.js';
import './account.css';
import { ContactCard } from './contact-card.js';
import { SecondFactorCard } from './second-factor-card.js';
import { SessionsCard } from './sessions-card.js';

/** 我的账号: who I am to the system, what I sign in with, and where I am signed in. */
export function AccountPage() {
  const { data: me } = useSession();
  if (!me) return null;
  return (
    <>
      <PageHead title="我的账号" aside={me.user.name} trail={[]} />
      <WhoCard me={me} />
      <ContactCard me={me} />
      <PasswordCard me={me} />
      <SecondFactorCard me={me} />
      <SessionsCard />
    </>
  );
}

function WhoCard({ me }: { readonly me: Me }) {
  return (
    <Card title="身份" note="姓名、单位和角色由安全管理员办理" flush={true}>
      <dl className="account-facts">
        <div>
          <dt>姓名</dt>
          <dd>{me.user.name}</dd>
        </div>
        <div>
          <dt>用户名</dt>
          <dd>{me.user.username}</dd>
        </div>
        <div>
          <dt>单位</dt>
          <dd>{me.institution?.name ?? me.department?.title ?? '—'}</dd>
        </div>
      </dl>
      <table className="plain-table" data-testid="grants">
        <thead>
          <tr>
            <th>角色</th>
            <th>起</th>
            <th>止</th>
          </tr>
        </thead>
        <tbody>
          {me.grants.map((grant) => (
            <tr key={`${grant.role} ${grant.from}`}>
              <td>{grant.title}</td>
              <td>{moment(grant.from)}</td>
              <td>{grant.to === null ? '长期' : deadline(grant.to)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function PasswordCard({ me }: { readonly me: Me }) {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const changed = (): void => {
    queries.clear();
    void navigate('/sign-in', { state: { notice: '口令已更换，所有登录已结束。请用新口令登录。' } });
  };
  return (
    <Card
      title="口令"
      extra={
        <Button size="small" onClick={() => setOpen(true)} data-testid="change-password">
          更换口令
        </Button>
      }
    >
      更换后，您在各处的登录都会结束，用新口令重新登录。
      <Modal title="更换口令" open={open} onCancel={() => setOpen(false)} footer={null} width={440} destroyOnHidden>
        <NewPasswordForm username={me.user.username} present={null} withCode={me.secondFactor} done={changed} />
      </Modal>
    </Card>
  );
}
