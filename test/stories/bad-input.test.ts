import pg from 'pg';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { ImportView } from '../../src/imports/import.query.js';
import { ROLES } from '../../src/lifecycle/lifecycle.js';
import type { Violation } from '../../src/problems/problems.js';
import { aDistrict, type Bank, THIN_SCHEME } from '../district.js';
import { csv } from '../fixtures/nasty/make-csv.js';
import { nastyFiles } from '../fixtures/nasty/nasty-files.js';
import type { Answer, Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
/** A draft of the first bank. */
let draft: FilingView;
let evaluation: EvaluationView;
let preview: ImportView;
let counter: pg.Client;
let countAll: string;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
  const tables = await place.district.rows<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('public', 'audit') and table_type = 'BASE TABLE'
       and table_name not in ('leaf', 'seal') -- what was done before is sealed meanwhile
     order by 1`,
  );
  countAll = tables.map(({ name }) => `select '${name}' as name, count(*)::int as n from ${name}`).join(' union all ');
  counter = new pg.Client({ ...place.district.owner });
  await counter.connect();
  bank = place.banks[0] as Bank;
  for (const each of place.banks)
    await place.district.settles(each, place.reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '100' }, '2026Q1');
  draft = await bank.filer.files({ institution: bank.uscc, period: '2026Q2' }, { BK_LOAN_BAL: '1000' });
  const started = await place.officer.post<EvaluationView>('/evaluations', {
    scheme: 'bank-thin',
    version: 1,
    period: '2026Q1',
  });
  evaluation = await place.district.ended(place.officer, started.id);
  const file = {
    name: 'q.csv',
    bytes: csv([
      ['institution', 'period', 'BK_GL_BAL'],
      [bank.uscc, '2026Q3', '1'],
    ]),
  };
  preview = (await bank.filer.uploads<ImportView>(file)).body;
});
afterAll(async () => {
  await counter.end();
  await place.district.close();
});

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const NUL = '\0';
const LONE = '\ud800';

/** Rows in every table, so that nothing that a refused request left behind goes unseen. */
async function rowsOfAll(): Promise<unknown> {
  return (await counter.query(countAll)).rows;
}

function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    status,
    title: expect.stringMatching(/[\u4e00-\u9fff]/),
    instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(answer.text).not.toMatch(/node_modules|\.ts:|at Object|QueryFailed|select |insert /);
}

/** Asks, and expects a refusal that leaves nothing behind. */
async function refused(status: number, code: string, ask: () => Promise<Answer>): Promise<Answer> {
  const before = await rowsOfAll();
  const answer = await ask();
  expectProblem(answer, status, code);
  for (const violation of (answer.body.violations ?? []) as Violation[]) {
    expect(violation).toEqual({
      path: expect.any(String),
      rule: expect.any(String),
      found: expect.any(String),
      expected: expect.any(String),
      message: expect.stringMatching(/[\u4e00-\u9fff]/),
    });
    expect(violation.expected).not.toBe('');
  }
  expect(await rowsOfAll()).toEqual(before);
  return answer;
}

const violations = (answer: Answer): [string, string, string][] =>
  ((answer.body.violations ?? []) as Violation[]).map(({ path, rule, found }) => [path, rule, found]);

const edits = (figures: unknown) => () => bank.filer.asks('PATCH', `/filings/${draft.id}`, { figures });
const RAW = { 'content-type': 'application/json' };

describe('figures', () => {
  it.each([
    ['an unknown metric', 'NO_SUCH_METRIC', '1', 'CELL_METRIC'],
    ['a metric of another form', 'ML_G_BAL', '1', 'CELL_METRIC'],
    ['a metric that is derived', 'BK_X_NPLR', '1', 'CELL_METRIC'],
    ['a unit in the figure', 'BK_GL_BAL', '12万元', 'CELL_NOT_NUMBER'],
    ['a percent sign', 'BK_GL_BAL', '12%', 'CELL_NOT_NUMBER'],
    ['an exponent', 'BK_GL_BAL', '1e400', 'CELL_NOT_NUMBER'],
    ['thousands separators', 'BK_GL_BAL', '1,234', 'CELL_NOT_NUMBER'],
    ['full width', 'BK_GL_BAL', '１２', 'CELL_NOT_NUMBER'],
    ['blanks', 'BK_GL_BAL', ' 12', 'CELL_NOT_NUMBER'],
    ['nothing', 'BK_GL_BAL', '', 'CELL_NOT_NUMBER'],
    ['NaN', 'BK_GL_BAL', 'NaN', 'CELL_NOT_NUMBER'],
    ['a hexadecimal', 'BK_GL_BAL', '0x1F', 'CELL_NOT_NUMBER'],
    ['17 digits', 'BK_GL_BAL', '12345678901234567', 'CELL_RANGE'],
    ['more decimals than the metric has', 'BK_GL_BAL', '1.00001', 'CELL_DECIMALS'],
    ['half a loan', 'BK_GL_CNT', '1.5', 'CELL_DECIMALS'],
  ])('%s: %s = %s', async (_, code, value, rule) => {
    const answer = await refused(422, 'CELLS_INVALID', edits({ [code]: { value, version: 0 } }));
    const found = rule === 'CELL_METRIC' ? code : value;
    expect(violations(answer)).toEqual([[`figures.${code}`, rule, found]]);
  });

  it.each([
    ['a number', { value: 7, version: 0 }, 'figures.BK_GL_BAL.value', '7'],
    ['a boolean', { value: true, version: 0 }, 'figures.BK_GL_BAL.value', 'true'],
    ['no value', { version: 0 }, 'figures.BK_GL_BAL.value', '（缺）'],
    ['a list', ['1'], 'figures.BK_GL_BAL', '["1"]'],
    ['null', null, 'figures.BK_GL_BAL', 'null'],
    ['an unknown key', { value: '1', version: 0, unit: '亿元' }, 'figures.BK_GL_BAL.unit', '"亿元"'],
    ['an unknown state', { value: null, version: 0, state: 'lost' }, 'figures.BK_GL_BAL.state', '"lost"'],
    ['half a version', { value: '1', version: 0.5 }, 'figures.BK_GL_BAL.version', '0.5'],
  ])('a cell that is %s', async (_, cell, path, found) => {
    const answer = await refused(422, 'CELLS_INVALID', edits({ BK_GL_BAL: cell }));
    expect(violations(answer)).toEqual([[path, 'CELL_SHAPE', found]]);
  });

  it('a justification that is no text', async () => {
    const match = { 'if-match': `"${draft.version}"` };
    const answer = await refused(422, 'JUSTIFICATIONS_INVALID', () =>
      bank.checker.asks(
        'POST',
        `/filings/${draft.id}/submit`,
        { justifications: { V03: { a: 1 }, V05: 'x'.repeat(501), V06: '可以' } },
        match,
      ),
    );
    expect(violations(answer).map(([path]) => path)).toEqual(['justifications.V03', 'justifications.V05']);
  });

  it('a figure beside a state that says there is none', async () => {
    const answer = await refused(
      422,
      'CELLS_INVALID',
      edits({ BK_GL_BAL: { value: '1', state: 'blank', version: 0 } }),
    );
    expect(violations(answer)).toEqual([['figures.BK_GL_BAL', 'CELL_STATE', '1 / blank']]);
  });

  it('all faults at once, and the good cell beside them is not kept', async () => {
    const answer = await refused(
      422,
      'CELLS_INVALID',
      edits({
        BK_GL_BAL: { value: 'x', version: 0 },
        NO_SUCH: { value: '1', version: 0 },
        BK_GL_CNT: { value: '7', version: 0 },
        BK_GL_NPL: { value: '1e1', version: 0 },
      }),
    );
    expect(violations(answer).map(([path]) => path)).toEqual([
      'figures.BK_GL_BAL',
      'figures.NO_SUCH',
      'figures.BK_GL_NPL',
    ]);
    expect((await bank.filer.get<FilingView>(`/filings/${draft.id}`)).figures.BK_GL_CNT).toMatchObject({
      value: null,
      version: 0,
    });
  });

  it('a negative balance, and green above all loans, stand against submitting', async () => {
    const filing = await bank.filer.files(
      { institution: bank.uscc, period: '2025Q4' },
      { BK_LOAN_BAL: '1000', BK_GL_BAL: '1200', BK_LOAN_NEW: '-5', BK_GL_RECLASS: '-5' },
    );
    const answer = await refused(422, 'FILING_BLOCKED', () =>
      bank.checker.asks('POST', `/filings/${filing.id}/submit`, {}, { 'if-match': `"${filing.version}"` }),
    );
    expect(answer.body.violations).toMatchObject([
      { path: 'figures.BK_GL_BAL', rule: 'V01', found: '1200', expected: '≤ 1000' },
      { path: 'figures.BK_LOAN_NEW', rule: 'V04', found: '-5', expected: '≥ 0' },
    ]);
    expect((await bank.filer.get<FilingView>(`/filings/${filing.id}`)).state).toBe('draft');
  });
});

describe('a period that does not exist', () => {
  const files = (period: unknown) => () =>
    bank.filer.asks('POST', '/filings', { institution: bank.uscc, form: 'bank-quarterly', period });
  const evaluates = (period: unknown) => () =>
    place.officer.asks('POST', '/evaluations', { scheme: 'bank-thin', version: 1, period });

  it.each([
    ['2026Q5', 'INVALID'],
    ['2026', 'INVALID'],
    ['', 'INVALID'],
    [20263, 'INVALID'],
    ['2019Q1', 'PERIOD_UNKNOWN'],
  ])('filing for %s', async (period, code) => {
    const answer = await refused(422, code, files(period));
    expect(violations(answer).map(([path]) => path)).toEqual(['period']);
  });

  it.each([
    ['2026Q5', 'PERIOD_INVALID'],
    ['2026', 'PERIOD_INVALID'],
    ['第三季度', 'PERIOD_INVALID'],
    ['2031Q1', 'PERIOD_UNKNOWN'],
    [2026, 'INVALID'],
  ])('evaluating %s', async (period, code) => {
    const answer = await refused(422, code, evaluates(period));
    expect(violations(answer).map(([path]) => path)).toContain('period');
  });

  it('evaluating before anything was accepted', async () => {
    const answer = await refused(422, 'EVALUATION_NO_FIGURES', evaluates('2023Q1'));
    expect(violations(answer)).toEqual([['period', 'EVALUATION_NO_FIGURES', '2023Q1']]);
  });

  it.each([
    ['a scheme that is not there', { scheme: 'no-such' }, 'scheme'],
    ['a version that is not there', { version: 9 }, 'scheme'],
    ['half a version', { version: 1.5 }, 'version'],
    ['a version beyond every integer', { version: 1e300 }, 'version'],
    ['a cut-off that is no moment', { cutOff: '昨天' }, 'cutOff'],
    ['a cut-off of no zone', { cutOff: '2026-11-01T09:00:00' }, 'cutOff'],
    ['a cut-off on a day that is none', { cutOff: '2026-02-30T09:00:00+08:00' }, 'cutOff'],
    ['a cut-off to come', { cutOff: '2999-01-01T00:00:00+08:00' }, 'cutOff'],
    ['an unknown disclosure', { disclosure: 'some' }, 'disclosure'],
    ['an unknown field', { force: true }, 'force'],
  ])('evaluating with %s', async (_, change, path) => {
    const body = { scheme: 'bank-thin', version: 1, period: '2026Q1', ...change };
    const before = await rowsOfAll();
    const answer = await place.officer.asks('POST', '/evaluations', body);
    expect([answer.status, violations(answer).map((violation) => violation[0])]).toEqual([
      422,
      expect.arrayContaining([path]),
    ]);
    expectProblem(answer, 422, String(answer.body.code));
    expect(await rowsOfAll()).toEqual(before);
  });

  it('importing for periods that are none or not open, an unknown metric, a wrong unit, a row twice', async () => {
    const rows = [
      [bank.uscc, '2026Q5', 'BK_GL_BAL', '1', ''],
      [bank.uscc, '2019Q1', 'BK_GL_BAL', '1', ''],
      [bank.uscc, '2026Q3', 'NO_SUCH_METRIC', '1', ''],
      [bank.uscc, '2026Q3', 'BK_GL_BAL', '1', '户'],
      [bank.uscc, '2026Q3', 'BK_GL_BAL', '1e400', ''],
      [bank.uscc, '2026Q3', 'BK_GL_CNT', '1', ''],
      [bank.uscc, '2026Q3', 'BK_GL_CNT', '1', ''],
    ];
    const made = await bank.filer.uploads<ImportView>({
      name: 'q.csv',
      bytes: csv([['institution', 'period', 'metric', 'value', 'unit'], ...rows]),
    });
    const answer = await refused(422, 'IMPORT_NOT_CLEAN', () =>
      bank.filer.asks('POST', `/imports/${made.body.id}/commit`, {}),
    );
    expect(
      violations(answer)
        .map(([path, rule]) => `${path} ${rule}`)
        .sort(),
    ).toEqual([
      'q.csv/A5 ROW_DUPLICATE',
      'q.csv/A6 ROW_DUPLICATE',
      'q.csv/A7 ROW_DUPLICATE',
      'q.csv/A8 ROW_DUPLICATE',
      'q.csv/B2 CELL_PERIOD',
      'q.csv/C4 CELL_METRIC',
      'q.csv/D3 CELL_PERIOD_CLOSED',
      'q.csv/D6 CELL_RANGE',
      'q.csv/E5 CELL_UNIT',
    ]);
  });
});

describe('schemes', () => {
  const creates = (document: unknown) => () => place.officer.asks('POST', '/schemes', { document });
  const thin = (from: string | RegExp, to: string): string => {
    const changed = THIN_SCHEME.replace('bank-thin', 'bank-bad').replace(from, to);
    if (!changed.includes(to)) throw new Error(`nothing to replace: ${from}`);
    return changed;
  };
  const formula = (text: string) => thin('100 * green / loans', text);

  it.each([
    ['weights that sum to 99.99', thin('weight: 100', 'weight: 99.99'), 'indicators', 'weights-sum', '99.99'],
    ['a member of an object', formula('green.constructor'), 'indicators[0].value', 'formula-node', null],
    ['a name that every object has', formula('constructor'), 'indicators[0].value', 'formula-name', null],
    ['a call of what every object has', formula("constructor('x')"), 'indicators[0].value', null, null],
    ['a prototype', formula('__proto__'), 'indicators[0].value', 'formula-name', null],
    ['an index', formula('green["constructor"]'), 'indicators[0].value', null, null],
    ['an assignment', formula('green = 1'), 'indicators[0].value', null, null],
    ['a name that is not declared', formula('100 * green / lones'), 'indicators[0].value', 'formula-name', null],
    ['an unknown key', thin('cadence:', 'candence: x\ncadence:'), 'candence', 'unknown-key', null],
    ['a key twice', thin('cadence:', 'cadence: annual\ncadence:'), 'cadence', null, null],
    ['a metric that nobody knows', thin('BK_GL_BAL', 'NO_SUCH_METRIC'), 'inputs.green', null, null],
  ])('%s', async (_, document, path, rule, found) => {
    const answer = await refused(422, 'SCHEME_REFUSED', creates(document));
    const all = violations(answer);
    const at = all.filter((violation) => violation[0].startsWith(path));
    expect([all, at.length]).toEqual([all, expect.any(Number)]);
    expect(at).not.toEqual([]);
    if (rule) expect(at.map((violation) => violation[1])).toContain(rule);
    if (found) expect(at.map((violation) => violation[2])).toContain(found);
    const check = await place.officer.post<{ ok: boolean; errors: unknown[] }>('/schemes/check', { document });
    expect(check).toMatchObject({ ok: false, errors: answer.body.violations as unknown[] });
  });

  it('all faults of a document at once', async () => {
    const document = thin('weight: 100', 'weight: 99')
      .replace('green / loans', 'green / lones')
      .replace('minmax', 'maxmin');
    const answer = await refused(422, 'SCHEME_REFUSED', creates(document));
    expect(violations(answer).length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['nothing', undefined, 'INVALID'],
    ['null', null, 'INVALID'],
    ['a number', 7, 'DOCUMENT_INVALID'],
    ['a list', [], 'DOCUMENT_INVALID'],
    ['an empty object', {}, 'SCHEME_REFUSED'],
    ['an empty text', '', 'SCHEME_REFUSED'],
    ['no YAML', ':\n- [', 'SCHEME_REFUSED'],
    ['two documents', 'a: 1\n---\nb: 2', 'SCHEME_REFUSED'],
    ['100,000 open brackets', '['.repeat(100_000), 'SCHEME_REFUSED'],
    ['100,000 open braces', '{a: '.repeat(100_000), 'SCHEME_REFUSED'],
    [
      '20,000 levels of indentation',
      Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'SCHEME_REFUSED',
    ],
    [
      'aliases that multiply',
      [
        'a: &a [x,x,x,x,x,x,x,x,x]',
        ...'bcdefghij'.split('').map((k, i) => `${k}: &${k} [${`*${'abcdefghi'[i]},`.repeat(9)}]`),
      ].join('\n'),
      'SCHEME_REFUSED',
    ],
    ['an alias of itself', 'a: &a [*a]', 'SCHEME_REFUSED'],
    ['a formula of 3,000 characters', formula(`green + ${'1 + '.repeat(800)}1`), 'SCHEME_REFUSED'],
    [
      'a formula of 400 brackets',
      formula(`${'('.repeat(400)}${'-'.repeat(200)}green${')'.repeat(400)}`),
      'SCHEME_REFUSED',
    ],
    ['a tag that makes an object', 'scheme: !!js/function "x"', 'SCHEME_REFUSED'],
    ['3 MB of text', 'x'.repeat(3_000_000), 'SCHEME_REFUSED'],
  ])('a document that is %s', async (_, document, code) => {
    const began = Date.now();
    await refused(422, code, creates(document));
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it('the same version twice', async () => {
    await refused(409, 'SCHEME_EXISTS', creates(THIN_SCHEME));
  });
});

describe('files', () => {
  const WANTED = [
    'x01_bomb_ratio.xlsx',
    'x02_bomb_unpacked_size.xlsx',
    'x08_overlap.xlsx',
    'x20_entity_bomb.xlsx',
    'x31_password.xlsx',
  ];
  it.each(nastyFiles().filter(({ file }) => WANTED.includes(file)))(
    '$file: $what → $codes',
    async ({ file, codes, make }) => {
      const answer = await refused(422, codes[0] ?? '', () => bank.filer.uploads({ name: file, bytes: make() }));
      expect(violations(answer).map(([path, rule]) => [path.split('/')[0], rule])).toEqual([[file, codes[0]]]);
    },
  );

  it('a name that leads elsewhere, or is very long, is a name', async () => {
    const bytes = csv([
      ['institution', 'period', 'BK_GL_BAL'],
      [bank.uscc, '2026Q3', '1'],
    ]);
    for (const name of ['../../etc/passwd.csv', `${'长'.repeat(300)}.csv`, "'; drop table import; --.csv"]) {
      const { status, body } = await bank.filer.uploads<ImportView>({ name, bytes });
      expect(status).toBe(201);
      expect(body.fileName.length).toBeLessThanOrEqual(255);
    }
  });
});

describe('what no request may be', () => {
  const create = (change: object) =>
    JSON.stringify({ institution: bank.uscc, form: 'bank-quarterly', period: '2026Q3', ...change });
  const posts =
    (body: string, type = 'application/json') =>
    () =>
      bank.filer.asks('POST', '/filings', body, { 'content-type': type });

  it.each([
    ['no JSON', 400, 'UNPARSABLE', '{"institution":'],
    ['nothing', 400, 'UNPARSABLE', ''],
    ['a text', 422, 'INVALID', '"abc"'],
    ['a list', 422, 'INVALID', '[]'],
    ['null', 422, 'INVALID', 'null'],
    ['a number', 422, 'INVALID', '1e400'],
    [
      'an own __proto__',
      400,
      'UNPARSABLE',
      '{"__proto__":{"polluted":"yes"},"institution":"x","form":"y","period":"2026Q3"}',
    ],
    ['a deeper __proto__', 400, 'UNPARSABLE', '{"institution":{"__proto__":{"polluted":"yes"}}}'],
    ['a constructor with a prototype', 400, 'UNPARSABLE', '{"constructor":{"prototype":{"polluted":"yes"}}}'],
    ['100,000 levels', 400, 'UNPARSABLE', `${'{"a":'.repeat(100_000)}1`],
  ])('a body that is %s', async (_, status, code, body) => {
    await refused(status, code, posts(body));
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it.each([
    ['__proto__', 400, 'UNPARSABLE'],
    ['constructor', 422, 'INVALID'],
    ['toString', 422, 'CELLS_INVALID'],
    ['hasOwnProperty', 422, 'CELLS_INVALID'],
  ])('a metric called %s', async (code, status, told) => {
    const answer = await bank.filer.asks(
      'PATCH',
      `/filings/${draft.id}`,
      `{"figures":{"${code}":{"value":"1","version":0}}}`,
      RAW,
    );
    expectProblem(answer, status, told);
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'rubbish',
  ])('a body of type %s', async (type) => {
    const answer = await posts(create({}), type)();
    // JSON under an odd charset is still read as UTF-8, as RFC 8259 says, and then is a filing like any other.
    if (type.startsWith('application/json')) expect(answer.status).toBe(201);
    else expectProblem(answer, 415, 'MEDIA_TYPE');
  });

  it('10 MB in one string', async () => {
    await refused(413, 'TOO_LARGE', posts(create({ institution: 'x'.repeat(10_000_000) })));
    await refused(422, 'INVALID', posts(create({ institution: 'x'.repeat(3_000_000) })));
  });

  it.each([
    ['NUL', NUL],
    ['a lone surrogate', LONE],
  ])('%s in a string, wherever it may be stored or looked for', async (_, bad) => {
    const text = `坏字${bad}符`;
    const { version } = await bank.filer.get<FilingView>(`/filings/${draft.id}`);
    const match = { 'if-match': `"${version}"` };
    const asks: [Person, 'POST' | 'PATCH', string, unknown, Record<string, string>?][] = [
      [bank.filer, 'POST', '/filings', { institution: text, form: 'bank-quarterly', period: '2026Q3' }],
      [bank.filer, 'POST', '/filings', { institution: bank.uscc, form: text, period: '2026Q3' }],
      [bank.filer, 'PATCH', `/filings/${draft.id}`, { figures: { [text]: { value: '1', version: 0 } } }],
      [bank.filer, 'PATCH', `/filings/${draft.id}`, { figures: { BK_GL_BAL: { value: text, version: 0 } } }],
      [bank.checker, 'POST', `/filings/${draft.id}/submit`, { justifications: { V03: text } }, match],
      [
        place.reviewer,
        'POST',
        `/filings/${draft.id}/return`,
        { reason: text, message: `请核对${text}`, cells: [] },
        match,
      ],
      [
        place.officer,
        'POST',
        '/schemes',
        { document: THIN_SCHEME.replace('bank-thin', 'bank-nul').replace('title: 绿色贷款占比', `title: ${text}`) },
      ],
      [place.officer, 'POST', '/schemes', { document: { scheme: text } }],
      [place.officer, 'POST', '/evaluations', { scheme: text, version: 1, period: '2026Q1' }],
      [place.leader, 'POST', `/evaluations/${evaluation.id}/annul`, { reason: text }],
      [place.district.nobody, 'POST', '/auth/login', { username: text, password: 'x' }],
    ];
    for (const [person, method, path, body, headers] of asks) {
      const before = await rowsOfAll();
      const answer = await person.asks(method, path, body, headers);
      expect([path, answer.status]).toEqual([path, 422]);
      expectProblem(answer, 422, String(answer.body.code));
      expect(await rowsOfAll()).toEqual(before);
    }
    for (const [person, path] of [
      [bank.filer, `/filings?period=${encodeURIComponent('a')}%00`],
      [bank.filer, '/filings?institution=%ED%A0%80'],
      [place.officer, '/schemes/%00/versions'],
      [place.officer, `/evaluations/${evaluation.id}/results/%00`],
      [place.officer, `/evaluations/${evaluation.id}/ranking?cohort=%00`],
      [place.auditor, '/audit?subject=%00'],
    ] as const) {
      const answer = await person.asks('GET', path);
      expect([path, answer.status < 500]).toEqual([path, true]);
      if (answer.status >= 400) expectProblem(answer, answer.status, String(answer.body.code));
    }
  });

  it.each(['no-id', '1', NOWHERE, `${NOWHERE}0`, '%20', "'; drop table filing; --", 'a'.repeat(300), '..%2f..', '%zz'])(
    'an id that is %s leads nowhere',
    async (id) => {
      for (const [person, method, path] of [
        [bank.filer, 'GET', `/filings/${id}`],
        [bank.filer, 'GET', `/imports/${id}`],
        [bank.filer, 'GET', `/imports/${id}/rows`],
        [place.officer, 'GET', `/evaluations/${id}`],
        [place.officer, 'GET', `/evaluations/${id}/ranking`],
        [place.officer, 'GET', `/evaluations/${id}/bundle`],
        [place.officer, 'GET', `/evaluations/${id}/events`],
        [place.officer, 'GET', `/evaluations/${evaluation.id}/results/${id}`],
        [place.officer, 'POST', `/evaluations/${id}/cancel`],
      ] as const) {
        const answer = await person.asks(method, path);
        expect([path, answer.status]).toEqual([path, id === '%zz' ? 400 : 404]);
        expectProblem(answer, answer.status, id === '%zz' ? 'UNPARSABLE' : 'NOT_FOUND');
      }
    },
  );

  it.each(['PUT', 'DELETE'])('%s, which nothing answers', async (method) => {
    expectProblem(await bank.filer.asks(method as 'GET', `/filings/${draft.id}`), 404, 'NOT_FOUND');
    expectProblem(await bank.filer.asks('GET', '/no-such-thing'), 404, 'NOT_FOUND');
  });

  const cursor = (...keys: unknown[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url');
  const LISTS = [
    '/institutions',
    '/metrics',
    '/forms',
    '/periods',
    '/obligations',
    '/filings',
    '/schemes',
    '/evaluations',
    '/audit',
  ] as const;

  it.each(LISTS)('%s: limits and cursors that are none', async (list) => {
    const person = list === '/audit' ? place.auditor : place.officer;
    for (const limit of ['0', '201', '-1', '1.5', 'ten', '1e2', '', '99999999999', '1&limit=2'])
      expect([limit, (await person.asks('GET', `${list}?limit=${limit}`)).status]).toEqual([limit, 422]);
    expectProblem(await person.asks('GET', `${list}?limit=201`), 422, 'LIMIT_INVALID');
    for (const bad of [
      'rubbish',
      '%00',
      cursor(),
      cursor('x'),
      cursor(list.slice(1), {}),
      cursor(null, 1),
      'W10',
      '💥',
    ])
      expectProblem(await person.asks('GET', `${list}?cursor=${encodeURIComponent(bad)}`), 422, 'CURSOR_INVALID');
    expectProblem(await person.asks('GET', `${list}?colour=green`), 422, 'INVALID');
    // A cursor with the right name and keys that no row can have.
    for (const name of [list.slice(1), `${list.slice(1)}:`, `${list.slice(1)}::`, `${list.slice(1)}:::`])
      for (const keys of [
        ['x'],
        ['x', 'y'],
        ['x', 'y', 'z'],
        [2 ** 52],
        [2 ** 52, 2 ** 52],
        ['\0'],
        ['\0', '\0'],
        ['\0', '\0', '\0'],
      ])
        expect((await person.asks('GET', `${list}?cursor=${cursor(name, ...keys)}`)).status).toBeLessThan(500);
  });

  it('a cursor of another list, of other filters, of another ranking', async () => {
    const page = await place.officer.get<{ next: string | null }>('/periods?limit=1');
    expect(page.next).not.toBeNull();
    for (const path of ['/filings?', '/institutions?', `/evaluations/${evaluation.id}/ranking?`])
      expectProblem(await place.officer.asks('GET', `${path}cursor=${page.next}`), 422, 'CURSOR_INVALID');
    const filtered = await place.officer.get<{ next: string | null }>('/filings?limit=1&period=2026Q1');
    expect(filtered.next).not.toBeNull();
    expectProblem(
      await place.officer.asks('GET', `/filings?limit=1&period=2026Q2&cursor=${filtered.next}`),
      422,
      'CURSOR_INVALID',
    );
  });

  it.each(['x', '1', '"x"', '""', '"-1"', '"1.5"', '"99999999999"', '"1", "2"', '*', "'1'"])(
    'If-Match: %s',
    async (match) => {
      for (const [person, path] of [
        [bank.checker, 'submit'],
        [place.reviewer, 'claim'],
      ] as const)
        await refused(412, 'IF_MATCH_INVALID', () =>
          person.asks('POST', `/filings/${draft.id}/${path}`, {}, { 'if-match': match }),
        );
      await refused(412, 'IF_MATCH_INVALID', () =>
        bank.filer.asks('PATCH', `/filings/${draft.id}`, { figures: {} }, { 'if-match': match }),
      );
    },
  );

  it('a form that is not the one of this institution, fields that nobody knows', async () => {
    const answer = await refused(422, 'FORM_UNKNOWN', posts(create({ form: 'insurer-quarterly' })));
    expect(answer.body.violations).toMatchObject([
      { path: 'form', found: 'insurer-quarterly', expected: expect.stringMatching(/^bank-quarterly/) },
    ]);
    const unknown = await refused(422, 'INVALID', posts(create({ state: 'accepted' })));
    expect(violations(unknown)).toEqual([['state', 'whitelistValidation', '"accepted"']]);
    expect((unknown.body.violations as Violation[])[0]?.message).toContain('state');
  });
});

describe('generated requests', () => {
  const SEED = 20_261_124;

  /** Mulberry32: the same requests on every machine. */
  function chance(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  interface Schema {
    readonly $ref?: string;
    readonly properties?: Record<string, unknown>;
  }
  interface Operation {
    readonly parameters?: { readonly name: string; readonly in: string }[];
    readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
  }
  interface OpenApi {
    readonly paths: Record<string, Record<string, Operation>>;
    readonly components: { readonly schemas: Record<string, Schema> };
  }

  // GREENRANK_GENERATED=2000 tries more of them; the seed and the number of the request name each one.
  const COUNT = Number.parseInt(process.env.GREENRANK_GENERATED ?? '200', 10);

  it.each(ROLES)(
    `${COUNT} of them as %s, and none gets a 5xx`,
    async (who) => {
      const isOwn = who === 'filer' || who === 'checker';
      const person = isOwn ? bank[who] : await place.district.person([who], { department: 'finance_bureau' });
      const { body: api } = await place.district.nobody.asks<OpenApi>('GET', '/api/openapi.json');
      const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
        Object.entries(methods)
          .filter(() => !path.endsWith('/auth/logout') && !path.endsWith('/auth/login'))
          .map(([method, operation]) => ({ path, method: method.toUpperCase() as 'GET', operation })),
      );
      expect(operations.length).toBeGreaterThan(35);
      const random = chance(SEED + who.length);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
      const words: readonly unknown[] = [
        '',
        ' ',
        '0',
        '-1',
        '1e400',
        '2026Q1',
        '2026Q5',
        '2025',
        'bank-thin',
        'bank-quarterly',
        bank.uscc,
        'officer',
        NOWHERE,
        NUL,
        LONE,
        '💥',
        '＝1',
        "' or 1=1 --",
        '%s%n',
        '../..',
        '__proto__',
        'constructor',
        'x'.repeat(5_000),
        draft.id,
        evaluation.id,
        preview.id,
        '2026-02-30',
        '9999999999',
        0,
        -1,
        1.5,
        2 ** 53,
        1e308,
        true,
        false,
        null,
        [],
        {},
        [[]],
        { a: 1 },
        ['BK_GL_BAL'],
        { BK_GL_BAL: { value: '1', version: 0 } },
        { value: null },
      ];
      const texts = words.filter((word): word is string => typeof word === 'string' && word !== LONE);
      const ids = [
        draft.id,
        evaluation.id,
        preview.id,
        NOWHERE,
        bank.uscc,
        'bank-thin',
        ...texts.filter((text) => text.length < 200),
      ];
      const seen: number[] = [];
      for (let i = 0; i < COUNT; i++) {
        const { path, method, operation } = pick(operations);
        const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query' && random() < 0.4);
        const address =
          path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(pick(ids)) || '%20') +
          (query.length === 0
            ? ''
            : `?${query.map(({ name }) => `${name}=${encodeURIComponent(pick(texts))}`).join('&')}`);
        const reference =
          Object.values(operation.requestBody?.content ?? {})[0]
            ?.schema.$ref?.split('/')
            .at(-1) ?? '';
        const keys = Object.keys(api.components.schemas[reference]?.properties ?? {});
        const fields = [...keys, ...(random() < 0.1 ? ['surprise'] : [])].filter(() => random() < 0.85);
        const body =
          method === 'GET'
            ? undefined
            : random() < 0.1
              ? pick(words)
              : Object.fromEntries(fields.map((key) => [key, pick(words)]));
        const headers: Record<string, string> = {
          ...(random() < 0.5 ? { 'if-match': pick(['"1"', '"2"', 'x', '*']) } : {}),
          ...(random() < 0.3 ? { 'idempotency-key': pick(['a', 'b', 'k'.repeat(300)]) } : {}),
          ...(body === undefined
            ? {}
            : {
                'content-type': pick([
                  'application/json',
                  'application/json',
                  'application/json',
                  'multipart/form-data; boundary=x',
                  'text/plain',
                ]),
              }),
        };
        const answer = await person.asks(
          method,
          address,
          body === undefined ? undefined : (JSON.stringify(body) ?? ''),
          headers,
        );
        seen.push(answer.status);
        const told = `seed ${SEED}, ${who}, request ${i}: ${method} ${address} ${JSON.stringify(body)?.slice(0, 300)} ${JSON.stringify(headers)}`;
        if (answer.status >= 500) throw new Error(`${told}\n→ ${answer.text}`);
        if (answer.status >= 400 && answer.body.type !== `/problems/${answer.body.code}`)
          throw new Error(`no problem document: ${told}\n→ ${answer.text}`);
      }
      // Such requests must get past the door, too, or nothing is tried.
      expect(new Set(seen).size).toBeGreaterThan(4);
      expect(seen.filter((status) => status < 300).length).toBeGreaterThan(1);
      expect((await place.district.nobody.asks('GET', '/api/health')).status).toBe(200);
    },
    600_000,
  );
});
