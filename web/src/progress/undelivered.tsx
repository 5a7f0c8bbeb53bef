import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { api, type Page } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { FailureLine } from '../shell/failure.js';

interface Mail {
  readonly notice: string;
  readonly title: string;
  readonly name: string;
  readonly email: string | null;
  readonly institution: string | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly endedAt: string | null;
}

const columns: TableColumnsType<Mail> = [
  { title: '时间', width: 132, render: (_, { endedAt }) => moment(endedAt) },
  { title: '收件人', width: 200, render: (_, { name, institution }) => `${institution ?? ''} ${name}` },
  { title: '邮箱', width: 190, render: (_, { email }) => email ?? '—' },
  { title: '原因', render: (_, { error, attempts }) => `${error ?? ''}（试了${attempts}次）` },
];

/** Mails that did not arrive; the messages in the product stand all the same. */
export function Undelivered({ count }: { readonly count: number }) {
  const [open, setOpen] = useState(false);
  const { data, error, isPending } = useQuery<Page<Mail>, Problem>({
    queryKey: ['mails', 'failed'],
    queryFn: () => api.get('/notices/mails?state=failed&limit=200'),
    enabled: open,
  });
  return (
    <>
      <p className="notice-bar" role="status" data-testid="undelivered">
        <strong>{count}封邮件没有送达</strong>，站内消息已送到。
        <Button type="link" size="small" onClick={() => setOpen(true)}>
          查看原因
        </Button>
      </p>
      <Modal title="没有送达的邮件" open={open} onCancel={() => setOpen(false)} footer={null} width={860}>
        <FailureLine error={error} />
        <p className="note">
          邮箱有误的，请本人在“我的账号”改正，或由安全管理员在“用户”里改正；以后的消息按新邮箱发送。
        </p>
        <Table
          size="small"
          rowKey="notice"
          columns={columns}
          dataSource={[...(data?.items ?? [])]}
          loading={isPending}
          pagination={false}
        />
      </Modal>
    </>
  );
}
