import { unzipSync, zipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { IntakeBatch, IntakeFile } from '../../src/intake/intake.query.js';
import type { Outcome } from '../../src/intake/intake.service.js';
import type { StampedItem } from '../../src/intake/stamped-pages.service.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank } from '../district.js';
import { makeZip } from '../fixtures/nasty/make-zip.js';
import { filledIn, textIn, workbooksOf, zipOf } from '../intake-zip.js';
import type { Answer, Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let banks: Bank[];
/** Officer and reviewer in one, as in a bureau of three. */
let alone: Person;
let workbooks: Map<string, Uint8Array>;
let batch: IntakeBatch;

const PERIOD = '2026Q3';
const nameOf = (bank: Bank, period = '2026年第三季度') => `${bank.name}-绿色信贷统计表-${period}.xlsx`;
const figuresOf = (n: number) => ({ BK_LOAN_BAL: `${1000 + n}`, BK_GL_BAL: `${100 + n}` });
const templateOf = (bank: Bank): Uint8Array =>
  [...workbooks].find(([name]) => name.startsWith(`${bank.name}-`))?.[1] as Uint8Array;

beforeAll(async () => {
  place = await aDistrict({ banks: 14 });
  banks = [...place.banks];
  alone = await place.district.person(['officer', 'reviewer'], { department: 'finance_bureau' });
  // One has a quarter to compare with: its next workbook comes in 元.
  await place.district.settles(banks[9] as Bank, place.reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '400' }, '2026Q2');
  await alone.post('/obligations/generate', { period: '2026Q2' });
  await alone.post('/obligations/generate', { period: PERIOD });
});
afterAll(() => place.district.close());

async function dropped(
  person: Person,
  files: readonly { name: string; bytes: Uint8Array | string }[],
  fields: Record<string, string> = {},
): Promise<Answer<IntakeBatch>> {
  return person.dropsFiles<IntakeBatch>('/intake/batches', files, { period: PERIOD, ...fields });
}

async function read(person: Person, id: string): Promise<IntakeBatch> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    const view = await person.get<IntakeBatch>(`/intake/batches/${id}`);
    if (view.counts.waiting === 0) return view;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the batch was not read within 60 s');
}

const fileOf = (view: IntakeBatch, start: string): IntakeFile =>
  view.files.find(({ fileName }) => fileName.startsWith(start)) as IntakeFile;

it('makes one prefilled workbook for each institution that owes a form, with a list of contents', async () => {
  const answer = await alone.download(`/intake/workbooks.zip?period=${PERIOD}`);
  expect([answer.status, answer.headers['x-greenrank-files']]).toEqual([200, '14']);
  workbooks = workbooksOf(answer.bytes);
  expect(workbooks.size).toBe(14);
  expect([...workbooks.keys()]).toContain(nameOf(banks[0] as Bank));
  const list = await readXlsx(unzipSync(answer.bytes)['清单.xlsx'] as Uint8Array);
  expect(list.sheets[0]?.rows).toHaveLength(15);
  const form = (await readXlsx(templateOf(banks[9] as Bank))).sheets.find(({ name }) => name === '填报表');
  expect(form?.rows.find((row) => row[0] === 'BK_GL_BAL')?.[4]).toBe(400); // last quarter beside
});

