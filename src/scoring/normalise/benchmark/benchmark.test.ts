import { long, nodeOf, oneIndicator, scored } from '../../../../test/scenario.js';

/** Points of each institution for the values of `x` now. */
function horizontal(values: Readonly<Record<string, string>>, rule: string, more = ''): (string | null)[] {
  const data = long(...Object.entries(values).map(([code, x]) => `${code} 2025Q4 x=${x}`));
  const document = oneIndicator(`value: x, normalise: { method: benchmark, ${rule} }, missing: exclude${more}`);
  const results = scored({ document, data });
  return Object.keys(values).map((code) => nodeOf(results[code], 'only').score);
}

/** Points of B, whose x is given, against the mean of 8 and 12, B's own value left out. */
const against10 = (x: string, rule: string, more = ''): string | null =>
  horizontal({ A: '8', B: x, C: '12' }, `rule: ${rule}, horizontal: { self: exclude }`, more)[1] ?? null;

/** As above, but the others stand at −5 and 5: the benchmark is 0. */
const against0 = (x: string, rule: string, more = ''): string | null =>
  horizontal({ A: '-5', B: x, C: '5' }, `rule: ${rule}, horizontal: { self: exclude }`, more)[1] ?? null;

const LOWER = ', direction: lower';

describe('the growth rates of domain 1.5: 31.5, 22.0, 14.2, −3.0, 22.0, mean 17.34', () => {
  const growth = { 甲: '31.5', 乙: '22.0', 丙: '14.2', 丁: '-3.0', 戊: '22.0' };
  it.each([
    ['rule: ratio_to_best, horizontal: {}', '45.08'],
    ['rule: mean_cap, horizontal: {}', '81.89158'],
    ['rule: { name: rank_step, step: 10 }, horizontal: {}', '70'],
    ['rule: anqing, horizontal: {}', '28.6'],
    ['rule: { name: efficacy, standards: [30, 20, 15, 8, 0] }', '57.714286'],
  ])('丙 under %s gets %s', (rule, expected) => {
    expect(horizontal(growth, rule)[2]).toBe(expected);
  });
});

describe('rules', () => {
  it.each([
    ['rel60', '10', '', '60', 'at the benchmark'],
    ['rel60', '12', '', '80', '20 % above'],
    ['rel60', '12', LOWER, '40', 'above where lower is better'],
    ['rel60', '30', '', '100', 'at most 100'],
    ['rel60', '-30', '', '0', 'at least 0'],
    ['{ name: rel60, base: 50, slope: 10, min: 40, max: 55 }', '12', '', '52', 'other numbers'],
    ['{ name: rel60, base: 50, slope: 10, min: 40, max: 55 }', '30', '', '55', 'another maximum'],
    ['pp60', '15', '', '70', 'two points per percentage point'],
    ['pp60', '15', LOWER, '50', 'the other way'],
    ['anqing', '12', '', '80', 'ten points per percentage point'],
    ['anqing', '2', '', '20', 'at least 20'],
    ['mean_cap', '10', '', '100', 'full marks at the mean'],
    ['mean_cap', '5', '', '50', 'in proportion below'],
    ['mean_cap', '40', LOWER, '25', 'the benchmark over the value'],
    ['mean_cap', '-1', '', '0', 'not above 0'],
    ['mean_cap', '-1', LOWER, '100', 'better than the benchmark'],
    ['{ name: bench_plus, base: 50, slope: 3 }', '9', '', '50', 'the base below the benchmark'],
    ['{ name: bench_plus, base: 50, slope: 3 }', '14', '', '62', 'three per point above'],
    ['{ name: bench_plus, base: 50, slope: 3 }', '6', LOWER, '62', 'below is better'],
    ['{ name: bench_plus, base: 50, slope: 30 }', '14', '', '100', 'at most 100'],
  ])('%s of %s against 10%s is %s: %s', (rule, x, more, expected, _purpose) => {
    expect(against10(x, rule, more)).toBe(expected);
  });

  it.each([
    ['rel60', '0', '', '60'],
    ['rel60', '1', '', '100'],
    ['rel60', '1', LOWER, '0'],
    ['{ name: rel60, min: 10, max: 90 }', '-1', '', '10'],
    ['{ name: rel60, min: 10, max: 90 }', '1', '', '90'],
    ['pp60', '1', '', '62'],
    ['mean_cap', '-1', '', '0'],
    ['mean_cap', '0', '', '100'],
  ])('%s of %s against 0%s is %s', (rule, x, more, expected) => expect(against0(x, rule, more)).toBe(expected));

  it.each([
    ['ratio_to_best', '', ['50', '100', '66.67', '0']],
    ['ratio_to_best', LOWER, ['0', '0', '0', '100']],
    ['{ name: rank_step, step: 30 }', '', ['40', '100', '70', '10']],
    ['{ name: rank_step, step: 50, floor: 20 }', '', ['20', '100', '50', '20']],
    ['{ name: rank_step, step: 30, negative: zero }', '', ['40', '100', '70', '0']],
    ['{ name: rank_step, step: 30 }', LOWER, ['70', '10', '40', '100']],
    ['{ name: target, target: 8 }', '', ['37.5', '75', '50', '0']],
    ['{ name: efficacy, standards: [6, 5, 4, 3, 2] }', '', ['40', '100', '60', '0']],
    ['{ name: efficacy, standards: [2, 3, 4, 5, 6] }', LOWER, ['80', '20', '60', '100']],
    [
      '{ name: efficacy, standards: [7, 5, 4, 3, 2], coefficients: [0.9, .8, .6, .4, .2] }',
      '',
      ['40', '85', '60', '0'],
    ],
  ])('%s%s of 3, 6, 4, −1', (rule, more, expected) => {
    expect(horizontal({ A: '3', B: '6', C: '4', D: '-1' }, `rule: ${rule}`, more)).toEqual(expected);
  });
});

