import { Card } from '../shell/card.js';
import { PROGRESS_STATES, type Progress, type ProgressCounts, type ProgressState } from './progress-shapes.js';
import { STATE_TITLES } from './progress-words.js';

interface ProgressTableProps {
  readonly board: Progress;
  readonly shown: { readonly type: string; readonly state: string };
  readonly show: (terms: { readonly type: string; readonly state: string }) => void;
}

/** How far along a state is, for the pieces of the bar: in hand, on its way, nothing yet. */
const PIECES: readonly { readonly kind: string; readonly title: string; readonly states: readonly ProgressState[] }[] =
  [
    { kind: 'in-hand', title: '已报', states: ['submitted', 'under_review', 'accepted', 'amending'] },
    { kind: 'on-the-way', title: '填报中', states: ['draft', 'internal_review', 'returned'] },
    { kind: 'nothing', title: '未开始或关闭未报', states: ['not_started', 'closed'] },
  ];

export function ProgressTable({ board, shown, show }: ProgressTableProps) {
  return (
    <Card
      title="类型与状态"
      note="点数字看是哪些机构"
      flush={true}
      extra={
        <span className="bar-legend note">
          {PIECES.map(({ kind, title }) => (
            <span key={kind}>
              <i className={kind} />
              {title}
            </span>
          ))}
        </span>
      }
    >
      <table className="plain-table progress-table" data-testid="progress-table">
        <thead>
          <tr>
            <th>类型</th>
            <th className="number">应报</th>
            <th className="bar-cell">进度</th>
            <th className="number">完整率</th>
            <th className="number">及时率</th>
            {PROGRESS_STATES.map((state) => (
              <th key={state} className="number">
                {STATE_TITLES[state]}
              </th>
            ))}
            <th className="number">逾期</th>
          </tr>
        </thead>
        <tbody>
          {board.types.map((row) => (
            <Row key={row.title} title={row.title} type={row.type ?? 'none'} row={row} shown={shown} show={show} />
          ))}
          <Row title="合计" type="" row={board.total} shown={shown} show={show} />
        </tbody>
      </table>
    </Card>
  );
}

interface RowProps extends Pick<ProgressTableProps, 'shown' | 'show'> {
  readonly title: string;
  readonly type: string;
  readonly row: ProgressCounts;
}

function Row({ title, type, row, shown, show }: RowProps) {
  const cell = (state: ProgressState | 'overdue', count: number, words: string) => {
    const isShown = shown.type === type && shown.state === state;
    return (
      <td key={state} className={isShown ? 'number chosen' : 'number'}>
        {count === 0 ? (
          <span className="faded">0</span>
        ) : (
          <button
            type="button"
            className={state === 'overdue' ? 'link-button must-act' : 'link-button'}
            aria-label={`${title} ${words} ${count}份`}
            aria-pressed={isShown}
            onClick={() => show({ type, state })}
            data-testid={`count-${type === '' ? 'all' : type}-${state}`}
          >
            {count}
          </button>
        )}
      </td>
    );
  };
  return (
    <tr className={type === '' ? 'all-types' : undefined}>
      <td>{title}</td>
      <td className="number">{row.owed}</td>
      <td className="bar-cell">
        <Bar row={row} title={title} />
      </td>
      <td className="number">{row.completeness === null ? '—' : `${row.completeness}%`}</td>
      <td className="number">{row.timeliness === null ? '—' : `${row.timeliness}%`}</td>
      {PROGRESS_STATES.map((state) => cell(state, row.counts[state], STATE_TITLES[state]))}
      {cell('overdue', row.overdue, '逾期')}
    </tr>
  );
}

/** Plain HTML, so that it prints and copies; the words carry the numbers. */
function Bar({ row, title }: { readonly row: ProgressCounts; readonly title: string }) {
  const pieces = PIECES.map((piece) => ({
    ...piece,
    count: piece.states.reduce((sum, state) => sum + row.counts[state], 0),
  }));
  const words = pieces.map((piece) => `${piece.title}${piece.count}份`).join('，');
  return (
    <div className="progress-bar" role="img" aria-label={`${title}：${words}`} title={words}>
      {pieces.map(({ kind, count }) =>
        count === 0 || row.owed === 0 ? null : (
          <span key={kind} className={kind} style={{ width: `${(100 * count) / row.owed}%` }} />
        ),
      )}
    </div>
  );
}
