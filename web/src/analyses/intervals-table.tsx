import type { RankingItem } from '../api/shapes.js';
import { fixed, NONE } from '../figures/figure-text.js';
import type { IntervalItem } from './robustness.query.js';
import { percent } from './robustness-words.js';

interface IntervalsTableProps {
  readonly items: readonly IntervalItem[];
  readonly rows: ReadonlyMap<string, RankingItem>;
}

/** The same numbers as the chart, to be read, copied and heard. */
export function IntervalsTable({ items, rows }: IntervalsTableProps) {
  return (
    <table className="plain-table" data-testid="intervals-table">
      <thead>
        <tr>
          <th>名次</th>
          <th>机构</th>
          <th className="number">总分</th>
          <th className="number">九成情形下的名次</th>
          <th className="number">中位名次</th>
          <th className="number">最好</th>
          <th className="number">最差</th>
          <th className="number">保持公布名次</th>
          <th className="number">被下一名反超</th>
          <th>与下一名</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.institution} data-institution={item.institution}>
            <td className="rank">
              {item.rank}
              {rows.get(item.institution)?.tied && <span className="tied">并列</span>}
            </td>
            <td>{item.name}</td>
            <td className="number">{fixed(rows.get(item.institution)?.score)}</td>
            <td className="number">{item.p5 === item.p95 ? item.p5 : `${item.p5}–${item.p95}`}</td>
            <td className="number">{item.median}</td>
            <td className="number">{item.min}</td>
            <td className="number">{item.max}</td>
            <td className="number">{percent(item.shareAtRank)}</td>
            <td className="number">{item.next ? percent(item.next.overtaken) : NONE}</td>
            <td>{item.next ? (item.next.separable ? '差距显著' : '差距不显著') : NONE}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
