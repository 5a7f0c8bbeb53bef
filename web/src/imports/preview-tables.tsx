import { Table, type TableColumnsType, Tabs } from 'antd';
import { useMetrics } from '../api/catalogue.query.js';
import type { ImportIssue, ImportPreview, ImportRow } from '../api/filing-shapes.js';
import type { Metric } from '../api/shapes.js';
import { inUnit, NONE } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';

const KINDS: Readonly<Record<ImportRow['kind'], string>> = {
  added: '新增',
  changed: '变更',
  cleared: '清空',
  unchanged: '未变',
};

const rowColumns = (metrics: ReadonlyMap<string, Metric>): TableColumnsType<ImportRow> => [
  { title: '机构', dataIndex: 'institution', width: 200 },
  { title: '报告期', dataIndex: 'period', width: 92 },
  {
    title: '指标',
    render: (_, { metric }) => (
      <>
        {metrics.get(metric)?.title ?? metric}
        <span className="note">　{metric}</span>
      </>
    ),
  },
  { title: '单位', width: 72, render: (_, { metric }) => metrics.get(metric)?.unit ?? '' },
  { title: '原值', width: 150, align: 'right', render: (_, row) => inUnit(row.before, metrics.get(row.metric)?.unit) },
  {
    title: '新值',
    width: 150,
    align: 'right',
    render: (_, row) => <b>{inUnit(row.after, metrics.get(row.metric)?.unit)}</b>,
  },
  { title: '变化', width: 72, render: (_, { kind }) => KINDS[kind] ?? kind },
];

const issueColumns: TableColumnsType<ImportIssue> = [
  {
    title: '位置',
    width: 150,
    render: (_, { sheet, row, cell }) =>
      [sheet, cell ?? (row === null ? null : `第${row}行`)].filter(Boolean).join(' '),
  },
  { title: '列', width: 150, render: (_, { column }) => column ?? NONE },
  { title: '原样', width: 150, render: (_, { raw }) => (raw === null || raw === '' ? '（空）' : raw) },
  {
    title: '问题',
    render: (_, { message, severity, code }) => (
      <>
        <span className={severity === 'warning' ? 'severity-warning' : 'severity-problem'}>{message}</span>
        <span className="note">　{code}</span>
      </>
    ),
  },
  { title: '应为', width: 260, render: (_, { expected }) => expected ?? NONE },
];

const PAGE = { pageSize: 50, showSizeChanger: false, size: 'small', hideOnSinglePage: true } as const;

export function PreviewTables({ preview }: { readonly preview: ImportPreview }) {
  const metrics = useMetrics();
  return (
    <Card flush={true}>
      <Tabs
        className="preview-tabs"
        defaultActiveKey={preview.issues.length > 0 ? 'issues' : 'rows'}
        items={[
          {
            key: 'rows',
            label: `全部 ${preview.rows.length}`,
            children: (
              <Table
                size="small"
                rowKey={(row) => `${row.institution} ${row.period} ${row.metric}`}
                columns={rowColumns(metrics)}
                dataSource={preview.rows}
                pagination={PAGE}
                locale={{ emptyText: '未识别到数据。请检查首行是否为列名。' }}
              />
            ),
          },
          {
            key: 'issues',
            label: `有问题 ${preview.issues.length}`,
            children: (
              <Table
                size="small"
                rowKey={(issue) => `${issue.sheet} ${issue.row} ${issue.column} ${issue.code} ${issue.raw}`}
                columns={issueColumns}
                dataSource={preview.issues}
                pagination={PAGE}
                rowClassName={(issue) => (issue.severity === 'warning' ? '' : 'issue-row')}
                onRow={() => ({ 'data-testid': 'import-issue' }) as object}
                locale={{ emptyText: '没有问题，可以导入。' }}
              />
            ),
          },
        ]}
      />
    </Card>
  );
}
