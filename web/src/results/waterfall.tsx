import { Skeleton } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { Evaluation, InstitutionResult } from '../api/shapes.js';
import { fixed } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import { isAdditive, type Leaf } from './tree.js';
import { nextGrade, waterfallRows } from './waterfall-rows.js';

const WaterfallChart = lazy(() => import('./waterfall-chart.js'));

interface WaterfallProps {
  readonly evaluation: Evaluation;
  readonly result: InstitutionResult;
  readonly leaves: readonly Leaf[];
}

/** 得分构成: from indicator to indicator to the total; the same as a table at one click. */
export function Waterfall({ evaluation, result, leaves }: WaterfallProps) {
  const [asTable, setAsTable] = useState(false);
  const rows = useMemo(() => waterfallRows(result, leaves), [result, leaves]);
  const mark = useMemo(() => {
    const next = nextGrade(result, evaluation.grades);
    return next && { title: next.grade, at: next.min };
  }, [result, evaluation.grades]);
  if (result.score === null) return null;
  if (!isAdditive(leaves))
    return (
      <Card title="得分构成">
        <p>本方案不是逐项相加合成总分，得分不能拆到各指标；各指标的标准分见下表。</p>
      </Card>
    );
  return (
    <Card
      title="得分构成"
      note="实心为得分，空心为失分，逐项累加到总分"
      extra={
        <button
          type="button"
          className="link-button"
          onClick={() => setAsTable(!asTable)}
          data-testid="waterfall-table"
        >
          {asTable ? '查看图' : '查看数据表'}
        </button>
      }
    >
      {asTable ? (
        <table className="plain-table">
          <thead>
            <tr>
              <th>项目</th>
              <th className="number">起点</th>
              <th className="number">得分</th>
              <th className="number">失分</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.title}>
                <td>{row.title}</td>
                <td className="number">{fixed(row.from, 6)}</td>
                <td className="number">{row.kind === 'adjustment' ? row.label : fixed(row.earned, 6)}</td>
                <td className="number">{row.kind === 'adjustment' ? '' : fixed(row.lost, 6)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Suspense fallback={<Skeleton active={true} paragraph={{ rows: 8 }} />}>
          <WaterfallChart rows={rows} mark={mark} />
        </Suspense>
      )}
    </Card>
  );
}
