import { Acts } from '../../src/audit/acts.service.js';
import { Aliases } from '../../src/institutions/aliases.service.js';
import type { InstitutionView } from '../../src/institutions/institution.query.js';
import { Database, systemActor } from '../../src/platform/database.service.js';
import type { Page } from '../../src/platform/pages.js';
import { SheetDraft, STYLES, workbookBytes } from '../../src/platform/workbook-writer.js';
import type { RegisterFileView, RegisterLine } from '../../src/register/register.service.js';
import { REGISTER_COLUMNS, type RegisterColumn, type RegisterProblem } from '../../src/register/register-sheet.js';
import type { AccountRequest } from '../../src/users/account-requests.service.js';
import type { NewAccountSlip } from '../../src/users/users.service.js';
import { aDistrict, type Bank, THIN_SCHEME, testUscc } from '../district.js';
import { multipart } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 2, settings: { now: new Date('2026-10-19T10:00:00+08:00') } });
  [bank, other] = place.banks as [Bank, Bank];
  // A scheme that reads an attribute gives the sheet its column.
  const cohorts = `cohorts:\n  - { code: property, when: 'attr("segment") == "财产险"', minSize: 1 }\n  - { code: rest, minSize: 1 }\n`;
  await place.district.addScheme(`${THIN_SCHEME.replace('bank-thin', 'by-segment')}${cohorts}`);
});
afterAll(() => place.district.close());

const STAFF = systemActor('test');
const aliases = () => place.district.app.get(Aliases);
const match = (...texts: string[]) =>
  place.district.app.get(Database).transaction(STAFF, (tx) => aliases().match(tx, texts));
const one = (of: Bank) => place.officer.get<InstitutionView>(`/institutions/${of.uscc}`);

it('a workbook may call an institution by code, name, former name or alias, and two that share a name are asked', async () => {
  const { officer, auditor } = place;
  await officer.post(`/institutions/${bank.uscc}/aliases`, { alias: '甲（示范）' });
  const event = { kind: 'rename', effectiveOn: '2026-03-01', name: '新甲银行', document: '批1号', reason: '监管批准' };
  await officer.post(`/institutions/${bank.uscc}/events`, event);
  const found = await match(` ${bank.uscc.toLowerCase()} `, '新甲 银行', '示范银行甲', '甲(示范）', '示范银行', '乙');
  expect(Object.fromEntries([...found].map(([text, { uscc, by }]) => [text, [uscc, by]]))).toEqual({
    [` ${bank.uscc.toLowerCase()} `]: [bank.uscc, 'uscc'],
    '新甲 银行': [bank.uscc, 'name'],
    示范银行甲: [bank.uscc, 'former'],
    '甲(示范）': [bank.uscc, 'alias'],
  });
  const asked = await place.district.app.get(Database).transaction(STAFF, (tx) => aliases().candidates(tx, '示范银行'));
  expect(asked.map(({ uscc }) => uscc).sort()).toEqual([bank.uscc, other.uscc].sort());
  // Another institution takes the name that this one had: the text names two and is nobody's.
  const taken = {
    kind: 'rename',
    effectiveOn: '2026-05-01',
    name: '示范银行甲',
    document: '批2号',
    reason: '监管批准',
  };
  await officer.post(`/institutions/${other.uscc}/events`, taken);
  expect((await match('示范银行甲')).size).toBe(0);
  const { items } = await auditor.get<{ items: { subject: string }[] }>('/audit?action=institution.alias');
  expect(items.map(({ subject }) => subject)).toEqual([bank.id]);
});

