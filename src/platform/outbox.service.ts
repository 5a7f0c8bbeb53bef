import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Database, systemActor, type Tx } from './database.service.js';
import { JOB_OPTIONS } from './queue.service.js';

const RELAY = systemActor('relay');
const EVERY_MS = 200;
/** A relayed row whose work is not stored after this long is relayed again: the queue may have been emptied. */
const AGAIN_AFTER_SECONDS = 30;

interface OutboxRow {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly payload: Record<string, unknown>;
}

/** Payload of every job: ids only. `outbox` says which row the worker marks done in the transaction that stores. */
export type JobPayload<P> = P & { readonly outbox: string };

/**
 * Turns outbox rows into jobs. A row commits with its act and a job exists exactly if the row does; the job id is the
 * row's, so relaying twice makes one job.
 */
@Injectable()
export class Outbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('outbox');
  private readonly queues = new Map<string, Queue>();
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  register(queue: Queue): void {
    queue.on('error', (error) => this.log.warn({ message: 'queue unreachable', error: error.message }));
    this.queues.set(queue.name, queue);
  }

  onApplicationBootstrap(): void {
    const tick = (): void => {
      this.running = this.relay()
        .catch((error: unknown) => this.log.warn({ message: 'relay failed', error: (error as Error).message }))
        .finally(() => {
          if (this.timer !== null) this.timer = setTimeout(tick, EVERY_MS);
        });
    };
    this.timer = setTimeout(tick, 0);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.running;
  }

  private async relay(): Promise<void> {
    if (this.queues.size === 0) return;
    const rows = await this.database.transaction(RELAY, (tx) =>
      tx.rows<OutboxRow>(
        `select id, queue, kind, payload from outbox
         where done_at is null and queue = any($1)
           and (relayed_at is null or relayed_at < now() - make_interval(secs => $2)) order by id limit 200`,
        [[...this.queues.keys()], AGAIN_AFTER_SECONDS],
      ),
    );
    for (const row of rows)
      await this.queues
        .get(row.queue)
        ?.add(row.kind, { ...row.payload, outbox: row.id }, { ...JOB_OPTIONS, jobId: `outbox-${row.id}` });
    if (rows.length > 0)
      await this.database.transaction(RELAY, (tx) =>
        tx.run('update outbox set relayed_at = now() where id = any($1::bigint[])', [rows.map((row) => row.id)]),
      );
  }

  /** In the transaction that stores what the job was for. */
  static async done(tx: Tx, id: string): Promise<void> {
    await tx.run('update outbox set done_at = now() where id = $1', [id]);
  }
}
