import { Button, Popconfirm, Table, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import { API } from '../api/client.js';
import { usePages } from '../api/pages.query.js';
import { NONE } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { Pager } from '../shell/pager.js';
import type { ImportItem, ImportState } from './import-shapes.js';
import { IMPORTS, useUndo } from './imports.query.js';

const STATES: Readonly<Record<ImportState, string>> = { previewed: '只预览过', committed: '已导入', undone: '已撤销' };

const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
/** The district's clock, whatever the machine's. */
const inShanghai = (iso: string): string => moment(new Date(Date.parse(iso) + 8 * 3_600_000).toISOString());

/** 导入记录: what was uploaded, by whom, and what became of it. Another's is told of, not opened. */
export function ImportHistory() {
  const imports = usePages<ImportItem>(IMPORTS, '/imports?limit=10');
  const undo = useUndo();
  const columns: TableColumnsType<ImportItem> = [
    { title: '时间', width: 140, render: (_, { createdAt }) => inShanghai(createdAt) },
    {
      title: '文件',
      render: (_, { id, fileName, mine }) => (mine ? <Link to={`/imports/${id}`}>{fileName}</Link> : fileName),
    },
    { title: '上传人', width: 110, dataIndex: 'by' },
    { title: '状态', width: 96, render: (_, { state }) => STATES[state] },
    {
      title: '格数',
      width: 90,
      align: 'right',
      render: (_, { state, filings }) =>
        state === 'previewed' ? NONE : filings.reduce((sum, { changed }) => sum + changed, 0),
    },
    { title: '问题', width: 72, align: 'right', render: (_, { counts }) => counts.problems },
    {
      title: '报表',
      width: 200,
      render: (_, { filings }) => {
        const [first] = filings;
        if (!first) return NONE;
        const more = filings.length > 1 ? ` 等${filings.length}张` : '';
        return (
          <>
            <Link to={`/filings/${first.id}`}>{first.period}</Link>
            {more}
          </>
        );
      },
    },
    {
      title: '操作',
      width: 160,
      render: (_, item) =>
        item.mine && (
          <span className="row-acts">
            <a href={`${API}/imports/${item.id}/original`} download={true}>
              原文件
            </a>
            {item.state === 'committed' && (
              <Popconfirm
                title="把这次导入改过的格恢复原值？"
                description="此后有人改过的格保持不变。"
                okText="撤销导入"
                cancelText="不撤销"
                onConfirm={() => undo.mutate(item.id)}
              >
                <Button type="link" size="small" loading={undo.isPending && undo.variables === item.id}>
                  撤销导入
                </Button>
              </Popconfirm>
            )}
          </span>
        ),
    },
  ];
  return (
    <Card title="导入记录" flush={true}>
      <FailureLine error={imports.error} />
      <Table
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={imports.items ?? []}
        loading={imports.isPending}
        pagination={false}
        locale={{ emptyText: '还没有导入过文件。' }}
      />
      <Pager pages={imports} />
    </Card>
  );
}
