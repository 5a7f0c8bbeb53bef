import { Button, Empty, Select, Table, type TableColumnsType } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { isQuarter, periodTitle } from '../../../src/calendar/period.js';
import type { FilingItem, FilingState } from '../api/filing-shapes.js';
import { holds, useSession } from '../api/session.query.js';
import { NONE } from '../figures/figure-text.js';
import { deadline, moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { FILING_STATES } from './filing-words.js';
import './filings.css';
import { useFilings, usePeriods } from './filings.query.js';

const columns: TableColumnsType<FilingItem> = [
  { title: '机构', render: (_, filing) => <Link to={`/filings/${filing.id}`}>{filing.institutionName}</Link> },
  { title: '报告期', width: 150, render: (_, { period }) => (isQuarter(period) ? periodTitle(period) : period) },
  { title: '报表', dataIndex: 'formTitle', width: 260 },
  { title: '状态', width: 96, render: (_, { state }) => FILING_STATES[state] ?? state },
  { title: '截止', width: 148, render: (_, { due }) => (due === null ? NONE : deadline(due)) },
  { title: '版次', width: 84, render: (_, { revision }) => (revision ? `第${revision.no}版` : NONE) },
  { title: '签署', width: 232, render: (_, { revision }) => signature(revision?.signedBy, revision?.submittedAt) },
];

const signature = (who: string | null | undefined, when: string | null | undefined): string =>
  who ? `${who} ${moment(when)}` : NONE;

/** Address of 全部报告期. */
const ALL = 'all';

/** Filings by period and state; read only for now. */
export function FilingsPage() {
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const state = address.get('state') ?? '';
  const institution = address.get('institution') ?? '';
  const periods = usePeriods();
  const own = holds(me, 'filer', 'checker');
  // Staff see one period at a time: a district files some sixty forms each quarter. A chosen state looks across all.
  const usual = own || state !== '' || institution !== '' ? '' : (periods.data?.[0]?.period ?? '');
  const period = address.get('period') ?? usual;
  const { data, error, isPending, refetch } = useFilings(
    { state, institution, period: period === ALL ? '' : period },
    !periods.isPending,
  );
  const title = own ? '填报任务' : '报表';
  const set = (key: string, value: string): void =>
    setAddress((old) => {
      if (value === '') old.delete(key);
      else old.set(key, value);
      return old;
    });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHead title={title} trail={['报送', title]}>
        {holds(me, 'filer', 'officer') && (
          <Link to="/import">
            <Button type="primary">导入</Button>
          </Link>
        )}
      </PageHead>
      <Card flush={true}>
        <div className="filing-filters">
          <Select
            aria-label="报告期"
            value={period === '' ? ALL : period}
            onChange={(value: string) => set('period', value)}
            options={[
              { value: ALL, label: '全部报告期' },
              ...(periods.data ?? []).map(({ period: code }) => ({ value: code, label: periodTitle(code) })),
            ]}
          />
          <Select
            aria-label="状态"
            value={state}
            onChange={(value: string) => set('state', value)}
            options={[
              { value: '', label: '全部状态' },
              ...(Object.keys(FILING_STATES) as FilingState[]).map((code) => ({
                value: code,
                label: FILING_STATES[code],
              })),
            ]}
          />
          {data && <span className="note">{data.length}张</span>}
        </div>
        <Table
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={data}
          loading={isPending}
          pagination={data && data.length > 60 ? { pageSize: 60, showSizeChanger: false, size: 'small' } : false}
          onRow={(filing) => ({ 'data-testid': 'filing-row', 'data-institution': filing.institution }) as object}
          locale={{
            emptyText: isPending ? (
              ' '
            ) : (
              <Empty description={state === '' && own ? '本期没有填报任务。' : '没有符合条件的报表。'}>
                {own ? <Link to="/import">导入工作簿，建立草稿</Link> : <Link to="/filings">显示全部报表</Link>}
              </Empty>
            ),
          }}
        />
      </Card>
    </>
  );
}
