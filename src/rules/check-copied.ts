import { quarterCode, quarterIndex } from '../calendar/period.js';
import { Decimal, plain } from '../numbers/decimal.js';
import type { FilingSubject, Finding } from './check-filing.js';
import type { CopyRule } from './rule.js';

/** V16: whether last quarter was copied. Cells that are zero in both quarters say nothing: a nil return is none. */
export function checkCopied(subject: FilingSubject, rule: CopyRule): Finding[] {
  const before = quarterCode(quarterIndex(subject.period) - 1);
  const cells = subject.codes.flatMap((code) => {
    const [now, last] = [subject.figures.get(code), subject.history.get(code)?.get(before)];
    if (now === undefined || last === undefined) return [];
    const [a, b] = [new Decimal(now), new Decimal(last)];
    return a.isZero() && b.isZero() ? [] : [{ code, isEqual: a.eq(b) }];
  });
  const equal = cells.filter((cell) => cell.isEqual).map((cell) => cell.code);
  if (cells.length < rule.cells || new Decimal(equal.length).lt(new Decimal(rule.share).times(cells.length))) return [];
  const percent = (share: Decimal): string => `${plain(share.times(100).toDecimalPlaces(1))}%`;
  const words: Readonly<Record<string, string>> = {
    equal: `${equal.length}`,
    cells: `${cells.length}`,
    percent: percent(new Decimal(equal.length).div(cells.length)),
  };
  return [
    {
      rule: rule.rule,
      severity: rule.severity,
      title: rule.title,
      message: rule.message.replace(/\{(\w+)\}/g, (place, name: string) => words[name] ?? place),
      formula: copyFormula(rule),
      cells: equal,
      left: plain(new Decimal(equal.length)),
      right: plain(new Decimal(cells.length)),
      difference: plain(new Decimal(equal.length - cells.length)),
      tolerance: null,
      expected: `< ${percent(new Decimal(rule.share))}`,
      hint: rule.hint,
      conversion: null,
    },
  ];
}

export const COPY_WORDS = ['equal', 'cells', 'percent'] as const;

/** As the page prints it. */
export const copyFormula = (rule: CopyRule): string =>
  `与上季完全相同的单元格 ÷ 两季可比单元格（至少${rule.cells}个）< ${plain(new Decimal(rule.share).times(100))}%`;
