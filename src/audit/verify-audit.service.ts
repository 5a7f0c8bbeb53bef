import { createHash } from 'node:crypto';
import type pg from 'pg';
import { type Login, withClient } from '../platform/connections.service.js';
import { type AuditFault, type EntryRow, Inspection, type LeafRow, type SealRow } from './inspection.js';

/** What a recomputation of the whole log found. */
export interface AuditVerdict {
  /** Entries that are there, sealed or not. */
  readonly entries: number;
  readonly unsealed: number;
  readonly seals: number;
  /** The last seal's root, hex; null before the first seal. */
  readonly root: string | null;
  /** The first of each kind of damage; none: the log is what was written. */
  readonly faults: readonly AuditFault[];
}

const CHUNK = 5_000;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/**
 * Recomputes every leaf and every root from the entries, over one snapshot, and names the first of each kind of damage.
 * Without an anchor nothing tells a tail that was cut off together with its seals, nor a history that was rewritten as
 * a whole (reliability 3.1).
 * @param login may read the schema `audit`: the backup's, the staff's or the owner's
 * @param anchor a root that was kept elsewhere, 64 hex digits
 */
export function verifyAudit(login: Login, anchor: string | null): Promise<AuditVerdict> {
  return withClient(login, async (client) => {
    await client.query('begin transaction isolation level repeatable read read only');
    const inspection = new Inspection(sha256, anchor === null ? null : Buffer.from(anchor, 'hex'));
    const leaves = new Ahead(leafRows(client));
    for await (const seal of sealRows(client)) {
      const end = inspection.endOf(seal);
      for (let row = await leaves.next(end); row; row = await leaves.next(end)) inspection.leaf(row);
      inspection.seal(seal);
    }
    for (let row = await leaves.next(null); row; row = await leaves.next(null)) inspection.leafWithoutSeal(row);
    for await (const entry of entriesWithoutLeaf(client)) inspection.entryWithoutLeaf(entry);
    const { entries, unsealed, seals, root } = inspection;
    const hex = root === null ? null : Buffer.from(root).toString('hex');
    return { entries, unsealed, seals, root: hex, faults: inspection.verdict() };
  });
}

/** Leaves one after the other, up to a place and then on. */
class Ahead {
  private waiting: LeafRow | null = null;

  constructor(private readonly rows: AsyncIterator<LeafRow>) {}

  /** @param end null: no end. @returns null at the end */
  async next(end: bigint | null): Promise<LeafRow | null> {
    if (!this.waiting) {
      const { value, done } = await this.rows.next();
      if (done) return null;
      this.waiting = value;
    }
    const row = this.waiting;
    if (end !== null && row.seq > end) return null;
    this.waiting = null;
    return row;
  }
}

/** The rows of a query, a chunk in memory at a time. */
async function* streamed<T extends unknown[]>(client: pg.Client, name: string, sql: string): AsyncGenerator<T> {
  await client.query(`declare ${name} no scroll cursor for ${sql}`);
  for (;;) {
    const { rows } = await client.query<T>({ text: `fetch ${CHUNK} from ${name}`, rowMode: 'array' });
    yield* rows;
    if (rows.length < CHUNK) return;
  }
}

type EntryTexts = [
  id: string,
  body: string,
  leaf: Buffer,
  at: string,
  actor: string,
  action: string,
  subject: string | null,
  institution: string | null,
];

const ENTRY = `e.id, e.body, e.leaf, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  e.actor, e.action, e.subject, e.institution_id`;

const entryOf = ([id, body, leaf, at, actor, action, subject, institution]: EntryTexts): EntryRow => ({
  id: BigInt(id),
  body,
  leaf,
  columns: { at, actor, action, subject, institution },
});

async function* leafRows(client: pg.Client): AsyncGenerator<LeafRow> {
  const rows = streamed<[seq: string, entryId: string, leaf: Buffer, ...(EntryTexts | null[])]>(
    client,
    'leaves',
    `select l.seq, l.entry_id, l.leaf, ${ENTRY} from audit.leaf l left join audit.entry e on e.id = l.entry_id order by l.seq`,
  );
  for await (const [seq, entryId, leaf, ...entry] of rows)
    yield {
      seq: BigInt(seq),
      entryId: BigInt(entryId),
      leaf,
      entry: entry[0] === null ? null : entryOf(entry as EntryTexts),
    };
}

async function* sealRows(client: pg.Client): AsyncGenerator<SealRow> {
  const rows = streamed<[batch: string, lastSeq: string, lastId: string, size: string, root: Buffer, next: string]>(
    client,
    'seals',
    `select batch, last_seq, last_id, size::bigint, root,
       coalesce(lead(last_seq - size) over (order by batch), (select max(seq) from audit.leaf), 0) from audit.seal order by batch`,
  );
  for await (const [batch, lastSeq, lastId, size, root, next] of rows)
    yield {
      batch: BigInt(batch),
      lastSeq: BigInt(lastSeq),
      lastId: BigInt(lastId),
      size: BigInt(size),
      root,
      nextBegins: BigInt(next),
    };
}

async function* entriesWithoutLeaf(client: pg.Client): AsyncGenerator<EntryRow> {
  const rows = streamed<EntryTexts>(
    client,
    'loose',
    `select ${ENTRY} from audit.entry e where not exists (select 1 from audit.leaf l where l.entry_id = e.id) order by e.id`,
  );
  for await (const row of rows) yield entryOf(row);
}
