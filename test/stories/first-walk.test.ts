import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict } from '../district.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
beforeAll(async () => {
  place = await aDistrict({ banks: 3 });
});
afterAll(() => place.district.close());

it('green above all loans is stopped; corrected, it makes the bank first', async () => {
  const { district, banks, reviewer, officer } = place;
  const [first, ...others] = banks;
  if (!first) throw new Error('no bank');

  const filing = await first.filer.files({ institution: first.uscc }, { BK_LOAN_BAL: '1000', BK_GL_BAL: '1200' });
  await expect(first.checker.submits(filing)).rejects.toMatchObject({
    status: 422,
    violations: [{ path: 'figures.BK_GL_BAL', rule: 'V01', found: '1200', expected: '≤ 1000' }],
  });
  await first.filer.files({ institution: first.uscc }, { BK_GL_BAL: '420' });
  await first.checker.submits(filing);
  await reviewer.accepts(filing);
  for (const [i, bank] of others.entries()) {
    const figures = { BK_LOAN_BAL: '1000', BK_GL_BAL: `${100 * (i + 1)}` };
    const other = await bank.filer.files({ institution: bank.uscc }, figures);
    await bank.checker.submits(other);
    await reviewer.accepts(other);
  }

  const started = await officer.post<EvaluationView>('/evaluations', {
    scheme: 'bank-thin',
    version: 1,
    period: '2026Q3',
  });
  const evaluation = await district.ended(officer, started.id);
  expect(evaluation).toMatchObject({ state: 'computed', error: null, counts: { ranked: 3 } });
  const ranking = await officer.get<Page<RankingItem>>(`/evaluations/${started.id}/ranking`);
  expect(ranking.items.map((row) => [row.rank, row.name, row.score])).toEqual([
    [1, '示范银行甲', '100.00'],
    [2, '示范银行丙', '31.25'],
    [3, '示范银行乙', '0.00'],
  ]);

  const result = await officer.get<ResultView>(`/evaluations/${started.id}/results/${first.uscc}`);
  const green = result.nodes[0]?.inputs.find((input) => input.metric === 'BK_GL_BAL');
  expect(green).toMatchObject({ value: '420', revision: { no: 1, filing: filing.id } });
  expect(green?.revision?.filedBy).not.toBe(green?.revision?.signedBy);
  expect(green?.revision?.acceptedBy).toMatch(/^reviewer/);
});