it('of a zip of 12 workbooks nine are good, and three are named with what is wrong', async () => {
  const good = await Promise.all(
    banks
      .slice(0, 9)
      .map(async (bank, n) => ({ name: nameOf(bank), bytes: await filledIn(templateOf(bank), figuresOf(n)) })),
  );
  const [inYuan, strange, late] = banks.slice(9) as [Bank, Bank, Bank];
  const earlier = workbooksOf((await alone.download('/intake/workbooks.zip?period=2026Q2')).bytes);
  const other = [...earlier].find(([name]) => name.startsWith(`${late.name}-`)) as [string, Uint8Array];
  const files = [
    ...good,
    {
      name: nameOf(inYuan),
      bytes: await filledIn(templateOf(inYuan), { BK_LOAN_BAL: '10100000', BK_GL_BAL: '4100000' }),
    },
    { name: nameOf(strange), bytes: await filledIn(templateOf(strange), figuresOf(10), 'BK_XX_BAL') },
    { name: other[0], bytes: await filledIn(other[1], figuresOf(11)) },
  ];
  const made = await dropped(alone, [{ name: '三季度.zip', bytes: zipOf(files) }], {
    sender: '微信群',
    note: '微信群',
  });
  expect([made.status, made.body.counts?.waiting]).toEqual([201, 12]);
  batch = await read(alone, made.body.id);
  expect(batch.counts).toEqual({ waiting: 0, good: 9, faulty: 2, unfit: 1, received: 0 });
  expect(fileOf(batch, nameOf(banks[0] as Bank))).toMatchObject({
    state: 'good',
    knownBy: 'template',
    institution: { uscc: banks[0]?.uscc },
    figures: expect.any(Number),
  });
  expect(fileOf(batch, inYuan.name)).toMatchObject({
    state: 'faulty',
    suspectedOnly: true,
    why: expect.stringContaining('单位'),
  });
  const slip = fileOf(batch, inYuan.name).issues.find(({ code }) => code === 'V08');
  expect(slip).toMatchObject({
    sheet: '填报表',
    column: 'D',
    row: expect.any(Number),
    raw: expect.stringMatching(/0000$/),
  });
  expect(fileOf(batch, strange.name)).toMatchObject({
    state: 'faulty',
    issues: expect.arrayContaining([expect.objectContaining({ code: 'CELL_METRIC', raw: 'BK_XX_BAL', column: 'A' })]),
  });
  expect(fileOf(batch, late.name)).toMatchObject({ state: 'unfit', why: '是2026年第二季度的，本批收2026年第三季度的' });
  expect(fileOf(batch, late.name).reply).toContain(`${late.name}：`);
});

it('one act receives the good ones; pressed again, each once', async () => {
  const ids = batch.files.filter(({ state }) => state === 'good').map(({ id }) => id);
  const press = () => alone.post<{ outcomes: Outcome[] }>(`/intake/batches/${batch.id}/receive`, { files: ids });
  const first = await press();
  expect(first.outcomes.map(({ state, problem }) => [state, problem])).toEqual(ids.map(() => ['received', null]));
  const again = await press();
  expect(again).toEqual(first);
  expect(await place.district.rows(`select count(*)::int as n from receiving`)).toEqual([{ n: 9 }]);
  const view = await alone.get<IntakeBatch>(`/intake/batches/${batch.id}`);
  expect(view.counts).toEqual({ waiting: 0, good: 0, faulty: 2, unfit: 1, received: 9 });
  // What was received is what the workbook says.
  const filing = await alone.get<FilingView>(`/filings/${first.outcomes[3]?.filing}`);
  expect([filing.state, filing.figures.BK_LOAN_BAL?.value, filing.figures.BK_GL_BAL?.value]).toEqual([
    'submitted',
    '1003',
    '103',
  ]);
  expect(filing.revision?.received).toMatchObject({ sender: '微信群', sha256: batch.files[3]?.sha256 });
});

it('two officers at once receive a file once', async () => {
  const bank = banks[12] as Bank;
  const made = await dropped(alone, [{ name: 'a.xlsx', bytes: await filledIn(templateOf(bank), figuresOf(12)) }]);
  const view = await read(alone, made.body.id);
  const ids = [view.files[0]?.id];
  const press = (who: Person) =>
    who.post<{ outcomes: Outcome[] }>(`/intake/batches/${view.id}/receive`, { files: ids });
  const both = await Promise.all([press(alone), press(place.officer)]);
  expect(new Set(both.map(({ outcomes }) => outcomes[0]?.revision)).size).toBe(1);
});

it('a suspected unit is received only with a reason', async () => {
  const file = batch.files.find(({ suspectedOnly }) => suspectedOnly) as IntakeFile;
  const press = (more: object) =>
    alone.post<{ outcomes: Outcome[] }>(`/intake/batches/${batch.id}/receive`, { files: [file.id], ...more });
  expect((await press({})).outcomes).toMatchObject([{ problem: { code: 'INTAKE_STATE' } }]);
  expect((await press({ despite: '电话核实，当季并购' })).outcomes).toMatchObject([
    { state: 'received', problem: null },
  ]);
});

