import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Checkbox, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import { withTerms } from '../api/pages.query.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import { PROGRESS } from './progress.query.js';
import type { ProgressName, Reminders } from './progress-shapes.js';

interface RemindDialogProps {
  readonly period: string;
  readonly type: string;
  /** Obligations; empty: all of the type that may be chased. */
  readonly chosen: readonly string[];
  readonly mails: boolean;
  readonly close: () => void;
}

/** The server takes so many at once. */
const AT_ONCE = 1_000;

async function inParts(path: string, ids: readonly string[], again: boolean): Promise<Reminders> {
  const parts: Reminders[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE)
    parts.push(await api.post<Reminders>(path, { obligations: ids.slice(from, from + AT_ONCE), again }));
  return { reminders: parts.flatMap((part) => part.reminders), skipped: parts.flatMap((part) => part.skipped) };
}

/** Who is told what, listed before anything is sent. */
export function RemindDialog({ period, type, chosen, mails, close }: RemindDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [again, setAgain] = useState(false);
  const asked = useQuery<{ ids: readonly string[]; preview: Reminders }, Problem>({
    queryKey: [...PROGRESS, 'preview', period, type, chosen, again],
    queryFn: async () => {
      const all = withTerms('/obligations/progress/names', { period, type, state: 'missing' });
      const ids = chosen.length > 0 ? chosen : (await api.all<ProgressName>(all)).map(({ id }) => id);
      const preview =
        ids.length === 0 ? { reminders: [], skipped: [] } : await inParts('/obligations/reminders/preview', ids, again);
      return { ids, preview };
    },
    gcTime: 0,
  });
  const send = useMutation<Reminders, Problem>({
    mutationFn: () => inParts('/obligations/reminders', asked.data?.ids ?? [], again),
    onSuccess: ({ reminders }) => {
      message.success(`已催报${reminders.length}份`);
      close();
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: PROGRESS }),
  });
  const { reminders = [], skipped = [] } = asked.data?.preview ?? {};
  return (
    <Modal
      open={true}
      title="催报"
      width={760}
      okText={`发送${reminders.length}份`}
      cancelText="返回"
      confirmLoading={send.isPending}
      okButtonProps={{ disabled: reminders.length === 0, 'data-testid': 'send-reminders' }}
      onOk={() => send.mutate()}
      onCancel={close}
    >
      <FailureLine error={asked.error ?? send.error} />
      <p className="note">
        {mails
          ? '发站内消息；登记了邮箱的同时发邮件（邮件里没有数据，只有标题、要办的事和链接）。'
          : '只发站内消息：没有设置邮件服务器。'}
      </p>
      {asked.isPending ? (
        <Skeleton active={true} />
      ) : (
        <ul className="reminders" data-testid="reminders">
          {reminders.map(({ obligation, name, title, todo, people }) => (
            <li key={obligation} data-testid="reminder">
              <b>{name}</b>
              <span className="note">
                告知 {people.map((each) => `${each.name}（${each.roles}${each.mailed ? '，邮件' : ''}）`).join('、')}
              </span>
              <span className="block">{title}。</span>
              <span className="block faded">{todo}</span>
            </li>
          ))}
        </ul>
      )}
      {skipped.length > 0 && (
        <>
          <h3 className="dialog-head">不催的{skipped.length}份</h3>
          <ul className="skipped" data-testid="not-reminded">
            {skipped.map(({ obligation, name, why }) => (
              <li key={obligation}>
                {name}
                <span className="note">{why}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {(again || skipped.some(({ why }) => why === '今天已催过')) && (
        <Checkbox checked={again} onChange={(event) => setAgain(event.target.checked)} data-testid="again">
          今天催过的再催一次
        </Checkbox>
      )}
    </Modal>
  );
}
