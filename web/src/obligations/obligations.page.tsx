import { Button, Empty, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { isQuarter, periodTitle } from '../../../src/calendar/period.js';
import type { Obligation } from '../api/filing-shapes.js';
import { usePages, withTerms } from '../api/pages.query.js';
import { NONE } from '../figures/figure-text.js';
import { deadline } from '../figures/moment.js';
import { usePeriods } from '../filings/filings.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import { Generate } from './generate.js';
import { MoveDue } from './move-due.js';
import { isMovable, KINDS, OBLIGATION_STATES } from './obligation-words.js';
import './obligations.css';
import { OBLIGATIONS } from './obligations.query.js';
import { OpenChanges } from './open-changes.js';

/** 填报任务 as an officer sees them: who owes what by when, what is asked, and what is generated. */
export function ObligationsPage() {
  const [address, setAddress] = useSearchParams();
  const [isGenerating, setGenerating] = useState(false);
  const [moved, setMoved] = useState<Obligation | null>(null);
  const periods = usePeriods();
  const filters = {
    period: address.get('period') ?? periods.data?.[0]?.period ?? '',
    state: address.get('state') ?? '',
    kind: address.get('kind') ?? '',
    overdue: address.get('overdue') ?? '',
  };
  const pages = usePages<Obligation>(OBLIGATIONS, withTerms('/obligations', filters));
  const set = (key: string, value: string): void =>
    setAddress((old) => {
      if (value === '') old.delete(key);
      else old.set(key, value);
      return old;
    });
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  return (
    <>
      <PageHead title="填报任务" trail={['报送', '填报任务']}>
        <Button type="primary" onClick={() => setGenerating(true)} data-testid="generate">
          生成填报任务
        </Button>
      </PageHead>
      <OpenChanges />
      <Card flush={true}>
        <div className="filters">
          <Select
            aria-label="报告期"
            value={filters.period}
            onChange={(value: string) => set('period', value)}
            options={(periods.data ?? []).map(({ period }) => ({ value: period, label: periodTitle(period) }))}
          />
          <Select
            aria-label="状态"
            value={filters.state}
            onChange={(value: string) => set('state', value)}
            options={[{ value: '', label: '全部状态' }, ...options(OBLIGATION_STATES)]}
          />
          <Select
            aria-label="性质"
            value={filters.kind}
            onChange={(value: string) => set('kind', value)}
            options={[{ value: '', label: '全部性质' }, ...options(KINDS)]}
          />
          <Select
            aria-label="逾期"
            value={filters.overdue}
            onChange={(value: string) => set('overdue', value)}
            options={[
              { value: '', label: '逾期与否' },
              { value: 'true', label: '只看逾期' },
            ]}
          />
        </div>
        <Table
          rowKey="id"
          size="small"
          columns={columnsFor(setMoved)}
          dataSource={pages.items}
          loading={pages.isFetching}
          pagination={false}
          onRow={({ institution, state }) =>
            ({ 'data-testid': 'obligation-row', 'data-institution': institution, 'data-state': state }) as object
          }
          locale={{
            emptyText: pages.isPending ? (
              ' '
            ) : (
              <Empty description="没有符合条件的填报任务。">换个条件，或点“生成填报任务”。</Empty>
            ),
          }}
        />
        <Pager pages={pages} />
      </Card>
      {isGenerating && (
        <Generate
          close={() => setGenerating(false)}
          done={(period) => {
            setGenerating(false);
            setAddress({ period });
          }}
        />
      )}
      {moved !== null && <MoveDue of={moved} close={() => setMoved(null)} />}
    </>
  );
}

const options = (titles: Readonly<Record<string, string>>) =>
  Object.entries(titles).map(([value, label]) => ({ value, label }));

const columnsFor = (move: (owed: Obligation) => void): TableColumnsType<Obligation> => [
  {
    title: '填报单位',
    render: (_, { institution, institutionName }) =>
      institution === null ? institutionName : <Link to={`/institutions/${institution}`}>{institutionName}</Link>,
  },
  {
    title: '报表',
    width: 232,
    render: (_, { filing, form, formTitle }) =>
      filing === null ? (formTitle ?? form) : <Link to={`/filings/${filing}`}>{formTitle ?? form}</Link>,
  },
  { title: '报告期', width: 136, render: (_, { period }) => (isQuarter(period) ? periodTitle(period) : period) },
  { title: '性质', width: 72, render: (_, { kind }) => KINDS[kind ?? 'regular'] },
  {
    title: '截止',
    width: 184,
    render: (_, { due, provisional }) => (
      <>
        {due === null ? NONE : deadline(due)}
        {provisional && <span className="note block">暂定：次年节假日安排未公布</span>}
      </>
    ),
  },
  { title: '已填', width: 84, render: (_, { filled }) => (filled ? `${filled.done}/${filled.of}` : NONE) },
  {
    title: '状态',
    width: 112,
    render: (_, { state, overdue }) => (
      <>
        {OBLIGATION_STATES[state]}
        {overdue && <span className="must-act block">逾期</span>}
      </>
    ),
  },
  {
    title: '',
    width: 112,
    className: 'due-acts',
    render: (_, owed) =>
      isMovable(owed) ? (
        <Button size="small" onClick={() => move(owed)} data-testid="move-due">
          延期或免报
        </Button>
      ) : (
        owed.asked != null && <span className="note">待决定</span>
      ),
  },
];
