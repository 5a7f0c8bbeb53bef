import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FilingView } from '../../src/filings/filing.query.js';
import { aDistrict, type Bank } from '../district.js';
import type { Person } from '../person.js';

/* What the README shows to a bank's core system, run as it stands there. */
const EXAMPLE = path.resolve('docs/examples/file-a-quarter.mjs');
const run = promisify(execFile);

let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let address: string;
beforeAll(async () => {
  place = await aDistrict({ banks: 1 });
  [bank] = place.banks as [Bank];
  await place.district.app.listen(0, '127.0.0.1');
  address = await place.district.app.getUrl();
});
afterAll(() => place.district.close());

const tokenOf = async (person: Person, scopes: string[]): Promise<string> => {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  return (await person.post<{ token: string }>('/tokens', { name: '核心系统', scopes, expiresAt })).token;
};

const files = (tokens: { filer: string; checker: string }, figures: Record<string, string>) =>
  run(process.execPath, [EXAMPLE, bank.uscc, '2026Q3', JSON.stringify(figures)], {
    env: {
      PATH: process.env.PATH ?? '',
      GREENRANK: address,
      FILER_TOKEN: tokens.filer,
      CHECKER_TOKEN: tokens.checker,
    },
  });

it('a program with two scoped tokens files a quarter and has the receipt; what is wrong is told; scopes bind', async () => {
  const filer = await tokenOf(bank.filer, [
    'obligation:read',
    'filing:read',
    'filing:create',
    'filing:edit',
    'filing:pass',
  ]);
  const checker = await tokenOf(bank.checker, ['filing:read', 'filing:submit']);
  await expect(files({ filer, checker: filer }, { BK_LOAN_BAL: '1' })).rejects.toMatchObject({
    stderr: expect.stringContaining('403'),
  });
  const [draft] = (await bank.filer.get<{ items: FilingView[] }>('/filings?period=2026Q3')).items;
  await bank.checker.returns({ id: draft?.id as string });
  await expect(files({ filer, checker }, { BK_LOAN_BAL: '1', BK_GL_BAL: '2' })).rejects.toMatchObject({
    stderr: expect.stringContaining('绿色贷款余额大于各项贷款余额'),
  });
  await bank.checker.returns({ id: draft?.id as string });
  const { stdout } = await files({ filer, checker }, { BK_LOAN_BAL: '1000', BK_GL_BAL: '420.5' });
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({ filing: draft?.id, state: 'submitted', receipt: { hash: expect.any(String) } });
  const filing = await place.reviewer.get<FilingView>(`/filings/${told.filing}`);
  expect(filing.revision?.hash).toBe(told.receipt.hash);
  expect(filing.figures.BK_GL_BAL?.value).toBe('420.5');
});
