import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { createWorker, open } from '../../src/application.js';
import { Assessments } from '../../src/assessments/assessments.service.js';
import { Acts } from '../../src/audit/acts.service.js';
import { EvaluationProcessor } from '../../src/evaluations/evaluation.processor.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import { QUEUE, Runs } from '../../src/evaluations/runs.service.js';
import { ScoringThread } from '../../src/evaluations/scoring-thread.service.js';
import { Database, systemActor } from '../../src/platform/database.service.js';
import type { Page } from '../../src/platform/pages.js';
import { projectRoot } from '../../src/platform/project.service.js';
import { JOB_OPTIONS } from '../../src/platform/queue.service.js';
import { aDistrict, type Bank, testUscc } from '../district.js';
import type { Person } from '../person.js';

/** Two cohorts are left of three: one bank alone is too few and is counted among the large ones. */
const COHORTS = `scheme: bank-cohorts
version: 1
title: 分组评价
institutionTypes: [bank]
cadence: quarterly
cohorts:
  - { code: giant, title: 特大, when: loans >= 100000, minSize: 2, else: large }
  - { code: large, title: 大型, when: loans >= 1000, minSize: 2 }
  - { code: small, title: 小型 }
eligibility:
  - { when: loans > 0, reason: 未报各项贷款余额 }
inputs:
  green: { metric: BK_GL_BAL }
  loans: { metric: BK_LOAN_BAL }
indicators:
  - indicator: share
    title: 占全区绿色贷款
    weight: 60
    value: 100 * green / all_sum(green)
    unit: "%"
    normalise: { method: minmax, over: all }
    missing: unranked
    zeroDenominator: zero
  - indicator: ratio
    title: 绿色贷款占比
    weight: 40
    value: 100 * green / loans
    unit: "%"
    normalise: { method: minmax }
    missing: unranked
    zeroDenominator: zero
`;

/** Green and all loans of seven banks; green loans add up to 1000. */
const FILED = [
  ['400', '200000'],
  ['100', '2000'],
  ['150', '3000'],
  ['200', '2000'],
  ['20', '100'],
  ['50', '200'],
  ['80', '160'],
] as const;

let place: Awaited<ReturnType<typeof aDistrict>>;
let queue: Queue;
let runs: Runs;
let scoring: ScoringThread;
/** By the cohorts' scheme, from the figures as they were filed at first. */
let first: EvaluationView;
let firstBundle: string;

beforeAll(async () => {
  place = await aDistrict({ banks: FILED.length });
  const { app } = place.district;
  queue = app.get<Queue>(getQueueToken(QUEUE));
  runs = app.get(Runs);
  scoring = app.get(ScoringThread);
  await place.district.addScheme(COHORTS);
  for (const [i, [green, loans]] of FILED.entries())
    await place.district.settles(bank(i), place.reviewer, { BK_GL_BAL: green, BK_LOAN_BAL: loans });
  first = await runsToTheEnd();
  firstBundle = await bundleOf(first.id);
});
afterAll(() => place.district.close());

const bank = (i: number): Bank => place.banks[i] as Bank;
const COHORTS_NOW = { scheme: 'bank-cohorts', version: 1, period: '2026Q3' };
const starts = (body: object = COHORTS_NOW): Promise<EvaluationView> => place.officer.post('/evaluations', body);
const runsToTheEnd = async (body: object = COHORTS_NOW): Promise<EvaluationView> =>
  place.district.ended(place.officer, (await starts(body)).id);
const bundleOf = async (id: string): Promise<string> =>
  (await place.officer.asks('GET', `/evaluations/${id}/bundle`)).text;
const rankingOf = async (id: string, cohort: string): Promise<readonly RankingItem[]> =>
  (await place.officer.get<Page<RankingItem>>(`/evaluations/${id}/ranking?cohort=${cohort}`)).items;
