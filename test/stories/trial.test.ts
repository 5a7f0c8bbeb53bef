import { textOf } from '../../src/imports/source-sheet.js';
import { readWorkbook } from '../../src/imports/workbook.js';
import type { Page } from '../../src/platform/pages.js';
import type { OwnFile } from '../../src/trial/own-sheet.js';
import type { NameAnswer, SheetMapping } from '../../src/trial/sheet-mappings.service.js';
import { aDistrict, type Bank } from '../district.js';
import { csv } from '../fixtures/nasty/make-csv.js';
import { bookParts, numberCell, sheetXml, textCell } from '../fixtures/nasty/make-workbook.js';
import { makeZip } from '../fixtures/nasty/make-zip.js';
import { multipart, type Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
beforeAll(async () => {
  place = await aDistrict({ banks: 2 });
});
afterAll(() => place.district.close());

const asks = (person: Person, file: { name: string; bytes: Uint8Array }) => {
  const { payload, type } = multipart(file);
  return person.asks<OwnFile>('POST', '/trials/sheets', payload, { 'content-type': type });
};

const book = () =>
  makeZip(
    bookParts([
      {
        name: '9月末',
        xml: sheetXml(
          [
            [textCell('绿色贷款情况表'), null, null],
            [null, null, textCell('单位：亿元')],
            [textCell('机构名称'), textCell('绿色贷款余额'), textCell('各项贷款余额')],
            [textCell('示范银行甲'), numberCell('1.5'), numberCell('20')],
            [textCell('乙行'), numberCell('2.5'), numberCell('20')],
          ],
          { merges: ['A1:C1'] },
        ),
      },
    ]),
  );

/** Rows of every table there is, but for what every request leaves: the time of the session's last use. */
async function everything(): Promise<Record<string, number>> {
  const tables = await place.district.rows<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const counts = tables.map(({ name }) => `(select count(*)::int from ${name}) as "${name}"`);
  const [row] = await place.district.rows<Record<string, number>>(`select ${counts.join(', ')}`);
  return row ?? {};
}

it('reads, names and exports a sheet, and no table grows', async () => {
  const before = await everything();
  expect(Object.keys(before).length).toBeGreaterThan(40);

  const read = await asks(place.officer, { name: '手头的表.xlsx', bytes: book() });
  expect([read.status, read.body.sheets.map(({ name, rows }) => [name, rows.length])]).toEqual([200, [['9月末', 5]]]);
  const { items } = await place.officer.post<{ items: NameAnswer[] }>('/trials/names', {
    texts: ['示范银行甲', '乙行', '示范银行', ''],
  });
  expect(items.map(({ text, match }) => [text, match?.name ?? null, match?.type ?? null])).toEqual([
    ['示范银行甲', '示范银行甲', 'bank'],
    ['乙行', null, null],
    ['示范银行', null, null],
  ]);
  expect(items[2]?.candidates.map(({ name }) => name).sort()).toEqual(['示范银行乙', '示范银行甲'].sort());
  const sheets = [{ name: '排名', head: ['名次', '机构'], rows: [['1', '=cmd()']], numbers: [1] }];
  const exported = await place.officer.asks('POST', '/trials/export', { title: '各列等权', sheets });
  expect(exported.status).toBe(200);

  expect(await everything()).toEqual(before);
});

it('marks every sheet of an export, and runs nothing that a sheet says', async () => {
  const { app } = place.district;
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/trials/export',
    headers: { cookie: place.verifier.cookie },
    payload: {
      title: '单指标',
      sheets: [{ name: '排名', head: ['名次', '机构'], rows: [['1', '=cmd()']], numbers: [1] }],
    },
  });
  const [sheet] = readWorkbook(response.rawPayload).sheets;
  expect(sheet?.rows.map(({ cells }) => cells.map((cell) => textOf(cell)))).toEqual([
    ['试算，不作为结果　单指标'],
    ['名次', '机构'],
    ['1', "'=cmd()"],
  ]);
});

it('is for officer, verifier and leader; a file beyond the bounds is refused', async () => {
  const file = {
    name: 'a.csv',
    bytes: csv([
      ['机构', '数'],
      ['甲', '1'],
    ]),
  };
  const [bank] = place.banks as [Bank];
  const statuses = await Promise.all(
    [place.officer, place.verifier, place.leader, place.reviewer, bank.filer].map(
      async (person) => (await asks(person, file)).status,
    ),
  );
  expect(statuses).toEqual([200, 200, 200, 403, 403]);
  const many = csv(Array.from({ length: 5_001 }, (_, i) => [`机构${i}`, `${i}`]));
  expect((await asks(place.officer, { name: 'b.csv', bytes: many })).body).toMatchObject({ code: 'OWN_TOO_BIG' });
  expect((await asks(place.officer, { name: 'c.xlsx', bytes: file.bytes })).body).toMatchObject({
    code: 'IMPORT_TYPE',
  });
});

it('keeps a mapping under a name and learns the names that were confirmed; the next sheet knows them', async () => {
  const [, bank] = place.banks as [Bank, Bank];
  const columns = [
    { header: '机构名称', role: 'name', metric: null, unit: '', period: '' },
    { header: '绿贷', role: 'figure', metric: 'BK_GL_BAL', unit: '亿元', period: '' },
  ];
  const names = [{ text: '乙行', institution: bank.uscc }];
  const kept = await place.officer.post<{ id: string; learned: number }>('/trials/mappings', {
    name: '季度表',
    columns,
    names,
  });
  expect(kept.learned).toBe(1);
  const again = await place.officer.post<{ id: string; learned: number }>('/trials/mappings', {
    name: '季度表',
    columns,
    names,
  });
  expect(again).toEqual({ id: kept.id, learned: 0 });
  const { items: mappings } = await place.verifier.get<Page<SheetMapping>>('/trials/mappings');
  expect(mappings.map(({ name, columns: of }) => [name, of])).toEqual([['季度表', columns]]);
  const { items } = await place.officer.post<{ items: NameAnswer[] }>('/trials/names', { texts: ['乙行'] });
  expect(items[0]?.match).toMatchObject({ uscc: bank.uscc, by: 'alias' });

  expect((await place.verifier.asks('POST', '/trials/mappings', { name: '季度表', columns, names: [] })).status).toBe(
    403,
  );
  expect((await place.officer.asks('POST', `/trials/mappings/${kept.id}/remove`)).status).toBe(204);
  expect((await place.officer.asks('POST', `/trials/mappings/${kept.id}/remove`)).status).toBe(404);
});