it('ratio_to_best where only the value itself is above 0', () => {
  const others = (best: string): string | null =>
    horizontal({ A: best, B: '5', C: '-9' }, 'rule: ratio_to_best, horizontal: { self: exclude }')[1] ?? null;
  expect([others('-1'), others('0'), others('4')]).toEqual(['100', '100', '100']);
});

describe('two parts', () => {
  const document = (normalise: string): string =>
    oneIndicator(`value: x, normalise: { method: benchmark, ${normalise} }, missing: exclude`, '', 'quarterly');
  const data = long('A 2025Q1 x=8', 'A 2025Q2 x=12', 'A 2025Q4 x=11', 'B 2025Q4 x=9');
  const both = 'rule: pp60, vertical: { periods: 3, weight: 10 }, horizontal: { weight: 15 }';

  it('weighs past and peers; periods without a figure do not count', () => {
    const { A } = scored({ document: document(both), data, period: '2025Q4' });
    // bV = (12 + 8) / 2 = 10 → 62; bH = 10 → 62
    expect(nodeOf(A, 'only').normalisation?.statistics).toMatchObject({ bV: '10', sV: '62', bH: '10', sH: '62' });
    expect(nodeOf(A, 'only').score).toBe('62');
  });

  it('gives the weight of a past that is not there to the peers, and says so', () => {
    const node = nodeOf(scored({ document: document(both), data, period: '2025Q4' }).B, 'only');
    expect(node).toMatchObject({ score: '58', note: '没有往期数值，纵向权重计入横向' });
  });

  it('gives the weight of absent peers to the past, and is excluded without both', () => {
    const alone = long('A 2025Q3 x=8', 'A 2025Q4 x=11');
    const without = 'rule: pp60, vertical: { periods: 1, weight: 1 }, horizontal: { self: exclude, weight: 1 }';
    expect(nodeOf(scored({ document: document(without), data: alone, period: '2025Q4' }).A, 'only').score).toBe('66');
    const first = scored({ document: document(without), data: alone, period: '2025Q3' }).A;
    expect(first).toMatchObject({ status: 'insufficient_data', reason: '可计算指标不足' });
  });

  it('steps over quarters: the same quarter of earlier years', () => {
    const years = long('A 2023Q4 x=5', 'A 2024Q3 x=1000', 'A 2024Q4 x=7', 'A 2025Q3 x=1000', 'A 2025Q4 x=11');
    const step = document('rule: pp60, vertical: { periods: 2, step: 4 }');
    expect(nodeOf(scored({ document: step, data: years, period: '2025Q4' }).A, 'only').score).toBe('70');
  });

  it.each([
    ['mean', '60'],
    ['median', '62'],
    ['max', '50'],
    ['min', '66'],
  ])('compares with the %s of 8, 9, 16, 11', (statistic, expected) => {
    const peers = { A: '8', B: '9', C: '16', D: '11' };
    expect(horizontal(peers, `rule: pp60, horizontal: { statistic: ${statistic} }`)[3]).toBe(expected);
  });
});
