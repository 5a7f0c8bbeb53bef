import type { AuditItem } from '../../src/audit/audit.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { ImportIssueView, ImportRowView, ImportView } from '../../src/imports/import.query.js';
import type { CommitAnswer } from '../../src/imports/imports.service.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank, testUscc } from '../district.js';
import { csv, gb18030 } from '../fixtures/nasty/make-csv.js';
import { bookParts, numberCell, sheetXml, textCell } from '../fixtures/nasty/make-workbook.js';
import { makeZip } from '../fixtures/nasty/make-zip.js';
import type { Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
  [bank, other] = place.banks as [Bank, Bank];
});
afterAll(() => place.district.close());

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const withoutInstance = (text: string): string => text.replace(/"instance":"[^"]*"/, '');
const WIDE = ['institution', 'period', 'BK_GL_BAL', 'BK_LOAN_BAL'];
const NEW = { beforeState: 'blank', afterState: 'value' };
const LONG = ['institution', 'period', 'metric', 'value', 'unit'];

/** A clean wide file of one bank, as its filer would send it. */
const wide = (period: string, green: string, loans: string, of: Bank = bank) => ({
  name: 'q.csv',
  bytes: csv([WIDE, [of.uscc, period, green, loans]]),
});

async function preview(
  person: Person,
  file: { name: string; bytes: Uint8Array; layout?: string },
): Promise<ImportView> {
  const answer = await person.uploads<ImportView>(file);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  expect(answer.headers.location).toBe(`/api/v1/imports/${answer.body.id}`);
  return answer.body;
}

const commit = (person: Person, id: string, how: object = {}): Promise<CommitAnswer> =>
  person.post(`/imports/${id}/commit`, how);
const refusal = async (person: Person, id: string, how: object = {}) => {
  const { status, body } = await person.asks('POST', `/imports/${id}/commit`, how);
  return [status, body.code];
};

/** Figures that stand in the draft of a period, blank ones left out; null: no filing. */
async function drafted(period: string, of: Bank = bank): Promise<Record<string, string | null> | null> {
  const { items } = await of.filer.get<Page<{ id: string }>>(`/filings?period=${period}`);
  if (!items[0]) return null;
  const { figures } = await of.filer.get<FilingView>(`/filings/${items[0].id}`);
  return Object.fromEntries(
    Object.entries(figures).flatMap(([code, { value }]) => (value === null ? [] : [[code, value]])),
  );
}

