import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Popconfirm, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import { usePages } from '../api/pages.query.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import { NewToken } from './new-token.js';
import { type Token, tokenState } from './token-words.js';
import './tokens.css';

/** 令牌: what programs act with. One's own; for the security administrator those of everybody. */
export function TokensPage() {
  const { data: me } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const pages = usePages<Token>(['tokens'], '/tokens');
  const [making, setMaking] = useState(false);
  const revoke = useMutation<unknown, Problem, Token>({
    mutationFn: ({ id }) => api.post(`/tokens/${id}/revoke`),
    onSuccess: (_, { name }) => void message.success(`已吊销“${name}”`),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  const mayCreate = may(me, 'token', 'create');
  const columns: TableColumnsType<Token> = [
    { title: '名称', dataIndex: 'name' },
    { title: '属于', dataIndex: 'owner', width: 176 },
    {
      title: '范围',
      width: 88,
      render: (_, { scopes }) => <span title={scopes.join('\n')}>{scopes.length}项</span>,
    },
    { title: '新建', width: 144, render: (_, { createdAt }) => moment(createdAt) },
    { title: '有效至', width: 144, render: (_, { expiresAt }) => moment(expiresAt) },
    { title: '最近使用', width: 144, render: (_, { usedAt }) => moment(usedAt) },
    { title: '状态', width: 80, render: (_, token) => <StateOf token={token} /> },
    {
      title: '',
      width: 80,
      render: (_, token) =>
        may(me, 'token', 'revoke') &&
        tokenState(token, new Date()) === '有效' && (
          <Popconfirm
            title={`吊销“${token.name}”`}
            description="立即失效，不能恢复；用它的程序将被拒绝。"
            okText="吊销"
            cancelText="返回"
            okButtonProps={{ danger: true }}
            onConfirm={() => revoke.mutate(token)}
          >
            <Button size="small" data-testid="revoke-token">
              吊销
            </Button>
          </Popconfirm>
        ),
    },
  ];
  return (
    <>
      <PageHead title="令牌" trail={['系统', '令牌']}>
        {mayCreate && (
          <Button type="primary" onClick={() => setMaking(true)} data-testid="new-token">
            新建令牌
          </Button>
        )}
      </PageHead>
      <FailureLine error={revoke.error} />
      <Card flush={true}>
        <Table
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={pages.items}
          loading={pages.isFetching}
          pagination={false}
          onRow={({ name }) => ({ 'data-testid': 'token-row', 'data-name': name }) as object}
          locale={{
            emptyText: pages.isPending ? (
              ' '
            ) : (
              <Empty description="还没有令牌。">
                {mayCreate
                  ? '让程序代您取数或报送时，点右上角“新建令牌”；接口说明见 /api/docs。'
                  : '各用户新建令牌后，这里可以查看和吊销。'}
              </Empty>
            ),
          }}
        />
        <Pager pages={pages} />
      </Card>
      {making && <NewToken close={() => setMaking(false)} />}
    </>
  );
}

function StateOf({ token }: { readonly token: Token }) {
  const state = tokenState(token, new Date());
  return <span className={state === '有效' ? undefined : 'faded'}>{state}</span>;
}
