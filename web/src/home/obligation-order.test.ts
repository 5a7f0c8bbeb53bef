import { expect, it } from '@jest/globals';
import type { FilingItem, Obligation } from '../api/filing-shapes.js';
import { dotsOf, isOwed, ordered } from './obligation-order.js';

const obligation = (id: string, state: Obligation['state'], more: Partial<Obligation> = {}): Obligation => ({
  id,
  state,
  institution: 'X',
  institutionName: '',
  form: 'bank-quarterly',
  period: '2026Q3',
  due: '2026-10-20T16:00:00Z',
  filing: null,
  ...more,
});

const all = [
  obligation('later', 'not_started', { due: '2026-10-30T16:00:00Z' }),
  obligation('new', 'not_started'),
  obligation('draft', 'draft'),
  obligation('passed', 'internal_review'),
  obligation('returned', 'returned'),
  obligation('late', 'not_started', { overdue: true }),
];

it('late first, then what came back, drafts, untouched; the earlier date first', () => {
  expect(ordered(all, false).map(({ id }) => id)).toEqual(['late', 'returned', 'draft', 'passed', 'new', 'later']);
});

it('a checker sees first what waits for the signature', () => {
  expect(ordered(all, true)[0]?.id).toBe('passed');
});

it('what is exempt, closed or sent is not owed', () => {
  expect(
    (['exempt', 'closed', 'submitted', 'accepted'] as const).map((state) => isOwed(obligation('x', state))),
  ).toEqual([false, false, false, false]);
});

it('eight dots to the last period: kept, late, under way, none', () => {
  const filing = (period: string, state: string, onTime: boolean | null): FilingItem =>
    ({ form: 'f', period, state, revision: { onTime } }) as unknown as FilingItem;
  const filings = [
    filing('2026Q3', 'draft', null),
    filing('2026Q2', 'accepted', true),
    filing('2026Q1', 'accepted', false),
  ];
  expect(
    dotsOf(filings, 'f', '2026Q3')
      .map(({ sign }) => sign)
      .join(''),
  ).toBe('○○○○○▲●◐');
});