it('an alias names one institution, is learned once, and can be taken back', async () => {
  const { officer, district } = place;
  await expect(officer.post(`/institutions/${other.uscc}/aliases`, { alias: '甲 示范' })).rejects.toMatchObject({
    code: 'ALIAS_TAKEN',
    status: 409,
  });
  for (const unfit of ['甲', other.uscc, '（）'])
    await expect(officer.post(`/institutions/${other.uscc}/aliases`, { alias: unfit })).rejects.toMatchObject({
      code: 'ALIAS_UNFIT',
    });
  const learn = (text: string) =>
    district.app
      .get(Acts)
      .perform({ action: 'intake.receive', actor: STAFF }, (act) =>
        aliases().learn(act, other.id, text, '三季度.xlsx'),
      );
  expect([await learn('乙行'), await learn('乙 行'), await learn('示范银行乙')]).toEqual([true, false, false]);
  expect((await one(other)).aliases).toMatchObject([{ alias: '乙行', learnedFrom: '三季度.xlsx' }]);
  // Its own people see it, nobody else's do.
  expect((await other.filer.get<InstitutionView>(`/institutions/${other.uscc}`)).aliases).toHaveLength(1);
  expect((await bank.filer.asks('GET', `/institutions/${other.uscc}`)).status).toBe(404);
  await expect(bank.filer.post(`/institutions/${bank.uscc}/aliases`, { alias: '自称' })).rejects.toMatchObject({
    status: 403,
  });
  await officer.post(`/institutions/${other.uscc}/aliases/remove`, { alias: '乙行' });
  expect((await match('乙行')).size).toBe(0);
  await expect(officer.post(`/institutions/${other.uscc}/aliases/remove`, { alias: '乙行' })).rejects.toMatchObject({
    code: 'ALIAS_MISSING',
  });
});

type Cells = Partial<Record<RegisterColumn | '属性：segment' | '备注', string>>;
const workbook = (...rows: Cells[]): Promise<Uint8Array> => {
  const titles = [...REGISTER_COLUMNS, '属性：segment', '备注'] as const;
  const sheet = new SheetDraft('机构名册');
  sheet.add([...titles], STYLES.head);
  for (const row of rows)
    sheet.add(
      titles.map((title) => row[title] ?? ''),
      STYLES.code,
    );
  return workbookBytes([sheet]);
};
const preview = async (...rows: Cells[]) => {
  const { payload, type } = multipart({ name: '名册.xlsx', bytes: await workbook(...rows) });
  const answer = await place.officer.asks<RegisterFileView>('POST', '/register', payload, { 'content-type': type });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
};
const lines = async ({ id }: RegisterFileView) =>
  (await place.officer.get<Page<RegisterLine>>(`/register/${id}/lines`)).items;
const problems = async ({ id }: RegisterFileView) =>
  (await place.officer.get<Page<RegisterProblem>>(`/register/${id}/problems`)).items;
const commit = ({ id }: RegisterFileView, skip = false, key = `${id} ${skip}`) =>
  place.officer.post<RegisterFileView>(`/register/${id}/commit`, { skip }, { 'idempotency-key': key });

const NEW = testUscc(700);
const SHORT = testUscc(701);
const fresh: Cells[] = [
  {
    统一社会信用代码: NEW,
    机构名称: '云岭财险示范支公司',
    类型: '保险机构',
    类型起日: '2016/3/1',
    别名: '云岭财险、云财',
    联系人: '赵敏',
    电话: '023-65000001',
    邮箱: 'zhao@example.cn',
    填报人用户名: 'zhao.min',
    填报人姓名: '赵敏',
    复核人用户名: 'qian.wei',
    复核人姓名: '钱伟',
    '属性：segment': '财产险',
    备注: '不读的列',
  },
  {
    统一社会信用代码: SHORT,
    机构名称: '石桥典当行',
    类型: '典当行',
    开业日: '2020-05-06',
    填报人用户名: 'sun.li',
    填报人姓名: '孙丽',
    复核人用户名: 'sun.li',
    复核人姓名: '孙丽',
  },
];

