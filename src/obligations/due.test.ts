import { loadCatalogue } from '../forms/catalogue.service.js';
import type { Form } from '../forms/form.js';
import { dueOf, isLate } from './due.js';

const catalogue = loadCatalogue();
const bank = catalogue.forms.get('bank-quarterly') as Form;
const control = catalogue.forms.get('control-district') as Form;

it.each([
  [bank, '2026Q3', '2026-10-20T16:00:00.000Z', false, 'the make-up Saturday 10 October counts'],
  [control, '2026Q3', '2026-10-27T16:00:00.000Z', false, 'a department has fifteen days'],
  [bank, '2025Q4', '2026-01-15T16:00:00.000Z', false, 'the calendar of the next year counts'],
  [bank, '2026Q4', '2027-01-14T16:00:00.000Z', true, '2027 is not announced'],
])('%o %s is due %s (provisional: %s): %s', (form, quarter, due, provisional) => {
  const counted = dueOf(form, quarter, catalogue.calendars);
  expect([counted.due.toISOString(), counted.provisional]).toEqual([due, provisional]);
});

it('the days of the district hold for the quarterly tables, not for the yearly questionnaire', () => {
  const yearly = catalogue.forms.get('measures-annual') as Form;
  const days = { filingWorkingDays: 8, departmentWorkingDays: 12 };
  const due = (form: Form, quarter: string) => dueOf(form, quarter, catalogue.calendars, days).due.toISOString();
  expect([due(bank, '2026Q3'), due(control, '2026Q3')]).toEqual([
    '2026-10-16T16:00:00.000Z',
    '2026-10-22T16:00:00.000Z',
  ]);
  expect(due(yearly, '2025Q4')).toBe(dueOf(yearly, '2025Q4', catalogue.calendars).due.toISOString());
});

it('is the same wherever the process thinks it is', () => {
  const before = process.env.TZ;
  const seen = ['America/New_York', 'UTC', 'Pacific/Kiritimati'].map((zone) => {
    process.env.TZ = zone;
    return dueOf(bank, '2026Q3', catalogue.calendars).due.toISOString();
  });
  process.env.TZ = before;
  expect(new Set(seen)).toEqual(new Set(['2026-10-20T16:00:00.000Z']));
});

it.each([
  ['2026-10-20T23:59:59.999+08:00', false],
  ['2026-10-21T00:00:00.000+08:00', true],
])('submitted at %s is late: %s', (at, late) =>
  expect(isLate(new Date(at), dueOf(bank, '2026Q3', catalogue.calendars).due)).toBe(late),
);
