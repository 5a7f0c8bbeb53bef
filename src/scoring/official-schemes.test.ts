import { long, nodeOf, scored } from '../../test/scenario.js';
import { Decimal } from '../numbers/decimal.js';

/**
 * The worked examples of the published rules, whole: 银发〔2021〕142号 and 银发〔2018〕180号 in the frame of the notices,
 * with the inner rules of domain 1.5 (the notices leave 0–100 open). Figures in 万元, eight quarters to 2025Q4.
 */
const SERIES: Readonly<Record<string, Readonly<Record<'G' | 'B' | 'R', readonly number[]>>>> = {
  A: {
    G: [240000, 248000, 256000, 265000, 276000, 286000, 298000, 310000],
    B: [1900000, 1920000, 1950000, 1980000, 2000000, 2030000, 2060000, 2080000],
    R: [900, 900, 950, 960, 980, 1000, 1000, 1010],
  },
  B: {
    G: [60000, 63000, 66000, 70000, 76000, 82000, 90000, 99000],
    B: [420000, 428000, 436000, 445000, 455000, 468000, 482000, 497000],
    R: [300, 300, 310, 310, 330, 350, 360, 370],
  },
  C: {
    G: [31000, 31500, 32000, 32400, 32800, 33000, 33400, 33600],
    B: [510000, 515000, 521000, 528000, 533000, 540000, 548000, 553000],
    R: [400, 390, 400, 410, 420, 410, 400, 380],
  },
};
const QUARTERS = ['2024Q1', '2024Q2', '2024Q3', '2024Q4', '2025Q1', '2025Q2', '2025Q3', '2025Q4'];
const QUALITATIVE: Readonly<Record<string, readonly number[]>> = { A: [27, 34, 26], B: [26, 36, 27], C: [24, 30, 22] };

const data = long(
  ...Object.entries(SERIES).flatMap(([code, { G, B, R }]) =>
    QUARTERS.map((quarter, q) => `${code} ${quarter} G=${G[q]} B=${B[q]} R=${R[q]}`),
  ),
);
const assessments = [
  'institution,node,assessor,score',
  ...Object.entries(QUALITATIVE).flatMap(([code, scores]) => scores.map((score, i) => `${code},q${i},pboc,${score}`)),
].join('\n');

const benchmark = (rule: string, vertical: number, horizontal: number): string =>
  `{ method: benchmark, rule: ${rule}, vertical: { periods: 3, weight: ${vertical} }, horizontal: { weight: ${horizontal} } }`;
const leaf = (code: string, weight: number, value: string, normalise: string, more = ''): string =>
  `{ indicator: ${code}, weight: ${weight}, value: '${value}', normalise: ${normalise}, missing: exclude, zeroDenominator: exclude${more} }`;

/** 80/20, four indicators of 25 %, each 10 % against the own past and 15 % against the others (142号, 附件). */
const notice142 = (rule: string, growth: string): string => `
scheme: notice-142
version: 1
cadence: quarterly
inputs: { G: { metric: G, kind: stock }, B: { metric: B, kind: stock }, R: { metric: R, kind: stock } }
indicators:
  - group: quantitative
    weight: 80
    of:
      - ${leaf('share', 25, '100 * G / B', benchmark(rule, 40, 60))}
      - ${leaf('market', 25, '100 * G / cohort_sum(G)', benchmark(rule, 40, 60))}
      - ${leaf('growth', 25, '100 * (G - prev(G, 4)) / prev(G, 4)', benchmark(growth, 40, 60))}
      - ${leaf('risk', 25, '100 * R / G', benchmark(rule, 40, 60), ', direction: lower')}
  - group: qualitative
    weight: 20
    of:
      - { indicator: q0, weight: 30, assessed: { scale: [0, 30] }, missing: zero }
      - { indicator: q1, weight: 40, assessed: { scale: [0, 40] }, missing: zero }
      - { indicator: q2, weight: 30, assessed: { scale: [0, 30] }, missing: zero }
`;