const resultOf = (id: string, { uscc }: Bank): Promise<ResultView> =>
  place.officer.get(`/evaluations/${id}/results/${uscc}`);
const greenOf = async (id: string, of: Bank): Promise<string | null | undefined> =>
  (await resultOf(id, of)).nodes[0]?.inputs.find((input) => input.metric === 'BK_GL_BAL')?.value;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 15_000; waited += 50) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within 15 s: ${what}`);
}

/** The outbox row of a job, once it has been committed. */
async function outboxOf(evaluation: string, kind: string, cohort?: string): Promise<string> {
  const [row] = await place.district.rows<{ id: string }>(
    `select id from outbox where payload->>'evaluation' = $1 and kind = $2 and ($3::text is null or payload->>'cohort' = $3)
     order by id desc limit 1`,
    [evaluation, kind, cohort ?? null],
  );
  if (!row) throw new Error(`no ${kind} was asked for`);
  return row.id;
}

const queueIsIdle = (): Promise<void> =>
  until('the queue is idle', async () => {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).every((count) => count === 0);
  });

/** Everything that a run leaves in the database. */
const traces = async (id: string) => ({
  evaluation: await place.district.rows(
    'select state, epoch, hash, counts, error, done from evaluation where id = $1',
    [id],
  ),
  parts: await place.district.rows(
    'select cohort, epoch, state, ranked from evaluation_part where evaluation_id = $1 order by 1',
    [id],
  ),
  results: await place.district.rows(
    'select position, record from result where evaluation_id = $1 order by cohort, position',
    [id],
  ),
  events: await place.district.rows(
    'select id, type, data from evaluation_event where evaluation_id = $1 order by id',
    [id],
  ),
});

/** Plans by hand, as a worker does; the queue must be paused. */
async function plansByHand(id: string): Promise<void> {
  const outbox = await outboxOf(id, 'plan');
  const claim = await runs.claim(id, outbox);
  if (!claim) throw new Error('nothing to claim');
  const { cohorts = [] } = await scoring.run({ task: 'plan', pin: claim.pin });
  await runs.storePlan(claim, cohorts, outbox);
}

describe('what is computed', () => {
  it('cohorts are settled over everybody: one bank alone joins the next cohort, shares are of the whole district', async () => {
    const evaluation = first;
    expect(evaluation).toMatchObject({ state: 'computed', error: null, counts: { ranked: 7 } });
    expect(evaluation.cohorts.map(({ code, size, ranked }) => [code, size, ranked])).toEqual([
      ['large', 4, 4],
      ['small', 3, 3],
    ]);
    expect(evaluation.progress).toMatchObject({ done: 2, total: 2 });
    // 60 % · (share − 2) / (40 − 2) over all, and 40 % · (ratio − 0.2) / (10 − 0.2) within the cohort.
    expect((await rankingOf(evaluation.id, 'large')).map(({ rank, name, score }) => [rank, name, score])).toEqual([
      [1, '示范银行丁', '68.42'],
      [2, '示范银行甲', '60.00'],
      [3, '示范银行丙', '40.12'],
      [4, '示范银行乙', '32.22'],
    ]);
    const shares = await Promise.all(
      FILED.map(async (_, i) => (await resultOf(evaluation.id, bank(i))).nodes[0]?.value),
    );
    expect(shares).toEqual(['40', '10', '15', '20', '2', '5', '8']);
    expect(JSON.parse(firstBundle)).toMatchObject({
      format: 'greenrank-bundle/1',
      hashes: { bundle: evaluation.hash },
    });
  });

  it('1, 2 and 4 workers give the same bytes', async () => {
    const own = place.district.app.get(EvaluationProcessor).worker;
    await own.pause(); // so that the workers beside it do all there is to do
    const workers: Workers[] = [];
    try {
      for (const number of [2, 4]) {
        const missing = Array.from({ length: number - workers.length }, anotherWorker);
        workers.push(...(await Promise.all(missing)));
        const evaluation = await runsToTheEnd();
        expect(evaluation).toMatchObject({ state: 'computed', error: null });
        expect(await bundleOf(evaluation.id)).toBe(firstBundle);
      }
    } finally {
      own.resume();
      await Promise.all(workers.map((worker) => worker.end()));
    }
  }, 120_000); // starts processes in services mode

  it('asked twice under one Idempotency-Key it is one evaluation, pinned and queued once', async () => {
    const key = { 'idempotency-key': 'evaluate-once' };
    const ask = (body: object) => place.officer.asks<EvaluationView>('POST', '/evaluations', body, key);
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(COHORTS_NOW)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const id = answers[0]?.body.id ?? '';
    expect(answers[0]?.headers.location).toBe(`/api/v1/evaluations/${id}`);
    const another = await ask({ ...COHORTS_NOW, disclosure: 'open' });
    expect([another.status, another.body]).toMatchObject([409, { code: 'IDEMPOTENCY_KEY_REUSED' }]);
    const [asked] = await place.district.rows<{ n: number }>(
      `select count(*)::int as n from outbox where kind = 'plan' and payload->>'evaluation' = $1`,
      [id],
    );
    expect(asked).toEqual({ n: 1 });
    expect(await bundleOf((await place.district.ended(place.officer, id)).id)).toBe(firstBundle);
  });

  it('what is accepted later changes no evaluation that was started before, running or cut off', async () => {
    await queue.pause();
    const waiting = await starts();
    const amended = bank(1);
    const [filing] = (await amended.checker.get<Page<{ id: string }>>('/filings')).items;
    await amended.checker.amends(filing as { id: string }, '发现漏计一笔绿色贷款');
    await place.officer.acts(filing as { id: string }, 'approve-amendment');
    const settled = await place.district.settles(amended, place.reviewer, { BK_GL_BAL: '900' });
    // The figures were pinned before: a second person confirms.
    expect(settled.second?.why).toContain('更正了已用于评价的数据');
    await place.officer.acts(settled, 'confirm');
    await queue.resume();
    const before = await place.district.ended(place.officer, waiting.id);
    expect(await greenOf(before.id, amended)).toBe('100');
    expect(await bundleOf(before.id)).toBe(firstBundle);
    const cutOff = await runsToTheEnd({ ...COHORTS_NOW, cutOff: first.cutOff });
    expect(await bundleOf(cutOff.id)).toBe(firstBundle);
    const after = await runsToTheEnd();
    expect(await greenOf(after.id, amended)).toBe('900');
    expect(after.hash).not.toBe(before.hash);
  });
});

describe('a job may come late, twice, or get lost', () => {
  it('a worker that froze and stores late changes nothing', async () => {
    await queue.pause();
    const { id } = await starts();
    await plansByHand(id);
    const outbox = await outboxOf(id, 'cohort', 'small');
    const frozen = await runs.claimCohort(id, 'small', outbox);
    const quick = await runs.claimCohort(id, 'small', outbox);
    if (!frozen || !quick) throw new Error('nothing to claim');
    expect(quick.epoch).toBeGreaterThan(frozen.epoch);
    const { records = [] } = await scoring.run({ task: 'cohort', pin: quick.pin, cohort: 'small' });
    const wrong = records.map((record) => ({ ...record, score: '0.01', rank: 9 }));

    await runs.storeCohort(frozen, wrong, outbox); // early is as bad as late
    expect((await traces(id)).results).toEqual([]);
    await runs.storeCohort(quick, records, outbox);
    const stored = await traces(id);
    expect(stored.results).toHaveLength(3);
    await runs.storeCohort(frozen, wrong, outbox);
    expect(await traces(id)).toEqual(stored);
    expect(await runs.claimCohort(id, 'small', outbox)).toBeNull();

    await queue.resume();
    const ended = await place.district.ended(place.officer, id);
    expect(ended).toMatchObject({ state: 'computed' });
    expect(ended.hash).toBe((await runsToTheEnd()).hash);
  });

  it('a job that is delivered again after its work was stored does nothing', async () => {
    const { id } = await runsToTheEnd();
    await queueIsIdle();
    const before = await traces(id);
    for (const [kind, cohort] of [['plan'], ['cohort', 'large'], ['finish']] as const) {
      const outbox = await outboxOf(id, kind, cohort);
      await queue.add(
        kind,
        { evaluation: id, ...(cohort && { cohort }), outbox },
        { ...JOB_OPTIONS, jobId: `again-${outbox}` },
      );
    }
    await queueIsIdle();
    expect(await traces(id)).toEqual(before);
  });

  it('cancelled wins over a result that was computed before and comes after', async () => {
    await queue.pause();
    const { id } = await starts();
    await plansByHand(id);
    const outbox = await outboxOf(id, 'cohort', 'large');
    const claim = await runs.claimCohort(id, 'large', outbox);
    if (!claim) throw new Error('nothing to claim');
    const { records = [] } = await scoring.run({ task: 'cohort', pin: claim.pin, cohort: 'large' });
    expect((await place.officer.post<EvaluationView>(`/evaluations/${id}/cancel`)).state).toBe('cancelled');
    await runs.storeCohort(claim, records, outbox);
    await runs.fail(id, 'too late to fail', outbox);
    await queue.resume();
    await queueIsIdle();
    expect(await place.officer.get(`/evaluations/${id}`)).toMatchObject({
      state: 'cancelled',
      hash: null,
      error: null,
    });
    expect((await traces(id)).results).toEqual([]);
    const again = await place.officer.asks('POST', `/evaluations/${id}/requeue`);
    expect([again.status, again.body.code]).toEqual([409, 'EVALUATION_REFUSED']);
  });

  it('a queue that was emptied is filled again from the outbox', async () => {
    await queue.pause();
    const { id } = await starts();
    const outbox = await outboxOf(id, 'plan');
    await until('the row was relayed', async () => {
      const [row] = await place.district.rows('select 1 from outbox where id = $1 and relayed_at is not null', [
        outbox,
      ]);
      return row !== undefined && (await queue.getJob(`outbox-${outbox}`)) !== undefined;
    });
    await queue.obliterate({ force: true });
    expect(await queue.getJob(`outbox-${outbox}`)).toBeUndefined();
    await queue.resume();
    // As if the half minute had passed after which a row is looked at again.
    await place.district.rows(`update outbox set relayed_at = now() - interval '31 seconds' where id = $1`, [outbox]);
    expect(await place.district.ended(place.officer, id)).toMatchObject({ state: 'computed' });
  });
});

describe('a run that cannot be done says why', () => {
  const staff = (): string => `"${place.district.owner.user}_staff"`;

  it('results that cannot be written: failed after retries, requeued from the same pin, the same bytes', async () => {
    await place.district.rows(`revoke insert on result from ${staff()}`);
    let failed: EvaluationView;
    try {
      const { id } = await starts({ ...COHORTS_NOW, cutOff: first.cutOff });
      await until('it failed', async () => {
        for (const job of await queue.getDelayed()) await job.promote().catch(() => undefined); // no need to wait for it
        return (await place.officer.get<EvaluationView>(`/evaluations/${id}`)).state === 'failed';
      });
      failed = await place.officer.get<EvaluationView>(`/evaluations/${id}`);
    } finally {
      await place.district.rows(`grant insert on result to ${staff()}`);
    }
    expect(failed.error).toBe('计算中断：permission denied for table result');
    expect(failed.actions).toEqual(['requeue']);
    expect(await place.officer.post(`/evaluations/${failed.id}/requeue`)).toMatchObject({
      state: 'queued',
      error: null,
    });
    expect(await place.district.ended(place.officer, failed.id)).toMatchObject({ state: 'computed', error: null });
    expect(await bundleOf(failed.id)).toBe(firstBundle);
  });

  it('a score from a department that may not give it: named, others go on, and the pin stays what it was', async () => {
    await place.district.addScheme(
      COHORTS.replace('bank-cohorts', 'bank-assessed')
        .replace('weight: 40', 'weight: 30')
        .concat(`  - indicator: policy
    title: 政策执行
    weight: 10
    assessed: { by: [finance_bureau, ecology], scale: [0, 100] }
    missing: zero
