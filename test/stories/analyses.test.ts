import { once } from 'node:events';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import type { AnalysisView, RobustnessPage } from '../../src/analyses/analysis.query.js';
import { AnalysisRuns, QUEUE } from '../../src/analyses/analysis-runs.service.js';
import { AnalysisThreads, Stopped, type Tried } from '../../src/analyses/analysis-threads.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { Page } from '../../src/platform/pages.js';
import type { WithoutIndicator } from '../../src/scoring/robustness/robustness.js';
import { aDistrict, type Bank, testUscc } from '../district.js';
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
grades: [{ code: 优秀, min: 80 }, { code: 良好 }]
commendation: { quota: 2 }
`;

/** Green and all loans: 甲 leads everywhere, 乙 and 丙 lead by one indicator each, 丁 is last. */
const FILED = [
  ['1000', '9000'],
  ['401', '7000'],
  ['640', '5080'],
  ['10', '1000'],
] as const;

let place: Awaited<ReturnType<typeof aDistrict>>;
let evaluation: EvaluationView;
let queue: Queue;
let runs: AnalysisRuns;

beforeAll(async () => {
  place = await aDistrict({ banks: FILED.length });
  queue = place.district.app.get<Queue>(getQueueToken(QUEUE));
  runs = place.district.app.get(AnalysisRuns);
  await place.district.addScheme(SCHEME);
  for (const [i, [green, loans]] of FILED.entries())
    await place.district.settles(bank(i), place.reviewer, { BK_GL_BAL: green, BK_LOAN_BAL: loans });
  evaluation = await evaluates();
  expect(evaluation.state).toBe('computed');
});
afterAll(() => place.district.close());

const bank = (i: number): Bank => place.banks[i] as Bank;
const evaluates = async (): Promise<EvaluationView> => {
  const { id } = await place.officer.post<EvaluationView>('/evaluations', {
    scheme: 'bank-two',
    version: 1,
    period: '2026Q3',
  });
  return place.district.ended(place.officer, id);
};
const publishes = async (id: string): Promise<void> => {
  await place.verifier.post(`/evaluations/${id}/verify`);
  await place.officer.post(`/evaluations/${id}/publish`);
};
const robustness = (person: Person = place.officer, id = evaluation.id): Promise<RobustnessPage> =>
  person.get(`/evaluations/${id}/robustness`);
const asksFor = (body: object, id = evaluation.id): Promise<AnalysisView> =>
  place.officer.post(`/evaluations/${id}/robustness`, body);

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within 20 s: ${what}`);
}

const ended = (id = evaluation.id): Promise<AnalysisView> =>
  until('the analysis has ended', async () => {
    const { latest } = await robustness(place.officer, id);
    return latest && !['queued', 'running'].includes(latest.state) ? latest : null;
  });

const traces = (id: string): Promise<unknown[]> =>
  Promise.all(
    [
      'select state, epoch, version, done, error from analysis where id = $1',
      'select position, interval from analysis_interval where analysis_id = $1 order by 1',
      'select kind, position, finding from analysis_finding where analysis_id = $1 order by 1, 2',
    ].map((sql) => place.district.rows(sql, [id])),
  );

