import { Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, systemActor } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound } from '../problems/problems.js';
import type { LastRuns } from './daily.js';
import type { WrittenBackup } from './snapshot.service.js';

const KEEPER = systemActor('backup');
const LIST = 'backups';

/** One backup that was tried. */
export interface BackupRun {
  readonly id: string;
  /** Real time, whatever GREENRANK_NOW says: the instant that the backup holds, or that it failed at. */
  readonly at: string;
  /** A name in the folder of the daily ones, or the place that somebody chose on the command line. */
  readonly file: string;
  readonly bytes: number | null;
  /** Of all tables. */
  readonly rows: number | null;
  /** The last sealed root of the audit at that instant. */
  readonly root: string | null;
  readonly error: string | null;
}

/** What was saved, when, and what failed. */
@Injectable()
export class BackupRuns {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
  ) {}

  async recordDone(file: string, { at, bytes, rows, root }: WrittenBackup): Promise<void> {
    await this.record({ at, file, bytes, rows, root, error: null });
  }

  async recordFailed(file: string, error: string): Promise<void> {
    const facts = { bytes: null, rows: null, root: null, error: error.slice(0, 500) };
    await this.record({ at: new Date().toISOString(), file, ...facts });
  }

  private record(run: Omit<BackupRun, 'id'>): Promise<void> {
    return this.acts.perform({ action: 'backup.record', actor: KEEPER }, async (act) => {
      const row = await act.tx.row<{ id: string }>(
        'insert into backup_run (at, file, bytes, rows, root, error) values ($1, $2, $3, $4, $5, $6) returning id',
        [run.at, run.file, run.bytes, run.rows, run.root, run.error],
      );
      act.subject = row?.id ?? null;
      act.record(null, run);
    });
  }

  /** Latest first. */
  list(actor: Actor, query: PageQuery): Promise<Page<BackupRun>> {
    const request = pageRequest(query, LIST);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<Omit<BackupRun, 'at'> & { at: Date }>(
        `select id, at, file, bytes::float8 as bytes, rows::float8 as rows, root, error from backup_run
         where $1::bigint is null or id < $1 order by id desc limit $2`,
        [request.after?.[0] ?? null, request.limit + 1],
      );
      const items = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
      return pageOf(items, request, LIST, (run) => [run.id]);
    });
  }

  /** The last one that went well; its age in whole hours of real time. @throws NOT_FOUND */
  last(actor: Actor): Promise<{ at: string; file: string; ageHours: number }> {
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<{ at: Date; file: string; age: number }>(
        `select at, file, floor(extract(epoch from clock_timestamp() - at) / 3600)::int as age from backup_run
         where error is null order by at desc, id desc limit 1`,
      );
      if (!row) throw notFound();
      return { at: row.at.toISOString(), file: row.file, ageHours: row.age };
    });
  }

  /** Of the daily ones alone: what somebody carried away by hand does not stand for them. */
  lastDaily(): Promise<LastRuns> {
    return this.database.transaction(KEEPER, async (tx) => {
      const row = await tx.row<LastRuns>(
        `select max(at) filter (where error is null) as done, max(at) filter (where error is not null) as failed
         from backup_run where file !~ '[/\\\\]'`,
      );
      return row as LastRuns;
    });
  }
}
