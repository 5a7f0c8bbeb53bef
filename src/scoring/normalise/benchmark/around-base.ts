import { clamp, Decimal, HUNDRED, plain, ZERO } from '../../../numbers/decimal.js';
import type { Fields } from '../../scheme/fields.js';
import type { Direction } from '../../scheme/scheme.js';
import { type BenchmarkRule, type BoundRule, signOf } from './rule.js';

/** `base` points at the benchmark, `slope` more per unit of distance, kept between `min` and `max`. */
export interface AroundBase {
  readonly base: Decimal;
  readonly slope: Decimal;
  readonly min: Decimal;
  readonly max: Decimal;
}

/** base + slope · d · (x − b) / |b|. b = 0: base if x = 0, max if x is better, else min. */
export function relative(x: Decimal, b: Decimal, direction: Direction, { base, slope, min, max }: AroundBase): Decimal {
  const d = signOf(direction);
  if (b.isZero()) {
    if (x.isZero()) return base;
    return x.times(d).gt(0) ? max : min;
  }
  return clamp(base.plus(slope.times(d).times(x.minus(b)).div(b.abs())), min, max);
}

/** base + slope · d · (x − b): per percentage point. */
export function absolute(x: Decimal, b: Decimal, direction: Direction, { base, slope, min, max }: AroundBase): Decimal {
  return clamp(base.plus(slope.times(signOf(direction)).times(x.minus(b))), min, max);
}

/** Source: our default; 60 at the benchmark is the convention of the local rules (domain 1.5). */
export const rel60Rule = aroundBaseRule('rel60', '按相对差计分', relative, defaults(60, 100, 0, 100));

/** Source: our default for growth rates, two points per percentage point. */
export const pp60Rule = aroundBaseRule('pp60', '按百分点差计分', absolute, defaults(60, 2, 0, 100));

/** Source: 安庆市 2019-12-28, 纵横双基准: at the benchmark 6 of 10, ±1 per percentage point, at most ±4. */
export const anqingRule = aroundBaseRule('anqing', '纵横双基准（安庆）', absolute, defaults(60, 10, 20, 100));

function defaults(base: number, slope: number, min: number, max: number): AroundBase {
  return { base: new Decimal(base), slope: new Decimal(slope), min: new Decimal(min), max: new Decimal(max) };
}

function aroundBaseRule(name: string, title: string, score: typeof relative, standard: AroundBase): BenchmarkRule {
  return {
    name,
    title,
    parts: 'both',
    read: (fields, direction) => {
      const parameters = readAroundBase(fields, standard);
      return parameters && bind(name, parameters, (x, b) => score(x, b, direction, parameters));
    },
  };
}

function readAroundBase(fields: Fields, standard: AroundBase): AroundBase | null {
  const read = (key: keyof AroundBase): Decimal | null => fields.decimalOr(key, standard[key]);
  const [base, slope, min, max] = [read('base'), read('slope'), read('min'), read('max')];
  if (!base || !slope || !min || !max) return null;
  if (min.lt(ZERO) || min.gte(max) || max.gt(HUNDRED))
    return fields.refuse(fields.has('min') ? 'min' : 'max', 'domain', '0 ≤ min < max ≤ 100', '计分上下限不对');
  return { base, slope, min, max };
}

function bind(name: string, { base, slope, min, max }: AroundBase, score: BoundRule['score']): BoundRule {
  return {
    name,
    parameters: { base: plain(base), slope: plain(slope), min: plain(min), max: plain(max) },
    score: (x, b, peers) => clamp(score(x, b, peers), ZERO, HUNDRED),
  };
}
