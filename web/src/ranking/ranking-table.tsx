import { Empty } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type { Evaluation, RankingItem } from '../api/shapes.js';
import { fixed, length, signed } from '../figures/figure-text.js';
import { GradeTag, RankMove } from './grade-tag.js';
import { filterOf, moveOf, passes } from './ranking-filter.js';
import { ScoreBar } from './score-bar.js';

const FULL_MARKS = 100;

interface RankingTableProps {
  readonly evaluation: Evaluation;
  readonly rows: readonly RankingItem[];
}

/** The ranked in order, then the others with their reasons. A plain table: 500 rows need no virtual scrolling. */
export function RankingTable({ evaluation, rows }: RankingTableProps) {
  const [address, setAddress] = useSearchParams();
  const filter = filterOf(address);
  const shown = rows.filter((row) => passes(row, filter));
  const ranked = shown.filter((row) => row.status === 'ranked');
  const others = shown.filter((row) => row.status !== 'ranked');
  const limits = evaluation.grades.map((grade) => grade.min ?? '0').filter((min) => length(min) > 0);
  const scale = Math.max(FULL_MARKS, ...rows.map((row) => Math.ceil(length(row.score))));
  const moves = rows.some((row) => moveOf(row) !== '');
  const notes = ranked.some((row) => remarks(row) !== '');
  const graded = evaluation.grades.length > 0;
  const tagged = graded || others.length > 0;
  const columns = 4 + (tagged ? 1 : 0) + (moves ? 1 : 0) + (notes ? 1 : 0);

  if (shown.length === 0)
    return (
      <Empty className="ranking-empty" description="没有符合条件的机构">
        <button
          type="button"
          className="link-button"
          onClick={() =>
            setAddress((old) => {
              for (const key of ['name', 'grade', 'move']) old.delete(key);
              return old;
            })
          }
        >
          清除筛选
        </button>
      </Empty>
    );
  return (
    <table className="plain-table ranking-table" data-testid="ranking">
      <thead>
        <tr>
          <th className="col-rank">名次</th>
          {moves && <th className="col-move">升降</th>}
          <th className="col-name">机构</th>
          <th>
            <div className="bar-head">
              得分构成
              {limits.map((limit) => (
                <span key={limit} className="limit" style={{ left: `${(100 * length(limit)) / scale}%` }}>
                  {limit}
                </span>
              ))}
            </div>
          </th>
          <th className="col-score number">总分</th>
          {tagged && <th className="col-grade">{graded ? '等次' : '状态'}</th>}
          {notes && <th className="col-note">说明</th>}
        </tr>
      </thead>
      <tbody>
        {ranked.map((row, index) => (
          <tr
            key={row.institution}
            data-testid="ranking-row"
            data-institution={row.institution}
            data-rank={row.rank}
            className={index > 0 && ranked[index - 1]?.grade !== row.grade ? 'grade-change' : undefined}
          >
            <td className="rank">
              {row.rank}
              {row.tied && <span className="tied">并列</span>}
            </td>
            {moves && (
              <td>
                <RankMove rank={row.rank} previous={row.previousRank} />
              </td>
            )}
            <td>
              <Name evaluation={evaluation} row={row} />
            </td>
            <td>
              <ScoreBar parts={row.parts} score={row.score} limits={limits} scale={scale} />
            </td>
            <td className="number score">{fixed(row.score)}</td>
            {tagged && (
              <td className="middle">
                <GradeTag grade={row.grade} grades={evaluation.grades} status={row.status} />
              </td>
            )}
            {notes && <td className="remark">{remarks(row)}</td>}
          </tr>
        ))}
        {others.length > 0 && (
          <tr className="unranked-head">
            <th colSpan={columns} scope="rowgroup">
              未列名次（{others.length}家）
            </th>
          </tr>
        )}
        {others.map((row) => (
          <tr key={row.institution} data-testid="unranked-row" data-institution={row.institution}>
            <td>—</td>
            {moves && <td>—</td>}
            <td>
              <Name evaluation={evaluation} row={row} />
            </td>
            <td className="reason">{row.reason}</td>
            <td className="number">{fixed(row.score)}</td>
            <td className="middle">
              <GradeTag grade={null} grades={evaluation.grades} status={row.status} />
            </td>
            {notes && <td />}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ evaluation, row }: { readonly evaluation: Evaluation; readonly row: RankingItem }) {
  return (
    <Link className="institution" to={`/evaluations/${evaluation.id}/results/${row.institution}`}>
      {row.name}
    </Link>
  );
}

/** 创新案例 +1.00，迟报 −1.00; and the reason, if one is given. */
function remarks(row: RankingItem): string {
  const changes = row.parts
    .filter((part) => part.kind !== 'node' && part.contribution !== null && length(part.contribution) !== 0)
    .map((part) => `${part.title} ${signed(deductionSigned(part.kind, part.contribution ?? '0'))}`);
  return [...changes, row.reason].filter((text) => text !== '').join('，');
}

/** A deduction is shown with its minus, whether or not the answer carries one. */
const deductionSigned = (kind: string, change: string): string =>
  kind === 'deduction' && !change.startsWith('-') ? `-${change}` : change;
