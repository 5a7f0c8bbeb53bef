import type { AttributionItem, ImprovementsView } from '../../src/analyses/analyses.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ExplanationView, ResultView } from '../../src/evaluations/result.query.js';
import { Decimal, plain, sumOf } from '../../src/numbers/decimal.js';
import type { Page } from '../../src/platform/pages.js';
import { aDistrict, type Bank } from '../district.js';
import type { Person } from '../person.js';

/** A share between posts, which compares with nobody, and a balance that is compared with the others'. */
const SCHEME = `scheme: bank-two
version: 1
title: 两项指标
institutionTypes: [bank]
cadence: quarterly
inputs:
  green: { metric: BK_GL_BAL }
  loans: { metric: BK_LOAN_BAL }
indicators:
  - indicator: size
    title: 贷款规模
    weight: 50
    value: loans
    unit: 万元
    normalise: { method: minmax }
    missing: unranked
  - indicator: green
    title: 绿色贷款余额
    weight: 50
    value: green
    unit: 万元
    normalise: { method: goalposts, min: 0, max: 1000 }
    missing: unranked
grades: [{ code: 优秀, min: 80 }, { code: 良好, min: 60 }, { code: 合格 }]
`;

/** Green and all loans. Points: 100 · 78.16 · 57.5 · 0.5, in rank order; digits that nobody else has. */
const FILED = [
  ['1000', '9000'],
  ['813.2477', '7000'],
  ['640.1913', '5080'],
  ['10.7731', '1000'],
] as const;

let place: Awaited<ReturnType<typeof aDistrict>>;
let evaluation: EvaluationView;

beforeAll(async () => {
  place = await aDistrict({ banks: FILED.length });
  await place.district.addScheme(SCHEME);
  for (const [i, [green, loans]] of FILED.entries())
    await place.district.settles(bank(i), place.reviewer, { BK_GL_BAL: green, BK_LOAN_BAL: loans });
  evaluation = await evaluates();
  await publishes(evaluation.id);
}, 60_000);
afterAll(() => place.district.close());

const bank = (i: number): Bank => place.banks[i] as Bank;
async function evaluates(version = 1): Promise<EvaluationView> {
  const body = { scheme: 'bank-two', version, period: '2026Q3' };
  const { id } = await place.officer.post<EvaluationView>('/evaluations', body);
  return place.district.ended(place.officer, id);
}
async function publishes(id: string): Promise<void> {
  await place.verifier.post(`/evaluations/${id}/verify`);
  await place.officer.post(`/evaluations/${id}/publish`);
}
const explanation = (person: Person, of: Bank, id = evaluation.id): Promise<ExplanationView> =>
  person.get(`/evaluations/${id}/results/${of.uscc}/explanation`);
const summed = (parts: readonly { readonly points: string }[]): string =>
  plain(sumOf(parts.map(({ points }) => new Decimal(points))));

describe('why a total is what it is', () => {
  it('staff: the parts sum to the difference to the middle and to the next rank', async () => {
    const told = await explanation(place.leader, bank(2));
    const { items } = await place.officer.get<Page<RankingItem>>(`/evaluations/${evaluation.id}/ranking`);
    const [first, second, third] = items.map(({ score }) => new Decimal(score ?? 0)) as [Decimal, Decimal, Decimal];
    expect(told.institution).toBe(bank(2).uscc);
    expect(told.toNextRank).toMatchObject({ rank: 2, difference: plain(third.minus(second)) });
    expect(told.toMedian?.difference).toBe(plain(third.minus(second).div(2)));
    for (const gap of [told.toMedian, told.toNextRank]) {
      expect(gap?.parts.map(({ code }) => code)).toEqual(expect.arrayContaining(['size', 'green']));
      expect(summed(gap?.parts ?? [])).toBe(gap?.difference);
    }
    expect(told.toNextGrade).toEqual({
      code: '良好',
      points: plain(new Decimal(60).minus(third)),
      isBySharesToo: false,
    });
    expect(told.sentences[0]).toBe(
      `总分 ${third.toFixed(2)} 分，低于同组中位数 ${second.minus(third).div(2).toFixed(2)} 分。`,
    );
    expect((await explanation(place.officer, bank(0))).toNextRank).toBeNull();
    expect(first.toFixed()).toBe('100');
  });

  it.each(['sealed', 'open'])('%s: the owner is told nothing that another’s points give', async (disclosure) => {
    await place.district.rows('update evaluation set disclosure = $2 where id = $1', [evaluation.id, disclosure]);
    for (const [i, own] of place.banks.entries()) {
      const told = await explanation(own.filer, own);
      expect([told.toMedian, told.toNextRank]).toEqual([null, null]);
      expect(told.lost).toEqual((await explanation(place.officer, own)).lost);
      const text = JSON.stringify(told);
      for (const [k, other] of place.banks.entries()) {
        if (k === i) continue;
        const { score, nodes } = await place.officer.get<ResultView>(
          `/evaluations/${evaluation.id}/results/${other.uscc}`,
        );
        const theirs = [
          score,
          ...nodes.flatMap((node) => [node.value, node.score, node.contribution]),
          other.name,
          other.uscc,
        ];
        // Round numbers say nothing of whose they are.
        const secrets = theirs.flatMap((each) => (each !== null && each.length > 5 ? [each] : []));
        expect(secrets.length).toBeGreaterThan(1);
        expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      }
    }
    await place.district.rows(`update evaluation set disclosure = 'sealed' where id = $1`, [evaluation.id]);
  });

  it('of another institution, and before publication, it is not there', async () => {
    const mine = bank(1).filer;
    const asks = (of: string, id = evaluation.id) => mine.asks('GET', `/evaluations/${id}/results/${of}/explanation`);
    expect((await asks(bank(1).uscc)).status).toBe(200);
    expect((await asks(bank(2).uscc)).status).toBe(404);
    const { id } = await evaluates();
    expect((await asks(bank(1).uscc, id)).status).toBe(404);
    expect((await explanation(place.officer, bank(1), id)).sentences.length).toBeGreaterThan(0);
  });
});

