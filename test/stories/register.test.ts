import { Acts } from '../../src/audit/acts.service.js';
import { Aliases } from '../../src/institutions/aliases.service.js';
import type { InstitutionView } from '../../src/institutions/institution.query.js';
import { Database, systemActor } from '../../src/platform/database.service.js';
import { aDistrict, type Bank } from '../district.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let other: Bank;
beforeAll(async () => {
  place = await aDistrict({ banks: 2, settings: { now: new Date('2026-10-19T10:00:00+08:00') } });
  [bank, other] = place.banks as [Bank, Bank];
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