const evaluated = (document: string) => scored({ document, data, assessments, period: '2025Q4' });
const totals = (document: string): string[] =>
  Object.values(evaluated(document)).map(({ institution, score, rank }) => `${rank} ${institution} ${score}`);

describe('银发〔2021〕142号, domain 1.6', () => {
  it('institution B: every number of the table', () => {
    const { B } = evaluated(notice142('rel60', 'pp60'));
    const rounded = (text: string | null | undefined, places: number): string =>
      new Decimal(text ?? Number.NaN).toFixed(places);
    const line = (code: string): string => {
      const { value, normalisation } = nodeOf(B, code);
      const { bV, sV, bH, sH } = normalisation?.statistics ?? {};
      return [rounded(value, 4), rounded(bV, 4), rounded(sV, 2), rounded(bH, 4), rounded(sH, 2)].join(' ');
    };
    expect(line('share')).toBe('19.9195 17.6323 72.97 13.6331 100.00');
    expect(line('market')).toBe('22.3678 20.5189 69.01 33.3333 27.10');
    expect(line('growth')).toBe('41.4286 31.0630 80.73 20.7045 100.00');
    expect(line('risk')).toBe('0.3737 0.4203 71.09 0.6102 98.75');
    expect(rounded(nodeOf(B, 'quantitative').score, 2)).toBe('78.26');
    expect(nodeOf(B, 'qualitative').score).toBe('89');
  });

  it('all three, with either inner rule', () => {
    expect(totals(notice142('rel60', 'pp60'))).toEqual(['1 B 80.41', '2 A 76.24', '3 C 37.89']);
    expect(totals(notice142('anqing', 'anqing'))).toEqual(['1 B 77.43', '2 A 68.40', '3 C 46.70']);
  });
});

it('银发〔2018〕180号, domain 2: five indicators of 20 %, 10 % and 10 %; institution B has 78.99', () => {
  const document = `
scheme: notice-180
version: 1
cadence: quarterly
inputs: { G: { metric: G, kind: stock }, B: { metric: B, kind: stock }, R: { metric: R, kind: stock } }
indicators:
  - ${leaf('share', 20, '100 * G / B', benchmark('rel60', 1, 1))}
  - ${leaf('market', 20, '100 * G / cohort_sum(G)', benchmark('rel60', 1, 1))}
  - ${leaf('increment', 20, '100 * (G - prev(G)) / (B - prev(B))', benchmark('rel60', 1, 1))}
  - ${leaf('growth', 20, 'yoy(G)', benchmark('pp60', 1, 1))}
  - ${leaf('risk', 20, '100 * R / G', benchmark('rel60', 1, 1), ', direction: lower')}
`;
  expect(scored({ document, data, period: '2025Q4' }).B?.score).toBe('78.99');
});

it.each([
  [
    'seven assessors, the highest and the lowest left out (domain 8.5)',
    [86, 90, 91, 88, 95, 72, 89],
    'trimmed_mean',
    '88.8',
  ],
  ['the same, none left out', [86, 90, 91, 88, 95, 72, 89], 'mean', '87.285714'],
  ['four are too few to leave any out', [80, 90, 85, 95], 'trimmed_mean', '87.5'],
])('%s', (_name, scores, combine, expected) => {
  const document = `{ scheme: panel, version: 1, cadence: quarterly, inputs: { G: { metric: G, kind: stock } }, indicators: [
    { indicator: only, weight: 100, assessed: { scale: [0, 100], combine: ${combine} }, missing: zero }] }`;
  const rows = scores.map((score, i) => `A,only,panel/${i},${score}`);
  const panel = ['institution,node,assessor,score', ...rows].join('\n');
  expect(nodeOf(scored({ document, data, assessments: panel, period: '2025Q4' }).A, 'only').score).toBe(expected);
});
