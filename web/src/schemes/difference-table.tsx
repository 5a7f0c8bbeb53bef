import type { DifferenceLine } from '../../../src/scoring/scheme-difference/difference.js';

interface DifferenceTableProps {
  readonly lines: readonly DifferenceLine[];
  /** Heads of the two sides. */
  readonly before: string;
  readonly after: string;
}

const CHANGES: Readonly<Record<DifferenceLine['change'], string>> = {
  added: '＋ 新增',
  removed: '− 删去',
  changed: '≠ 改动',
  moved: '⇅ 次序',
};

/** Two versions side by side: what differs in meaning, in words. */
export function DifferenceTable({ lines, before, after }: DifferenceTableProps) {
  if (lines.length === 0) return <NoDifference />;
  const digits = lines.filter(({ wordsOnly }) => !wordsOnly).length;
  return (
    <>
      <p className="difference-count">
        {lines.length} 处不同
        {digits === 0
          ? '，都只是文字，不影响得分'
          : digits === lines.length
            ? ''
            : `，其中 ${lines.length - digits} 处只是文字，不影响得分`}
      </p>
      <table className="plain-table difference" data-testid="difference">
        <thead>
          <tr>
            <th />
            <th>内容</th>
            <th>{before}</th>
            <th>{after}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.text} title={line.text}>
              <td className={`change change-${line.change}`}>{CHANGES[line.change]}</td>
              <td>
                {line.about}
                {line.about !== '' && line.property !== '' && ' 的 '}
                {line.property}
                {line.wordsOnly && <span className="note block">只是文字</span>}
              </td>
              <td className="side">{line.before ?? '—'}</td>
              <td className="side">{line.after ?? '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The same as sentences, where there is no room for two sides. */
export function DifferenceList({ lines }: Pick<DifferenceTableProps, 'lines'>) {
  if (lines.length === 0) return <NoDifference />;
  return (
    <ul className="difference-list" data-testid="difference">
      {lines.map(({ text, wordsOnly }) => (
        <li key={text}>
          {text}
          {wordsOnly && <span className="note">　只是文字</span>}
        </li>
      ))}
    </ul>
  );
}

const NoDifference = () => (
  <p className="no-difference" data-testid="no-difference">
    无实质变化：只有版本号、注释、次序或写法不同。
  </p>
);
