import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Skeleton } from 'antd';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { browserOf } from './browser-name.js';

interface Session {
  readonly id: string;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly address: string;
  /** The browser, as it calls itself. */
  readonly agent: string;
  readonly current: boolean;
}

const SESSIONS = ['account', 'sessions'];

/** 登录: where I am signed in; any of them but this one can be ended here. */
export function SessionsCard() {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery<Session[], Problem>({
    queryKey: SESSIONS,
    queryFn: () => api.all<Session>('/account/sessions'),
  });
  const end = useMutation<unknown, Problem, string>({
    mutationFn: (id) => api.post(`/account/sessions/${id}/end`),
    onSuccess: () => void message.success('该处登录已结束'),
    onSettled: () => void queries.invalidateQueries({ queryKey: SESSIONS }),
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Card title="登录" note="不认识的登录请结束，并更换口令" flush={true}>
      <FailureLine error={end.error} />
      {isPending ? (
        <Skeleton active={true} className="card-body" />
      ) : (
        <table className="plain-table" data-testid="sessions">
          <thead>
            <tr>
              <th>登录时间</th>
              <th>最近活动</th>
              <th>地址</th>
              <th>浏览器</th>
              <th aria-label="操作" />
            </tr>
          </thead>
          <tbody>
            {data.map((session) => (
              <tr key={session.id} className={session.current ? 'current' : undefined}>
                <td>{moment(session.createdAt)}</td>
                <td>{moment(session.seenAt)}</td>
                <td>{session.address}</td>
                <td title={session.agent}>{browserOf(session.agent)}</td>
                <td className="number">
                  {session.current ? (
                    <b>本次登录</b>
                  ) : (
                    <Button
                      size="small"
                      loading={end.isPending && end.variables === session.id}
                      onClick={() => end.mutate(session.id)}
                      aria-label={`结束 ${moment(session.createdAt)} 的登录`}
                      data-testid="end-session"
                    >
                      结束
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
