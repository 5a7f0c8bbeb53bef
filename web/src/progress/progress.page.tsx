import { Button, Empty, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import { API } from '../api/client.js';
import { withTerms } from '../api/pages.query.js';
import { may, useSession } from '../api/session.query.js';
import { deadline } from '../figures/moment.js';
import { usePeriods } from '../filings/filings.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { ControlTotals } from './control-totals.js';
import { GroupTexts } from './group-texts.js';
import { NamesCard } from './names-card.js';
import { ProgressTable } from './progress-table.js';
import './progress.css';
import { useProgress } from './progress.query.js';
import type { Progress } from './progress-shapes.js';
import { Undelivered } from './undelivered.js';

/** 报送进度: type × state, and by a click whose they are. Period, type and state are part of the address. */
export function ProgressPage() {
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const periods = usePeriods();
  const period = address.get('period') ?? periods.data?.[0]?.period ?? '';
  const board = useProgress(period);
  const [isCopying, setCopying] = useState(false);
  const [asksToRemind, setAsksToRemind] = useState(false);
  const error = periods.error ?? board.error;
  if (error) return <Failure error={error} retry={() => void board.refetch()} />;
  const type = address.get('type') ?? '';
  const state = address.get('state') ?? 'missing';
  const show = (terms: { readonly type?: string; readonly state?: string; readonly period?: string }): void =>
    setAddress((old) => {
      for (const [key, value] of Object.entries(terms)) {
        if (value === '') old.delete(key);
        else old.set(key, value);
      }
      return old;
    });
  const chases = may(me, 'obligation', 'chase');
  const hasTasks = (board.data?.types.length ?? 0) > 0;
  return (
    <>
      <PageHead title="报送进度" aside={period === '' ? undefined : periodTitle(period)} trail={['报送', '报送进度']}>
        <Select
          aria-label="报告期"
          className="period-select"
          value={period}
          onChange={(value: string) => show({ period: value })}
          options={(periods.data ?? []).map(({ period: code }) => ({ value: code, label: periodTitle(code) }))}
          data-testid="period"
        />
        {chases && hasTasks && (
          <>
            <Button href={withTerms(`${API}/exports/call-list.xlsx`, { period, type })} data-testid="export">
              导出
            </Button>
            <Button onClick={() => setCopying(true)} data-testid="group-texts">
              复制群消息
            </Button>
            <Button type="primary" onClick={() => setAsksToRemind(true)} data-testid="remind">
              催报
            </Button>
          </>
        )}
      </PageHead>
      {board.data === undefined ? (
        <Skeleton active={true} />
      ) : hasTasks ? (
        <>
          <Basis board={board.data} chases={chases} />
          <ProgressTable board={board.data} shown={{ type, state }} show={show} />
          <ControlTotals period={period} />
          <NamesCard
            period={period}
            type={type}
            state={state}
            show={show}
            mails={board.data.mails}
            typeTitle={board.data.types.find((row) => (row.type ?? 'none') === type)?.title ?? '全部类型'}
            asksToRemind={asksToRemind}
            reminded={() => setAsksToRemind(false)}
          />
        </>
      ) : (
        <Card>
          <Empty description="本期任务尚未下达。" />
        </Card>
      )}
      {isCopying && <GroupTexts period={period} close={() => setCopying(false)} />}
    </>
  );
}

function Basis({ board, chases }: { readonly board: Progress; readonly chases: boolean }) {
  const { total, due, mails, undelivered, provisional } = board;
  const facts: [string, string][] = [
    ['已报', `${total.filed}/${total.owed}份`],
    ['完整率', total.completeness === null ? '—' : `${total.completeness}%`],
    ['及时率', total.timeliness === null ? '—' : `${total.timeliness}%`],
    ['逾期', `${total.overdue}份`],
    ['最近期限', due === null ? '—' : `${deadline(due)}${provisional ? '（有暂定）' : ''}`],
  ];
  return (
    <>
      <dl className="basis" data-testid="progress-basis">
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
        <div>
          <dt>通知方式</dt>
          <dd data-testid="ways">{mails ? '站内消息和邮件' : '仅站内消息（未设置邮件服务器）'}</dd>
        </div>
      </dl>
      {chases && undelivered > 0 && <Undelivered count={undelivered} />}
    </>
  );
}