it('the faulty ones go back marked, with the words to each', async () => {
  const answer = await alone.download(`/intake/batches/${batch.id}/marked.zip`);
  expect(answer.status).toBe(200);
  const names = Object.keys(unzipSync(answer.bytes));
  expect(names).toEqual(['回复.txt', `${nameOf(banks[10] as Bank).replace('.xlsx', '')}_标错.xlsx`]);
  expect(textIn(answer.bytes, '回复.txt')).toContain('BK_XX_BAL');
  const marked = await readXlsx(unzipSync(answer.bytes)[names[1] as string] as Uint8Array);
  expect(marked.sheets[0]?.name).toBe('问题清单');
  // Mended and sent again, it is good.
  const made = await dropped(alone, [
    { name: '改好.xlsx', bytes: await filledIn(templateOf(banks[10] as Bank), figuresOf(10)) },
  ]);
  expect((await read(alone, made.body.id)).counts.good).toBe(1);
});

it('the receiver is refused to accept; another accepts, and nobody confirms further', async () => {
  const [file] = (await alone.get<IntakeBatch>(`/intake/batches/${batch.id}`)).files;
  const filing = await alone.get<FilingView>(`/filings/${file?.filing}`);
  const claimed = await alone.post<FilingView>(
    `/filings/${filing.id}/claim`,
    {},
    { 'if-match': `"${filing.version}"` },
  );
  await expect(
    alone.post(`/filings/${filing.id}/accept`, {}, { 'if-match': `"${claimed.version}"` }),
  ).rejects.toMatchObject({ code: 'RECEIVER_ACCEPTS', status: 409 });
  await alone.post(`/filings/${filing.id}/release`, {}, { 'if-match': `"${claimed.version}"` });
  const accepted = await place.reviewer.accepts(filing);
  expect([accepted.state, accepted.second]).toEqual(['accepted', null]);
});

it('what came before, twice, or for another asks', async () => {
  const [first, second] = banks as [Bank, Bank];
  const own = banks[13] as Bank;
  const received = batch.files[1] as IntakeFile;
  const original = await alone.download(`/intake/batches/${batch.id}/files/${received.id}/original`);
  const made = await dropped(alone, [
    { name: '又一份.xlsx', bytes: original.bytes },
    { name: nameOf(first), bytes: await filledIn(templateOf(first), figuresOf(50)) },
    { name: nameOf(second), bytes: await filledIn(templateOf(second), figuresOf(51)) },
    { name: `${own.name} 初稿.xlsx`, bytes: await filledIn(templateOf(own), figuresOf(52)) },
    { name: `${own.name} 定稿.xlsx`, bytes: await filledIn(templateOf(own), figuresOf(53)) },
  ]);
  const view = await read(alone, made.body.id);
  expect(view.files.map(({ state, why }) => [state, why.slice(0, 8)])).toEqual([
    ['unfit', '同一文件已收下（'],
    ['unfit', '本期报表已采纳（'],
    ['unfit', '本期报表已提交（'],
    ['good', expect.anything()],
    ['unfit', '本批已有同一机构'],
  ]);
  const last = view.files[4] as IntakeFile;
  const chosen = await alone.post<IntakeBatch>(`/intake/batches/${view.id}/files/${last.id}/assign`, { prefer: true });
  expect(chosen.files.slice(3).map(({ state }) => state)).toEqual(['unfit', 'good']);
  const received2 = await alone.post<{ outcomes: Outcome[] }>(`/intake/batches/${view.id}/receive`, {
    files: [last.id],
  });
  const filing = await alone.get<FilingView>(`/filings/${received2.outcomes[0]?.filing}`);
  expect(filing.figures.BK_GL_BAL?.value).toBe('153');
});

