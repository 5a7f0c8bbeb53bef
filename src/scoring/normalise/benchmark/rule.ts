import type { Decimal } from '../../../numbers/decimal.js';
import type { Fields } from '../../scheme/fields.js';
import type { Direction } from '../../scheme/scheme.js';
import type { Sample } from '../sample.js';

/** An inner rule with its parameters: how a value and a benchmark become points. */
export interface BoundRule {
  readonly name: string;
  /** For the trace: decimals as text. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /**
   * @param b      the benchmark; not read by rules that need none
   * @param peers  the cohort's values now (horizontal part only), at least one
   * @returns      0–100, unrounded unless the rule says otherwise
   */
  readonly score: (x: Decimal, b: Decimal, peers: Sample | null) => Decimal;
}

/** A row of the rules' registry. */
export interface BenchmarkRule {
  readonly name: string;
  readonly title: string;
  /** `both`: vertical, horizontal or both; `horizontal` only; `none`: neither part is stated, the whole weight counts. */
  readonly parts: 'both' | 'horizontal' | 'none';
  /** The rule compares with the best of the cohort, whatever `statistic` says. */
  readonly best?: true;
  /** The rule asks only who is better, not by how much. */
  readonly order?: true;
  /** Reads the rule's own parameters beside `name`; null with a fault. */
  readonly read: (fields: Fields, direction: Direction) => BoundRule | null;
}

/** +1 for `higher`, −1 for `lower`. */
export const signOf = (direction: Direction): number => (direction === 'higher' ? 1 : -1);

/** x is at least as good as b, in direction. */
export const asGoodAs = (x: Decimal, b: Decimal, direction: Direction): boolean =>
  direction === 'higher' ? x.gte(b) : x.lte(b);
