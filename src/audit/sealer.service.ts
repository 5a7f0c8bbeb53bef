import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, systemActor } from '../platform/database.service.js';
import { Readiness } from '../platform/health.controller.js';
import { DomainError } from '../problems/problems.js';
import { Anchors } from './anchors.service.js';
import { MerkleTree, NO_ROOT, sealRoot } from './merkle.js';
import { SealQuery } from './seal.query.js';
import { sha256 } from './sha256.service.js';

const SEALER = systemActor('sealer');
const EVERY_MS = 1_000;
/** Leaves of one batch at most: a backlog is sealed in several, so that none holds the lock or much memory for long. */
const BATCH_LEAVES = 10_000;
/** An entry may wait this long for its seal; longer, and the product says that it is not well (reliability 3.1). */
const UNSEALED_LIMIT_SECONDS = 60;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Every second seals what was written since: its leaves get their places, and a root over them is chained to the root
 * before (reliability 3.1). Runs in every process; only one of them seals at a time, and writers never wait for it.
 */
@Injectable()
export class Sealer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('sealer');
  private timer: NodeJS.Timeout | null = null;
  private isEnding = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly seals: SealQuery,
    private readonly anchors: Anchors,
    private readonly readiness: Readiness,
  ) {}

  onApplicationBootstrap(): void {
    this.readiness.watch(() => this.refuseUnsealed());
    const tick = (): void => {
      this.running = this.seal()
        .then(() => this.anchors.keep())
        .catch((error: unknown) => this.log.warn({ message: 'sealing failed', error: (error as Error).message }))
        .finally(() => {
          if (!this.isEnding) this.timer = setTimeout(tick, EVERY_MS);
        });
    };
    this.timer = setTimeout(tick, 0);
  }

  async onModuleDestroy(): Promise<void> {
    this.isEnding = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  /** Seals what stands there now. @returns how many entries; 0 also when a writer or another sealer is in the way */
  async seal(): Promise<number> {
    const head = await this.settledHead();
    if (head === null) return 0;
    let sealed = 0;
    let size: number;
    do {
      size = await this.sealBatch(head);
      sealed += size;
    } while (size > 0 && !this.isEnding);
    return sealed;
  }

  /** The last id below which nothing can appear any more; null: nothing is new, or a writer is about to commit. */
  private async settledHead(): Promise<string | null> {
    try {
      return await this.database.transaction(SEALER, async (tx) => {
        const last = 'coalesce((select last_id from audit.seal order by batch desc limit 1), 0)';
        if ((await tx.row(`select 1 from audit.entry where id > ${last} limit 1`)) === null) return null;
        // Whoever waits for this lock keeps new writers waiting behind him: not for long, the next second is another.
        await tx.run(`set local lock_timeout = '50ms'`);
        await tx.run('select pg_advisory_xact_lock(7)');
        // A statement of its own: a snapshot taken with the lock would miss those who just committed.
        const head = await tx.row<{ id: string }>('select max(id) as id from audit.entry');
        return head?.id ?? null;
      });
    } catch (error) {
      if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return null;
      throw error;
    }
  }

  private sealBatch(head: string): Promise<number> {
    return this.database.transaction(SEALER, async (tx) => {
      const lock = await tx.row<{ held: boolean }>('select pg_try_advisory_xact_lock(8) as held');
      if (!lock?.held) return 0;
      const last = (await tx.row<{ batch: string; seq: string; id: string; root: Buffer }>(
        'select batch, last_seq as seq, last_id as id, root from audit.seal order by batch desc limit 1',
      )) ?? { batch: '0', seq: '0', id: '0', root: NO_ROOT };
      const leaves = await tx.rows<{ seq: string; id: string; leaf: Buffer }>(
        `with placed as (
           insert into audit.leaf (seq, entry_id, leaf)
           select $1::bigint + row_number() over (order by id), id, leaf from audit.entry
           where id > $2 and id <= $3 order by id limit $4
           returning seq, entry_id, leaf)
         select seq, entry_id as id, leaf from placed order by seq`,
        [last.seq, last.id, head, BATCH_LEAVES],
      );
      const end = leaves.at(-1);
      if (!end) return 0;
      const tree = new MerkleTree(sha256);
      for (const { leaf } of leaves) tree.add(leaf);
      const batch = BigInt(last.batch) + 1n;
      const root = sealRoot(last.root, batch, BigInt(leaves.length), tree.root(), sha256);
      await tx.run(
        'insert into audit.seal (batch, last_seq, last_id, size, root, at) values ($1, $2, $3, $4, $5, $6)',
        [batch.toString(), end.seq, end.id, leaves.length, Buffer.from(root), tx.now],
      );
      return leaves.length;
    });
  }

  /** A sealer that stands still looks healthy from inside: the entries tell. @throws AUDIT_UNSEALED */
  private async refuseUnsealed(): Promise<void> {
    const { unsealed, oldestUnsealedSeconds: seconds } = await this.seals.head(SEALER);
    if (seconds > UNSEALED_LIMIT_SECONDS)
      throw new DomainError(
        'AUDIT_UNSEALED',
        503,
        `审计日志有 ${unsealed} 条记录未封存，最早的已等 ${seconds} 秒（上限 ${UNSEALED_LIMIT_SECONDS} 秒），请检查后台进程`,
      );
  }
}
