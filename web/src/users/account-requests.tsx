import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { FailureLine } from '../shell/failure.js';
import type { AccountRequest, Slip } from './user-shapes.js';
import { USERS } from './users.query.js';

const REQUESTS = ['account-requests'] as const;

/** What officers ask for with the register; a bar only when there is something. */
export const useRequests = (enabled: boolean) =>
  useQuery<AccountRequest[], Problem>({
    queryKey: REQUESTS,
    queryFn: () => api.all<AccountRequest>('/users/requests'),
    enabled,
  });

interface AccountRequestsProps {
  readonly close: () => void;
  readonly print: (slips: readonly Slip[]) => void;
}

const columns: TableColumnsType<AccountRequest> = [
  { title: '机构', dataIndex: 'institutionName' },
  { title: '用户名', dataIndex: 'username', width: 160 },
  { title: '姓名', dataIndex: 'name', width: 96 },
  { title: '角色', width: 140, render: (_, { roles }) => roles.join('、') },
  {
    title: '申请',
    width: 190,
    render: (_, { askedBy, askedAt, askedIn }) => (
      <>
        {askedBy} {moment(askedAt)}
        <span className="note block">{askedIn}</span>
      </>
    ),
  },
];

/** 账号申请: the chosen ones become accounts in one act, with their one-time codes to print; or they are refused. */
export function AccountRequests({ close, print }: AccountRequestsProps) {
  const { data: asked, error, isPending } = useRequests(true);
  const queries = useQueryClient();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState<string | null>(null);
  const ids = (asked ?? []).map(({ id }) => id).filter((id) => !left.has(id));
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: REQUESTS });
    void queries.invalidateQueries({ queryKey: USERS });
  };
  const make = useMutation<{ accounts: readonly Slip[] }, Problem>({
    mutationFn: () => api.post('/users/requests/make', { ids }),
    onSuccess: ({ accounts }) => {
      refresh();
      print(accounts);
    },
  });
  const refuse = useMutation<void, Problem, string>({
    mutationFn: (why) => api.post('/users/requests/refuse', { ids, reason: why }),
    onSuccess: () => {
      setReason(null);
      refresh();
    },
  });
  return (
    <Modal
      open={true}
      title="名册带来的账号申请"
      width={960}
      onCancel={close}
      footer={
        <div className="request-acts">
          {reason === null ? (
            <Button disabled={ids.length === 0} onClick={() => setReason('')}>
              不予建立
            </Button>
          ) : (
            <>
              <Input
                aria-label="不予建立的理由"
                placeholder="理由，如 该机构不自行填报"
                value={reason}
                maxLength={500}
                onChange={({ target }) => setReason(target.value)}
              />
              <Button
                disabled={reason.trim() === '' || ids.length === 0}
                loading={refuse.isPending}
                onClick={() => refuse.mutate(reason.trim())}
              >
                确定不建 {ids.length} 个
              </Button>
            </>
          )}
          <Button
            type="primary"
            disabled={ids.length === 0}
            loading={make.isPending}
            onClick={() => make.mutate()}
            data-testid="make-accounts"
          >
            建立 {ids.length} 个账号并打印通知单
          </Button>
        </div>
      }
    >
      <FailureLine error={error ?? make.error ?? refuse.error} />
      <p className="note">经办人在批量登记时提出。建立后每人得到一个一次性代码，只显示一次。</p>
      <Table
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={asked}
        loading={isPending}
        scroll={{ y: 360 }}
        pagination={false}
        rowSelection={{
          selectedRowKeys: ids,
          onChange: (keys) => setLeft(new Set((asked ?? []).map(({ id }) => id).filter((id) => !keys.includes(id)))),
        }}
        locale={{ emptyText: isPending ? ' ' : '没有账号申请。经办人在“批量登记”里写明填报人、复核人后，这里会出现。' }}
      />
    </Modal>
  );
}
