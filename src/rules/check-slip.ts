import { quarterCode, quarterIndex } from '../calendar/period.js';
import { Decimal, ONE, plain } from '../numbers/decimal.js';
import type { FilingSubject, Finding } from './check-filing.js';
import { fillMessage } from './fill-message.js';
import type { RuleMetrics, SlipRule } from './rule.js';

/** A figure and what it ought to be near. */
interface Compared {
  readonly code: string;
  readonly now: Decimal;
  /** Last quarter's figure, else the peers' median; null: neither, or zero. */
  readonly near: Decimal | null;
}

const ONE_TENTH = new Decimal('0.1');
const TEN = new Decimal(10);

/**
 * V08: figures that are a power of ten of last quarter's. One finding for each power, with all its cells: who slips
 * once slips in the whole column. The conversion takes along what lies about as far off without meeting the power
 * closely, such as flows, and, where most figures slipped, what has nothing to be compared with.
 */
export function checkSlip(
  subject: FilingSubject,
  rule: SlipRule,
  selected: readonly string[],
  metrics: RuleMetrics,
): Finding[] {
  const before = quarterCode(quarterIndex(subject.period) - 1);
  const figures = selected.map((code): Compared => {
    const now = new Decimal(subject.figures.get(code) ?? '0');
    const last = subject.history.get(code)?.get(before) ?? subject.peers?.get(code)?.median;
    const near = last === undefined ? null : new Decimal(last);
    return { code, now, near: near === null || near.isZero() ? null : near };
  });
  return rule.slips.flatMap(({ ratio, title }) => {
    const power = new Decimal(ratio);
    const isWithin = ({ now, near }: Compared, low: Decimal, high: Decimal): boolean => {
      if (near === null) return false;
      const share = now.div(near).div(power);
      return share.gte(low) && share.lte(high);
    };
    const slipped = figures.filter((each) => isWithin(each, ONE.minus(rule.within), ONE.plus(rule.within)));
    const [first] = slipped;
    if (!first?.near) return [];
    const about = figures.filter((each) => isWithin(each, ONE_TENTH, TEN));
    const comparable = figures.filter((each) => each.near !== null && !each.now.isZero());
    const isWhole = about.length * 2 >= comparable.length;
    const alone = isWhole ? figures.filter((each) => each.near === null && !each.now.isZero()) : [];
    const taken = new Set([...about, ...alone].map((each) => each.code));
    const sides = {
      left: first.now,
      right: first.near,
      difference: first.now.minus(first.near),
      unit: metrics.get(first.code)?.unit ?? '',
    };
    const words = { cells: `${slipped.length}`, slip: title, ratio: plain(power) };
    return [
      {
        rule: rule.rule,
        severity: rule.severity,
        title: rule.title,
        message: fillMessage(rule.message, sides, first.code, metrics, words),
        formula: slipFormula(rule, first.code),
        cells: slipped.map((each) => each.code),
        left: plain(first.now),
        right: plain(first.near),
        difference: plain(sides.difference),
        tolerance: null,
        expected: `≈ ${plain(first.near)}`,
        hint: rule.hint,
        conversion: {
          factor: plain(ONE.div(power)),
          title,
          cells: figures.map((each) => each.code).filter((code) => taken.has(code)),
        },
      },
    ];
  });
}

export const SLIP_WORDS = ['cells', 'slip', 'ratio'] as const;

const POWERS: Readonly<Record<string, string>> = { '-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴' };
const HIGH: Readonly<Record<string, string>> = { '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹' };

/** 10⁴ for 10000, 10⁻⁸ for 0.00000001; other ratios as they are. */
function powerText(ratio: string): string {
  const exponent = new Decimal(ratio).logarithm(10);
  if (!exponent.isInteger()) return ratio;
  return `10${[...plain(exponent)].map((digit) => POWERS[digit] ?? HIGH[digit] ?? digit).join('')}`;
}

/** As the page prints it. */
export const slipFormula = (rule: SlipRule, cell = '本项'): string =>
  `${cell} ÷ ${cell}[上季] 不在 ${rule.slips.map(({ ratio }) => powerText(ratio)).join('、')} 的 ±${plain(
    new Decimal(rule.within).times(100),
  )}% 以内`;
