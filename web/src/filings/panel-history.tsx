import { lazy, Suspense, useMemo, useState } from 'react';
import { short } from '../figures/figure-text.js';
import { drawnIn, type Point, shortPeriod } from './series.js';

const HistoryChart = lazy(() => import('./history-chart.js'));

interface PanelHistoryProps {
  readonly points: readonly Point[];
  readonly unit: string | null;
  readonly isStock: boolean;
  readonly editions: readonly { readonly period: string; readonly title: string }[];
}

/** The last twelve periods of a cell, as a line or as a table. */
export function PanelHistory({ points, unit, isStock, editions }: PanelHistoryProps) {
  const [asTable, setAsTable] = useState(false);
  const drawn = useMemo(() => drawnIn(points, unit), [points, unit]);
  const breaks = useMemo(
    () =>
      [...new Set(editions.map(({ period }) => period))].filter((period) =>
        points.some((point) => point.period === period),
      ),
    [editions, points],
  );
  const filed = points.filter(({ value }) => value !== null);
  const gaps = points
    .slice(
      points.findIndex(({ value }) => value !== null),
      -1,
    )
    .filter(({ value }) => value === null);
  return (
    <section className="panel-part">
      <h3>
        近12期{filed.length > 0 && `（${drawn.unit}）`}
        {filed.length > 0 && (
          <button
            type="button"
            className="link-button"
            onClick={() => setAsTable(!asTable)}
            data-testid="history-switch"
          >
            {asTable ? '查看折线' : '查看数据表'}
          </button>
        )}
      </h3>
      {filed.length === 0 ? (
        <p className="note">尚无历史数据。</p>
      ) : asTable ? (
        <table className="history-table" data-testid="history-table">
          <tbody>
            {[...drawn.points].reverse().map(({ period, value }) => (
              <tr key={period}>
                <th scope="row">{period}</th>
                <td>{short(value, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Suspense fallback={<div className="history-chart" />}>
          <HistoryChart points={drawn.points} breaks={breaks} fromZero={isStock} />
        </Suspense>
      )}
      {filed.length > 0 && !asTable && (breaks.length > 0 || gaps.length > 0) && (
        <p className="note">
          {breaks.length > 0 && `虚线：${breaks.map((period) => `${period} 目录换版`).join('，')}。`}
          {gaps.length > 0 && `${gaps.map(({ period }) => shortPeriod(period)).join('、')} 未报，留空。`}
        </p>
      )}
    </section>
  );
}