describe('robustness', () => {
  it('is asked for once, computed in the queue, and stands beside the ranking', async () => {
    expect(await robustness()).toMatchObject({ seed: null, replications: null, items: [], next: null, latest: null });
    const answer = await place.officer.asks<AnalysisView>('POST', `/evaluations/${evaluation.id}/robustness`, {
      replications: 400,
      weights: 0.2,
      seed: 7,
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.location).toBe(`/api/v1/evaluations/${evaluation.id}/robustness`);
    expect(answer.body).toMatchObject({ replications: 400, weights: 0.2, seed: 7, state: 'queued' });
    expect(await ended()).toMatchObject({ state: 'computed', error: null });
    const { items, ...page } = await robustness();
    expect(page).toMatchObject({ seed: 7, replications: 400, weights: 0.2, next: null });
    expect(items.map(({ name, rank, p5, p95 }) => [name, rank, p5, p95])).toEqual([
      ['示范银行甲', 1, 1, 1],
      ['示范银行乙', 2, 2, 3],
      ['示范银行丙', 3, 2, 3],
      ['示范银行丁', 4, 4, 4],
    ]);
    expect(items.map(({ next }) => next && [next.separable, next.lines])).toEqual([
      [true, ['grade']],
      [false, ['commendation']],
      [true, []],
      null,
    ]);
    const ranking = await place.officer.get<Page<RankingItem>>(`/evaluations/${evaluation.id}/ranking`);
    expect(ranking.items[1]?.interval).toMatchObject({
      p5: 2,
      p95: 3,
      next: { separable: false, lines: ['commendation'] },
    });
    const { items: without } = await place.officer.get<Page<WithoutIndicator>>(
      `/evaluations/${evaluation.id}/robustness/indicators`,
    );
    expect(without.map(({ indicator, moved }) => [indicator, moved.length])).toEqual([
      ['size', 2],
      ['green', 0],
    ]);
    expect(
      (await place.officer.get<Page<unknown>>(`/evaluations/${evaluation.id}/robustness/reversals`)).next,
    ).toBeNull();
    const { text } = await place.officer.asks('GET', `/exports/evaluations/${evaluation.id}/rank_intervals.csv`);
    expect(text.split('\n')[2]).toMatch(new RegExp(`^all,${bank(1).uscc},2,2,\\d,3,2,3,0\\.\\d+$`));
    const [first] = await place.district.rows<{ count: number }>('select count(*)::int as count from analysis');
    expect(await asksFor({ replications: 400, weights: 0.2, seed: 7 })).toMatchObject({
      id: answer.body.id,
      state: 'computed',
    });
    expect(await place.district.rows('select count(*)::int as count from analysis')).toEqual([first]);
  });

  it('pages its items, and refuses what is no question', async () => {
    const first = await place.officer.get<RobustnessPage>(`/evaluations/${evaluation.id}/robustness?limit=3`);
    expect(first.items).toHaveLength(3);
    const rest = await place.officer.get<RobustnessPage>(
      `/evaluations/${evaluation.id}/robustness?limit=3&cursor=${first.next}`,
    );
    expect(rest.items.map(({ rank }) => rank)).toEqual([4]);
    for (const body of [{ replications: 0 }, { weights: 1 }, { weights: -0.1 }, { seed: 2 ** 32 }, { seed: '1' }])
      await expect(asksFor(body)).rejects.toMatchObject({ status: 422 });
  });

  it('tells its progress, can be cancelled, and asked for again', async () => {
    const question = { replications: 100_000, seed: 11 };
    const { id } = await asksFor(question);
    await until('it runs', async () => ((await robustness()).latest?.state === 'running' ? true : null));
    expect(await place.officer.post(`/evaluations/${evaluation.id}/robustness/cancel`, {})).toMatchObject({
      id,
      state: 'cancelled',
    });
    await expect(place.officer.post(`/evaluations/${evaluation.id}/robustness/cancel`, {})).rejects.toMatchObject({
      status: 409,
      code: 'ROBUSTNESS_ENDED',
    });
    await until('the queue is idle', async () => ((await queue.getJobCounts('active')).active === 0 ? true : null));
    expect(await robustness()).toMatchObject({ seed: 7, latest: { id, state: 'cancelled' } });
    const events = await followed(evaluation.id);
    expect(events).toMatch(/event: end\nid: \d+\ndata: \{"state":"cancelled","hash":null\}/);
    expect(await asksFor({ ...question, replications: 20_000 })).toMatchObject({ state: 'queued' });
    const told = await followed(evaluation.id);
    expect(told).toMatch(/event: progress\nid: \d+\ndata: \{"cohort":null,"step":"[^"]+","done":\d+,"total":20000\}/);
    expect(told).toMatch(/event: end\nid: \d+\ndata: \{"state":"computed","hash":null\}/);
    expect(await robustness()).toMatchObject({ seed: 11, replications: 20_000 });
  });

  it('a worker that died or froze: the work is done again, a late result is not stored', async () => {
    await queue.pause();
    const { id } = await asksFor({ replications: 60, seed: 5 });
    const [row] = await place.district.rows<{ id: string }>(
      `select id from outbox where payload->>'analysis' = $1 order by id desc limit 1`,
      [id],
    );
    const outbox = row?.id as string;
    const threads = place.district.app.get(AnalysisThreads);
    const frozen = await runs.claim(id, outbox);
    const second = await runs.claim(id, outbox);
    if (!frozen || !second) throw new Error('nothing to claim');
    expect(await runs.tell(frozen, { step: '重算', done: 1, total: 60 })).toBe(false);
    await expect(threads.robustness(frozen, (progress) => runs.tell(frozen, progress))).rejects.toBeInstanceOf(Stopped);
    const found = await threads.robustness(second, async () => true);
    await runs.store(frozen, { ...found, intervals: [] }, outbox);
    expect(await place.district.rows('select state from analysis where id = $1', [id])).toEqual([{ state: 'running' }]);
    await runs.store(second, found, outbox);
    const stored = await traces(id);
    // Delivered again after it was stored: nothing more happens.
    expect(await runs.claim(id, outbox)).toBeNull();
    await runs.store(second, { ...found, intervals: [] }, outbox);
    await queue.resume();
    expect(await traces(id)).toEqual(stored);
    expect((await ended()).state).toBe('computed');
  });

  it('each institution sees the interval of its own row, once published, and nothing of the others', async () => {
    const mine = bank(2);
    expect((await mine.filer.asks('GET', `/evaluations/${evaluation.id}/robustness`)).status).toBe(404);
    const { id } = await evaluates();
    await asksFor({ replications: 50 }, id);
    await ended(id);
    await place.district.rows(`update evaluation set disclosure = 'open' where id = $1`, [id]);
    await publishes(id);
    const own = await robustness(mine.filer, id);
    expect(own).toMatchObject({ latest: null, next: null });
    expect(own.items.map(({ institution, next }) => [institution, next])).toEqual([[mine.uscc, null]]);
    const { items } = await mine.filer.get<Page<RankingItem>>(`/evaluations/${id}/ranking`);
    expect(items.map(({ interval }) => interval?.next)).toEqual([null]);
    const text = JSON.stringify([own, items]);
    expect(place.banks.filter(({ uscc, name }) => text.includes(uscc) || text.includes(name))).toEqual([mine]);
  });
});

describe('what-if', () => {
  const tries = (person: Person, set: object[], more: object = {}, id = evaluation.id) =>
    person.asks<Tried>('POST', `/evaluations/${id}/whatif`, { set, ...more });
  const figure = (of: Bank, metric: string, value: string | null, period = '2026Q3') => ({
    institution: of.uscc,
    period,
    metric,
    value,
  });
  const stored = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(
        ['evaluation', 'result', 'evaluation_figure', 'audit.entry', 'outbox'].map((table) =>
          place.district.rows(
            `select count(*)::int as n, md5(string_agg(t::text, ',' order by t::text)) as h from ${table} t`,
          ),
        ),
      ),
    );

  it('says every score or rank that moves, to the digit, and stores nothing', async () => {
    const before = await stored();
    const { status, body } = await tries(place.officer, [figure(bank(2), 'BK_GL_BAL', '700')]);
    expect(status).toBe(200);
    // 50 % · 4080 / 8000 and 50 % · 640 or 700 / 1000, against 57.55.
    expect(body.moved).toEqual([
      {
        cohort: 'all',
        institution: bank(1).uscc,
        rankBefore: 2,
        rankAfter: 3,
        scoreBefore: '57.55',
        scoreAfter: '57.55',
      },
      {
        cohort: 'all',
        institution: bank(2).uscc,
        rankBefore: 3,
        rankAfter: 2,
        scoreBefore: '57.50',
        scoreAfter: '60.50',
      },
    ]);
    expect(body.hash).not.toBe(evaluation.hash);
    const nothing = await tries(place.verifier, [figure(bank(1), 'BK_GL_BAL', '401')]);
    expect(nothing.body).toEqual({ moved: [], hash: evaluation.hash });
    const withdrawn = await tries(place.officer, [figure(bank(0), 'BK_GL_BAL', null)]);
    expect(withdrawn.body.moved[0]).toMatchObject({
      institution: bank(0).uscc,
      rankBefore: 1,
      rankAfter: null,
      scoreAfter: null,
    });
    expect(await stored()).toBe(before);
  });

  it('other weights: as the scheme says them, or refused with its own violations', async () => {
    const { body } = await tries(place.officer, [], { weights: { size: '100', green: '0.000001' } });
    expect(body).toMatchObject({ code: 'SCHEME_REFUSED', violations: [{ rule: 'weights-sum', path: 'indicators' }] });
    const { moved } = (await tries(place.officer, [], { weights: { size: 10, green: '90' } })).body;
    expect(moved.map(({ institution, rankAfter, scoreAfter }) => [institution, rankAfter, scoreAfter])).toEqual([
      [bank(1).uscc, 3, '43.59'],
      [bank(2).uscc, 2, '62.70'],
      [bank(3).uscc, 4, '0.90'],
    ]);
    expect((await tries(place.officer, [], { weights: { colour: '3' } })).status).toBe(422);
    expect((await tries(place.officer, [], { weights: { size: [1] } })).status).toBe(422);
  });

  it('refuses what is no figure of the evaluation, all faults at once', async () => {
    const { status, body } = await tries(place.officer, [
      { ...figure(bank(0), 'BK_GL_BAL', '1'), institution: testUscc(999) },
      figure(bank(0), 'NOTHING', '1'),
      figure(bank(0), 'BK_GL_BAL', '1', '2026Q4'),
    ]);
    expect([status, body]).toMatchObject([422, { code: 'WHAT_IF_REFUSED' }]);
    expect((body as unknown as { violations: { path: string }[] }).violations.map(({ path }) => path)).toEqual([
      'set[0].institution',
      'set[1].metric',
      'set[2].period',
    ]);
    expect((await tries(place.officer, [figure(bank(0), 'BK_GL_BAL', '1,0')])).status).toBe(422);
    expect((await tries(place.reviewer, [])).status).toBe(403);
  });

  it('an institution tries its own figures where nobody is compared, and learns nothing of a rival that way', async () => {
    const [mine, rival] = [bank(1), bank(2)];
    const asked = figure(mine, 'BK_GL_BAL', '640');
    const answers: unknown[] = [];
    // Two worlds that differ in what the rival filed, and in nothing else.
    for (const green of ['640', '300']) {
      const { id } = await evaluates();
      await place.district.rows(`update evaluation set disclosure = 'open' where id = $1`, [id]);
      await publishes(id);
      await place.district.rows(
        `update evaluation_figure set value = $3 where evaluation_id = $1 and institution_id = $2 and metric = 'BK_GL_BAL'`,
        [id, rival.id, green],
      );
      const own = await tries(mine.filer, [asked], {}, id);
      expect(own.status).toBe(200);
      answers.push(own.body);
      const refusedAs = async (set: object[], more: object = {}) => {
        const { status, text } = await tries(mine.filer, set, more, id);
        return [status, text.replace(/"instance":"[^"]*"/, '')];
      };
      const strangers = await Promise.all(
        [rival.uscc, testUscc(999)].map((institution) => refusedAs([{ ...asked, institution }])),
      );
      expect(strangers[0]?.[0]).toBe(404);
      expect(strangers[1]).toEqual(strangers[0]);
      answers.push(
        await refusedAs([figure(mine, 'BK_LOAN_BAL', '5000')]),
        await refusedAs([asked, figure(mine, 'BK_LOAN_BAL', '7000')]),
        await refusedAs([asked], { weights: { size: '40', green: '60' } }),
        await refusedAs([figure(mine, 'BK_GL_BAL', null)]),
        await refusedAs([figure(mine, 'BK_GL_BAL', '640', '2026Q2')]),
        await refusedAs([]),
      );
    }
    const half = answers.length / 2;
    expect(answers.slice(half)).toEqual(answers.slice(0, half));
    expect(answers[0]).toEqual({
      moved: [
        {
          cohort: 'all',
          institution: mine.uscc,
          rankBefore: null,
          rankAfter: null,
          scoreBefore: '57.55',
          scoreAfter: '69.50',
        },
      ],
      hash: null,
    });
    expect(answers.slice(1, half).map((answer) => (answer as unknown[])[0])).toEqual([422, 422, 422, 422, 422, 422]);
  });
});

/** What is sent until the stream closes. */
async function followed(id: string): Promise<string> {
  const server = place.district.app.getHttpServer();
  if (!server.listening) {
    await place.district.app.listen(0, '127.0.0.1');
    if (!server.listening) await once(server, 'listening');
  }
  const response = await fetch(`${await place.district.app.getUrl()}/api/v1/evaluations/${id}/robustness/events`, {
    headers: { cookie: place.officer.cookie },
  });
  return response.text();
}
