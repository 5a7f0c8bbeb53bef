import { strFromU8, unzipSync, zipSync } from 'fflate';
import { openXlsx, readXlsx, saveXlsx } from 'hucre/xlsx';

/** A workbook of a dropped zip, and what the product says of it. */
export interface DroppedWorkbook {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FORM_SHEET = '填报表';
const COLUMN = { code: 0, unit: 2, present: 3, before: 4 } as const;

/** The workbooks of the product's own zip (`GET /intake/workbooks.zip`), by file name; the list of contents left out. */
export function workbooksOf(zip: Uint8Array): Map<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(zip)).filter(([name]) => name !== '清单.xlsx'));
}

/** Code → what stands beside it as the last quarter's figure. */
export async function lastQuarterIn(workbook: Uint8Array): Promise<Map<string, string>> {
  const { sheets } = await readXlsx(workbook);
  const form = sheets.find(({ name }) => name === FORM_SHEET);
  return new Map(
    (form?.rows ?? []).flatMap((row): [string, string][] => {
      const code = `${row[COLUMN.code] ?? ''}`;
      const before = `${row[COLUMN.before] ?? ''}`;
      return /^[A-Z][A-Z0-9_]+$/.test(code) && before !== '' ? [[code, before]] : [];
    }),
  );
}

/** What an institution fills in that had no change since last quarter: what came in went out again. */
export async function unchangedSince(workbook: Uint8Array): Promise<Record<string, string>> {
  const figures = Object.fromEntries(await lastQuarterIn(workbook));
  const out: readonly (readonly [string, string, readonly string[]])[] = [
    ['BK_GL_NEW', 'BK_GL_REPAY', ['BK_GL_WO', 'BK_GL_RECLASS']],
    ['PW_G_NEW', 'PW_G_REDEEM', ['PW_G_DEAD']],
    ['GU_GG_NEW', 'GU_GG_REL', ['GU_GG_COMP']],
  ];
  for (const [came, went, others] of out) {
    if (figures[came] === undefined) continue;
    figures[went] = figures[came];
    for (const code of others) if (code in figures) figures[code] = '0';
  }
  return figures;
}

/**
 * A template of ours filled in as a spreadsheet would do it. A code that the form lacks takes the line of the first
 * code: the fault of 指标代码 typed over.
 */
export async function filledIn(
  workbook: Uint8Array,
  figures: Readonly<Record<string, string | number>>,
  wrongCode?: string,
): Promise<Uint8Array> {
  const book = await openXlsx(workbook);
  const form = book.sheets.find(({ name }) => name === FORM_SHEET);
  if (!form) throw new Error(`no ${FORM_SHEET}`);
  let isFirst = true;
  for (const [i, row] of form.rows.entries()) {
    const code = `${row[COLUMN.code] ?? ''}`;
    if (!/^[A-Z][A-Z0-9_]+$/.test(code)) continue;
    const put = (column: number, value: string | number): void => {
      (row as unknown[])[column] = value;
      const cell = form.cells?.get(`${i},${column}`);
      if (cell) Object.assign(cell, { value, type: typeof value === 'number' ? 'number' : 'string' });
    };
    const value = figures[code];
    if (value !== undefined) put(COLUMN.present, value);
    if (isFirst && wrongCode !== undefined) put(COLUMN.code, wrongCode);
    isFirst = false;
  }
  return saveXlsx(book);
}

/** Every figure times `factor`: 元 in a workbook of 万元. Shares and counts stay. */
export function inAnotherUnit(
  figures: Readonly<Record<string, string>>,
  factor: number,
  codes: (code: string) => boolean = (code) => !/_(RATE|CNT|CUST)$|^QL_/.test(code),
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(figures).map(([code, text]) => [
      code,
      codes(code) ? `${Math.round(Number.parseFloat(text) * factor * 100) / 100}` : text,
    ]),
  );
}

/** As a colleague would zip a folder of what came by chat group. */
export const zipOf = (workbooks: readonly DroppedWorkbook[], folder = '三季度报表'): Uint8Array =>
  zipSync(Object.fromEntries(workbooks.map(({ name, bytes }) => [`${folder}/${name}`, bytes])), { level: 0 });

export const textIn = (zip: Uint8Array, name: string): string => strFromU8(unzipSync(zip)[name] ?? new Uint8Array());

/**
 * Twelve workbooks as twelve banks return them: nine without fault, then one in 元, one with a code that the form
 * lacks, and one of another quarter.
 * @param workbooks prefilled for the quarter that is received
 * @param others prefilled for another one
 */
export async function twelveReturned(
  workbooks: ReadonlyMap<string, Uint8Array>,
  others: ReadonlyMap<string, Uint8Array>,
): Promise<DroppedWorkbook[]> {
  const filled: DroppedWorkbook[] = [];
  for (const [name, bytes] of workbooks) {
    if (filled.length === 12) break;
    if (!(await lastQuarterIn(bytes)).has('BK_GL_BAL')) continue;
    const figures = await unchangedSince(bytes);
    const n = filled.length;
    if (n === 9) filled.push({ name, bytes: await filledIn(bytes, inAnotherUnit(figures, 10_000)) });
    else if (n === 10) filled.push({ name, bytes: await filledIn(bytes, figures, 'BK_XX_BAL') });
    else if (n === 11) {
      const whose = name.split('-')[0];
      const [other, of] = [...others].find(([each]) => each.split('-')[0] === whose) as [string, Uint8Array];
      filled.push({ name: other, bytes: await filledIn(of, figures) });
    } else filled.push({ name, bytes: await filledIn(bytes, figures) });
  }
  return filled;
}
