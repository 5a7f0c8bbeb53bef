import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Input, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { deadline, moment } from '../figures/moment.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { PROGRESS, useChasing } from './progress.query.js';
import type { ChasingHistory, FormalNotice, ProgressName } from './progress-shapes.js';
import { daysWords, STATE_TITLES, stepWords } from './progress-words.js';

interface Ask {
  readonly path: string;
  readonly body: object;
  readonly done: string;
}

/** One obligation: whom to call, what was done, and the steps of the ladder. */
export function ObligationDrawer({ name, close }: { readonly name: ProgressName; readonly close: () => void }) {
  const { data: me } = useSession();
  const { data, error, isPending } = useChasing(name.id);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const act = useMutation<unknown, Problem, Ask>({
    mutationFn: ({ path, body }) => api.post(`/obligations/${name.id}/${path}`, body),
    onSuccess: (_, { done }) => void message.success(done),
    onSettled: () => void queries.invalidateQueries({ queryKey: PROGRESS }),
  });
  const isOpen = name.reminding !== null;
  const part = { act: act.mutateAsync, isPending: act.isPending };
  return (
    <Drawer open={true} size={640} title={`${name.name}　${name.formTitle}`} onClose={close}>
      <div data-testid="obligation-drawer">
        <FailureLine error={error ?? act.error} />
        <dl className="chasing-facts">
          <Fact term="状态">
            {STATE_TITLES[name.state]}
            {name.closedReason !== null && `：${name.closedReason}`}
          </Fact>
          <Fact term="期限">{name.due === null ? '未定' : `${deadline(name.due)}（${daysWords(name)}）`}</Fact>
        </dl>
        <section className="drawer-part">
          <h3>联系人</h3>
          {name.contacts.length === 0 && <p className="take-care">没有可登录的填报人或复核人。</p>}
          {name.contacts.map(({ id, name: person, roles, phone, email }) => (
            <p key={id}>
              {person}
              <span className="note">（{roles}）</span>　{phone ?? '未登记电话'}　{email ?? '未登记邮箱'}
            </p>
          ))}
        </section>
        {may(me, 'obligation', 'call') && <NewCall {...part} />}
        {may(me, 'obligation', 'chase') && isOpen && <NewNotice {...part} />}
        {may(me, 'obligation', 'close') && <Closing name={name} {...part} />}
        <section className="drawer-part">
          <h3>经过</h3>
          {isPending ? <Skeleton active={true} /> : data && <History history={data} />}
        </section>
      </div>
    </Drawer>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface PartProps {
  readonly act: (ask: Ask) => Promise<unknown>;
  readonly isPending: boolean;
}

const nothing = (): void => undefined;

function NewCall({ act, isPending }: PartProps) {
  const [whom, setWhom] = useState('');
  const [said, setSaid] = useState('');
  const [promised, setPromised] = useState('');
  const log = (): void => {
    const body = { whom: whom.trim(), said: said.trim(), ...(promised === '' ? {} : { promised }) };
    act({ path: 'calls', body, done: '已记录' }).then(() => {
      setWhom('');
      setSaid('');
      setPromised('');
    }, nothing);
  };
  return (
    <section className="drawer-part">
      <h3>电话记录</h3>
      <div className="drawer-form">
        <Input
          aria-label="与谁通话"
          placeholder="与谁通话，如 张会计 023-6789 0123"
          value={whom}
          maxLength={100}
          onChange={(event) => setWhom(event.target.value)}
          data-testid="call-whom"
        />
        <Input.TextArea
          aria-label="说了什么"
          placeholder="说了什么"
          rows={2}
          maxLength={1000}
          value={said}
          onChange={(event) => setSaid(event.target.value)}
          data-testid="call-said"
        />
        <div className="drawer-row">
          <label htmlFor="call-promised">答应的日期</label>
          <DayInput id="call-promised" value={promised} onChange={setPromised} />
          <Button
            disabled={whom.trim() === '' || said.trim() === ''}
            loading={isPending}
            onClick={log}
            data-testid="log-call"
          >
            记录
          </Button>
        </div>
      </div>
    </section>
  );
}

function NewNotice({ act, isPending }: PartProps) {
  const [number, setNumber] = useState('');
  const [until, setUntil] = useState('');
  const issue = (): void => {
    const end = new Date(new Date(`${until}T00:00:00+08:00`).getTime() + 86_400_000).toISOString();
    act({ path: 'formal-notices', body: { number: number.trim(), until: end }, done: '已登记通知书' }).then(
      (notice) => {
        setNumber('');
        window.open(`/progress/notices/${(notice as FormalNotice).id}`, '_blank', 'noopener');
      },
      nothing,
    );
  };
  return (
    <section className="drawer-part">
      <h3>催报通知书</h3>
      <div className="drawer-row">
        <Input
          aria-label="文号"
          placeholder="文号，如 财催〔2026〕3号"
          value={number}
          maxLength={60}
          onChange={(event) => setNumber(event.target.value)}
          data-testid="notice-number"
        />
        <label htmlFor="notice-until">补报至</label>
        <DayInput id="notice-until" value={until} onChange={setUntil} />
        <Button
          disabled={number.trim().length < 2 || until === ''}
          loading={isPending}
          onClick={issue}
          data-testid="issue-notice"
        >
          登记并打印
        </Button>
      </div>
    </section>
  );
}

function Closing({ name, act, isPending }: PartProps & { readonly name: ProgressName }) {
  const [reason, setReason] = useState('');
  const isClosed = name.state === 'closed';
  const isLate = name.reminding !== null && name.overdue;
  if (!isClosed && !isLate) return null;
  const run = (): void => {
    const ask = isClosed ? { path: 'reopen', done: '已重开' } : { path: 'close', done: '已关闭' };
    act({ ...ask, body: { reason: reason.trim() } }).then(() => setReason(''), nothing);
  };
  return (
    <section className="drawer-part">
      <h3>{isClosed ? '重开' : '关闭未报'}</h3>
      <p className="note">{isClosed ? '重开后可以补报，仍计为逾期。' : '不再催报；以后可凭理由重开，始终计为逾期。'}</p>
      <div className="drawer-row">
        <Input
          aria-label="理由"
          placeholder="理由，至少 4 个字"
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
          data-testid="closing-reason"
        />
        <Button
          danger={!isClosed}
          disabled={reason.trim().length < 4}
          loading={isPending}
          onClick={run}
          data-testid={isClosed ? 'reopen' : 'close-unfiled'}
        >
          {isClosed ? '重开' : '关闭未报'}
        </Button>
      </div>
    </section>
  );
}

function History({ history }: { readonly history: ChasingHistory }) {
  const rows = [
    ...history.reminders.map((each) => ({ ...each, words: <>{`${stepWords(each.step)}，告知${each.told}人`}</> })),
    ...history.calls.map((each) => ({
      ...each,
      words: (
        <>
          与{each.whom}通话：{each.said}
          {each.promised !== null && `（答应 ${each.promised}）`}
        </>
      ),
    })),
    ...history.notices.map((each) => ({
      ...each,
      words: (
        <>
          催报通知书 <Link to={`/progress/notices/${each.id}`}>{each.number}</Link>
        </>
      ),
    })),
  ].sort((a, b) => (a.at < b.at ? 1 : -1));
  if (rows.length === 0) return <p className="note">还没有催过。</p>;
  return (
    <table className="plain-table" data-testid="chasing-history">
      <tbody>
        {rows.map((row, i) => (
          <tr key={`${row.at} ${i}`}>
            <td className="history-at">{moment(row.at)}</td>
            <td>{row.words}</td>
            <td className="history-by">{row.by}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
