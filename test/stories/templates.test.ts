import { strFromU8, unzipSync } from 'fflate';
import { openXlsx, readXlsx, saveXlsx } from 'hucre/xlsx';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { ImportItem, ImportView } from '../../src/imports/import.query.js';
import type { CommitAnswer, UndoAnswer } from '../../src/imports/imports.service.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank } from '../district.js';
import { csv } from '../fixtures/nasty/make-csv.js';
import type { Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
  [bank, other] = place.banks as [Bank, Bank];
});
afterAll(() => place.district.close());

async function fetched(person: Person, path: string): Promise<Uint8Array> {
  const answer = await person.download(path);
  expect([answer.status, answer.headers['x-content-type-options']]).toEqual([200, 'nosniff']);
  expect(answer.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''/);
  return answer.bytes;
}

const templateOf = (filing: { id: string }, person = bank.filer) =>
  fetched(person, `/exports/templates/${filing.id}.xlsx`);

/** A workbook changed cell by cell, as a spreadsheet would: formats and hidden sheets stay. */
async function changed(bytes: Uint8Array, cells: Record<string, string | number | null>, sheet = '填报表') {
  const book = await openXlsx(bytes);
  const form = book.sheets.find(({ name }) => name === sheet);
  if (!form) throw new Error(`no ${sheet}`);
  const columns = 'ABCDEFGH';
  for (const [at, value] of Object.entries(cells)) {
    const [row, column] = [Number.parseInt(at.slice(1), 10) - 1, columns.indexOf(at[0] as string)];
    (form.rows[row] as unknown[])[column] = value;
    const cell = form.cells?.get(`${row},${column}`);
    if (cell) Object.assign(cell, { value, type: typeof value === 'number' ? 'number' : 'string' });
  }
  return saveXlsx(book);
}

/** Code → row of 填报表. */
async function rowsOf(bytes: Uint8Array): Promise<Map<string, number>> {
  const { sheets } = await readXlsx(bytes);
  const form = sheets.find(({ name }) => name === '填报表');
  return new Map((form?.rows ?? []).flatMap((row, i): [string, number][] => (row[0] ? [[`${row[0]}`, i + 1]] : [])));
}

async function preview(person: Person, bytes: Uint8Array, name = '模板.xlsx'): Promise<ImportView> {
  const answer = await person.uploads<ImportView>({ name, bytes });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
}
const commit = (person: Person, id: string, how: object = {}): Promise<CommitAnswer> =>
  person.post(`/imports/${id}/commit`, how);

/** Every part of an .xlsx is well-formed, declared, and every relation leads to one. */
function expectSound(bytes: Uint8Array): Record<string, string> {
  const parts = Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, data]) => [name, strFromU8(data)]));
  const types = parts['[Content_Types].xml'] ?? '';
  for (const name of Object.keys(parts)) {
    if (name === '[Content_Types].xml') continue;
    const extension = name.slice(name.lastIndexOf('.') + 1);
    expect(
      types.includes(`PartName="/${name}"`) || types.includes(`Extension="${extension}"`) ? name : `${name}: no type`,
    ).toBe(name);
    if (!name.endsWith('.rels')) continue;
    const folder = name.replace(/_rels\/[^/]*$/, '');
    for (const [, target = ''] of (parts[name] ?? '').matchAll(/<Relationship [^>]*Target="([^"]*)"/g)) {
      const resolved = target.startsWith('/')
        ? target.slice(1)
        : new URL(target, `http://x/${folder}`).pathname.slice(1);
      expect(Object.keys(parts)).toContain(resolved);
    }
  }
  return parts;
}

describe('a template', () => {
  it('is protected without a password, with frozen panes, drop-downs, notes, hidden sheets, figures and last quarter', async () => {
    await place.district.settles(bank, place.reviewer, { BK_LOAN_BAL: '900', BK_GL_BAL: '90' }, '2026Q1');
    const filing = await bank.filer.files(
      { institution: bank.uscc, period: '2026Q2' },
      { BK_LOAN_BAL: '1000.5', BK_GL_BAL: '0' },
    );
    await bank.filer.patch(`/filings/${filing.id}`, {
      figures: {
        BK_GL_CNT: { value: null, state: 'not_applicable', version: 0 },
        BK_GL_CUST: { value: null, state: 'not_available', version: 0 },
      },
    });
    const bytes = await templateOf(filing);
    const parts = expectSound(bytes);
    const sheet = parts['xl/worksheets/sheet1.xml'] ?? '';
    expect(sheet).toMatch(/<sheetProtection sheet="1"/);
    expect(sheet).not.toMatch(/password|hashValue/);
    expect(sheet).toMatch(/<pane [^>]*state="frozen"/);
    expect(sheet).toMatch(/<dataValidation type="list"/);
    expect(parts['xl/workbook.xml']).toMatch(/<sheet name="_meta"[^>]*state="hidden"/);
    expect(parts['xl/workbook.xml']).toMatch(/<sheet name="字典"[^>]*state="hidden"/);
    const rows = await rowsOf(bytes);
    const { sheets } = await readXlsx(bytes);
    const form = sheets[0]?.rows ?? [];
    const line = (code: string) => form[(rows.get(code) as number) - 1]?.slice(0, 5);
    expect(line('BK_LOAN_BAL')).toEqual(['BK_LOAN_BAL', '各项贷款余额', '万元', 1000.5, 900]);
    expect(line('BK_GL_BAL')).toEqual(['BK_GL_BAL', '绿色贷款余额', '万元', 0, 90]);
    expect(line('BK_GL_CNT')?.[3]).toBe('/');
    expect(line('BK_GL_CUST')?.[3]).toBe('..');
    expect(line('BK_GL_NPL')?.[3] ?? null).toBeNull();
    expect(sheets.map(({ name }) => name)).toEqual(['填报表', '填报说明', '校验关系', '字典', '_meta']);
    expect(JSON.stringify(sheets[2]?.rows)).toContain('BK_GL_BAL ≤ BK_LOAN_BAL');
    expect(sheets[4]?.rows.slice(1, 5)).toEqual([
      ['form', 'bank-quarterly'],
      ['version', '1'],
      ['filer', bank.uscc],
      ['period', '2026Q2'],
    ]);

    const again = await preview(bank.filer, bytes);
    expect(again.issues).toEqual([]);
    expect(again.counts).toMatchObject({ added: 0, changed: 0, cleared: 0, problems: 0, warnings: 0 });
    expect(again.counts.unchanged).toBe(rows.size - 1);
  });
});
