import { Decimal, HUNDRED, plain, ZERO } from '../../../numbers/decimal.js';
import { decimalOf, type Fields, SHARE } from '../../scheme/fields.js';
import type { Direction } from '../../scheme/scheme.js';
import { asGoodAs, type BenchmarkRule } from './rule.js';

const LEVELS = 5;
const STANDARD_COEFFICIENTS = ['1', '0.8', '0.6', '0.4', '0.2'].map((text) => new Decimal(text));

/**
 * 功效系数: at or better than the best standard 100 · c1, linear between two neighbours, worse than the last 0.
 * Source: 金融企业绩效评价办法 第十八条; coefficients 1, 0.8, 0.6, 0.4, 0.2.
 *
 * @param standards     from best to worst, as many as `coefficients`
 */
export function efficacy(
  x: Decimal,
  standards: readonly Decimal[],
  coefficients: readonly Decimal[],
  direction: Direction,
): Decimal {
  const reached = standards.findIndex((standard) => asGoodAs(x, standard, direction));
  if (reached === -1) return ZERO;
  const low = standards[reached] as Decimal;
  const lowPoints = HUNDRED.times(coefficients[reached] as Decimal);
  if (reached === 0 || x.eq(low)) return lowPoints;
  const up = standards[reached - 1] as Decimal;
  const upPoints = HUNDRED.times(coefficients[reached - 1] as Decimal);
  return lowPoints.plus(x.minus(low).times(upPoints.minus(lowPoints)).div(up.minus(low)));
}

export const efficacyRule: BenchmarkRule = {
  name: 'efficacy',
  title: '功效系数',
  parts: 'none',
  read: (fields, direction) => {
    fields.require('standards', '[s1, s2, s3, s4, s5]');
    const standards = readLevels(fields, 'standards', (a, b) => !asGoodAs(b, a, direction), '由优到劣的五个标准值');
    const coefficients = fields.take('coefficients')
      ? readLevels(fields, 'coefficients', (a, b) => a.gt(b), '由高到低的五个系数')
      : STANDARD_COEFFICIENTS;
    if (!standards || !coefficients) return null;
    if (coefficients.some((coefficient) => !SHARE.holds(coefficient)))
      return fields.refuse('coefficients', 'domain', '0–1', '系数应在 0 与 1 之间');
    return {
      name: 'efficacy',
      parameters: { standards: standards.map(plain), coefficients: coefficients.map(plain) },
      score: (x) => efficacy(x, standards, coefficients, direction),
    };
  },
};

function readLevels(
  fields: Fields,
  key: string,
  falls: (a: Decimal, b: Decimal) => boolean,
  expected: string,
): readonly Decimal[] | null {
  const items = fields.list(key);
  if (!items) return null;
  const levels = items.flatMap((item) => decimalOf(item, fields.faults) ?? []);
  if (levels.length !== items.length) return null;
  const ordered = levels.every((level, i) => i === 0 || falls(levels[i - 1] as Decimal, level));
  if (levels.length !== LEVELS || !ordered) return fields.refuse(key, 'domain', expected, `${key} 的个数或次序不对`);
  return levels;
}
