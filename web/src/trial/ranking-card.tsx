import { Empty } from 'antd';
import type { ResultRecord } from '../../../src/scoring/types.js';
import type { Part } from '../api/shapes.js';
import { fixed, length } from '../figures/figure-text.js';
import { Legend, ScoreBar } from '../ranking/score-bar.js';
import { legendOf } from '../ranking/segments.js';
import '../ranking/ranking.css';

/** The top level of the tree, as the bar shows it. */
export const partsOf = ({ nodes }: ResultRecord): Part[] =>
  nodes
    .filter(({ parent }) => parent === null || parent === '')
    .map(({ code, title, weight, contribution }) => ({ code, title, weight, contribution, kind: 'node' }));

interface RanksTableProps {
  readonly results: readonly ResultRecord[];
  readonly open: (institution: string) => void;
}

/** The ranking of a trial; a name opens where its points come from. */
export function RanksTable({ results, open }: RanksTableProps) {
  const ranked = results.filter(({ rank }) => rank !== null);
  const others = results.filter(({ rank }) => rank === null);
  const rows = ranked.map((record) => ({ record, parts: partsOf(record) }));
  const scale = Math.max(100, ...ranked.map(({ score }) => Math.ceil(length(score))));
  if (results.length === 0) return <Empty description="没有可排名的机构。" />;
  return (
    <>
      <div className="trial-legend">
        <Legend segments={legendOf(rows)} note="点机构名看每个数字来自哪一格" />
      </div>
      <table className="plain-table ranking-table" data-testid="trial-ranking">
        <thead>
          <tr>
            <th className="col-rank">名次</th>
            <th className="col-name">机构</th>
            <th>得分构成</th>
            <th className="col-score number">得分</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ record, parts }) => (
            <tr key={record.institution} data-testid="trial-row" data-institution={record.institution}>
              <td className="rank">
                {record.rank}
                {record.tied && <span className="tied">并列</span>}
              </td>
              <td>
                <button type="button" className="link-button" onClick={() => open(record.institution)}>
                  {record.name}
                </button>
              </td>
              <td>
                <ScoreBar parts={parts} score={record.score} scale={scale} />
              </td>
              <td className="number score">{fixed(record.score)}</td>
            </tr>
          ))}
          {others.map((record) => (
            <tr key={record.institution} data-testid="trial-unranked">
              <td>—</td>
              <td>
                <button type="button" className="link-button" onClick={() => open(record.institution)}>
                  {record.name}
                </button>
              </td>
              <td className="reason" colSpan={2}>
                {record.reason || '表里缺这项数字'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
