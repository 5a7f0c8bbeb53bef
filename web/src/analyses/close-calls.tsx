import { Link } from 'react-router';
import type { RankingItem } from '../api/shapes.js';
import './analyses.css';
import { closeCallsOf } from './robustness-words.js';

const SHOWN = 3;

interface CloseCallsProps {
  readonly rows: readonly RankingItem[];
  /** Address of the intervals. */
  readonly to: string;
}

/** Said beside the ranking: which neighbours cannot be told apart, first of all at the line of praise. */
export function CloseCalls({ rows, to }: CloseCallsProps) {
  const calls = closeCallsOf(rows);
  if (calls === null) return null;
  const { praise, grade, others } = calls;
  const isClear = praise === null && grade.length === 0 && others.length === 0;
  return (
    <div className="close-calls no-print" role="note" data-testid="close-calls">
      <strong>稳健性提示</strong>
      {isClear && <span>相邻名次的差距都显著。</span>}
      {praise !== null && <span className="close-praise">通报表扬线两侧差距不显著：{praise}。</span>}
      {grade.length > 0 && <span>等次线两侧差距不显著：{grade.join('；')}。</span>}
      {others.length > 0 && (
        <span>
          其他差距不显著的相邻名次：{others.slice(0, SHOWN).join('；')}
          {others.length > SHOWN && `等${others.length}处`}。
        </span>
      )}
      <Link to={to}>看名次区间</Link>
    </div>
  );
}