it('bombs, pictures and damaged files are listed and never end the server', async () => {
  const bomb = makeZip([{ name: 'a.xlsx', data: ' '.repeat(4_000_000) }]);
  const inner = zipSync({
    'x.xlsx': new Uint8Array([1, 2, 3]),
    'scan.pdf': new Uint8Array([37, 80, 68, 70]),
    '~$x.xlsx': new Uint8Array([1]),
  });
  const made = await dropped(alone, [
    { name: '炸弹.zip', bytes: bomb },
    { name: '空.zip', bytes: new Uint8Array([80, 75, 3, 4, 0]) },
    { name: '里面.zip', bytes: inner },
    { name: '照片.jpg', bytes: new Uint8Array([255, 216, 255, 0]) },
    { name: '无标题.csv', bytes: 'a,b\n1,2\n' },
  ]);
  expect(made.status).toBe(201);
  const view = await read(alone, made.body.id);
  expect(view.files.map(({ fileName, state }) => [fileName, state])).toEqual([
    ['炸弹.zip', 'unfit'],
    ['空.zip', 'unfit'],
    ['x.xlsx', expect.stringMatching(/faulty|unfit/)],
    ['scan.pdf', 'unfit'],
    ['照片.jpg', 'unfit'],
    ['无标题.csv', 'unfit'],
  ]);
  expect((await alone.download(`/intake/batches/${view.id}/marked.zip`)).status).toBe(200);
  expect((await dropped(alone, [])).status).toBe(422);
  expect((await dropped(alone, [{ name: 'a.xlsx', bytes: 'x' }], { period: '2031Q1' })).status).toBe(422);
  expect((await dropped(alone, [{ name: 'a.xlsx', bytes: 'x' }], { receivedOn: '2031-01-01' })).status).toBe(422);
});

it('a form that the institution drew up itself is read by its name and titles', async () => {
  await alone.post('/obligations/generate', { period: '2026Q1' });
  const table = [
    ['示范银行甲绿色金融情况表', '', ''],
    ['报告期：2026年第一季度', '', '单位：亿元'],
    ['指标名称', '计量单位', '本期数'],
    ['各项贷款余额', '亿元', '10'],
    ['绿色贷款余额', '', '1.5'],
    ['不认识的指标', '', '7'],
  ];
  const { writeXlsx } = await import('hucre/xlsx');
  const bytes = await writeXlsx({ sheets: [{ name: '表一', rows: table }] });
  const made = await alone.dropsFiles<IntakeBatch>('/intake/batches', [{ name: '报表.xlsx', bytes }], {
    period: '2026Q1',
  });
  const [file] = (await read(alone, made.body.id)).files;
  expect(file).toMatchObject({ institution: { name: '示范银行甲' }, state: 'faulty' });
  expect(file?.issues.map(({ code }) => code)).toContain('CELL_METRIC');
});

it('stamped pages: the typed code must be that of the revision', async () => {
  const list = await alone.get<Page<StampedItem>>(`/intake/stamped-pages?period=${PERIOD}`);
  expect(list.items).toHaveLength(12);
  const [item] = list.items as [StampedItem];
  expect(item).toMatchObject({ page: null, reminder: expect.stringContaining(item.code) });
  const scan = { name: '盖章页.pdf', bytes: '%PDF-1.4 stamped' };
  const given = { receivedOn: '2026-10-15', note: '王工送来', code: item.code };
  const wrong = await alone.dropsFiles(`/intake/stamped-pages/${item.revision}`, [scan], {
    ...given,
    code: 'f'.repeat(16),
  });
  expect([wrong.status, wrong.body.code]).toEqual([422, 'CHECK_CODE']);
  const kept = await alone.dropsFiles<StampedItem>(`/intake/stamped-pages/${item.revision}`, [scan], given);
  expect(kept.body).toMatchObject({
    page: { receivedOn: '2026-10-15', scan: { fileName: '盖章页.pdf' } },
    reminder: null,
  });
  const sheet = await readXlsx((await alone.download(`/intake/stamped-pages.xlsx?period=${PERIOD}`)).bytes);
  expect(sheet.sheets[0]?.rows[1]?.[8]).toBe('已收');
  expect((await alone.download(`/intake/stamped-pages/${item.revision}/scan`)).status).toBe(200);
});

it('is the officer’s: others read at most, institutions see nothing of it', async () => {
  const file = { name: 'a.xlsx', bytes: 'x' };
  expect((await dropped(place.reviewer, [file])).status).toBe(403);
  const bank = banks[0] as Bank;
  for (const path of ['/intake/batches', `/intake/batches/${batch.id}`, `/intake/workbooks.zip?period=${PERIOD}`])
    expect((await bank.filer.asks('GET', path)).status).toBe(403);
  expect((await place.reviewer.asks('GET', `/intake/batches/${batch.id}`)).status).toBe(200);
});
