import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Input, Modal, Popconfirm, Select, Skeleton } from 'antd';
import { useState } from 'react';
import type { Role } from '../../../src/lifecycle/lifecycle.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { DayInput } from '../shell/day-input.js';
import { Failure, FailureLine } from '../shell/failure.js';
import type { Grant, OneTimeCode, Slip, User, UserAction } from './user-shapes.js';
import { hindrance, lastDay, rolesOffered, USER_STATES, unitOf } from './user-words.js';
import { USERS, useUser } from './users.query.js';

interface Ask {
  readonly path: string;
  readonly body?: object;
  readonly done: string;
}

/** What an act on an account leads to, said before it is confirmed; in the order of the drawer. */
const ACTS: readonly {
  readonly action: Exclude<UserAction, 'grant' | 'end-grant' | 'contact'>;
  readonly title: string;
  readonly hint: string;
  readonly done: string;
}[] = [
  {
    action: 'reset',
    title: '发一次性代码',
    hint: '用于忘记口令或被锁定。原口令作废，已登录的退出；代码只显示一次，供打印交给本人。',
    done: '已发一次性代码',
  },
  {
    action: 'reset-second-factor',
    title: '重置动态口令',
    hint: '用于更换或遗失手机。原动态口令作废，已登录的退出，下次登录重新绑定。',
    done: '已重置动态口令',
  },
  { action: 'end-sessions', title: '强制退出', hint: '此人在所有设备上退出，可再登录。', done: '已全部退出' },
  {
    action: 'disable',
    title: '停用',
    hint: '立即退出并不能再登录，其令牌一并吊销；角色和记录保留，可再启用。',
    done: '已停用',
  },
  { action: 'enable', title: '启用', hint: '恢复登录；停用时吊销的令牌不恢复。', done: '已启用' },
  {
    action: 'erase',
    title: '抹去姓名',
    hint: '姓名和用户名永久抹去，记录中只留编号，不能恢复。用于离任人员个人信息的删除。',
    done: '已抹去姓名',
  },
];

interface UserDrawerProps {
  readonly id: string;
  readonly close: () => void;
  readonly print: (slips: readonly Slip[]) => void;
}

/** One account: its roles with their days, and what may be done with it. Buttons come from its `actions`. */
export function UserDrawer({ id, close, print }: UserDrawerProps) {
  const { data: user, error, isPending, refetch } = useUser(id);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const act = useMutation<User & Partial<OneTimeCode & { user: User }>, Problem, Ask>({
    mutationFn: ({ path, body }) => api.post(`/users/${id}/${path}`, body),
    onSuccess: (answer, { done }) => {
      message.success(done);
      if (answer.code === undefined || answer.user === undefined || answer.codeUntil === undefined) return;
      const { username, name, grants } = answer.user;
      const roles = grants.map(({ title }) => title);
      print([{ username, name, unit: unitOf(answer.user), roles, code: answer.code, codeUntil: answer.codeUntil }]);
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: USERS }),
  });
  return (
    <Drawer open={true} size={640} title={user ? `${user.name}　${user.username}` : '用户'} onClose={close}>
      {isPending && <Skeleton active={true} paragraph={{ rows: 8 }} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {user && (
        <div data-testid="user-drawer">
          <FailureLine error={act.error} />
          <Facts user={user} />
          {user.actions.includes('contact') && (
            <UserContact key={user.id} user={user} act={(ask) => act.mutate(ask)} isPending={act.isPending} />
          )}
          <Grants user={user} act={(ask) => act.mutate(ask)} isPending={act.isPending} />
          <Acts user={user} act={(ask) => act.mutate(ask)} isPending={act.isPending} />
        </div>
      )}
    </Drawer>
  );
}

