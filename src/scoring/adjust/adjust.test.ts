import { long, oneIndicator, scored } from '../../../test/scenario.js';

const INDICATOR = 'value: x, normalise: { method: none }, missing: unranked';
const data = long('A 2025Q4 x=90 y=0 f=1');

function of(more: string): { score: unknown; changes: unknown; status: unknown; reason: unknown } {
  const { A } = scored({ document: oneIndicator(INDICATOR, more), data });
  return {
    score: A?.score,
    changes: A?.adjustments.map(({ code, change, applied }) => `${code} ${change ?? '-'} ${applied}`),
    status: A?.status,
    reason: A?.reason,
  };
}

it.each([
  ['points are clamped to max', '{ code: a, kind: bonus, when: x > 1, points: 5, max: 3 }', '93.00', ['a 3 true']],
  ['a value below 0 adds nothing', '{ code: a, kind: bonus, value: 0 - x }', '90.00', ['a 0 true']],
  ['six decimals', '{ code: a, kind: deduction, value: x / 7 }', '77.14', ['a -12.857143 true']],
  ['a division by zero counts 0', '{ code: a, kind: bonus, value: x / y }', '90.00', ['a 0 true']],
  [
    'a condition that is missing does not hold',
    '{ code: a, kind: deduction, when: f > 0, points: 5 }',
    '90.00',
    ['a 0 false'],
  ],
  ['no score given', '{ code: a, kind: bonus, assessed: { scale: [0, 5] } }', '90.00', ['a 0 true']],
])('%s', (_purpose, adjustment, score, changes) => {
  expect(of(`adjustments: [${adjustment}]`)).toMatchObject({ score, changes });
});

it('bonuses, deductions, the limits of the total, then caps, whatever the order of writing', () => {
  const adjustments = [
    '{ code: cap1, kind: cap, when: x > 1, at: 97 }',
    '{ code: cap2, kind: cap, when: x > 1, at: 96.5 }',
    '{ code: minus, kind: deduction, when: x > 1, points: 5 }',
    '{ code: plus, kind: bonus, when: x > 1, points: 20 }',
  ].join(', ');
  expect(of(`total: { max: 100 }\nadjustments: [${adjustments}]`)).toMatchObject({
    score: '96.50',
    changes: ['plus 20 true', 'minus -5 true', 'cap1 -3 true', 'cap2 -0.5 true'],
  });
  expect(of('total: { min: 95 }')).toMatchObject({ score: '95.00' });
});

it('of several vetoes the first declared gives the reason; the score stays', () => {
  const vetoes = [
    '{ code: v1, kind: veto, title: 甲, when: x < 1 }',
    '{ code: v2, kind: veto, when: x > 1 }',
    '{ code: v3, kind: veto, title: 丙, when: x > 2 }',
  ];
  expect(of(`adjustments: [${vetoes.join(', ')}]`)).toMatchObject({ status: 'vetoed', reason: 'v2', score: '90.00' });
});
