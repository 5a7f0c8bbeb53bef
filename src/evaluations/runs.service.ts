import { Injectable } from '@nestjs/common';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { Outbox } from '../platform/outbox.service.js';
import type { CohortPlan, ResultRecord } from '../scoring/types.js';
import { Pin, type PinnedInput } from './pin.service.js';

const WORKER = systemActor('worker');

/** What a worker holds while it computes: the pin, and the epoch under which it may store. */
export interface Claim {
  readonly evaluationId: string;
  readonly cohort: string | null;
  readonly epoch: number;
  readonly pin: PinnedInput;
}

export const QUEUE = 'evaluations';

/** Claims and stores of the workers. Every write carries the epoch: a late or frozen worker changes no row. */
@Injectable()
export class Runs {
  constructor(
    private readonly database: Database,
    private readonly pin: Pin,
  ) {}

  /** Takes the whole evaluation (`plan`, `finish`). null: nothing to do, or somebody cancelled. */
  claim(evaluationId: string, outbox: string): Promise<Claim | null> {
    return this.database.transaction(WORKER, async (tx) => {
      if (await this.isDone(tx, outbox)) return null;
      const row = await tx.row<{ epoch: number; was: string }>(
        `update evaluation e set epoch = e.epoch + 1, state = 'running' from (select id, state from evaluation where id = $1 for update) b
         where e.id = b.id and b.state in ('queued', 'running') returning e.epoch, b.state as was`,
        [evaluationId],
      );
      if (!row) {
        await Outbox.done(tx, outbox);
        return null;
      }
      if (row.was === 'queued') await tellEvent(tx, evaluationId, 'state', { state: 'running' });
      return { evaluationId, cohort: null, epoch: row.epoch, pin: await this.pin.read(tx, evaluationId) };
    });
  }

  /** The plan: which cohorts are scored, settled over everybody. One job each, or straight to the end if there is none. */
  storePlan(claim: Claim, cohorts: readonly CohortPlan[], outbox: string): Promise<void> {
    return this.database.transaction(WORKER, async (tx) => {
      const held = await tx.run(
        `update evaluation set total = $3, done = 0, step = '计算' where id = $1 and epoch = $2 and state = 'running'`,
        [claim.evaluationId, claim.epoch, cohorts.length],
      );
      if (held === 0) return;
      await tx.run('delete from result where evaluation_id = $1', [claim.evaluationId]);
      await tx.run('delete from evaluation_part where evaluation_id = $1', [claim.evaluationId]);
      for (const [position, cohort] of cohorts.entries())
        await tx.run(
          `insert into evaluation_part (evaluation_id, cohort, title, size, position, epoch, state)
           values ($1, $2, $3, $4, $5, $6, 'queued')`,
          // Above every epoch of an earlier plan: a worker that froze under that one stores nothing under this.
          [claim.evaluationId, cohort.code, cohort.title, cohort.members.length, position, claim.epoch * 1_000],
        );
      for (const cohort of cohorts)
        await this.enqueue(tx, 'cohort', { evaluation: claim.evaluationId, cohort: cohort.code });
      if (cohorts.length === 0) await this.enqueue(tx, 'finish', { evaluation: claim.evaluationId });
      await tellEvent(tx, claim.evaluationId, 'progress', {
        cohort: null,
        step: '取数',
        done: 0,
        total: cohorts.length,
      });
      await Outbox.done(tx, outbox);
    });
  }

  /** Takes one cohort. null: it is computed, or the evaluation runs no longer. */
  claimCohort(evaluationId: string, cohort: string, outbox: string): Promise<Claim | null> {
    return this.database.transaction(WORKER, async (tx) => {
      if (await this.isDone(tx, outbox)) return null;
      const row = await tx.row<{ epoch: number }>(
        `update evaluation_part p set epoch = p.epoch + 1, state = 'running'
         from evaluation e where e.id = p.evaluation_id and e.state = 'running'
           and p.evaluation_id = $1 and p.cohort = $2 and p.state in ('queued', 'running') returning p.epoch`,
        [evaluationId, cohort],
      );
      if (!row) {
        await Outbox.done(tx, outbox);
        return null;
      }
      await tellEvent(tx, evaluationId, 'progress', { cohort, step: '计算', done: 0, total: 1 });
      return { evaluationId, cohort, epoch: row.epoch, pin: await this.pin.read(tx, evaluationId) };
    });
  }

