import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Database, systemActor } from '../platform/database.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { SealQuery } from './seal.query.js';

const ANCHORS = systemActor('anchors');
const LOOK_EVERY_MS = 60_000;

/**
 * Once a day has passed, its last root goes to `anchors.txt`, a line each: day, batch, entries, root, tab separated.
 * On a disk that the database's administrator cannot write, it tells a tail that was cut off and a history that was
 * rewritten (reliability 3.1). No line is written twice; a day that reads otherwise than before is written again
 * below, and both lines stay.
 */
@Injectable()
export class Anchors {
  private readonly folder: string | null;
  private nextLook = 0;
  /** The day up to which everything is written. */
  private writtenTo = '';

  constructor(
    private readonly database: Database,
    private readonly seals: SealQuery,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.folder = settings.anchorsDir;
  }

  /** Looks once a minute whether a day has passed. @throws Error when the file cannot be written; a later call tries again */
  async keep(): Promise<void> {
    if (this.folder === null || Date.now() < this.nextLook) return;
    this.nextLook = Date.now() + LOOK_EVERY_MS;
    await this.write(this.folder);
  }

  private write(folder: string): Promise<void> {
    return this.database.transaction(ANCHORS, async (tx) => {
      const now = await tx.row<{ today: string; held: boolean }>(
        `select to_char($1::timestamptz at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as today,
           pg_try_advisory_xact_lock(8) as held`,
        [tx.now],
      );
      // Not held: another process is sealing or writing; a seal of yesterday may be about to commit.
      if (!now?.held || now.today === this.writtenTo) return;
      const days = await this.seals.daysBefore(tx, now.today, null);
      const lines = days.reverse().map(({ day, batch, entries, root }) => `${day}\t${batch}\t${entries}\t${root}`);
      appendMissing(path.join(folder, 'anchors.txt'), lines);
      this.writtenTo = now.today;
    });
  }
}

function appendMissing(file: string, lines: readonly string[]): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const there = new Set(text.split('\n'));
  const missing = lines.filter((line) => !there.has(line));
  if (missing.length === 0) return;
  mkdirSync(path.dirname(file), { recursive: true });
  // A line that a crash cut off stays what it is; the next begins anew.
  const start = text === '' || text.endsWith('\n') ? '' : '\n';
  appendFileSync(file, `${start}${missing.join('\n')}\n`);
}
