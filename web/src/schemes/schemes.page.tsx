import { Button, Empty, Table, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import { may, useSession } from '../api/session.query.js';
import type { SchemeSummary } from '../api/shapes.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { CADENCES, effectWords } from './scheme-words.js';
import './schemes.css';
import { useSchemes, versionPage } from './schemes.query.js';
import { Standing } from './standing.js';

/** A scheme by its latest version. */
interface Row {
  readonly latest: SchemeSummary;
  readonly count: number;
  /** The version that holds today, where the latest is another. */
  readonly holds: SchemeSummary | undefined;
}

const columns: TableColumnsType<Row> = [
  {
    title: '评价方案',
    render: (_, { latest }) => (
      <>
        <Link to={versionPage(latest)}>{latest.title}</Link>
        <span className="note block">
          {latest.code}
          {latest.register !== 'district' && '　公开数据方法演示，非官方评价'}
        </span>
      </>
    ),
  },
  { title: '周期', width: 64, render: (_, { latest }) => CADENCES[latest.cadence] },
  {
    title: '最新版本',
    width: 104,
    render: (_, { latest, count }) => (
      <>
        v{latest.version}
        {count > 1 && <span className="note">　共{count}版</span>}
      </>
    ),
  },
  {
    title: '状态',
    width: 168,
    render: (_, { latest, holds }) => (
      <>
        <Standing scheme={latest} />
        {holds && (
          <span className="note block">
            施行中的是 <Link to={versionPage(holds)}>v{holds.version}</Link>
          </span>
        )}
      </>
    ),
  },
  { title: '文号', width: 232, render: (_, { latest }) => latest.documentNumber ?? '—' },
  { title: '施行', width: 200, render: (_, { latest }) => effectWords(latest) },
  {
    title: '',
    width: 88,
    render: (_, { latest }) => <Link to={`${versionPage(latest)}/methodology`}>办法说明</Link>,
  },
];

/** 评价方案: every scheme by its latest version. */
export function SchemesPage() {
  const { data: me } = useSession();
  const { data, error, isPending, refetch } = useSchemes();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const mayCreate = may(me, 'scheme', 'create');
  return (
    <>
      <PageHead title="评价方案" trail={['评价', '评价方案']}>
        {mayCreate && (
          <Link to="/schemes/new">
            <Button type="primary" data-testid="new-scheme">
              新建方案
            </Button>
          </Link>
        )}
      </PageHead>
      <Card flush={true}>
        <Table
          rowKey={({ latest }) => latest.code}
          size="small"
          columns={columns}
          dataSource={rowsOf(data ?? [])}
          loading={isPending}
          pagination={false}
          onRow={({ latest }) => ({ 'data-testid': 'scheme-row', 'data-scheme': latest.code }) as object}
          locale={{
            emptyText: isPending ? (
              ' '
            ) : (
              <Empty description="尚无方案，可复制示例。">
                {mayCreate
                  ? '点右上角“新建方案”，粘贴方案文档；示例在 config/schemes 目录。'
                  : '由经办人起草后，这里会出现。'}
              </Empty>
            ),
          }}
        />
      </Card>
    </>
  );
}

function rowsOf(versions: readonly SchemeSummary[]): Row[] {
  const codes = [...new Set(versions.map(({ code }) => code))];
  return codes.flatMap((code) => {
    const own = versions.filter((version) => version.code === code);
    const latest = own.reduce((last, each) => (each.version > last.version ? each : last));
    const holds = own.find((version) => version.standing === 'in_effect' && version !== latest);
    return [{ latest, count: own.length, holds }];
  });
}