describe('如何达到', () => {
  const asks = (person: Person, of: Bank, id = evaluation.id) =>
    person.asks<ImprovementsView>('POST', `/evaluations/${id}/results/${of.uscc}/improvements`);
  const rows = ({ items }: ImprovementsView) =>
    items.map(({ target, title, from, to, score, rank }) => [target, title, from, to, score, rank]);

  it('staff: the smallest change of one figure, for a rank and for the next grade; nothing is stored', async () => {
    const before = await place.district.rows('select count(*) from audit.entry');
    const { status, body } = await asks(place.officer, bank(2));
    expect(status).toBe(200);
    // 25.5 + 32.009565; the second has 78.16. Rounding makes up half a hundredth, and half a millionth.
    expect(rows(body)).toEqual([
      ['rank', '各项贷款余额', '5080', '8383.2695', '78.16', 2],
      ['grade', '绿色贷款余额', '640.1913', '689.9', '60.00', 3],
      ['grade', '各项贷款余额', '5080', '5477.6695', '60.00', 3],
    ]);
    expect(body).toMatchObject({ figures: 2, isComplete: true });
    expect(await place.district.rows('select count(*) from audit.entry')).toEqual(before);
    expect((await asks(place.leader, bank(2))).status).toBe(403);
    expect((await place.officer.asks('POST', `/evaluations/${evaluation.id}/results/nobody/improvements`)).status).toBe(
      404,
    );
  });

  it('an institution: through what is compared with nobody, the grade alone; whatever a rival filed, the same', async () => {
    const [rival, mine] = [bank(1), bank(2)];
    const answers: unknown[] = [];
    for (const [green, loans] of [
      ['813.2477', '7000'],
      ['300', '5900'],
    ]) {
      const { id } = await evaluates();
      await publishes(id);
      for (const [metric, value] of [
        ['BK_GL_BAL', green],
        ['BK_LOAN_BAL', loans],
      ])
        await place.district.rows(
          'update evaluation_figure set value = $3 where evaluation_id = $1 and institution_id = $2 and metric = $4',
          [id, rival.id, value, metric],
        );
      const { status, body } = await asks(mine.filer, mine, id);
      expect([status, rows(body)]).toEqual([200, [['grade', '绿色贷款余额', '640.1913', '689.9', '60.00', null]]]);
      expect(body.targets.map(({ kind }) => kind)).toEqual(['grade']);
      answers.push(body);
      expect((await asks(mine.filer, rival, id)).status).toBe(404);
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});

describe('why totals changed from one evaluation to another', () => {
  it('five factors that sum to the change, page by page, and as a table', async () => {
    await place.district.addScheme(
      SCHEME.replace('version: 1', 'version: 2')
        .replace('weight: 50', 'weight: 60')
        .replace('weight: 50', 'weight: 40'),
    );
    const after = await evaluates(2);
    const path = `/evaluations/${after.id}/attribution?against=${evaluation.id}`;
    const first = await place.leader.get<Page<AttributionItem>>(`${path}&limit=3`);
    const rest = await place.leader.get<Page<AttributionItem>>(`${path}&limit=3&cursor=${first.next}`);
    const items = [...first.items, ...rest.items];
    expect([first.items.length, rest.items.length, rest.next]).toEqual([3, 1, null]);
    expect(items.map(({ name }) => name)).toEqual(place.banks.map(({ name }) => name));
    for (const { before, after: now, points } of items) {
      const change = plain(new Decimal(now ?? 0).minus(before ?? 0));
      expect(points).toEqual({ method: '0', weights: change, figures: '0', benchmark: '0', cohort: '0' });
    }
    expect(items[3]?.points?.weights).not.toBe('0');
    const text = (await place.officer.asks('GET', `/exports${path.replace('attribution', 'attribution.csv')}&excel=1`))
      .text;
    expect(text).toContain('变化,方法,权重,本机构数据,同组基准,分组与参评');
    expect(text.trim().split('\n')).toHaveLength(5);
    expect((await bank(0).filer.asks('GET', path)).status).toBe(403);
    expect((await place.officer.asks('GET', path.replace(/against=.*/, ''))).status).toBe(422);
    expect(
      (await place.officer.asks('GET', path.replace(evaluation.id, '00000000-0000-4000-8000-000000000000'))).status,
    ).toBe(404);
  });
});
