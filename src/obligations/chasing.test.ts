import {
  daysLeft,
  daysWords,
  dueTitle,
  groupText,
  isOverdue,
  type ObligationFacts,
  percent,
  progressCounts,
  progressState,
  reminderWords,
  reminding,
  stepToday,
} from './chasing.js';

/** 20 October 2026 24:00 in Shanghai. */
const DUE = new Date('2026-10-21T00:00:00+08:00');
const BEFORE = new Date('2026-10-18T09:00:00+08:00');
const AFTER = new Date('2026-10-23T09:00:00+08:00');

const OPEN: ObligationFacts = {
  kind: 'regular',
  due: DUE,
  provisional: false,
  exempt: false,
  closed: false,
  closedOnce: false,
  filing: null,
  inForce: false,
  filled: 0,
  firstSubmitted: null,
  onTime: null,
  returnDue: null,
};
const IN_TIME = new Date('2026-10-20T15:59:59.999Z');
const LATE = new Date('2026-10-20T16:00:00.000Z');
const of = (some: Partial<ObligationFacts>): ObligationFacts => ({ ...OPEN, ...some });

it.each([
  [{}, 'not_started'],
  [{ filing: 'draft' }, 'draft'],
  [{ filing: 'draft', inForce: true }, 'amending'],
  [{ filing: 'amendment_requested', inForce: true }, 'amending'],
  [{ filing: 'submitted', inForce: true }, 'submitted'],
  [{ exempt: true, filing: 'draft' }, 'exempt'],
  [{ closed: true }, 'closed'],
] as const)('%j is %s', (some, state) => expect(progressState(of(some))).toBe(state));

it('the last millisecond of the due day is not over, the next one is', () => {
  expect(isOverdue(OPEN, IN_TIME)).toBe(false);
  expect(isOverdue(OPEN, LATE)).toBe(true);
});

it.each([
  ['provisional', of({ provisional: true }), false],
  ['backfill', of({ kind: 'backfill' }), false],
  ['without a date', of({ due: null }), false],
  ['with the bureau', of({ filing: 'submitted', firstSubmitted: IN_TIME }), false],
  ['returned, filed in time, no new date', of({ filing: 'returned', firstSubmitted: IN_TIME }), false],
  ['returned with a date that is over', of({ filing: 'returned', firstSubmitted: IN_TIME, returnDue: DUE }), true],
  [
    'returned with a date to come',
    of({ filing: 'returned', firstSubmitted: LATE, returnDue: new Date('2026-10-30T00:00:00+08:00') }),
    false,
  ],
  ['a draft', of({ filing: 'draft' }), true],
])('overdue three days later? %s', (_, facts, expected) => expect(isOverdue(facts, AFTER)).toBe(expected));

it('the board counts by hand', () => {
  const all = [
    OPEN, // open and over: judged, late
    of({ filing: 'draft', filled: 3 }), // the same
    of({ filing: 'accepted', inForce: true, firstSubmitted: IN_TIME }), // filed, in time
    of({ filing: 'submitted', firstSubmitted: LATE }), // filed, late
    of({ filing: 'returned', firstSubmitted: IN_TIME }), // judged in time, not in hand
    of({ filing: 'accepted', inForce: true, firstSubmitted: LATE, onTime: true }), // judged in time then: extended
    of({ filing: 'accepted', inForce: true, firstSubmitted: IN_TIME, closedOnce: true }), // late for ever
    of({ closed: true, closedOnce: true }), // judged, late
    of({ exempt: true }), // not owed
    of({ kind: 'backfill' }), // not counted
    of({ provisional: true }), // owed, not judged
    of({ due: null, filing: 'accepted', firstSubmitted: LATE }), // filed, not judged
  ];
  expect(progressCounts(all, AFTER)).toEqual({
    counts: {
      not_started: 2,
      draft: 1,
      internal_review: 0,
      submitted: 1,
      under_review: 0,
      returned: 1,
      accepted: 4,
      amending: 0,
      exempt: 1,
      closed: 1,
    },
    overdue: 2,
    owed: 10,
    filed: 5,
    judged: 8,
    onTime: 3,
    completeness: '50.0',
    timeliness: '37.5',
  });
});