it('one sheet makes institutions with aliases, contacts and requests for accounts; the same file again changes nothing', async () => {
  const { officer, district, auditor } = place;
  const shown = await preview(...fresh);
  expect(shown).toMatchObject({
    state: 'previewed',
    counts: { added: 2, changed: 0, unchanged: 0, problems: 0, accounts: 3 },
    ignored: ['备注'],
  });
  expect((await lines(shown)).map(({ kind, notes }) => [kind, notes.length])).toEqual([
    ['added', 0],
    ['added', 1],
  ]);
  // A preview stores nothing of the register.
  expect((await officer.asks('GET', `/institutions/${NEW}`)).status).toBe(404);
  const done = await commit(shown);
  expect(done.outcome).toEqual({ added: 2, changed: 0, aliases: 2, accounts: 3, events: 0 });
  expect(await commit(shown)).toEqual(done);
  expect((await commit(shown, false, 'another key')).outcome).toEqual(done.outcome);
  expect(await officer.get<InstitutionView>(`/institutions/${NEW}`)).toMatchObject({
    name: '云岭财险示范支公司',
    attributes: { segment: '财产险' },
    types: [{ type: 'insurer', from: '2016-03-01', to: null }],
    contact: { name: '赵敏', phone: '023-65000001', email: 'zhao@example.cn' },
    aliases: [{ alias: '云岭财险' }, { alias: '云财', learnedFrom: '批量登记：名册.xlsx 第2行' }],
  });
  expect((await match('云财')).get('云财')?.uscc).toBe(NEW);
  const again = await preview(...fresh);
  expect(again.counts).toMatchObject({ added: 0, changed: 0, unchanged: 2, problems: 0, accounts: 0 });
  await expect(commit(again)).rejects.toMatchObject({ code: 'REGISTER_NOTHING' });
  // One entry for the file, one for each institution, and no person's name or number in any.
  const entries = await auditor.get<Page<{ after: unknown }>>('/audit?action=institution.register');
  expect(entries.items.filter(({ after }) => after !== null)).toHaveLength(3);
  expect(JSON.stringify(entries)).not.toMatch(/赵敏|65000001|zhao/);
  // Contacts are the bureau's and the institution's own.
  const rows = await district.rows<{ count: string }>('select count(*) from institution_contact');
  expect(rows[0]?.count).toBe('1');
});

it('one faulty line hides no other, and each fault says cell, rule, found and expected', async () => {
  const shown = await preview(
    { 统一社会信用代码: '919901990000000000', 机构名称: '错码银行', 类型: '银行', 开业日: '2020-01-01' },
    { 统一社会信用代码: testUscc(702), 机构名称: '湖滨证券营业部', 类型: '券商', 开业日: '2020-13-01' },
    {
      统一社会信用代码: testUscc(703),
      机构名称: '湖滨保理',
      类型: '商业保理公司',
      类型起日: '2021-01-01',
      别名: '云财',
    },
    { 统一社会信用代码: testUscc(704), 机构名称: '无日银行', 类型: '银行' },
    { 统一社会信用代码: testUscc(705), 机构名称: '良好银行', 类型: '银行', 类型起日: '20210101' },
    { 统一社会信用代码: testUscc(705), 机构名称: '良好银行', 类型: '银行', 类型起日: '2021-01-01' },
    {
      统一社会信用代码: testUscc(706),
      机构名称: '占名银行',
      类型: '银行',
      类型起日: '2021-01-01',
      填报人用户名: 'zhao.min',
      填报人姓名: '赵敏',
    },
  );
  expect(shown.counts).toMatchObject({ added: 1, problems: 7, faulty: 6 });
  expect((await problems(shown)).map(({ cell, rule }) => [cell, rule])).toEqual([
    ['A2', 'USCC_INVALID'],
    ['C3', 'TYPE'],
    ['E3', 'DAY'],
    ['F4', 'ALIAS_TAKEN'],
    ['D5', 'TYPE_FROM_MISSING'],
    ['A7', 'ROW_TWICE'],
    ['L8', 'USERNAME_TAKEN'],
  ]);
  expect((await problems(shown))[1]).toMatchObject({ found: '券商', expected: expect.stringContaining('证券机构') });
  await expect(commit(shown)).rejects.toMatchObject({ code: 'REGISTER_NOT_CLEAN', status: 422 });
  expect((await commit(shown, true)).outcome).toMatchObject({ added: 1 });
});

