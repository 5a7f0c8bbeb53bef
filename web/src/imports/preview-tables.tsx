import { Table, type TableColumnsType, Tabs } from 'antd';
import { useInstitutionNames, useMetrics } from '../api/catalogue.query.js';
import type { CellState, ImportIssue, ImportRow } from '../api/filing-shapes.js';
import type { Metric } from '../api/shapes.js';
import { inUnit } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import type { Preview, PreviewRow } from './import-shapes.js';

const KINDS: Readonly<Record<ImportRow['kind'], string>> = {
  added: '新增',
  changed: '变更',
  cleared: '清空',
  unchanged: '未变',
};

/** A figure, or the words for why there is none: zero, blank, 不适用 and 暂缺 are four things. */
const shown = (value: string | null, state: CellState, unit: string | null | undefined): string => {
  if (state === 'not_applicable') return '/ 不适用';
  if (state === 'not_available') return '.. 暂缺';
  return inUnit(value, unit);
};

const rowColumns = (
  metrics: ReadonlyMap<string, Metric>,
  names: ReadonlyMap<string, string>,
): TableColumnsType<PreviewRow> => [
  { title: '机构', width: 200, render: (_, { institution }) => names.get(institution) ?? institution },
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
  {
    title: '原值',
    width: 150,
    align: 'right',
    render: (_, row) => shown(row.before, row.beforeState, metrics.get(row.metric)?.unit),
  },
  {
    title: '新值',
    width: 150,
    align: 'right',
    render: (_, row) => <b>{shown(row.after, row.afterState, metrics.get(row.metric)?.unit)}</b>,
  },
  { title: '变化', width: 72, render: (_, { kind }) => KINDS[kind] ?? kind },
];

const issueColumns: TableColumnsType<ImportIssue> = [
  {
    title: '位置',
    width: 180,
    render: (_, { sheet, row, cell }) =>
      [sheet, cell ?? (row === null ? null : `第${row}行`)].filter(Boolean).join(' '),
  },
  { title: '原样', width: 150, render: (_, { raw }) => (raw === '' ? '（空）' : raw) },
  {
    title: '问题',
    render: (_, { message, severity, code }) => (
      <>
        <span className={severity === 'warning' ? 'severity-warning' : 'severity-problem'}>{message}</span>
        <span className="note">　{code}</span>
      </>
    ),
  },
  { title: '应为', width: 260, dataIndex: 'expected' },
];

const PAGE = { pageSize: 50, showSizeChanger: false, size: 'small', hideOnSinglePage: true } as const;

export function PreviewTables({ preview }: { readonly preview: Preview }) {
  const metrics = useMetrics();
  const names = useInstitutionNames();
  const { counts, rows, issues } = preview;
  const allRows = counts.added + counts.changed + counts.cleared + counts.unchanged;
  const allIssues = counts.problems + counts.warnings;
  return (
    <Card flush={true}>
      <Tabs
        className="preview-tabs"
        defaultActiveKey={issues.length > 0 ? 'issues' : 'rows'}
        items={[
          {
            key: 'rows',
            label: `全部 ${allRows}`,
            children: (
              <Table
                size="small"
                rowKey={(row) => `${row.institution} ${row.period} ${row.metric}`}
                columns={rowColumns(metrics, names)}
                dataSource={rows}
                footer={rows.length < allRows ? () => `只列前${rows.length}格，其余一并导入。` : undefined}
                pagination={PAGE}
                locale={{ emptyText: '未识别到数据。请检查首行是否为列名。' }}
              />
            ),
          },
          {
            key: 'issues',
            label: `有问题 ${allIssues}`,
            children: (
              <Table
                size="small"
                rowKey={(issue) => `${issue.sheet} ${issue.row} ${issue.column} ${issue.code} ${issue.raw}`}
                columns={issueColumns}
                dataSource={issues}
                footer={
                  issues.length < allIssues ? () => `只列前${issues.length}处，改正后再导入可见其余。` : undefined
                }
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