function Facts({ user }: { readonly user: User }) {
  const hindered = hindrance(user, new Date());
  const facts: [string, string][] = [
    ['单位', unitOf(user)],
    ['状态', `${USER_STATES[user.state]}${hindered === null ? '' : `，${hindered}`}`],
    ['动态口令', user.secondFactor ? '已启用' : '未启用'],
    ['最近登录', moment(user.lastSeenAt)],
    ['邮箱', user.email ?? '未登记'],
    ['电话', user.phone ?? '未登记'],
  ];
  if (user.codeUntil !== null) facts.push(['一次性代码', `有效至 ${moment(user.codeUntil)}`]);
  return (
    <dl className="user-facts">
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

interface PartProps {
  readonly user: User;
  readonly act: (ask: Ask) => void;
  readonly isPending: boolean;
}

function UserContact({ user, act, isPending }: PartProps) {
  const [email, setEmail] = useState(user.email ?? '');
  const [phone, setPhone] = useState(user.phone ?? '');
  const isSame = email.trim() === (user.email ?? '') && phone.trim() === (user.phone ?? '');
  const save = (): void =>
    act({ path: 'contact', body: { email: email.trim(), phone: phone.trim() }, done: '已登记联系方式' });
  return (
    <section className="drawer-part">
      <h3>联系方式</h3>
      <div className="grant-form">
        <div>
          <label htmlFor="user-email">邮箱</label>
          <Input id="user-email" maxLength={254} value={email} onChange={(event) => setEmail(event.target.value)} />
        </div>
        <div>
          <label htmlFor="user-phone">电话</label>
          <Input id="user-phone" maxLength={32} value={phone} onChange={(event) => setPhone(event.target.value)} />
        </div>
        <Button disabled={isSame} loading={isPending} onClick={save} data-testid="save-user-contact">
          登记
        </Button>
      </div>
    </section>
  );
}

function Grants({ user, act, isPending }: PartProps) {
  const mayEnd = user.actions.includes('end-grant');
  const now = new Date();
  return (
    <section className="drawer-part">
      <h3>角色</h3>
      <table className="plain-table">
        <thead>
          <tr>
            <th>角色</th>
            <th>起</th>
            <th>止（含）</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {user.grants.map((grant) => (
            <tr key={`${grant.role} ${grant.from}`} data-testid="grant-row" data-role={grant.role}>
              <td>
                {grant.title}
                {new Date(grant.from) > now && <span className="note">　未开始</span>}
              </td>
              <td>{moment(grant.from).slice(0, 10)}</td>
              <td>{grant.to === null ? '长期' : lastDay(grant.to)}</td>
              <td className="number">
                {mayEnd && (
                  <Popconfirm
                    title={`现在终止“${grant.title}”`}
                    description={endWords(grant, now)}
                    okText="终止"
                    cancelText="返回"
                    onConfirm={() =>
                      act({ path: 'grants/end', body: { role: grant.role }, done: `已终止“${grant.title}”` })
                    }
                  >
                    <Button size="small" disabled={isPending} data-testid="end-grant">
                      现在终止
                    </Button>
                  </Popconfirm>
                )}
              </td>
            </tr>
          ))}
          {user.grants.length === 0 && (
            <tr>
              <td colSpan={4}>没有角色，不能登录。</td>
            </tr>
          )}
        </tbody>
      </table>
      {user.actions.includes('grant') && <NewGrant user={user} act={act} isPending={isPending} />}
    </section>
  );
}

const endWords = (grant: Grant, now: Date): string =>
  new Date(grant.from) > now ? '授权尚未开始，将撤回。' : '立即生效；终止后请在“谁能办”核对有无缺口。';

function NewGrant({ user, act, isPending }: PartProps) {
  const [role, setRole] = useState<Role | undefined>();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const add = (): void => {
    const days = { ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) };
    act({ path: 'grants', body: { role, ...days }, done: '已授予角色' });
    setRole(undefined);
  };
  return (
    <div className="grant-form">
      <div>
        <label htmlFor="grant-role">授予角色</label>
        <Select
          id="grant-role"
          placeholder="选择角色"
          value={role}
          onChange={setRole}
          options={rolesOffered(user.institution !== null, false)}
          data-testid="grant-role"
        />
      </div>
      <div>
        <label htmlFor="grant-from">起日（空为现在）</label>
        <DayInput id="grant-from" value={from} onChange={setFrom} />
      </div>
      <div>
        <label htmlFor="grant-to">止日（空为长期）</label>
        <DayInput id="grant-to" value={to} onChange={setTo} />
      </div>
      <Button disabled={role === undefined} loading={isPending} onClick={add} data-testid="add-grant">
        授予
      </Button>
    </div>
  );
}

function Acts({ user, act, isPending }: PartProps) {
  const [asked, setAsked] = useState<(typeof ACTS)[number] | null>(null);
  const [text, setText] = useState('');
  const offered = ACTS.filter(
    ({ action }) => user.actions.includes(action) && (action !== 'reset-second-factor' || user.secondFactor),
  );
  if (offered.length === 0)
    return (
      <p className="note drawer-part">{user.state === 'erased' ? '姓名已抹去，只留记录。' : '您不能办理此账号。'}</p>
    );
  const needsReason = asked?.action === 'disable';
  const needsName = asked?.action === 'erase';
  const isReady = (!needsReason || text.trim() !== '') && (!needsName || text === user.username);
  return (
    <section className="drawer-part">
      <h3>账号</h3>
      <ul className="act-list">
        {offered.map((each) => (
          <li key={each.action}>
            <span className="note">{each.hint}</span>
            <Button
              danger={each.action === 'erase' || each.action === 'disable'}
              onClick={() => {
                setText('');
                setAsked(each);
              }}
              data-testid={`user-${each.action}`}
            >
              {each.title}
            </Button>
          </li>
        ))}
      </ul>
      {asked !== null && (
        <Modal
          open={true}
          title={`${asked.title}：${user.name}`}
          okText={`确认${asked.title}`}
          cancelText="返回"
          okButtonProps={{ disabled: !isReady, danger: needsName || needsReason }}
          confirmLoading={isPending}
          onOk={() => {
            act({ path: asked.action, body: needsReason ? { reason: text.trim() } : {}, done: asked.done });
            setAsked(null);
          }}
          onCancel={() => setAsked(null)}
        >
          <p>{asked.hint}</p>
          {needsReason && (
            <Input.TextArea
              aria-label="理由"
              placeholder="理由，如 调离"
              rows={2}
              maxLength={500}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
          {needsName && (
            <>
              <p>
                请输入用户名 <b>{user.username}</b> 以确认：
              </p>
              <Input
                aria-label="用户名"
                autoComplete="off"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            </>
          )}
        </Modal>
      )}
    </section>
  );
}
