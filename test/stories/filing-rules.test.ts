import type { FilingView } from '../../src/filings/filing.query.js';
import type { Page } from '../../src/platform/pages.js';
import type { Rule } from '../../src/rules/rule.js';
import { aDistrict, type Bank } from '../district.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let banks: Bank[];
beforeAll(async () => {
  place = await aDistrict({ banks: 7 });
  banks = place.banks;
});
afterAll(() => place.district.close());

const at = (bank: Bank, period: string) => ({ institution: bank.uscc, period });
const told = (filing: FilingView) => filing.checks.map((check) => check.key);
const accepted = async (bank: Bank, period: string, figures: Record<string, string>): Promise<void> => {
  const filing = await bank.filer.files(at(bank, period), figures);
  await bank.checker.submits(filing);
  await place.reviewer.accepts(filing);
};

it('a slip of unit is told against what was accepted, and goes up with a reason only', async () => {
  const bank = banks[0] as Bank;
  await accepted(bank, '2025Q4', { BK_LOAN_BAL: '1000', BK_GL_BAL: '100' });
  const slipped = await bank.filer.files(at(bank, '2026Q1'), { BK_LOAN_BAL: '10100000', BK_GL_BAL: '1020000' });
  expect(slipped.checks).toMatchObject([
    {
      key: 'V08:BK_LOAN_BAL',
      severity: 'justify',
      left: '10100000',
      right: '1000',
      conversion: { factor: '0.0001', title: '元→万元', cells: ['BK_LOAN_BAL', 'BK_GL_BAL'] },
    },
  ]);
  expect([slipped.maySubmit, slipped.verdict]).toEqual([false, '还不能提交：1处待说明']);
  await expect(bank.checker.acts(slipped, 'submit')).rejects.toMatchObject({
    violations: [{ path: 'figures.BK_LOAN_BAL', rule: 'V08', found: '10100000', expected: '填写说明' }],
  });

  const mended = await bank.filer.files(at(bank, '2026Q1'), { BK_LOAN_BAL: '1010', BK_GL_BAL: '102' });
  expect([told(mended), mended.verdict]).toEqual([[], '可以提交']);
});

it('a jump is explained under its key, or under its rule for all of them', async () => {
  const bank = banks[0] as Bank;
  const jumped = await bank.filer.files(at(bank, '2026Q1'), { BK_LOAN_BAL: '2000', BK_GL_BAL: '150' });
  expect(told(jumped)).toEqual(['V07:BK_LOAN_BAL', 'V07:BK_GL_BAL']);
  const one = await bank.filer.patch<FilingView>(`/filings/${jumped.id}`, {
    justifications: { 'V07:BK_LOAN_BAL': '承接分行划转业务' },
  });
  expect(one.verdict).toBe('还不能提交：1处待说明');
  const all = await bank.filer.patch<FilingView>(`/filings/${jumped.id}`, {
    justifications: { V07: '承接分行划转业务' },
  });
  expect(all.verdict).toBe('可以提交');
});

it('the roll-forward starts from the accepted balance, not from the draft of last quarter', async () => {
  const bank = banks[1] as Bank;
  await accepted(bank, '2025Q4', { BK_GL_BAL: '500' });
  await bank.filer.files(at(bank, '2026Q1'), { BK_GL_BAL: '777' });
  const flows = { BK_GL_NEW: '50', BK_GL_REPAY: '30', BK_GL_WO: '0', BK_GL_RECLASS: '0', BK_GL_BAL: '797' };
  expect(told(await bank.filer.files(at(bank, '2026Q2'), flows))).toEqual([]);
  const now = await bank.filer.files(at(bank, '2026Q1'), { ...flows, BK_GL_BAL: '520.51' });
  expect(now.checks).toMatchObject([{ key: 'V03:BK_GL_BAL', severity: 'block', left: '520', tolerance: '0.5' }]);
  expect(told(await bank.filer.files(at(bank, '2026Q1'), { BK_GL_BAL: '520.5' }))).toEqual([]);
});

it('a share far above the peers is told to the bureau, and never to the institution', async () => {
  for (const [i, bank] of banks.slice(1).entries())
    await accepted(bank, '2025Q3', { BK_LOAN_BAL: '1000', BK_GL_BAL: `${100 + i}` });
  const bank = banks[0] as Bank;
  const filing = await bank.filer.files(at(bank, '2025Q3'), { BK_LOAN_BAL: '1000', BK_GL_BAL: '400' });
  expect(told(filing)).toEqual([]);
  expect(told(await bank.checker.submits(filing))).toEqual([]);
  const seen = await place.reviewer.get<FilingView>(`/filings/${filing.id}`);
  expect(seen.checks).toMatchObject([{ key: 'V10:BK_GL_BAL', left: '40' }]);
  expect(seen.checks[0]?.message).toMatch(/^绿色贷款占比40.00%，同类6家均值10.25%/);
});

it('the rules are listed page by page, as the engine reads them and as a form prints them', async () => {
  const { filer } = banks[0] as Bank;
  const first = await filer.get<Page<Rule & { no: number; formula: string }>>('/rules?limit=50');
  expect(first.items[0]).toMatchObject({ rule: 'V01', no: 1, formula: 'BK_GL_BAL ≤ BK_LOAN_BAL' });
  const second = await filer.get<Page<{ no: number }>>(
    `/rules?limit=50&cursor=${encodeURIComponent(first.next ?? '')}`,
  );
  expect(second.items[0]).toMatchObject({ no: 51 });
});
