import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Empty, Skeleton, Switch } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.js';
import { usePages } from '../api/pages.query.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import './messages.css';
import { MESSAGES, type Message, useUnread } from './messages.query.js';

const KINDS: Readonly<Record<string, string>> = {
  reminder: '催报',
  'formal-notice': '通知书',
  closed: '关闭',
  reopened: '重开',
  returned: '退回',
  accepted: '采纳',
  amendment: '更正',
  'due-change': '延期',
  filing: '报表',
};

/** 消息: what others did that concerns me. `?unread=true`: only what I have not read. */
export function MessagesPage() {
  const [address, setAddress] = useSearchParams();
  const unread = address.get('unread') === 'true';
  const pages = usePages<Message>(MESSAGES, unread ? '/notices?unread=true' : '/notices');
  const count = useUnread(true).data?.count ?? 0;
  const queries = useQueryClient();
  const mark = useMutation<unknown, Problem, string | null>({
    mutationFn: (id) => api.post(id === null ? '/notices/read' : `/notices/${id}/read`),
    onSettled: () => void queries.invalidateQueries({ queryKey: MESSAGES }),
  });
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  return (
    <>
      <PageHead title="消息" aside={count > 0 ? `${count}条未读` : undefined} trail={[]}>
        <Button
          disabled={count === 0}
          loading={mark.isPending}
          onClick={() => mark.mutate(null)}
          data-testid="mark-all"
        >
          全部标为已读
        </Button>
      </PageHead>
      <FailureLine error={mark.error} />
      <Card
        flush={true}
        title="收到的消息"
        extra={
          <span className="only-unread">
            只看未读
            <Switch
              size="small"
              aria-label="只看未读"
              checked={unread}
              onChange={(checked) => setAddress(checked ? { unread: 'true' } : {})}
            />
          </span>
        }
      >
        {pages.isPending && <Skeleton active={true} className="messages-waiting" />}
        {pages.items?.length === 0 && (
          <Empty className="no-messages" description={unread ? '没有未读消息。' : '没有新消息。'} />
        )}
        <ul className="messages">
          {pages.items?.map((message) => (
            <OneMessage key={message.id} message={message} mark={() => mark.mutate(message.id)} />
          ))}
        </ul>
        <Pager pages={pages} />
      </Card>
    </>
  );
}

function OneMessage({ message, mark }: { readonly message: Message; readonly mark: () => void }) {
  const { kind, title, todo, body, link, at, readAt } = message;
  const isNew = readAt === null;
  return (
    <li className={isNew ? 'message new' : 'message'} data-testid="message" data-read={!isNew}>
      <div className="message-head">
        {isNew && <span className="message-mark">未读</span>}
        <span className="message-kind">{KINDS[kind] ?? '通知'}</span>
        <b>{title}</b>
        <time className="note" dateTime={at}>
          {moment(at)}
        </time>
      </div>
      <p>{todo}</p>
      {body !== '' && <p className="message-body">{body}</p>}
      <p className="message-acts">
        <Link to={link} onClick={isNew ? mark : undefined} data-testid="message-link">
          去办理
        </Link>
        {isNew && (
          <button type="button" className="link-button" onClick={mark} data-testid="mark-read">
            标为已读
          </button>
        )}
      </p>
    </li>
  );
}