`),
    );
    const scores = (assessor: string, score: string) =>
      place.district.app.get(Acts).perform({ action: 'assessment.record', actor: systemActor('test') }, (act) =>
        place.district.app.get(Assessments).record(
          act,
          place.banks.map(({ id }) => ({
            scheme: 'bank-assessed',
            period: '2026Q3',
            institutionId: id,
            node: 'policy',
            assessor,
            score,
          })),
        ),
      );
    await scores('housing', '80');
    const [poisoned, healthy] = await Promise.all([starts({ ...COHORTS_NOW, scheme: 'bank-assessed' }), starts()]);
    const failed = await place.district.ended(place.officer, poisoned.id);
    expect(failed.state).toBe('failed');
    expect(failed.error).toContain('policy 不由这个部门评分');
    expect(failed.error).toContain('assessments[0]');
    expect(await place.district.ended(place.officer, healthy.id)).toMatchObject({ state: 'computed' });
    // The pin holds the wrong score for ever; a new evaluation takes what stands now.
    await place.officer.post(`/evaluations/${failed.id}/requeue`);
    expect(await place.district.ended(place.officer, failed.id)).toMatchObject({
      state: 'failed',
      error: failed.error,
    });
    await place.district.rows(`delete from assessment where scheme = 'bank-assessed'`);
    await scores('ecology', '80');
    expect(await runsToTheEnd({ ...COHORTS_NOW, scheme: 'bank-assessed' })).toMatchObject({
      state: 'computed',
      error: null,
    });
  });

  it('a column that the scheme reads and no institution has is named', async () => {
    await place.district.addScheme(
      COHORTS.replace('bank-cohorts', 'bank-segment').replace(
        'when: loans >= 100000,',
        `when: 'attr("segment") == "large"',`,
      ),
    );
    const failed = await runsToTheEnd({ ...COHORTS_NOW, scheme: 'bank-segment' });
    expect(failed.state).toBe('failed');
    expect(failed.error).toContain('机构表没有 segment 这一列');
    await place.district.rows(`update institution set attributes = '{"segment": "small"}'`);
    expect(await runsToTheEnd({ ...COHORTS_NOW, scheme: 'bank-segment' })).toMatchObject({ state: 'computed' });
  });
});

interface Heard {
  readonly id: number;
  readonly type: string;
  readonly data: {
    readonly state?: string;
    readonly hash?: string | null;
    readonly step?: string;
    readonly cohort?: string | null;
  };
}

describe('progress', () => {
  let address: string;
  beforeAll(async () => {
    await place.district.app.listen({ port: 0, host: '127.0.0.1' });
    address = await place.district.app.getUrl();
  });

  /** All that a stream tells until the server ends it. */
  async function hears(person: Person, id: string, lastEventId?: number): Promise<Heard[]> {
    const response = await fetch(`${address}/api/v1/evaluations/${id}/events`, {
      headers: { cookie: person.cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': `${lastEventId}` }) },
      signal: AbortSignal.timeout(15_000),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    return (await response.text())
      .split('\n\n')
      .filter((block) => block.includes('data:'))
      .map((block) => {
        const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        return {
          id: Number.parseInt(field('id'), 10),
          type: field('event'),
          data: JSON.parse(field('data')) as Heard['data'],
        };
      });
  }

  it('first the present state, then what happens with rising ids, and the end closes it', async () => {
    await queue.pause();
    const { id } = await starts();
    const listening = hears(place.officer, id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await queue.resume();
    const heard = await listening;
    const { hash } = await place.officer.get<EvaluationView>(`/evaluations/${id}`);
    expect(heard[0]).toMatchObject({ type: 'state', data: { state: 'queued' } });
    expect(heard.at(-1)).toMatchObject({ type: 'end', data: { state: 'computed', hash } });
    expect(heard.filter(({ type }) => type === 'state').map(({ data }) => data.state)).toEqual([
      'queued',
      'running',
      'computed',
    ]);
    const done = heard.filter(({ type, data }) => type === 'progress' && data.step === '排名');
    expect(done.map(({ data }) => data.cohort).sort()).toEqual(['large', 'small']);
    const ids = heard.map((event) => event.id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    // The present state is no event of its own; all that follow are.
    expect(new Set(ids.slice(2)).size).toBe(ids.length - 2);

    const late = await hears(place.officer, id);
    expect(late.map(({ type, data }) => [type, data.state])).toEqual([
      ['state', 'computed'],
      ['end', 'computed'],
    ]);
  });

  it('a listener whose line was cut hears what it missed', async () => {
    await queue.pause();
    const { id } = await starts();
    const [asked] = (await traces(id)).events as unknown as { id: string }[];
    await plansByHand(id);
    const missed = (await traces(id)).events as unknown as { id: string; type: string }[];
    expect(missed.length).toBeGreaterThan(2);
    const listening = hears(place.officer, id, Number.parseInt(asked?.id ?? '', 10));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await queue.resume();
    const heard = await listening;
    const ids = new Set(heard.map((event) => `${event.id}`));
    expect(missed.slice(1).filter((event) => !ids.has(event.id))).toEqual([]);
    expect(heard.at(-1)?.type).toBe('end');
  });

  it('nobody hears of an evaluation that is not told to him', async () => {
    const { id } = await runsToTheEnd();
    const answer = await fetch(`${address}/api/v1/evaluations/${id}/events`, {
      headers: { cookie: bank(0).filer.cookie },
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'NOT_FOUND']);
    expect((await fetch(`${address}/api/v1/evaluations/${id}/events`)).status).toBe(401);
  });
});

describe('from computed to final', () => {
  const withoutInstance = (text: string): string => text.replace(/"instance":"[^"]*"/, '');

  it('whoever started it may not verify it; verified, published, final; each in its turn', async () => {
    const both = await place.district.person(['officer', 'verifier'], { department: 'finance_bureau' });
    const own = await both.post<EvaluationView>('/evaluations', COHORTS_NOW);
    await place.district.ended(both, own.id);
    const refused = await both.asks('POST', `/evaluations/${own.id}/verify`);
    expect([refused.status, refused.body.title]).toEqual([409, '发起人不得核验自己发起的评价']);
    const early = await place.officer.asks('POST', `/evaluations/${own.id}/publish`);
    expect([early.status, early.body.code]).toEqual([409, 'EVALUATION_REFUSED']);

    const verified = await place.verifier.post<EvaluationView>(`/evaluations/${own.id}/verify`);
    expect(verified).toMatchObject({ state: 'verified' });
    expect(verified.verifiedBy).toMatch(/^verifier/);
    expect(await place.officer.post(`/evaluations/${own.id}/publish`)).toMatchObject({ state: 'provisional' });
    expect(await place.leader.post(`/evaluations/${own.id}/finalise`)).toMatchObject({ state: 'final' });
    expect((await place.leader.asks('POST', `/evaluations/${own.id}/annul`, {})).status).toBe(422); // needs a reason
    expect(await place.leader.post(`/evaluations/${own.id}/annul`, { reason: '数据口径有误' })).toMatchObject({
      state: 'annulled',
    });
  });

  it('a draft scheme that nobody else has reviewed gives a trial, marked as one and never published', async () => {
    const document = COHORTS.replace('version: 1', 'version: 2');
    await place.officer.post('/schemes', { document });
    const trial = await runsToTheEnd({ ...COHORTS_NOW, version: 2 });
    expect(trial).toMatchObject({ state: 'computed', label: '试算' });
    await place.verifier.post(`/evaluations/${trial.id}/verify`);
    await expect(place.officer.post(`/evaluations/${trial.id}/publish`)).rejects.toMatchObject({ status: 409 });
  });

  it('a stored result that was changed by hand is not verified', async () => {
    const { id } = await runsToTheEnd();
    await place.district.rows(`update evaluation set hash = repeat('0', 64) where id = $1`, [id]);
    const answer = await place.verifier.asks('POST', `/evaluations/${id}/verify`);
    expect([answer.status, answer.body.code]).toEqual([409, 'EVALUATION_DIFFERS']);
    expect((await place.officer.get<EvaluationView>(`/evaluations/${id}`)).state).toBe('computed');
  });

  it('an institution sees its own result, once published, without what would give others away', async () => {
    const { id } = await runsToTheEnd();
    const [mine, other] = [bank(3), bank(0)];
    const looks = async (uscc: string) => {
      const { status, text } = await mine.filer.asks('GET', `/evaluations/${id}/results/${uscc}`);
      return { status, text: withoutInstance(text) };
    };
    const unpublished = await looks(mine.uscc);
    expect(unpublished.status).toBe(404);
    expect((await mine.filer.get<Page<unknown>>('/evaluations')).items).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    await place.verifier.post(`/evaluations/${id}/verify`);
    await place.officer.post(`/evaluations/${id}/publish`);

    const own = await mine.filer.get<ResultView>(`/evaluations/${id}/results/${mine.uscc}`);
    expect(own).toMatchObject({ institution: mine.uscc, cohort: 'large', cohortSize: 4 });
    for (const node of own.nodes) {
      expect(node.normalisation?.method).toBe('minmax');
      expect(node.normalisation?.statistics).toEqual({});
    }
    const seenByStaff = await resultOf(id, mine);
    expect(seenByStaff.nodes[0]?.normalisation?.statistics).toMatchObject({
      min: expect.anything(),
      max: expect.anything(),
    });
    expect(await looks(other.uscc)).toEqual(unpublished);
    expect(await looks(testUscc(999))).toEqual(unpublished);
    const ranking = await mine.filer.get<Page<RankingItem>>(`/evaluations/${id}/ranking`);
    expect(ranking.items.map(({ institution }) => institution)).toEqual([mine.uscc]);
    const text = JSON.stringify([own, ranking]);
    expect(
      place.banks.filter(({ uscc, name }) => text.includes(uscc) || text.includes(name)).map(({ name }) => name),
    ).toEqual([mine.name]);
    expect((await mine.filer.asks('GET', `/evaluations/${id}/bundle`)).body.format).toBe('greenrank-bundle-redacted/1');
    expect((await mine.filer.asks('GET', `/exports/evaluations/${id}/ranking.csv`)).status).toBe(403);
  });
});

interface Workers {
  end(): Promise<unknown>;
}

/** In embedded mode another context in this process, with its own connections; else a process as `npm run worker` makes it. */
async function anotherWorker(): Promise<Workers> {
  const { opened, owner } = place.district;
  if (opened.settings.mode === 'embedded') {
    const another = await open(opened.settings, owner);
    const app = await createWorker(another);
    return {
      end: async () => {
        await app.close();
        await app.get(Database).close();
        await another.connection.close();
      },
    };
  }
  const url = new URL(process.env.DATABASE_URL as string);
  url.pathname = `/${owner.database}`;
  const child: ChildProcess = spawn(process.execPath, [path.join(projectRoot(), 'dist', 'src', 'worker.js')], {
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: url.href },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  return {
    end: async () => {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    },
  };
}
