import { createHash } from 'node:crypto';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import type { Catalogue } from '../../src/forms/catalogue.js';
import { CATALOGUE } from '../../src/forms/catalogue.service.js';
import type { Page } from '../../src/platform/pages.js';
import { REDACTED, verifyBundle } from '../../src/scoring/bundle/verify.js';
import type { DisclosurePreview } from '../../src/scoring/disclosure/preview.js';
import { seenByOwner } from '../../src/scoring/disclosure/seen.js';
import { workedExample } from '../../src/scoring/methodology/example.js';
import { checkScheme } from '../../src/scoring/scheme/check-scheme.js';
import { aDistrict, type Bank } from '../district.js';
import type { Person } from '../person.js';

/*
 * A first year, published by grades alone: what an institution and a paper are told carries no rank, whichever way it is
 * asked; staff see it all the same. Five banks in three grades, filed in an order that is not that of the ranking.
 */
const SCHEME = `scheme: bank-grades
version: 1
title: 绿色贷款占比（首年）
institutionTypes: [bank]
cadence: quarterly
inputs:
  green: { metric: BK_GL_BAL }
  loans: { metric: BK_LOAN_BAL }
indicators:
  - indicator: green_share
    title: 绿色贷款占比
    weight: 100
    value: 100 * green / loans
    unit: "%"
    normalise:
      method: bands
      bands: [{ below: 10, points: 50 }, { below: 20, points: 76 }, { below: 30, points: 80 }, { points: 95 }]
    missing: unranked
    zeroDenominator: unranked
ranking: { on: rounded, ties: competition }
grades: [{ code: 优秀, min: 90 }, { code: 良好, min: 75 }, { code: 合格, min: 0 }]
`;
const GREEN = ['5', '25', '15', '35', '25'] as const;

const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');

type Place = Awaited<ReturnType<typeof aDistrict>>;
let place: Place;
let graded: EvaluationView;
let ranked: EvaluationView;
beforeAll(async () => {
  place = await aDistrict({ banks: GREEN.length });
  await place.district.addScheme(SCHEME);
  for (const [i, green] of GREEN.entries())
    await place.district.settles(bank(i), place.reviewer, { BK_GL_BAL: green, BK_LOAN_BAL: '100' });
  ranked = await publishes({});
  graded = await publishes({ ranks: false });
}, 60_000);
afterAll(() => place.district.close());

const bank = (i: number): Bank => place.banks[i] as Bank;

async function publishes(body: object): Promise<EvaluationView> {
  const start = { scheme: 'bank-grades', version: 1, period: '2026Q3' };
  const { id } = await place.officer.post<EvaluationView>('/evaluations', start);
  expect((await place.district.ended(place.officer, id)).state).toBe('computed');
  await place.verifier.post(`/evaluations/${id}/verify`);
  return place.officer.post(`/evaluations/${id}/publish`, body);
}

/** What two publications of the same figures have in common: commitments are salted for each. */
const besidesRank = (result: ResultView): unknown => ({
  ...result,
  evaluation: '',
  rank: null,
  tied: false,
  nodes: result.nodes.map((node) => ({ ...node, committed: null })),
});

const rows = async (person: Person, id: string, more = ''): Promise<readonly RankingItem[]> =>
  (await person.get<Page<RankingItem>>(`/evaluations/${id}/ranking${more}`)).items;
const resultOf = (person: Person, { uscc }: Bank, id: string): Promise<ResultView> =>
  person.get(`/evaluations/${id}/results/${uscc}`);

it('is chosen at publication, and stands in the audit log', async () => {
  expect([ranked.ranks, graded.ranks]).toEqual([true, false]);
  const [entry] = await place.district.rows<{ body: string }>(
    `select body from audit.entry where action = 'evaluation.publish' and subject = $1`,
    [graded.id],
  );
  expect(JSON.parse(entry?.body ?? '')).toMatchObject({ after: { state: 'provisional', ranks: false } });
  const { id } = await place.officer.post<EvaluationView>('/evaluations', {
    scheme: 'bank-grades',
    version: 1,
    period: '2026Q3',
  });
  await place.district.ended(place.officer, id);
  await place.verifier.post(`/evaluations/${id}/verify`);
  expect((await place.officer.asks('POST', `/evaluations/${id}/publish`, { ranks: 'no' })).status).toBe(422);
});

