import { expect, it } from '@jest/globals';
import type { AuditItem } from './audit-shapes.js';
import { actionWords, actorWords, dayBegins, dayEnds } from './audit-words.js';
import { changesOf } from './changes.js';

it('puts side by side what was before and what came after, place by place', () => {
  expect(changesOf({ state: 'submitted', revision: null }, { state: 'accepted', inForce: 'b266' })).toEqual([
    { place: 'state', before: 'submitted', after: 'accepted' },
    { place: 'revision', before: '空', after: null },
    { place: 'inForce', before: null, after: 'b266' },
  ]);
});

it('goes into groups, leaves lists whole, and finds nothing in nothing', () => {
  expect(changesOf(null, { counts: { added: 2, changed: 0 }, cells: ['A01', 'B01'] })).toEqual([
    { place: 'counts.added', before: null, after: '2' },
    { place: 'counts.changed', before: null, after: '0' },
    { place: 'cells', before: null, after: '["A01","B01"]' },
  ]);
  expect(changesOf(null, null)).toEqual([]);
});

it('a day of Shanghai lies between its midnights, also at the end of a year', () => {
  expect([dayBegins('2026-12-31'), dayEnds('2026-12-31')]).toEqual([
    '2026-12-31T00:00:00+08:00',
    '2027-01-01T00:00:00+08:00',
  ]);
});

it('names the person, the paper or the machine that acted, and keeps a code that it does not know', () => {
  const item = { actor: { id: 'u1', roles: [] } } as unknown as AuditItem;
  const names = new Map([['u1', '王立新']]);
  expect(actorWords(item, names)).toBe('王立新');
  expect(actorWords(item, new Map())).toBe('u1');
  expect(actorWords({ ...item, actor: { id: 'system:command-line', roles: [] } }, names)).toBe('系统（命令行）');
  const onBehalf = { person: '何致远', paperNumber: '纪要〔2026〕3号' } as AuditItem['onBehalf'];
  expect(actorWords({ ...item, ...(onBehalf && { onBehalf }) }, names)).toBe('何致远（代录，纪要〔2026〕3号）');
  expect(actionWords('filing.accept')).toBe('采纳报表');
  expect(actionWords('something.new')).toBe('something.new');
});
