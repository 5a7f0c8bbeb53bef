import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { periodTitle } from '../../../src/calendar/period.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { deadline, moment } from '../figures/moment.js';
import { ReasonDialog } from '../review/reason-dialog.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { changeWords } from './obligation-words.js';
import { type DueChange, OBLIGATIONS, useOpenChanges } from './obligations.query.js';

interface Decision {
  readonly change: DueChange;
  readonly act: 'grant' | 'refuse';
  readonly reason: string;
}

/** What institutions ask for: granted with a click, refused with a reason. Nothing where nothing waits. */
export function OpenChanges() {
  const { data, error } = useOpenChanges();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [refused, setRefused] = useState<DueChange | null>(null);
  const decide = useMutation<DueChange, Problem, Decision>({
    mutationFn: ({ change, act, reason }) => api.post(`/due-changes/${change.id}/${act}`, { reason }),
    onSuccess: (_, { change, act }) => {
      message.success(`${change.institutionName}：${act === 'grant' ? '已同意' : '未同意'}`);
      setRefused(null);
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: OBLIGATIONS }),
  });
  if (error) return <FailureLine error={error} />;
  if (!data || data.length === 0) return null;
  return (
    <Card title="待决定的申请" note={`${data.length}件`} flush={true}>
      <FailureLine error={refused === null ? decide.error : null} />
      <table className="plain-table" data-testid="open-changes">
        <thead>
          <tr>
            <th>机构</th>
            <th>报表</th>
            <th>申请</th>
            <th>理由</th>
            <th>申请人</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {data.map((change) => (
            <tr key={change.id}>
              <td>{change.institutionName}</td>
              <td>
                {change.formTitle}
                <span className="note block">{periodTitle(change.period)}</span>
              </td>
              <td>
                {changeWords(change)}
                {change.due !== null && <span className="note block">现截止 {deadline(change.due)}</span>}
              </td>
              <td>{change.reason}</td>
              <td>
                {change.askedBy}
                <span className="note block">{moment(change.askedAt)}</span>
              </td>
              <td className="due-acts">
                <Popconfirm
                  title={`同意${change.institutionName}${changeWords(change)}？`}
                  okText="同意"
                  cancelText="返回"
                  onConfirm={() => decide.mutate({ change, act: 'grant', reason: '' })}
                >
                  <Button size="small" type="primary" data-testid="grant-change">
                    同意
                  </Button>
                </Popconfirm>
                <Button size="small" onClick={() => setRefused(change)} data-testid="refuse-change">
                  不同意
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {refused !== null && (
        <ReasonDialog
          question={{
            title: `不同意${refused.institutionName}${changeWords(refused)}`,
            ok: '不同意',
            consequence: '原截止时间不变，理由会告知申请人。',
          }}
          busy={decide.isPending}
          error={decide.error}
          send={(reason) => decide.mutate({ change: refused, act: 'refuse', reason })}
          close={() => setRefused(null)}
        />
      )}
    </Card>
  );
}
