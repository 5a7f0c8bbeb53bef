import { useState } from 'react';
import { Card } from '../shell/card.js';
import type { Posed } from './question.js';
import type { OwnView } from './use-own-sheet.js';

const SHOWN = 6;

/** What of sheet and scheme is not used, and why. */
export function LeftOutCard({ view, posed }: { readonly view: OwnView; readonly posed: Posed }) {
  const [all, setAll] = useState(false);
  const lines = [
    ...posed.without.map(({ what, why }) => ({ place: '方案', text: what, why, isProblem: false })),
    ...posed.outside.map(({ name, why }) => ({ place: '机构', text: name, why, isProblem: false })),
    ...view.parties
      .filter(({ key }) => key === null)
      .map(({ row, name, why }) => ({ place: `第${row}行`, text: name, why, isProblem: false })),
    ...[...view.reading.leftOut].sort((a, b) => (a.isProblem === b.isProblem ? 0 : a.isProblem ? -1 : 1)),
  ];
  if (lines.length === 0) return null;
  const problems = lines.filter(({ isProblem }) => isProblem).length;
  const shown = all ? lines : lines.slice(0, SHOWN);
  return (
    <Card
      title="没有采用的"
      note={`${lines.length}处${problems > 0 ? `，其中${problems}格数字读不出` : ''}`}
      extra={
        lines.length > SHOWN && (
          <button type="button" className="link-button" onClick={() => setAll(!all)}>
            {all ? '收起' : `全部${lines.length}处`}
          </button>
        )
      }
    >
      <ul className="left-out" data-testid="left-out">
        {shown.map(({ place, text, why, isProblem }, i) => (
          <li key={`${i} ${place}`} className={isProblem ? 'problem' : undefined}>
            <span className="own-place">{place}</span>
            <span className="what">{text || '（空）'}</span>
            <span className="note">{why}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
