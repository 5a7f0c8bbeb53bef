import { dayBefore, dayOf, dayTitle, isDay } from '../calendar/day.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { effectWarnings, type SchemeFacts, type SchemeState, schemeStates, standingOf } from './scheme-states.js';

const officer = (id: string): Actor => ({
  id,
  username: id,
  name: id,
  roles: ['officer'],
  institutionId: null,
  department: 'finance_bureau',
});
const facts = (change: Partial<SchemeFacts> = {}): SchemeFacts => ({
  createdBy: 'author',
  today: '2026-02-01',
  closesOn: null,
  unsettled: 0,
  ...change,
});

it.each([
  ['the author', 'author', facts(), '起草人不得审定自己的方案'],
  [
    'on the last day of the consultation',
    'other',
    facts({ closesOn: '2026-02-01' }),
    '征求意见到 2026年2月1日 止，期满后才能审定',
  ],
  ['with an unanswered reply', 'other', facts({ closesOn: '2026-01-31', unsettled: 1 }), '还有 1 条意见未写明是否采纳'],
])('is not reviewed by or %s', (_, id, given, why) =>
  expect(() => schemeStates.next('consultation', 'review', officer(id), given)).toThrow(why),
);

it('is reviewed by another the day after, all answered', () =>
  expect(schemeStates.next('consultation', 'review', officer('other'), facts({ closesOn: '2026-01-31' }))).toBe(
    'reviewed',
  ));

it('what is retired stays retired', () => {
  for (const action of ['consult', 'review', 'issue', 'retire'] as const)
    expect(() => schemeStates.next('retired', action, officer('other'), facts(), 'x')).toThrow('当前状态不允许此操作');
});

const effect = (effectiveFrom: string | null, effectiveTo: string | null = null) => ({
  documentNumber: '示〔2025〕1号',
  effectiveFrom,
  effectiveTo,
});

it.each([
  ['issued', effect('2026-02-01'), 'in_effect'],
  ['issued', effect('2026-02-02'), 'to_come'],
  ['issued', effect('2025-01-01', '2026-02-01'), 'in_effect'],
  ['issued', effect('2025-01-01', '2026-01-31'), 'over'],
  ['reviewed', effect(null), 'none'],
  ['retired', effect('2025-01-01'), 'none'],
] as const)('%s %j stands today: %s', (state, given, standing) =>
  expect(standingOf(state, given, '2026-02-01')).toBe(standing),
);

it.each([
  ['the day the period begins', 'issued', effect('2025-01-01'), '2025', []],
  [
    'a day after',
    'issued',
    effect('2025-01-02'),
    '2025',
    ['方案自 2025年1月2日 起施行，2025年度自 2025年1月1日 起：评价期开始后才施行'],
  ],
  [
    'after the quarter',
    'issued',
    effect('2026-01-01'),
    '2025Q4',
    ['方案自 2026年1月1日 起施行，2025年第四季度此时已经结束：被评机构在评价期内不知道这套办法'],
  ],
  ['until its last day', 'issued', effect('2025-01-01', '2025-12-31'), '2025', []],
  [
    'until the day before',
    'issued',
    effect('2025-01-01', '2025-12-30'),
    '2025',
    ['方案施行到 2025年12月30日 止，2025年度还没有结束'],
  ],
  [
    'not any longer',
    'issued',
    effect('2024-01-01', '2024-12-31'),
    '2025',
    ['方案施行到 2024年12月31日 止，2025年度开始时已不再施行'],
  ],
  ['never issued', 'reviewed', effect(null), '2025', ['方案已审定但尚未发布施行，没有文号和施行日期']],
  ['a draft', 'draft', effect(null), '2025', ['方案是草稿，尚未由另一名经办人审定；本次为试算，不得公布']],
  ['retired', 'retired', effect('2025-01-01'), '2025', ['方案已废止；本次为试算，不得公布']],
] as const)('in effect %s', (_, state, given, period, messages) =>
  expect(effectWarnings(state as SchemeState, given, period, '2026-02-01').map(({ message }) => message)).toEqual(
    messages,
  ),
);

it('a day is one that there is, in Shanghai', () => {
  expect(['2024-02-29', '2026-02-29', '2026-2-1', '2026-13-01', 'x'].map(isDay)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(dayOf(new Date('2025-12-31T16:00:00Z'))).toBe('2026-01-01');
  expect(dayBefore('2026-03-01')).toBe('2026-02-28');
  expect(dayTitle('2026-03-01')).toBe('2026年3月1日');
});