describe('an institution is told its grade and no rank', () => {
  it('in its row and its result, which it sees in full otherwise', async () => {
    for (const [i] of GREEN.entries()) {
      const { filer } = bank(i);
      expect(await rows(filer, graded.id)).toEqual([
        expect.objectContaining({ rank: null, tied: false, previousRank: null, interval: null, status: 'ranked' }),
      ]);
      const own = await resultOf(filer, bank(i), graded.id);
      expect(own).toMatchObject({ rank: null, tied: false, score: expect.any(String), grade: expect.any(String) });
      const open = await resultOf(filer, bank(i), ranked.id);
      expect(open.rank).not.toBeNull();
      expect(besidesRank(own)).toEqual(besidesRank(open));
    }
  });

  it('in what is explained, and in a bundle whose rows it can check', async () => {
    const { filer, uscc } = bank(1);
    const told = await filer.get(`/evaluations/${graded.id}/results/${uscc}/explanation`);
    expect(told).toMatchObject({ toNextRank: null });
    const { body, text } = await filer.asks('GET', `/evaluations/${graded.id}/bundle`);
    const own = body as { own: { results: { ranking: string[][] } } };
    expect(own.own.results.ranking).toEqual([['all', '', uscc, expect.any(String), '80.00', '良好', 'ranked', '']]);
    const withRanks = (await filer.asks('GET', `/evaluations/${ranked.id}/bundle`)).body as typeof own;
    expect(withRanks.own.results.ranking[0]?.[1]).toBe('2');
    expect(verifyBundle(text, sha256)).toEqual({ ok: false, difference: REDACTED });
  });

  it('nor an export, which is not its to ask for', async () => {
    const answer = await bank(0).filer.asks(
      'GET',
      `/exports/evaluations/${graded.id}/ranking.csv?excel=1&as=published`,
    );
    expect(answer.status).toBe(403);
  });

  it('nor the ranks of the period before, or the interval of its rank', async () => {
    const { filer } = bank(0);
    await place.officer.post(`/evaluations/${graded.id}/robustness`, { replications: 100, weights: 0.1, seed: 1 });
    for (let i = 0; i < 200; i += 1) {
      const { items } = await place.officer.get<Page<unknown>>(`/evaluations/${graded.id}/robustness`);
      if (items.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await rows(place.officer, graded.id))[0]?.interval).not.toBeNull();
    expect((await rows(filer, graded.id))[0]?.interval).toBeNull();
    expect(await filer.get(`/evaluations/${graded.id}/robustness`)).toMatchObject({ items: [] });
  });
});

describe('staff see ranks, and what goes on paper has none', () => {
  it('the ranking as ever; the paper by grade, then name', async () => {
    const all = await rows(place.officer, graded.id);
    expect(all.map(({ rank }) => rank)).toEqual([1, 2, 2, 4, 5]);
    const paper = await rows(place.leader, graded.id, '?as=published');
    expect(paper.map(({ grade }) => grade)).toEqual(['优秀', '良好', '良好', '良好', '合格']);
    const good = paper.filter(({ grade }) => grade === '良好').map(({ name }) => name);
    expect(good).toEqual([...good].sort((a, b) => a.localeCompare(b, 'zh-Hans-CN')));
    for (const row of paper) expect(row).toMatchObject({ rank: null, tied: false, score: null, parts: [] });
    const byPages: RankingItem[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: Page<RankingItem> = await place.leader.get(
        `/evaluations/${graded.id}/ranking?as=published&limit=2${next === '' ? '' : `&cursor=${next}`}`,
      );
      byPages.push(...page.items);
      next = page.next;
    }
    expect(byPages).toEqual(paper);
  });

  it('the export for paper carries neither rank nor total; the one for the house and the full bundle do', async () => {
    const sheet = async (more: string): Promise<string> =>
      (await place.officer.asks('GET', `/exports/evaluations/${graded.id}/ranking.csv${more}`)).text;
    const paper = await sheet('?excel=1&as=published');
    expect(paper).toContain('只公布等次');
    for (const row of paper.split('\n').filter((line) => line.startsWith('all,')))
      expect(row).toMatch(/^all,,\d{2}\w+,[^,]+,,(优秀|良好|合格),/);
    expect(await sheet('?excel=1')).toMatch(/^all,1,/m);
    expect(await sheet('')).toMatch(/^all,1,/m);
    const { body } = await place.verifier.asks('GET', `/evaluations/${graded.id}/bundle`);
    expect((body as { results: { ranking: string[][] } }).results.ranking.map((row) => row[1])).toEqual([
      '1',
      '2',
      '2',
      '4',
      '5',
    ]);
  });

  it('published with ranks, the paper has them', async () => {
    const paper = await rows(place.officer, ranked.id, '?as=published');
    expect(paper.map(({ rank }) => rank)).toEqual([1, 2, 2, 4, 5]);
  });
});

describe('what each would see is shown before anything is filed', () => {
  it('by the code that cuts the real results', async () => {
    const preview = await place.officer.get<DisclosurePreview>('/schemes/bank-grades/versions/1/disclosure');
    expect(preview.cases).toHaveLength(8);
    const metrics = place.district.app.get<Catalogue>(CATALOGUE).facts();
    const { scheme } = checkScheme(SCHEME, metrics);
    for (const { members, disclosure, ranks, seen, unseen } of preview.cases) {
      const example = scheme && workedExample(SCHEME, scheme, metrics, members);
      expect(example?.cohort).toHaveLength(members);
      const shown = example && seenByOwner(example.shown, { disclosure, ranks });
      expect(seen).toEqual(JSON.parse(JSON.stringify(shown)));
      expect([seen.rank === null, unseen.rank === null]).toEqual([!ranks, ranks]);
      expect(unseen.others).toBe(members - 1);
    }
  });

  it('an institution may read it of a scheme that is not a draft', async () => {
    const answer = await bank(0).filer.asks('GET', '/schemes/bank-grades/versions/1/disclosure');
    expect(answer.status).toBe(200);
    expect((await bank(0).filer.asks('GET', '/schemes/bank-grades/versions/9/disclosure')).status).toBe(404);
  });
});
