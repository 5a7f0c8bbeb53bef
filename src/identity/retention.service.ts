import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, systemActor } from '../platform/database.service.js';

const RETENTION = systemActor('retention');
const EVERY_MS = 3_600_000;

/** What is kept for a time, in days. Filings, papers and the audit are kept for ever. */
const KEPT_DAYS = [
  // Repeated requests come within minutes; a program that retries after a week asks anew (reliability 3.4).
  ['idempotency', 'created_at', 7],
  ['sign_in_failure', 'last_at', 1],
  // 网络安全法 Art. 21: logs for six months at least.
  ['session', 'created_at', 184],
] as const;

/** Forgets what need not be remembered. Real time. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('retention');
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweep().catch((error: Error) => this.log.warn({ message: 'sweep failed', error: error.message }));
    }, EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    await this.database.transaction(RETENTION, async (tx) => {
      for (const [table, column, days] of KEPT_DAYS)
        await tx.run(`delete from ${table} where ${column} < now() - make_interval(days => ${days})`);
    });
  }
}
