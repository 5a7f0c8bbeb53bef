import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Modal } from 'antd';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import type { QueueItem } from './review-shapes.js';

interface BulkOutcome {
  readonly accepted: readonly string[];
  readonly second: readonly string[];
}

interface BulkDialogProps {
  readonly items: readonly QueueItem[];
  close(isDone: boolean): void;
}

/** 批量采纳: the names first, then one act for all of them. */
export function BulkDialog({ items, close }: BulkDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const accept = useMutation<BulkOutcome, Problem>({
    mutationFn: () => api.post('/filings/accept', { filings: items.map(({ id, version }) => ({ id, version })) }),
    onSuccess: ({ accepted, second }) => {
      message.success(
        second.length === 0
          ? `已采纳${accepted.length}份`
          : `已采纳${accepted.length}份；另${second.length}份抽中复核，待经办人确认`,
      );
      close(true);
    },
    onSettled: () => void queries.invalidateQueries(),
  });
  return (
    <Modal
      open={true}
      title={`批量采纳${items.length}份`}
      okText={`采纳这${items.length}份`}
      cancelText="返回"
      confirmLoading={accept.isPending}
      okButtonProps={{ 'data-testid': 'send-bulk' }}
      onOk={() => accept.mutate()}
      onCancel={() => close(false)}
    >
      <FailureLine error={accept.error} />
      <p>以下报表没有待看的标记，采纳后数据立即生效：</p>
      <ul className="bulk-names">
        {items.map((item) => (
          <li key={item.id}>{`${item.institutionName}　${item.formTitle}`}</li>
        ))}
      </ul>
    </Modal>
  );
}
