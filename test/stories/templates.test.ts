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

async function fetched(person: Person, path: string): Promise<Buffer> {
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

/** In which elements of a worksheet must stand (ECMA-376 18.3.1.99); Excel refuses another order. */
const ORDER = [
  'sheetPr',
  'dimension',
  'sheetViews',
  'sheetFormatPr',
  'cols',
  'sheetData',
  'sheetProtection',
  'autoFilter',
  'mergeCells',
  'conditionalFormatting',
  'dataValidations',
  'hyperlinks',
  'printOptions',
  'pageMargins',
  'pageSetup',
  'headerFooter',
  'drawing',
  'legacyDrawing',
];

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
    if (/worksheets\/sheet/.test(name) && name.endsWith('.xml')) {
      const root = (parts[name] ?? '').replace(/<sheetData>.*<\/sheetData>/s, '<sheetData/>');
      const seen = ORDER.map((element) => root.search(new RegExp(`<${element}[ />]`))).filter((index) => index >= 0);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    }
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

describe('the way back', () => {
  it('figures, zero, 不适用, 暂缺 and blank arrive as what they are, and one bad line hides no other', async () => {
    const filing = await bank.filer.files(
      { institution: bank.uscc, period: '2026Q3' },
      { BK_LOAN_BAL: '1000', BK_GL_BAL: '100', BK_GL_NPL: '1' },
    );
    const bytes = await templateOf(filing);
    const rows = await rowsOf(bytes);
    const at = (code: string) => `D${rows.get(code)}`;
    const file = await changed(bytes, {
      [at('BK_LOAN_BAL')]: 1200.1234,
      [at('BK_GL_NEW')]: 0,
      [at('BK_GL_CNT')]: '/',
      [at('BK_GL_CUST')]: '..',
      [at('BK_GL_REPAY')]: '１，２３４．５',
      [at('BK_GL_WO')]: '12万',
      [at('BK_GL_NPL')]: null,
    });
    const view = await preview(bank.filer, file);
    expect(view.counts).toMatchObject({ added: 4, changed: 1, cleared: 1, problems: 1 });
    expect(view.issues).toEqual([
      {
        code: 'CELL_NOT_NUMBER',
        severity: 'problem',
        sheet: '填报表',
        row: rows.get('BK_GL_WO'),
        column: 'D',
        cell: at('BK_GL_WO'),
        raw: '12万',
        message: expect.stringContaining('不是可识别的数值'),
        expected: expect.stringContaining('不适用填 /'),
      },
    ]);
    expect(view.rows.find(({ metric }) => metric === 'BK_GL_CNT')).toMatchObject({
      after: null,
      afterState: 'not_applicable',
      kind: 'added',
    });
    expect((await commit(bank.filer, view.id, { skip: true, clear: true })).filings).toEqual([
      { id: filing.id, institution: bank.uscc, period: '2026Q3', changed: 6 },
    ]);
    const { figures } = await bank.filer.get<FilingView>(`/filings/${filing.id}`);
    expect(figures).toMatchObject({
      BK_LOAN_BAL: { value: '1200.1234', state: 'value' },
      BK_GL_NEW: { value: '0', state: 'value' },
      BK_GL_CNT: { value: null, state: 'not_applicable' },
      BK_GL_CUST: { value: null, state: 'not_available' },
      BK_GL_REPAY: { value: '1234.5', state: 'value' },
      BK_GL_WO: { value: null, state: 'blank' },
      BK_GL_NPL: { value: null, state: 'blank' },
      BK_GL_BAL: { value: '100', state: 'value' },
    });

    const undone = await bank.filer.post<UndoAnswer>(`/imports/${view.id}/undo`);
    expect(undone.filings).toEqual([{ id: filing.id, institution: bank.uscc, period: '2026Q3', undone: 6, kept: 0 }]);
    const back = await bank.filer.get<FilingView>(`/filings/${filing.id}`);
    for (const code of ['BK_LOAN_BAL', 'BK_GL_BAL', 'BK_GL_NPL', 'BK_GL_NEW', 'BK_GL_CNT'])
      expect([code, back.figures[code]?.value, back.figures[code]?.state]).toEqual([
        code,
        filing.figures[code]?.value,
        filing.figures[code]?.state,
      ]);
    expect(back.figures.BK_LOAN_BAL?.version).toBe(3);
    expect(back.version).toBeGreaterThan(filing.version);
    expect(await bank.filer.post(`/imports/${view.id}/undo`)).toEqual(undone);
    const { items } = await bank.filer.get<Page<ImportItem>>('/imports');
    expect(items[0]).toMatchObject({ id: view.id, state: 'undone', mine: true, by: 'filer2' });
  });

  it.each([
    ['another version', 'TEMPLATE_VERSION', { B3: '9' }],
    ['another form', 'TEMPLATE_FORM', { B2: 'insurer-quarterly' }],
    ['another period', 'TEMPLATE_CHANGED', { B5: '2025Q3' }, 'B6'],
    ['a period that is not open', 'TEMPLATE_PERIOD', { B5: '2031Q1' }],
    ['a damaged code', 'CELL_USCC', { B4: '12345' }],
    ['a damaged period', 'CELL_PERIOD', { B5: '2026' }],
    ['a changed hash', 'TEMPLATE_CHANGED', { B6: 'abc' }],
  ])('%s in _meta: %s, and no figure is offered', async (_, code, cells, cell = Object.keys(cells)[0]) => {
    const filing = await bank.filer.files({ institution: bank.uscc, period: '2026Q3' }, {});
    const view = await preview(bank.filer, await changed(await templateOf(filing), cells, '_meta'));
    expect(view.issues.map((issue) => [issue.code, issue.sheet, issue.cell])).toContainEqual([code, '_meta', cell]);
    expect(view.rows).toEqual([]);
    expect(view.issues.every(({ severity }) => severity === 'problem')).toBe(true);
    expect(await bank.filer.asks('POST', `/imports/${view.id}/commit`, {})).toMatchObject({ status: 422 });
  });

  it("another bank's template is not taken, and one uploaded for another filing neither", async () => {
    const foreign = await other.filer.files({ institution: other.uscc, period: '2026Q3' }, { BK_LOAN_BAL: '5' });
    const bytes = await templateOf(foreign, other.filer);
    const view = await preview(bank.filer, bytes);
    expect(view.issues.map(({ code, raw }) => [code, raw])).toEqual([['TEMPLATE_INSTITUTION', other.uscc]]);
    expect((await bank.filer.asks('GET', `/exports/templates/${foreign.id}.xlsx`)).status).toBe(404);
    const [mine, earlier] = [
      await bank.filer.files({ institution: bank.uscc, period: '2026Q3' }, {}),
      await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, {}),
    ];
    const answer = await bank.filer.uploads<ImportView>({
      name: 'a.xlsx',
      bytes: await templateOf(earlier),
      fields: { filing: mine.id },
    });
    expect(answer.body.issues.map(({ code, expected }) => [code, expected])).toEqual([['TEMPLATE_PERIOD', '2026Q3']]);
  });

  it('before there is a filing the template is had by institution and period', async () => {
    const bytes = await fetched(bank.filer, `/exports/templates?institution=${bank.uscc}&period=2024Q1`);
    const rows = await rowsOf(bytes);
    const view = await preview(bank.filer, await changed(bytes, { [`D${rows.get('BK_LOAN_BAL')}`]: 77 }));
    expect(view.counts).toMatchObject({ added: 1, problems: 0 });
    const { filings } = await commit(bank.filer, view.id);
    expect(filings).toMatchObject([{ period: '2024Q1', changed: 1 }]);
    expect((await bank.filer.asks('GET', `/exports/templates?institution=${other.uscc}&period=2024Q1`)).status).toBe(
      404,
    );
    expect((await bank.filer.asks('GET', `/exports/templates?institution=${bank.uscc}&period=2024`)).status).toBe(422);
    // The questionnaire of the year stands beside it, and goes into its own filing.
    const measures = await fetched(
      bank.filer,
      `/exports/templates?institution=${bank.uscc}&period=2024Q4&form=measures-annual`,
    );
    const line = (await rowsOf(measures)).get('QL_DEPT');
    const asked = await preview(bank.filer, await changed(measures, { [`D${line}`]: 1 }));
    expect(asked.counts).toMatchObject({ added: 1, problems: 0 });
    const done = await commit(bank.filer, asked.id);
    expect((await bank.filer.get<FilingView>(`/filings/${done.filings[0]?.id}`)).form).toBe('measures-annual');
  });

  it('an undo leaves what somebody changed since, and is refused once the filing is no draft', async () => {
    const file = (loans: string) =>
      csv([
        ['institution', 'period', 'BK_LOAN_BAL', 'BK_GL_BAL'],
        [bank.uscc, '2024Q2', loans, '5'],
      ]);
    const view = await preview(bank.filer, file('10'), 'q.csv');
    const nothing = await bank.filer.asks('POST', `/imports/${view.id}/undo`, {});
    expect([nothing.status, nothing.body.code]).toEqual([409, 'IMPORT_NOT_COMMITTED']);
    const { filings } = await commit(bank.filer, view.id);
    await bank.filer.files({ institution: bank.uscc, period: '2024Q2' }, { BK_LOAN_BAL: '11' });
    const undone = await bank.filer.post<UndoAnswer>(`/imports/${view.id}/undo`);
    expect(undone.filings).toMatchObject([{ undone: 1, kept: 1 }]);
    const { figures } = await bank.filer.get<FilingView>(`/filings/${filings[0]?.id}`);
    expect([figures.BK_LOAN_BAL?.value, figures.BK_GL_BAL?.value]).toEqual(['11', null]);

    const second = await preview(bank.filer, file('12'), 'q.csv');
    await commit(bank.filer, second.id);
    await bank.checker.submits(filings[0] as { id: string });
    const late = await bank.filer.asks('POST', `/imports/${second.id}/undo`, {});
    expect([late.status, late.body.code]).toEqual([409, 'IMPORT_LOCKED']);
    const colleague = await place.district.person(['filer'], { institutionId: bank.id });
    expect((await colleague.asks('POST', `/imports/${second.id}/undo`, {})).status).toBe(404);
    const { items } = await colleague.get<Page<ImportItem>>('/imports?limit=1');
    expect(items).toMatchObject([{ id: second.id, mine: false, state: 'committed' }]);
    expect((await other.filer.get<Page<ImportItem>>('/imports')).items).toEqual([]);
  });
});

