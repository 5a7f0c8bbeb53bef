import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import { usePages } from '../api/pages.query.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { checkCode } from '../figures/figure-text.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import { type BackupRun, condition, sizeWords } from './backup-words.js';
import { BACKUPS, useLastBackup } from './backups.query.js';
import { LastBackupWords } from './last-backup.js';

/** How soon a backup that was begun may be in the list. */
const LOOK_AGAIN_MS = 3_000;

const columns: TableColumnsType<BackupRun> = [
  { title: '时间', width: 148, render: (_, { at }) => moment(at) },
  { title: '文件', render: (_, { file }) => <span className="backup-file">{file}</span> },
  { title: '大小', width: 104, align: 'right', render: (_, { bytes }) => sizeWords(bytes) },
  { title: '行数', width: 104, align: 'right', render: (_, { rows }) => rows?.toLocaleString('zh-CN') ?? '—' },
  {
    title: '审计封存根',
    width: 184,
    render: (_, { root }) => (root === null ? '—' : <span title={root}>{checkCode(root)}</span>),
  },
  {
    title: '结果',
    width: 280,
    render: (_, { error }) => (error === null ? '成功' : <span className="must-act">没有完成：{error}</span>),
  },
];

/** 备份: when the last one went well, all that were tried, and one now. */
export function BackupsPage() {
  const { data: me } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const last = useLastBackup();
  const pages = usePages<BackupRun>(BACKUPS, '/backups');
  const [begun, setBegun] = useState(false);
  const run = useMutation<unknown, Problem>({
    mutationFn: () => api.post('/backups'),
    onSuccess: () => {
      setBegun(true);
      message.success('已开始备份，完成后出现在列表里');
      window.setTimeout(() => void queries.invalidateQueries({ queryKey: BACKUPS }), LOOK_AGAIN_MS);
    },
  });
  const error = pages.error ?? last.error;
  if (error)
    return (
      <Failure
        error={error}
        retry={() => {
          pages.refetch();
          void last.refetch();
        }}
      />
    );
  const mayRun = may(me, 'backup', 'run');
  return (
    <>
      <PageHead
        title="备份"
        aside={last.data === undefined ? undefined : <LastBackupWords last={last.data.last} />}
        trail={['系统', '备份']}
      >
        {(begun || pages.isFetching) && (
          <Button loading={pages.isFetching} onClick={() => void queries.invalidateQueries({ queryKey: BACKUPS })}>
            刷新
          </Button>
        )}
        {mayRun && (
          <Button type="primary" loading={run.isPending} onClick={() => run.mutate()} data-testid="run-backup">
            立即备份
          </Button>
        )}
      </PageHead>
      <FailureLine error={run.error} />
      {last.data !== undefined && condition(last.data.last) !== 'good' && (
        <p className="notice-bar" role="status">
          {mayRun
            ? '请现在点“立即备份”，并检查每日备份为何没有进行：备份目录是否设好、磁盘是否有空间。'
            : '请联系系统管理员立即备份。'}
        </p>
      )}
      <Card flush={true}>
        <Table
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={pages.items}
          loading={pages.isFetching}
          pagination={false}
          onRow={({ error: fault }) => ({ 'data-testid': 'backup-row', 'data-done': fault === null }) as object}
          locale={{
            emptyText: pages.isPending ? (
              ' '
            ) : (
              <Empty description="还没有备份。">
                {mayRun ? '点右上角“立即备份”；设好备份目录后每天自动备份。' : '请联系系统管理员设好备份目录。'}
              </Empty>
            ),
          }}
        />
        <Pager pages={pages} />
      </Card>
    </>
  );
}
