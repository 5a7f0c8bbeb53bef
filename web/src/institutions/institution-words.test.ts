import { expect, it } from '@jest/globals';
import type { InstitutionEvent } from './institution-shapes.js';
import { eventWords, span } from './institution-words.js';

const event = (part: Partial<InstitutionEvent>): InstitutionEvent => ({
  id: '1',
  kind: 'rename',
  effectiveOn: '2026-07-01',
  before: {},
  after: {},
  other: null,
  side: 'own',
  document: '',
  reason: '',
  recordedBy: '',
  recordedAt: '',
  ...part,
});
const other = { uscc: 'B', name: '乙行' };

it.each<[Partial<InstitutionEvent>, string]>([
  [{ before: { name: '甲行' }, after: { name: '新甲行' } }, '甲行 → 新甲行'],
  [{ kind: 'type_change', before: { type: 'pawnbroker' }, after: { type: 'micro_lender' } }, '典当行 → 小额贷款公司'],
  [{ kind: 'merger', other }, '并入乙行'],
  [{ kind: 'merger', other, side: 'taken_over' }, '吸收乙行'],
  [{ kind: 'succession', other }, '由乙行承继'],
  [{ kind: 'merger', after: { successor: '9199' } }, '并入9199'],
  [{ kind: 'closing' }, ''],
])('%o reads %s', (part, words) => expect(eventWords(event(part))).toBe(words));

it('a span that goes on has no end', () => {
  expect(span('2015-01-01', null)).toBe('2015-01-01 起');
  expect(span('2015-01-01', '2026-09-14')).toBe('2015-01-01 至 2026-09-14');
});
