import type { ResultStatus } from '../../../src/scoring/types.js';
import type { Grade } from '../api/shapes.js';
import { STATUS_WORDS } from '../evaluations/evaluation-words.js';

interface GradeTagProps {
  readonly grade: string | null;
  readonly grades: readonly Grade[];
  readonly status: ResultStatus;
}

const SHADES = 4;

/** The grade in one hue, darkest first; who is not ranked shows the status in its place. */
export function GradeTag({ grade, grades, status }: GradeTagProps) {
  if (status !== 'ranked') return <span className="grade grade-none">{STATUS_WORDS[status]}</span>;
  if (grade === null) return <span>—</span>;
  const place = grades.findIndex((each) => each.code === grade);
  const shade = place < 0 ? SHADES - 1 : Math.min(place, SHADES - 1);
  return <span className={`grade grade-${shade}`}>{grade}</span>;
}

interface RankMoveProps {
  readonly rank: number | null;
  readonly previous: number | null;
  /** Where the previous rank stands. */
  readonly from?: string;
}

/** Places won or lost against another evaluation: arrow, number; never red and green. */
export function RankMove({ rank, previous, from = '上期' }: RankMoveProps) {
  if (rank === null || previous === null) return <span className="move-none">—</span>;
  const places = previous - rank;
  if (places === 0) return <span className="move-same">持平</span>;
  return (
    <span className={places > 0 ? 'move-up' : 'move-down'} title={`${from}第${previous}名`}>
      <span className="visually-hidden">{places > 0 ? '升' : '降'}</span>
      <span className="arrow" aria-hidden={true} />
      {Math.abs(places)}
    </span>
  );
}