describe('the workbook back with its faulty cells marked', () => {
  it('of a template: same addresses, red with a note, a linked list first; corrected it imports', async () => {
    const filing = await bank.filer.files({ institution: bank.uscc, period: '2025Q1' }, { BK_LOAN_BAL: '10' });
    const bytes = await templateOf(filing);
    const rows = await rowsOf(bytes);
    const at = (code: string) => `D${rows.get(code)}`;
    const view = await preview(
      bank.filer,
      await changed(bytes, {
        [at('BK_LOAN_BAL')]: '=1+2',
        [at('BK_GL_BAL')]: 'abc',
        [at('BK_GL_NEW')]: 7.25,
        [at('BK_GL_CNT')]: '/',
      }),
    );
    expect(view.issues.map(({ cell }) => cell)).toEqual([at('BK_LOAN_BAL'), at('BK_GL_BAL')]);
    const marked = await fetched(bank.filer, `/imports/${view.id}/marked.xlsx`);
    const parts = expectSound(marked);
    expect(parts['xl/worksheets/sheet1.xml']).toContain(`location="&apos;填报表&apos;!${at('BK_GL_BAL')}"`);
    const { sheets } = await readXlsx(marked);
    expect(sheets.map(({ name }) => name)).toEqual(['问题清单', '填报表', '填报说明', '校验关系', '字典', '_meta']);
    expect(sheets[0]?.rows[2]?.slice(0, 6)).toEqual([2, '填报表', rows.get('BK_GL_BAL'), 'D', at('BK_GL_BAL'), 'abc']);
    const value = (code: string) => sheets[1]?.rows[(rows.get(code) as number) - 1]?.[3];
    expect([value('BK_LOAN_BAL'), value('BK_GL_BAL'), value('BK_GL_NEW'), value('BK_GL_CNT')]).toEqual([
      "'=1+2",
      'abc',
      7.25,
      '/',
    ]);
    const styled = await readXlsx(marked, { readStyles: true });
    const fill = (code: string) => styled.sheets[1]?.cells?.get(`${(rows.get(code) as number) - 1},3`);
    expect(JSON.stringify(fill('BK_GL_BAL'))).toContain('FFC7CE');
    expect(JSON.stringify(fill('BK_GL_NEW'))).not.toContain('FFC7CE');
    expect(
      Object.entries(parts).some(([name, xml]) => name.includes('comments') && xml.includes('不是可识别的数值')),
    ).toBe(true);

    const again = await preview(bank.filer, marked);
    expect(again.issues.map(({ cell, code }) => [cell, code])).toEqual(
      view.issues.map(({ cell, code }) => [cell, code]),
    );
    const corrected = await preview(
      bank.filer,
      await changed(marked, { [at('BK_LOAN_BAL')]: 3, [at('BK_GL_BAL')]: 2 }),
    );
    expect(corrected.counts).toMatchObject({ added: 3, changed: 1, problems: 0, warnings: 0 });
    expect(await fetched(bank.filer, `/imports/${corrected.id}/marked.xlsx`)).toBeInstanceOf(Buffer);
  });

  it('of a CSV: its cells at the same addresses, no formula, and corrected it imports', async () => {
    const bytes = csv([
      ['institution', 'period', 'BK_GL_BAL', 'BK_LOAN_BAL', '备注'],
      [bank.uscc, '2025Q2', '12万', '1,000.5', '=cmd|calc'],
      [bank.uscc, '2025Q3', '5', '', ''],
    ]);
    const view = await preview(bank.filer, bytes, '季报.csv');
    expect(view.issues.map(({ code, cell }) => [code, cell])).toEqual([
      ['W_COLUMN_IGNORED', 'E1'],
      ['CELL_NOT_NUMBER', 'C2'],
    ]);
    expect(Buffer.from(await fetched(bank.filer, `/imports/${view.id}/original`))).toEqual(bytes);
    const marked = await fetched(bank.filer, `/imports/${view.id}/marked.xlsx`);
    const parts = expectSound(marked);
    expect(Object.values(parts).some((xml) => xml.includes('<f>'))).toBe(false);
    const { sheets } = await readXlsx(marked);
    expect(sheets.map(({ name }) => name)).toEqual(['问题清单', '数据']);
    expect(sheets[1]?.rows[1]).toEqual([bank.uscc, '2025Q2', '12万', '1,000.5', "'=cmd|calc"]);
    const corrected = await preview(bank.filer, await changed(marked, { C2: 12 }, '数据'));
    expect(corrected.counts).toMatchObject({ added: 3, problems: 0 });
    expect(corrected.issues.map(({ code }) => code)).toEqual(['W_COLUMN_IGNORED']);
    const stranger = await place.district.person(['filer'], { institutionId: other.id });
    for (const path of ['original', 'marked.xlsx'])
      expect((await stranger.asks('GET', `/imports/${view.id}/${path}`)).status).toBe(404);
  });
});

