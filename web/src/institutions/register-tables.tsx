import { Table, type TableColumnsType, Tabs } from 'antd';
import { Link } from 'react-router';
import { usePages } from '../api/pages.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { Pager } from '../shell/pager.js';
import type { LineKind, RegisterFile, RegisterLine, RegisterProblem } from './register-shapes.js';

const KINDS: readonly (readonly [LineKind, string, string])[] = [
  ['added', '新增', '没有新增的机构。'],
  ['changed', '变更', '没有变更的机构。'],
  ['unchanged', '不变', '没有与名册相同的行。'],
];

/** 新增 变更 不变 有问题, a tab each; opens on what is wrong, else on what is new. */
export function RegisterTables({ file }: { readonly file: RegisterFile }) {
  const { counts } = file;
  const first = counts.faulty > 0 ? 'problems' : (KINDS.find(([kind]) => counts[kind] > 0)?.[0] ?? 'added');
  return (
    <Card flush={true}>
      <Tabs
        className="preview-tabs"
        defaultActiveKey={first}
        items={[
          ...KINDS.map(([kind, title, empty]) => ({
            key: kind as string,
            label: `${title} ${counts[kind]}`,
            children: <Lines file={file} kind={kind} empty={empty} />,
          })),
          { key: 'problems', label: `有问题 ${counts.faulty}`, children: <Problems file={file} /> },
        ]}
      />
    </Card>
  );
}

function Lines({
  file,
  kind,
  empty,
}: {
  readonly file: RegisterFile;
  readonly kind: LineKind;
  readonly empty: string;
}) {
  const pages = usePages<RegisterLine>(['register-lines', file.state], `/register/${file.id}/lines?kind=${kind}`);
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  const isThere = kind !== 'added' || file.state === 'committed';
  const columns: TableColumnsType<RegisterLine> = [
    { title: '行', dataIndex: 'line', width: 56, align: 'right' },
    {
      title: '机构',
      width: 300,
      render: (_, { uscc, name }) => (
        <>
          {isThere ? <Link to={`/institutions/${uscc}`}>{name}</Link> : name}
          <span className="note block code">{uscc}</span>
        </>
      ),
    },
    { title: '内容', render: (_, line) => <Changes of={line} /> },
  ];
  return (
    <>
      <Table
        size="small"
        rowKey="line"
        columns={columns}
        dataSource={pages.items}
        loading={pages.isFetching}
        pagination={false}
        onRow={() => ({ 'data-testid': 'register-line' }) as object}
        locale={{ emptyText: pages.isPending ? ' ' : empty }}
      />
      <Pager pages={pages} />
    </>
  );
}

function Changes({ of: { changes, notes } }: { readonly of: RegisterLine }) {
  return (
    <>
      {changes.map(({ what, before, after }) => (
        <span key={`${what} ${after}`} className="block">
          <span className="note">{what}　</span>
          {before !== '' && <span className="faded">{before} → </span>}
          {after}
        </span>
      ))}
      {notes.map((note) => (
        <span key={note} className="block severity-warning">
          ▲ {note}
        </span>
      ))}
      {changes.length === 0 && notes.length === 0 && <span className="note">与名册相同</span>}
    </>
  );
}

const PROBLEM_COLUMNS: TableColumnsType<RegisterProblem> = [
  { title: '行', dataIndex: 'line', width: 56, align: 'right' },
  { title: '单元格', width: 80, render: (_, { cell }) => cell ?? '—' },
  { title: '列', dataIndex: 'column', width: 140 },
  { title: '现为', width: 200, render: (_, { found }) => found || '空' },
  {
    title: '问题',
    render: (_, { message, rule }) => (
      <>
        <span className="severity-problem">{message}</span>
        <span className="note">　{rule}</span>
      </>
    ),
  },
  { title: '应为', width: 240, dataIndex: 'expected' },
];

function Problems({ file }: { readonly file: RegisterFile }) {
  const pages = usePages<RegisterProblem>(['register-problems'], `/register/${file.id}/problems`);
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  return (
    <>
      <Table
        size="small"
        rowKey={({ line, column, rule }) => `${line} ${column} ${rule}`}
        columns={PROBLEM_COLUMNS}
        dataSource={pages.items}
        loading={pages.isFetching}
        pagination={false}
        onRow={() => ({ 'data-testid': 'register-problem' }) as object}
        locale={{ emptyText: pages.isPending ? ' ' : '没有问题。' }}
      />
      <Pager pages={pages} />
    </>
  );
}