it('a name or type changes by a dated event with its document, never by a cell alone', async () => {
  const row = { 统一社会信用代码: SHORT, 机构名称: '石桥小额贷款', 类型: '小额贷款公司' };
  const silent = await preview(row);
  expect(silent.counts).toMatchObject({ changed: 0, faulty: 1 });
  expect(new Set((await problems(silent)).map(({ rule }) => rule))).toEqual(new Set(['EVENT_DAY', 'EVENT_DOCUMENT']));
  const shown = await preview({ ...row, 变更生效日: '2026-06-01', 变更文号: '金监批〔2026〕9号' });
  expect((await lines(shown))[0]?.changes).toEqual([
    { what: '更名', before: '石桥典当行', after: '石桥小额贷款' },
    { what: '变更类型', before: '典当行', after: '小额贷款公司（2026-06-01 起）' },
  ]);
  // The register moves on between preview and commit: what was seen is no longer what would be done.
  const stale = await preview({ ...row, 变更生效日: '2026-06-01', 变更文号: '金监批〔2026〕9号', 联系人: '孙丽' });
  await commit(shown);
  await expect(commit(stale)).rejects.toMatchObject({ code: 'REGISTER_STALE', status: 409 });
  expect(await place.officer.get<InstitutionView>(`/institutions/${SHORT}`)).toMatchObject({
    name: '石桥小额贷款',
    formerNames: [{ name: '石桥典当行', until: '2026-06-01' }],
    types: [
      { type: 'micro_lender', from: '2026-06-01', to: null },
      { type: 'pawnbroker', from: '2020-05-06', to: '2026-05-31' },
    ],
    events: [{ kind: 'type_change' }, { kind: 'rename', document: '金监批〔2026〕9号' }],
  });
});

it('what stands goes out as a workbook and comes back unchanged', async () => {
  const { bytes } = await place.officer.download('/register/workbook.xlsx?filled=yes');
  const { payload, type } = multipart({ name: '机构名册.xlsx', bytes });
  const { body } = await place.officer.asks<RegisterFileView>('POST', '/register', payload, { 'content-type': type });
  expect(body.counts).toMatchObject({ added: 0, changed: 0, problems: 0, unchanged: 5 });
});

it('an officer asks for accounts, the security administrator makes them in one act and prints the codes', async () => {
  const { officer, district } = place;
  const keeper = await district.person(['security_admin'], { department: 'finance_bureau' });
  await expect(officer.get('/users/requests')).rejects.toMatchObject({ status: 403 });
  const { items } = await keeper.get<Page<AccountRequest>>('/users/requests');
  expect(items.map(({ username, roles }) => [username, roles.join('、')])).toEqual([
    ['qian.wei', '复核人'],
    ['sun.li', '填报人、复核人'],
    ['zhao.min', '填报人'],
  ]);
  const ids = items.map(({ id }) => id);
  await expect(officer.post('/users/requests/make', { ids })).rejects.toMatchObject({ status: 403 });
  await keeper.asks('POST', '/users/requests/refuse', { ids: [ids[1]], reason: '不自行填报' });
  await expect(keeper.post('/users/requests/make', { ids })).rejects.toMatchObject({ code: 'REQUEST_DECIDED' });
  const { accounts } = await keeper.post<{ accounts: NewAccountSlip[] }>('/users/requests/make', {
    ids: [ids[0], ids[2]],
  });
  expect(accounts).toMatchObject([
    { username: 'qian.wei', unit: '云岭财险示范支公司', roles: ['复核人'], code: expect.stringMatching(/.{8}/) },
    { username: 'zhao.min', unit: '云岭财险示范支公司' },
  ]);
  expect((await keeper.get<Page<AccountRequest>>('/users/requests')).items).toEqual([]);
  const again = await preview(fresh[0] as Cells);
  expect(again.counts).toMatchObject({ unchanged: 1, accounts: 0 });
});

it('only an officer registers, and an institution reads no file of the register', async () => {
  const shown = await preview(fresh[0] as Cells);
  for (const person of [bank.filer, place.reviewer, place.leader])
    for (const path of [`/register/${shown.id}`, `/register/${shown.id}/lines`, '/register/workbook.xlsx'])
      expect((await person.asks('GET', path)).status).toBe(403);
  // Past the guard the database refuses too: the institution's login has no right to the file and sees its own contact only.
  const { district } = place;
  const asInstitution = <T extends object>(sql: string) =>
    district.app
      .get(Database)
      .transaction({ ...STAFF, roles: ['filer'], institutionId: bank.id }, (tx) => tx.rows<T>(sql));
  await expect(asInstitution('select id from register_file')).rejects.toThrow(/permission denied/);
  await expect(asInstitution('select id from account_request')).rejects.toThrow(/permission denied/);
  expect(await asInstitution('select name from institution_contact')).toEqual([]);
  await expect(asInstitution('delete from institution_alias')).rejects.toThrow(/permission denied/);
});