/** Rows of everything that an import may write. */
async function stored(): Promise<Record<string, number>> {
  const tables = [
    'import',
    'import_row',
    'import_issue',
    'filing',
    'filing_cell',
    'cell_change',
    'obligation',
    'audit.entry',
  ];
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as "${table}"`);
  const [row] = await place.district.rows<Record<string, number>>(`select ${counts.join(', ')}`);
  return row ?? {};
}

describe('the same figures in every kind of file', () => {
  const uscc = () => textCell(bank.uscc);
  const book = (rows: Parameters<typeof sheetXml>[0]) => makeZip(bookParts([{ name: '填报', xml: sheetXml(rows) }]));
  const CHINESE = ['统一社会信用代码', '报告期', '绿色贷款余额（亿元）', '各项贷款余额'];

  it.each([
    ['2023Q1', 'wide CSV, UTF-8', 'utf-8', 'a.csv', (p: string) => csv([WIDE, [bank.uscc, p, '1234.5', '98765.4321']])],
    [
      '2023Q2',
      'wide CSV, UTF-8 with BOM, CRLF',
      'utf-8',
      'a.csv',
      (p: string) =>
        Buffer.concat([
          Buffer.from('\ufeff'),
          csv([WIDE, [bank.uscc, p, '1,234.5', '９８７６５．４３２１']], { lineEnd: '\r\n' }),
        ]),
    ],
    [
      '2023Q3',
      'wide CSV, GB18030, 亿元 in the header',
      'gb18030',
      '绿色信贷.csv',
      (p: string) => gb18030(`${CHINESE.join(',')}\n${bank.uscc},${p},0.12345,98765.4321\n`),
    ],
    [
      '2023Q4',
      'long CSV, units per row',
      'utf-8',
      'a.csv',
      (p: string) =>
        csv([LONG, [bank.uscc, p, 'BK_GL_BAL', '0.12345', '亿元'], [bank.uscc, p, '各项贷款余额', '98765.4321', '']]),
    ],
    [
      '2024Q1',
      'wide workbook',
      'utf-8',
      '填报.xlsx',
      (p: string) => book([WIDE, [uscc(), textCell(p), numberCell('1234.5'), numberCell('98765.4321')]]),
    ],
    [
      '2024Q2',
      'long workbook',
      'utf-8',
      '填报.XLSX',
      (p: string) =>
        book([
          LONG.slice(0, 4),
          [uscc(), textCell(p), 'BK_GL_BAL', textCell('1,234.5')],
          [uscc(), textCell(p), 'BK_LOAN_BAL', numberCell('98765.4321')],
        ]),
    ],
  ])('%s: %s', async (period, _, encoding, name, make) => {
    const before = await stored();
    const view = await preview(bank.filer, { name, bytes: make(period) });
    expect(view).toMatchObject({ fileName: name, encoding, state: 'previewed' });
    expect(view.counts).toMatchObject({ added: 2, changed: 0, cleared: 0, unchanged: 0, problems: 0 });
    expect([...view.rows].sort((a, b) => (a.metric < b.metric ? -1 : 1))).toEqual([
      { institution: bank.uscc, period, metric: 'BK_GL_BAL', before: null, after: '1234.5', kind: 'added', ...NEW },
      {
        institution: bank.uscc,
        period,
        metric: 'BK_LOAN_BAL',
        before: null,
        after: '98765.4321',
        kind: 'added',
        ...NEW,
      },
    ]);
    expect(await drafted(period)).toBeNull(); // a preview stores no figure
    expect(await stored()).toMatchObject({ filing: before.filing });
    const { filings } = await commit(bank.filer, view.id);
    expect(filings).toEqual([{ id: expect.any(String), institution: bank.uscc, period, changed: 2 }]);
    expect(await drafted(period)).toEqual({ BK_GL_BAL: '1234.5', BK_LOAN_BAL: '98765.4321' });
  });
});

describe('what the preview says is what the commit does', () => {
  it('added, changed, cleared and unchanged cells; blanks clear only when asked to', async () => {
    await bank.filer.files(
      { institution: bank.uscc, period: '2024Q3' },
      { BK_GL_BAL: '100', BK_LOAN_BAL: '1000', BK_GL_NPL: '1' },
    );
    const file = csv([
      [...WIDE, 'BK_GL_NPL', 'BK_GL_CNT'],
      [bank.uscc, '2024Q3', '120', '1000', '', '7'],
      [bank.uscc, '2024Q4', '5', '', '', ''],
    ]);
    const view = await preview(bank.filer, { name: 'q.csv', bytes: file });
    expect(view.counts).toEqual({ added: 2, changed: 1, cleared: 1, unchanged: 4, problems: 0, warnings: 0 });
    const kept = await commit(bank.filer, view.id);
    expect(kept.filings.map(({ period, changed }) => [period, changed])).toEqual([
      ['2024Q3', 2],
      ['2024Q4', 1],
    ]);
    expect(await drafted('2024Q3')).toEqual({ BK_GL_BAL: '120', BK_LOAN_BAL: '1000', BK_GL_NPL: '1', BK_GL_CNT: '7' });
    expect(await drafted('2024Q4')).toEqual({ BK_GL_BAL: '5' });

    const again = await preview(bank.filer, { name: 'q.csv', bytes: file });
    expect(again.counts).toMatchObject({ added: 0, changed: 0, cleared: 1, unchanged: 7 });
    const cleared = await commit(bank.filer, again.id, { clear: true });
    expect(cleared.filings.map(({ period, changed }) => [period, changed])).toEqual([['2024Q3', 1]]);
    expect(await drafted('2024Q3')).toEqual({ BK_GL_BAL: '120', BK_LOAN_BAL: '1000', BK_GL_CNT: '7' });
    const { items } = await bank.filer.get<Page<{ state: string }>>('/filings?period=2024Q3');
    expect(items.map(({ state }) => state)).toEqual(['draft']); // never submits
  });

  it('every faulty cell is named at once; nothing goes in until told to leave those rows out', async () => {
    const before = await stored();
    const view = await preview(bank.filer, {
      name: 'q.csv',
      bytes: csv([
        LONG,
        [bank.uscc, '2025Q1', 'BK_GL_BAL', '1e400', '万元'],
        [bank.uscc, '2025Q1', 'BK_LOAN_BAL', '１２万', ''],
        [bank.uscc, '2025Q1', 'BK_GL_NPL', '3', '户'],
        [bank.uscc, '2025Q1', 'NO_SUCH_METRIC', '3', ''],
        [bank.uscc, '2025Q5', 'BK_GL_BAL', '3', ''],
        [bank.uscc, '2019Q1', 'BK_GL_BAL', '3', ''],
        [bank.uscc, '2025Q1', 'ML_G_BAL', '3', ''],
        [bank.uscc.slice(0, 17), '2025Q1', 'BK_GL_NEW', '3', ''],
        [other.uscc, '2025Q1', 'BK_GL_NEW', '3', ''],
        [testUscc(999), '2025Q1', 'BK_GL_NEW', '3', ''],
        [bank.uscc, '2025Q1', 'BK_GL_WO', '3', ''],
        [bank.uscc, '2025Q1', 'BK_GL_WO', '4', ''],
        [bank.uscc, '2025Q1', 'BK_GL_CNT', '42', ''],
      ]),
    });
    expect(view.counts).toMatchObject({ added: 1, problems: 12 });
    expect(view.issues.map(({ code, cell, raw }) => [code, cell, raw])).toEqual([
      ['CELL_RANGE', 'D2', '1e400'],
      ['CELL_NOT_NUMBER', 'D3', '１２万'],
      ['CELL_UNIT', 'E4', '户'],
      ['CELL_METRIC', 'C5', 'NO_SUCH_METRIC'],
      ['CELL_PERIOD', 'B6', '2025Q5'],
      ['CELL_USCC', 'A9', bank.uscc.slice(0, 17)],
      ['ROW_DUPLICATE', 'A12', bank.uscc],
      ['ROW_DUPLICATE', 'A13', bank.uscc],
      ['CELL_PERIOD_CLOSED', 'D7', '3'],
      ['CELL_METRIC_FORM', 'D8', '3'],
      ['CELL_INSTITUTION', 'D10', '3'],
      ['CELL_INSTITUTION', 'D11', '3'],
    ]);
    for (const issue of view.issues) {
      expect(issue).toMatchObject({ severity: 'problem', sheet: '' });
      expect(issue.cell).toBe(`${issue.column}${issue.row}`);
      expect(issue.message).toMatch(/[\u4e00-\u9fff]/);
      expect(issue.expected).toMatch(/[\u4e00-\u9fff]/);
    }
    // A bank that is another's reads like one that is not there.
    const [foreign, absent] = view.issues.slice(-2) as [ImportIssueView, ImportIssueView];
    expect(foreign.message.replace(other.uscc, '')).toBe(absent.message.replace(testUscc(999), ''));

    const unclean = await bank.filer.asks('POST', `/imports/${view.id}/commit`, {});
    expect([unclean.status, unclean.body.code]).toEqual([422, 'IMPORT_NOT_CLEAN']);
    expect(unclean.body.violations).toContainEqual(
      expect.objectContaining({ path: 'q.csv/D2', rule: 'CELL_RANGE', found: '1e400' }),
    );
    expect(await drafted('2025Q1')).toBeNull();
    const { filings } = await commit(bank.filer, view.id, { skip: true });
    expect(filings.map(({ period, changed }) => [period, changed])).toEqual([['2025Q1', 1]]);
    expect(await drafted('2025Q1')).toEqual({ BK_GL_CNT: '42' });
    expect(await drafted('2025Q1', other)).toBeNull();
    expect(await stored()).toMatchObject({ filing_cell: (before.filing_cell ?? 0) + 1 });
  });

  it('a column that is meant to be read and cannot be is a problem, not a hint: its figures must not get lost', async () => {
    const view = await preview(bank.filer, {
      name: 'q.csv',
      bytes: csv([
        ['institution', 'period', '绿色贷款余额（户）', 'BK_LOAN_BAL', '备注'],
        [bank.uscc, '2025Q2', '5', '10', '无'],
      ]),
    });
    expect(view.issues.map(({ code, severity, cell }) => [code, severity, cell])).toEqual([
      ['CELL_UNIT', 'problem', 'C1'],
      ['W_COLUMN_IGNORED', 'warning', 'E1'],
    ]);
    expect(await refusal(bank.filer, view.id)).toEqual([422, 'IMPORT_NOT_CLEAN']);
    // An officer imports for banks and micro-lenders, which both have an 绿色贷款余额.
    const ambiguous = await preview(place.officer, {
      name: 'q.csv',
      bytes: csv([
        ['institution', 'period', '绿色贷款余额', 'BK_LOAN_BAL'],
        [bank.uscc, '2025Q2', '5', '10'],
      ]),
    });
    expect(ambiguous.issues.map(({ code, severity, cell }) => [code, severity, cell])).toEqual([
      ['CELL_METRIC', 'problem', 'C1'],
    ]);
  });

  it('a workbook names the sheet too, and one bad cell withholds its whole row', async () => {
    const sheet = sheetXml([
      WIDE,
      [textCell(bank.uscc), textCell('2025Q2'), textCell('(5)'), numberCell('10')],
      [textCell(bank.uscc), textCell('2025Q3'), numberCell('5'), numberCell('10')],
    ]);
    const view = await preview(bank.filer, {
      name: '表.xlsx',
      bytes: makeZip(bookParts([{ name: '银行 季报', xml: sheet }])),
    });
    expect(view.issues).toEqual([
      {
        code: 'CELL_NOT_NUMBER',
        severity: 'problem',
        sheet: '银行 季报',
        row: 2,
        column: 'C',
        cell: 'C2',
        raw: '(5)',
        message: expect.any(String),
        expected: expect.any(String),
      },
    ]);
    expect(view.rows.map(({ period }) => period)).toEqual(['2025Q3', '2025Q3']);
  });

  it('lists of rows and issues go on where they stopped', async () => {
    const metrics = ['BK_GL_BAL', 'BK_LOAN_BAL', 'BK_GL_NPL', 'BK_GL_CNT', 'BK_GL_CUST'];
    const rows = metrics.map((metric) => [bank.uscc, '2025Q2', metric, '1', '']);
    const faults = metrics.map((metric) => [bank.uscc, '2025Q3', metric, 'x', '']);
    const { id } = await preview(bank.filer, { name: 'q.csv', bytes: csv([LONG, ...rows, ...faults]) });
    const all = async <T>(list: string): Promise<T[]> => {
      const items: T[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: Page<T> = await bank.filer.get(`/imports/${id}/${list}?limit=2${cursor && `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(2);
        items.push(...page.items);
        cursor = page.next;
      }
      return items;
    };
    expect((await all<ImportRowView>('rows')).map(({ metric }) => metric)).toEqual(metrics);
    expect((await all<ImportIssueView>('issues')).map(({ cell }) => cell)).toEqual(['D7', 'D8', 'D9', 'D10', 'D11']);
  });
});

describe('between preview and commit', () => {
  it('committed again, also five times at once: the same answer, written once', async () => {
    const { id } = await preview(bank.filer, wide('2025Q4', '10', '100'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => commit(bank.filer, id)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await commit(bank.filer, id, { skip: true, clear: true })).toEqual(answers[0]);
    const { figures } = await bank.filer.get<FilingView>(`/filings/${answers[0]?.filings[0]?.id}`);
    expect([figures.BK_GL_BAL?.version, figures.BK_LOAN_BAL?.version]).toEqual([1, 1]);
    const entries = await place.auditor.get<Page<AuditItem>>(`/audit?subject=${id}`);
    expect(entries.items.map(({ action }) => action).filter((action) => action === 'import.preview')).toHaveLength(1);
    expect((await bank.filer.get<ImportView>(`/imports/${id}`)).state).toBe('committed');
  });

  it('a cell that somebody changed meanwhile makes the preview stale, and then none of its filings is touched', async () => {
    await bank.filer.files({ institution: bank.uscc, period: '2026Q1' }, { BK_GL_BAL: '50' });
    const view = await preview(bank.filer, {
      name: 'q.csv',
      bytes: csv([WIDE, [bank.uscc, '2025Q4', '11', '101'], [bank.uscc, '2026Q1', '60', '600']]),
    });
    await bank.filer.files({ institution: bank.uscc, period: '2026Q1' }, { BK_GL_BAL: '55' });
    expect(await refusal(bank.filer, view.id)).toEqual([409, 'IMPORT_STALE']);
    expect(await drafted('2025Q4')).toEqual({ BK_GL_BAL: '10', BK_LOAN_BAL: '100' });
    expect(await drafted('2026Q1')).toEqual({ BK_GL_BAL: '55' });
  });

  it('of two previews of the same cells the second commit is stale', async () => {
    const [one, two] = [
      await preview(other.filer, wide('2024Q1', '1', '10', other)),
      await preview(other.filer, wide('2024Q1', '2', '20', other)),
    ];
    await commit(other.filer, one.id);
    expect(await refusal(other.filer, two.id)).toEqual([409, 'IMPORT_STALE']);
    expect(await drafted('2024Q1', other)).toEqual({ BK_GL_BAL: '1', BK_LOAN_BAL: '10' });
  });

  it('a filing that was submitted meanwhile is left alone; one that was before is named as locked', async () => {
    const filing = await bank.filer.files({ institution: bank.uscc, period: '2026Q2' }, { BK_LOAN_BAL: '500' });
    const early = await preview(bank.filer, wide('2026Q2', '10', '500'));
    await bank.checker.submits(filing);
    expect(await refusal(bank.filer, early.id)).toEqual([409, 'IMPORT_STALE']);
    const late = await preview(bank.filer, wide('2026Q2', '10', '500'));
    expect(late.issues.map(({ code, cell }) => [code, cell])).toEqual([
      ['ROW_LOCKED', 'C2'],
      ['ROW_LOCKED', 'D2'],
    ]);
    expect(await refusal(bank.filer, late.id)).toEqual([422, 'IMPORT_NOT_CLEAN']);
    expect((await commit(bank.filer, late.id, { skip: true })).filings).toEqual([]);
    expect(await drafted('2026Q2')).toEqual({ BK_LOAN_BAL: '500' });
  });

  it('after a day it has expired, and a committed one still answers', async () => {
    const fresh = await preview(other.filer, wide('2024Q2', '1', '10', other));
    const done = await preview(other.filer, wide('2024Q3', '1', '10', other));
    const answer = await commit(other.filer, done.id);
    const age = async (hours: string) =>
      place.district.rows(`update import set created_at = now() - $2::interval where id = any($1::uuid[])`, [
        [fresh.id, done.id],
        hours,
      ]);
    await age('24 hours 1 second');
    expect(await refusal(other.filer, fresh.id)).toEqual([409, 'IMPORT_EXPIRED']);
    expect(await commit(other.filer, done.id)).toEqual(answer);
    await age('23 hours 59 minutes');
    expect((await commit(other.filer, fresh.id)).filings).toHaveLength(1);
  });

  it("another person's import is not there, not even for a colleague of the same bank", async () => {
    const { id } = await preview(bank.filer, wide('2026Q3', '1', '10'));
    const colleague = await place.district.person(['filer'], { institutionId: bank.id });
    for (const person of [colleague, other.filer, place.officer])
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/rows'],
        ['GET', '/issues'],
        ['POST', '/commit'],
      ] as const) {
        const body = method === 'POST' ? {} : undefined;
        const foreign = await person.asks(method, `/imports/${id}${path}`, body);
        const absent = await person.asks(method, `/imports/${NOWHERE}${path}`, body);
        expect([path, foreign.status, withoutInstance(foreign.text)]).toEqual([
          path,
          404,
          withoutInstance(absent.text),
        ]);
      }
    expect((await place.reviewer.asks('GET', `/imports/${id}`)).status).toBe(403);
    expect(await drafted('2026Q3')).toBeNull();
  });
});

describe('who may import what', () => {
  it('an officer imports for any bank; the filing then has to be signed by the bank', async () => {
    const view = await preview(place.officer, {
      name: 'all.csv',
      bytes: csv([WIDE, ...[bank, other].map(({ uscc }) => [uscc, '2026Q3', '7', '70'])]),
    });
    const { filings } = await commit(place.officer, view.id);
    expect(filings.map(({ institution, changed }) => [institution, changed])).toEqual(
      [
        [bank.uscc, 2],
        [other.uscc, 2],
      ].sort(),
    );
    const mine = filings.find(({ institution }) => institution === bank.uscc) as { id: string };
    expect((await bank.checker.submits(mine)).state).toBe('submitted');
  });

  it.each(['checker', 'nobody'] as const)('%s may not', async (who) => {
    const person = who === 'checker' ? bank.checker : place.district.nobody;
    const before = await stored();
    expect((await person.uploads(wide('2026Q3', '1', '10'))).status).toBe(who === 'checker' ? 403 : 401);
    expect(await stored()).toEqual(before);
  });
});

describe('a file that cannot be trusted leaves nothing behind', () => {
  it.each([
    [
      'IMPORT_HEADER_MISSING',
      'q.csv',
      () =>
        csv([
          ['institution', 'BK_GL_BAL'],
          ['x', '1'],
        ]),
    ],
    ['IMPORT_NO_ROWS', 'q.csv', () => csv([WIDE])],
    ['IMPORT_EMPTY', 'q.csv', () => Buffer.alloc(0)],
    ['IMPORT_NUL', 'q.csv', () => csv([WIDE, ['a\0b', '2026Q3', '1', '2']])],
    ['IMPORT_TYPE', 'q.xlsx', () => csv([WIDE])],
    ['IMPORT_TYPE', 'q.exe', () => Buffer.from('MZ')],
    ['IMPORT_ZIP_DAMAGED', 'q.xlsx', () => makeZip(bookParts([{ name: 'a', xml: sheetXml([WIDE]) }])).subarray(0, 900)],
    ['IMPORT_ZIP_RATIO', 'q.xlsx', () => makeZip([{ name: 'xl/worksheets/sheet1.xml', data: ' '.repeat(30_000_000) }])],
    ['IMPORT_SIZE', 'q.csv', () => Buffer.alloc(20 * 1024 * 1024 + 1, 'a')],
  ])('%s of %s', async (code, name, make) => {
    const before = await stored();
    const answer = await bank.filer.uploads({ name, bytes: make() });
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body.violations).toEqual([
      {
        path: expect.stringMatching(new RegExp(`^${name}`)),
        rule: code,
        found: expect.any(String),
        expected: expect.any(String),
        message: answer.body.title,
      },
    ]);
    expect(answer.body.title).toMatch(/[\u4e00-\u9fff]/);
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['no file at all', 422, 'multipart/form-data; boundary=x', '--x--\r\n'],
    [
      'a layout that is none',
      422,
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="layout"\r\n\r\ntall\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n--x--\r\n',
    ],
    [
      'a form cut off',
      400,
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\ninstitution',
    ],
    ['a form without boundary', 400, 'multipart/form-data', 'abc'],
    ['JSON', 415, 'application/json', '{}'],
  ])('%s: %d', async (_, status, type, body) => {
    const before = await stored();
    const answer = await bank.filer.asks('POST', '/imports', body, { 'content-type': type });
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining('/problems/')]);
    expect(await stored()).toEqual(before);
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'upload-1' };

  it('sent again it is the same import; with another file, or another layout, it is refused', async () => {
    const file = wide('2024Q4', '1', '10', other);
    const answers = await Promise.all([1, 2, 3].map(() => other.filer.uploads<ImportView>(file, key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const before = await stored();
    const another = await other.filer.uploads(wide('2024Q4', '2', '10', other), key);
    expect([another.status, another.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const layout = await other.filer.uploads({ ...file, layout: 'wide' }, key);
    expect([layout.status, layout.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await stored()).toEqual(before);
    // A key belongs to its person.
    expect((await bank.filer.uploads<ImportView>(wide('2024Q4', '9', '90'), key)).status).toBe(201);
  });
});
