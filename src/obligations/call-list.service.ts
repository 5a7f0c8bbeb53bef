import { writeXlsx } from 'hucre/xlsx';
import { minuteOf } from '../calendar/day.js';
import { defused } from '../platform/spreadsheet-text.js';
import { csv } from '../scoring/tables.js';
import { dueDay, PROGRESS_TITLES } from './chasing.js';
import { type ProgressName, typeTitle } from './progress.query.js';

const COLUMNS: readonly { readonly header: string; readonly width: number }[] = [
  { header: '统一社会信用代码', width: 22 },
  { header: '机构', width: 28 },
  { header: '类型', width: 14 },
  { header: '报表', width: 26 },
  { header: '状态', width: 10 },
  { header: '已填', width: 10 },
  { header: '期限', width: 18 },
  { header: '剩余天数', width: 10 },
  { header: '联系人', width: 30 },
  { header: '电话', width: 24 },
  { header: '邮箱', width: 30 },
  { header: '最近催报', width: 18 },
  { header: '最近通话', width: 18 },
  { header: '承诺日期', width: 12 },
];

/** `2026-10-20 24:00` in Shanghai; midnight belongs to the day that ends. */
function localTime(instant: string | null): string {
  if (instant === null) return '';
  const at = new Date(instant);
  const local = minuteOf(at);
  return local.endsWith(' 00:00') ? `${dueDay(at)} 24:00` : local;
}

const rowOf = (each: ProgressName): string[] =>
  [
    each.institution ?? '',
    each.name,
    typeTitle(each.type),
    each.formTitle,
    `${PROGRESS_TITLES[each.state]}${each.overdue ? '（逾期）' : ''}`,
    `${each.filled.done}/${each.filled.of}`,
    localTime(each.due),
    each.daysLeft === null ? '' : `${each.daysLeft}`,
    each.contacts.map(({ name, roles }) => `${name}（${roles}）`).join('；'),
    each.contacts.flatMap(({ phone }) => phone ?? []).join('；'),
    each.contacts.flatMap(({ email }) => email ?? []).join('；'),
    localTime(each.lastReminder),
    localTime(each.lastCall?.at ?? null),
    each.lastCall?.promised ?? '',
  ].map(defused);

/** 电话名单 as CSV for Excel: byte order mark, nothing that a spreadsheet would take for a formula. */
export const callListCsv = (all: readonly ProgressName[]): string =>
  `\uFEFF${csv([COLUMNS.map(({ header }) => header), ...all.map(rowOf)])}`;

export const callListWorkbook = (all: readonly ProgressName[]): Promise<Uint8Array> =>
  writeXlsx({
    sheets: [
      {
        name: '电话名单',
        columns: COLUMNS.map(({ header, width }) => ({ header, key: header, width })),
        data: all.map((each) => Object.fromEntries(rowOf(each).map((text, i) => [COLUMNS[i]?.header ?? '', text]))),
      },
    ],
  });