  /** Stores one cohort; whoever stores the last one asks for the end. */
  storeCohort(claim: Claim, records: readonly ResultRecord[], outbox: string): Promise<void> {
    return this.database.transaction(WORKER, async (tx) => {
      // Held first: two workers that end together must not both see an open part.
      const evaluation = await tx.row<{ total: number }>(
        `select total from evaluation where id = $1 and state = 'running' for update`,
        [claim.evaluationId],
      );
      const held = await tx.run(
        `update evaluation_part set state = 'computed', ranked = $4
         where evaluation_id = $1 and cohort = $2 and epoch = $3 and state = 'running'`,
        [claim.evaluationId, claim.cohort, claim.epoch, records.filter((record) => record.rank !== null).length],
      );
      if (!evaluation || held === 0) return;
      await tx.run('delete from result where evaluation_id = $1 and cohort = $2', [claim.evaluationId, claim.cohort]);
      await this.insertResults(tx, claim.evaluationId, records);
      const { open } = (await tx.row<{ open: number }>(
        `select count(*)::int as open from evaluation_part where evaluation_id = $1 and state <> 'computed'`,
        [claim.evaluationId],
      )) as { open: number };
      const done = evaluation.total - open;
      await tx.run('update evaluation set done = $2 where id = $1', [claim.evaluationId, done]);
      await tellEvent(tx, claim.evaluationId, 'progress', { cohort: claim.cohort, step: '排名', done: 1, total: 1 });
      await tellEvent(tx, claim.evaluationId, 'progress', {
        cohort: null,
        step: '计算',
        done,
        total: evaluation.total,
      });
      if (open === 0) await this.enqueue(tx, 'finish', { evaluation: claim.evaluationId });
      await Outbox.done(tx, outbox);
    });
  }

  /** The scored records of all cohorts, to be assembled. */
  records(evaluationId: string): Promise<ResultRecord[]> {
    return this.database.transaction(WORKER, (tx) => recordsOf(tx, evaluationId));
  }

  /** Stores the whole in the order of the ranking, and its hash: computed. */
  storeEnd(claim: Claim, records: readonly ResultRecord[], hash: string, outbox: string): Promise<void> {
    return this.database.transaction(WORKER, async (tx) => {
      const counts: Record<string, number> = {};
      for (const { status } of records) counts[status] = (counts[status] ?? 0) + 1;
      const held = await tx.run(
        `update evaluation set state = 'computed', step = '存证', hash = $3, counts = $4, error = null
         where id = $1 and epoch = $2 and state = 'running'`,
        [claim.evaluationId, claim.epoch, hash, JSON.stringify(counts)],
      );
      if (held === 0) return;
      await tx.run('delete from result where evaluation_id = $1', [claim.evaluationId]);
      await this.insertResults(tx, claim.evaluationId, records);
      await tellEvent(tx, claim.evaluationId, 'state', { state: 'computed' });
      await tellEvent(tx, claim.evaluationId, 'end', { state: 'computed', hash });
      await Outbox.done(tx, outbox);
    });
  }

  /** The job cannot be done: the evaluation says why, and an officer may requeue it. */
  fail(evaluationId: string, reason: string, outbox: string): Promise<void> {
    return this.database.transaction(WORKER, async (tx) => {
      const held = await tx.run(
        `update evaluation set state = 'failed', error = $2, epoch = epoch + 1 where id = $1 and state in ('queued', 'running')`,
        [evaluationId, reason.slice(0, 2_000)],
      );
      if (held > 0) {
        await tellEvent(tx, evaluationId, 'state', { state: 'failed' });
        await tellEvent(tx, evaluationId, 'end', { state: 'failed', hash: null });
      }
      await Outbox.done(tx, outbox);
    });
  }

  /** A job that is delivered again after its work was stored. */
  private async isDone(tx: Tx, outbox: string): Promise<boolean> {
    return (await tx.row('select 1 from outbox where id = $1 and done_at is not null', [outbox])) !== null;
  }

  private async enqueue(tx: Tx, kind: string, payload: Record<string, string>): Promise<void> {
    await tx.run('insert into outbox (queue, kind, payload) values ($1, $2, $3)', [
      QUEUE,
      kind,
      JSON.stringify(payload),
    ]);
  }

  private async insertResults(tx: Tx, evaluationId: string, records: readonly ResultRecord[]): Promise<void> {
    const size = 500;
    for (let from = 0; from < records.length; from += size) {
      const chunk = records.slice(from, from + size);
      await tx.run(
        `insert into result (evaluation_id, institution_id, cohort, position, rank, record)
         select $1, i.institution_id, r.cohort, r.position, r.rank, r.record
         from unnest($2::text[], $3::text[], $4::int[], $5::int[], $6::jsonb[]) as r (code, cohort, position, rank, record)
         join evaluation_institution i on i.evaluation_id = $1 and i.code = r.code`,
        [
          evaluationId,
          chunk.map((record) => record.institution),
          chunk.map((record) => record.cohort ?? ''),
          chunk.map((_, i) => from + i),
          chunk.map((record) => record.rank),
          chunk.map((record) => JSON.stringify(record)),
        ],
      );
    }
  }
}

/** What whoever follows a run is told, in the transaction that makes it so. */
export async function tellEvent(
  tx: Tx,
  evaluationId: string,
  type: 'state' | 'progress' | 'end',
  data: Record<string, unknown>,
): Promise<void> {
  await tx.run('insert into evaluation_event (evaluation_id, type, data) values ($1, $2, $3)', [
    evaluationId,
    type,
    JSON.stringify(data),
  ]);
}

/** The stored records, in the order of the ranking. */
export async function recordsOf(tx: Tx, evaluationId: string): Promise<ResultRecord[]> {
  const rows = await tx.rows<{ record: ResultRecord }>(
    'select record from result where evaluation_id = $1 order by position, cohort',
    [evaluationId],
  );
  return rows.map((row) => row.record);
}
