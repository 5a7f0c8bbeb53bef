import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Empty, Skeleton } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import type { RankingItem } from '../api/shapes.js';
import { Failure, FailureLine } from '../shell/failure.js';

import { useAnalysisEvents } from './analysis-events.query.js';
import './analyses.css';
import { IntervalsTable } from './intervals-table.js';
import { type Analysis, isUnderWay, type Robustness, robustnessKey, useRobustness } from './robustness.query.js';
import { basisWords } from './robustness-words.js';
import { StartAnalysis } from './start-analysis.js';

const IntervalsChart = lazy(() => import('./intervals-chart.js'));

interface IntervalsTabProps {
  readonly evaluation: string;
  readonly cohort: string;
  /** The ranking of the cohort. */
  readonly rows: readonly RankingItem[];
}

/** 名次区间: how far each rank moves when what is uncertain moves. An analysis; no rank depends on it. */
export function IntervalsTab({ evaluation, cohort, rows }: IntervalsTabProps) {
  const { data: me } = useSession();
  const { data, error, refetch } = useRobustness(evaluation, true);
  const underWay = isUnderWay(data?.latest);
  const progress = useAnalysisEvents(evaluation, underWay);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active={true} paragraph={{ rows: 8 }} className="intervals" />;
  const mayStart = may(me, 'evaluation', 'robustness');
  const items = data.items.filter((item) => item.cohort === cohort);
  return (
    <div className="intervals">
      <div className="notice-bar" role="note">
        <strong>稳健性分析，不影响名次，不进入通报。</strong>
        {data.replications !== null && data.weights !== null && data.seed !== null
          ? basisWords(data.replications, data.weights, data.seed)
          : '看权重、方法和数值末位在合理范围内变动时，名次会变动多少。'}
      </div>
      {underWay && data.latest ? (
        <UnderWay evaluation={evaluation} analysis={data.latest} progress={progress} mayStop={mayStart} />
      ) : (
        <>
          {data.latest?.state === 'failed' && (
            <div className="failure-line" role="alert">
              <strong>上次分析没有完成</strong>　{data.latest.error}
            </div>
          )}
          {data.latest?.state === 'cancelled' && <p className="note">上次分析已取消。</p>}
          {mayStart && <StartAnalysis evaluation={evaluation} again={data.replications !== null} />}
        </>
      )}
      {items.length > 0 ? (
        <Intervals evaluation={evaluation} data={data} cohort={cohort} rows={rows} />
      ) : (
        !underWay && (
          <Empty
            description={
              data.replications === null
                ? mayStart
                  ? '还没有做过稳健性分析，点“开始分析”，通常几秒钟完成'
                  : '还没有做过稳健性分析，可由经办人或核验员启动'
                : '这一组没有列名次的机构'
            }
          />
        )
      )}
    </div>
  );
}

function UnderWay({
  evaluation,
  analysis,
  progress,
  mayStop,
}: {
  readonly evaluation: string;
  readonly analysis: Analysis;
  readonly progress: Analysis['progress'] | null;
  readonly mayStop: boolean;
}) {
  const queries = useQueryClient();
  const stop = useMutation<Analysis, Problem>({
    mutationFn: () => api.post(`/evaluations/${evaluation}/robustness/cancel`),
    onSettled: () => queries.invalidateQueries({ queryKey: robustnessKey(evaluation) }),
  });
  const { step, done, total } = progress ?? analysis.progress;
  return (
    <div className="under-way" data-testid="analysis-progress">
      <span aria-live="polite">{analysis.state === 'queued' && !progress ? '已排队' : `正在${step || '取数'}`}</span>
      <progress value={total > 0 ? done / total : 0} max={1} aria-label="稳健性分析进度" />
      <span className="note">{total > 0 ? `${done} / ${total}` : ''}</span>
      {mayStop && (
        <Button size="small" onClick={() => stop.mutate()} loading={stop.isPending}>
          取消
        </Button>
      )}
      <FailureLine error={stop.error} />
    </div>
  );
}

function Intervals({
  evaluation,
  data,
  cohort,
  rows,
}: {
  readonly evaluation: string;
  readonly data: Robustness;
  readonly cohort: string;
  readonly rows: readonly RankingItem[];
}) {
  const [asTable, setAsTable] = useState(false);
  const byInstitution = useMemo(() => new Map(rows.map((row) => [row.institution, row])), [rows]);
  const items = useMemo(() => data.items.filter((item) => item.cohort === cohort), [data, cohort]);
  return (
    <>
      <div className="intervals-legend">
        <span>
          <i className="mark-rank" aria-hidden={true} />
          公布名次
        </span>
        <span>
          <i className="mark-line" aria-hidden={true} />
          九成情形下的名次（p5–p95）
        </span>
        <span>
          <i className="mark-median" aria-hidden={true} />
          中位名次
        </span>
        <span>
          <i className="mark-bracket" aria-hidden={true} />
          差距不显著：括号内各机构区间两两重叠
        </span>
        <span className="no-print intervals-actions">
          <button
            type="button"
            className="link-button"
            onClick={() => setAsTable(!asTable)}
            data-testid="intervals-as-table"
          >
            {asTable ? '查看图' : '查看数据表'}
          </button>
          <a href={`${API}/exports/evaluations/${evaluation}/rank_intervals.csv?excel=1`} download={true}>
            导出名次区间
          </a>
        </span>
      </div>
      {asTable ? (
        <IntervalsTable items={items} rows={byInstitution} />
      ) : (
        <Suspense fallback={<Skeleton active={true} paragraph={{ rows: 8 }} />}>
          <IntervalsChart items={items} rows={byInstitution} />
        </Suspense>
      )}
    </>
  );
}