it.each([
  [1, 3, '33.3'],
  [2, 3, '66.7'],
  [1, 8, '12.5'],
  [0, 5, '0.0'],
  [4999, 5000, '99.9'], // all but one is not all
  [5, 5, '100.0'],
  [0, 0, null],
] as const)('%i of %i: %s', (part, whole, text) => expect(percent(part, whole)).toBe(text));

it.each([
  [OPEN, 'untouched'],
  [of({ filing: 'draft' }), 'untouched'],
  [of({ filing: 'draft', filled: 1 }), 'half_done'],
  [of({ filing: 'internal_review', filled: 1 }), 'to_sign'],
  [of({ filing: 'returned', firstSubmitted: IN_TIME }), 'returned'],
  [of({ filing: 'submitted', firstSubmitted: IN_TIME }), null],
  [of({ filing: 'draft', inForce: true }), null],
  [of({ provisional: true }), null],
  [of({ kind: 'backfill' }), null],
  [of({ exempt: true }), null],
  [of({ closed: true }), null],
  [of({ due: null }), null],
])('what is chased (%#): %s', (facts, expected) => expect(reminding(facts)).toBe(expected));

it('days against the due day, by the calendar of Shanghai', () => {
  expect(dueTitle(DUE)).toBe('2026年10月20日24:00');
  expect(dueTitle(new Date('2026-10-20T17:30:00+08:00'))).toBe('2026年10月20日17:30');
  expect([daysLeft(DUE, BEFORE), daysLeft(DUE, IN_TIME), daysLeft(DUE, LATE), daysLeft(DUE, AFTER)]).toEqual([
    2, 0, -1, -3,
  ]);
  expect([BEFORE, IN_TIME, AFTER].map((now) => daysWords(DUE, now))).toEqual(['还有2天', '今日截止', '已逾期3天']);
});

it.each([
  ['2026-10-14T23:59:59+08:00', null],
  ['2026-10-15T09:00:00+08:00', '-5'],
  ['2026-10-18T00:00:00+08:00', '-2'],
  ['2026-10-19T09:00:00+08:00', null],
  ['2026-10-20T23:59:59+08:00', '0'],
  ['2026-10-21T00:00:00+08:00', '+1'],
  ['2026-10-22T09:00:00+08:00', null],
  ['2026-10-23T09:00:00+08:00', '+3'],
])('%s: step %s', (now, step) =>
  expect(stepToday(DUE, new Date(now), { daysBefore: [5, 2, 0], daysAfter: [1, 3] })).toBe(step),
);

it('every kind has words of its own; the count of cells stays out of title and todo, which go into mails', () => {
  const facts = { period: '2026Q3', formTitle: '绿色信贷统计表', due: DUE, filled: 112, asked: 120 };
  expect(reminderWords('half_done', facts, BEFORE)).toEqual({
    title: '2026年第三季度《绿色信贷统计表》已保存，尚未提交，还有2天',
    todo: '请于2026年10月20日24:00前补齐并提交复核。保存不等于提交。',
    body: '已填 112/120 格。',
  });
  expect(reminderWords('untouched', facts, AFTER)).toEqual({
    title: '2026年第三季度《绿色信贷统计表》尚未填报，已逾期3天',
    todo: '报送期限（2026年10月20日24:00）已过，请尽快填报并提交；无业务的可以零报。',
    body: '',
  });
  expect(reminderWords('to_sign', facts, BEFORE).title).toContain('待复核，尚未提交');
  expect(reminderWords('returned', facts, BEFORE).todo).toContain('按退回意见修改');
});

it('the text for the group: counts alone, names where they are asked for, nothing when nobody is missing', () => {
  const facts = {
    typeTitle: '银行',
    period: '2026Q3',
    owed: 24,
    filed: 22,
    missing: [
      { name: '甲行', due: DUE },
      { name: '乙行', due: DUE },
    ],
  };
  expect(groupText(facts, BEFORE, false)).toBe(
    '【2026年第三季度绿色金融报送·银行】应报24家，已报22家。请尚未报送的2家机构于2026年10月20日24:00前完成：登录绿评系统填报并提交，显示“已提交”才算完成（保存不等于提交）。有困难请联系区财政局。',
  );
  expect(groupText(facts, BEFORE, true)).toMatch(/尚未报送：甲行、乙行$/);
  expect(groupText(facts, AFTER, false)).toContain('2家已过报送期限，请今日内完成');
  expect(groupText({ ...facts, missing: [] }, BEFORE, true)).toBeNull();
});
