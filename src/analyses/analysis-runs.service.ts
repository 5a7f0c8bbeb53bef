import { Injectable } from '@nestjs/common';
import { Pin, type PinnedInput } from '../evaluations/pin.service.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { Outbox } from '../platform/outbox.service.js';
import type { Found, Progress } from './analysis-threads.service.js';

const WORKER = systemActor('worker');

export const QUEUE = 'analyses';

/** What a worker holds while it computes. */
export interface AnalysisClaim {
  readonly id: string;
  readonly epoch: number;
  readonly replications: number;
  readonly weights: number;
  readonly seed: number;
  readonly pin: PinnedInput;
}

/** Claims and stores of the workers. Every write carries the epoch: a late or frozen worker changes no row. */
@Injectable()
export class AnalysisRuns {
  constructor(
    private readonly database: Database,
    private readonly pin: Pin,
  ) {}

  /** null: it is done, or nobody wants it any longer. */
  claim(id: string, outbox: string): Promise<AnalysisClaim | null> {
    return this.database.transaction(WORKER, async (tx) => {
      const row = await tx.row<{
        evaluation_id: string;
        epoch: number;
        replications: number;
        weights: number;
        seed: number;
      }>(
        `update analysis set epoch = epoch + 1, version = version + 1, state = 'running', step = '取数', done = 0
         where id = $1 and state in ('queued', 'running')
           and not exists (select 1 from outbox where id = $2 and done_at is not null)
         returning evaluation_id, epoch, replications, weights::float8 as weights, seed::float8 as seed`,
        [id, outbox],
      );
      if (!row) {
        await Outbox.done(tx, outbox);
        return null;
      }
      const { evaluation_id: evaluation, ...claim } = row;
      return { id, ...claim, pin: await this.pin.read(tx, evaluation) };
    });
  }

  /** @returns whether it is still wanted, and by this worker */
  async tell({ id, epoch }: AnalysisClaim, { step, done, total }: Progress): Promise<boolean> {
    const held = await this.database.transaction(WORKER, (tx) =>
      tx.run(
        `update analysis set step = $3, done = $4, total = $5, version = version + 1
         where id = $1 and epoch = $2 and state = 'running'`,
        [id, epoch, step, done, total],
      ),
    );
    return held > 0;
  }

  store({ id, epoch }: AnalysisClaim, found: Found, outbox: string): Promise<void> {
    return this.database.transaction(WORKER, async (tx) => {
      const held = await tx.row<{ evaluation_id: string }>(
        `update analysis set state = 'computed', computed_at = $3, error = null, version = version + 1
         where id = $1 and epoch = $2 and state = 'running' returning evaluation_id`,
        [id, epoch, tx.now],
      );
      if (!held) return;
      await tx.run('delete from analysis_interval where analysis_id = $1', [id]);
      await tx.run('delete from analysis_finding where analysis_id = $1', [id]);
      await tx.run(
        `insert into analysis_interval (analysis_id, institution_id, position, interval)
         select $1, i.institution_id, n.position, n.interval
         from unnest($3::text[], $4::int[], $5::jsonb[]) as n (code, position, interval)
         join evaluation_institution i on i.evaluation_id = $2 and i.code = n.code`,
        [
          id,
          held.evaluation_id,
          found.intervals.map(({ institution }) => institution),
          found.intervals.map((_, position) => position),
          found.intervals.map((interval) => JSON.stringify(interval)),
        ],
      );
      await insertFindings(tx, id, 'next', found.neighbours);
      await insertFindings(tx, id, 'indicator', found.withoutIndicator);
      await insertFindings(tx, id, 'reversal', found.reversals ?? []);
      await Outbox.done(tx, outbox);
    });
  }

  fail(id: string, reason: string, outbox: string): Promise<void> {
    return this.database.transaction(WORKER, async (tx) => {
      await tx.run(
        `update analysis set state = 'failed', error = $2, epoch = epoch + 1, version = version + 1
         where id = $1 and state in ('queued', 'running')`,
        [id, reason.slice(0, 2_000)],
      );
      await Outbox.done(tx, outbox);
    });
  }

  /** Nobody wants it: its outbox row is done with. */
  drop(outbox: string): Promise<void> {
    return this.database.transaction(WORKER, (tx) => Outbox.done(tx, outbox));
  }
}

const insertFindings = (tx: Tx, id: string, kind: string, findings: readonly unknown[]): Promise<number> =>
  tx.run(
    `insert into analysis_finding (analysis_id, kind, position, finding)
     select $1, $2, n.position, n.finding from unnest($3::int[], $4::jsonb[]) as n (position, finding)`,
    [id, kind, findings.map((_, position) => position), findings.map((finding) => JSON.stringify(finding))],
  );