describe('the figures of a quarter as a file', () => {
  it('the bureau has what was submitted, an institution its own drafts and nobody else; formulas are defused', async () => {
    const period = '2023Q1';
    await place.district.settles(bank, place.reviewer, { BK_LOAN_BAL: '1000.5', BK_GL_BAL: '42' }, period);
    await other.filer.files({ institution: other.uscc, period }, { BK_LOAN_BAL: '7' });
    const lines = async (person: Person): Promise<string[]> => {
      const text = (await fetched(person, `/exports/filings.csv?period=${period}`)).toString();
      expect(text.startsWith('\ufeff统一社会信用代码,机构,')).toBe(true);
      return text.trim().split('\n').slice(1);
    };
    const own = [
      `${bank.uscc},示范银行甲,绿色信贷统计表,2023Q1,已采纳,1,BK_GL_BAL,绿色贷款余额,万元,42,`,
      `${bank.uscc},示范银行甲,绿色信贷统计表,2023Q1,已采纳,1,BK_LOAN_BAL,各项贷款余额,万元,1000.5,`,
    ];
    expect((await lines(place.reviewer)).map((line) => line.trim())).toEqual(own);
    expect((await lines(bank.filer)).map((line) => line.trim())).toEqual(own);
    expect(await lines(other.filer)).toEqual([expect.stringContaining('草稿,,BK_LOAN_BAL,各项贷款余额,万元,7')]);
    const book = await fetched(place.officer, `/exports/filings.xlsx?period=${period}`);
    expectSound(book);
    const { sheets } = await readXlsx(book);
    expect(sheets[0]?.rows[2]?.slice(6, 10)).toEqual(['BK_LOAN_BAL', '各项贷款余额', '万元', 1000.5]);
    expect((await place.reviewer.asks('GET', '/exports/filings.csv?period=2023')).status).toBe(422);
  });
});
