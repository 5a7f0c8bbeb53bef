import type pg from 'pg';
import { type Login, withClient } from '../platform/connections.service.js';
import { type AuditFault, type EntryRow, Inspection, type LeafRow, type SealRow } from './inspection.js';
import { sha256 } from './sha256.service.js';

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

const CHUNK = 2_000;

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
    const seals = sealRows(client);
    const nextSeal = async (): Promise<SealRow | null> => (await seals.next()).value ?? null;
    let seal = await nextSeal();
    for await (const chunk of leafRows(client))
      for (const row of chunk) {
        for (; seal && row.seq > inspection.endOf(seal); seal = await nextSeal()) inspection.seal(seal);
        if (seal) inspection.leaf(row);
        else inspection.leafWithoutSeal(row);
      }
    for (; seal; seal = await nextSeal()) inspection.seal(seal);
    for await (const chunk of entriesWithoutLeaf(client)) for (const entry of chunk) inspection.entryWithoutLeaf(entry);
    const { entries, unsealed, root } = inspection;
    const hex = root === null ? null : Buffer.from(root).toString('hex');
    return { entries, unsealed, seals: inspection.seals, root: hex, faults: inspection.verdict() };
  });
}

/** The rows of a query, a chunk at a time; the next one is on its way while one is looked at. */
async function* chunksOf<T extends unknown[]>(client: pg.Client, name: string, sql: string): AsyncGenerator<T[]> {
  await client.query(`declare ${name} no scroll cursor for ${sql}`);
  const fetch = (): Promise<pg.QueryArrayResult<T>> => {
    const chunk = client.query<T>({ text: `fetch ${CHUNK} from ${name}`, rowMode: 'array' });
    chunk.catch(() => undefined); // whoever waits for it is told; nobody may be left to
    return chunk;
  };
  for (let coming = fetch(); ; ) {
    const { rows } = await coming;
    if (rows.length === CHUNK) coming = fetch();
    yield rows;
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

async function* leafRows(client: pg.Client): AsyncGenerator<LeafRow[]> {
  const chunks = chunksOf<[seq: string, entryId: string, leaf: Buffer, ...(EntryTexts | null[])]>(
    client,
    'leaves',
    `select l.seq, l.entry_id, l.leaf, ${ENTRY} from audit.leaf l left join audit.entry e on e.id = l.entry_id order by l.seq`,
  );
  for await (const rows of chunks)
    yield rows.map(([seq, entryId, leaf, ...entry]) => ({
      seq: BigInt(seq),
      entryId: BigInt(entryId),
      leaf,
      entry: entry[0] === null ? null : entryOf(entry as EntryTexts),
    }));
}

async function* sealRows(client: pg.Client): AsyncGenerator<SealRow> {
  const chunks = chunksOf<[batch: string, lastSeq: string, lastId: string, size: string, root: Buffer, next: string]>(
    client,
    'seals',
    `select batch, last_seq, last_id, size::bigint, root,
       coalesce(lead(last_seq - size) over (order by batch), (select max(seq) from audit.leaf), 0) from audit.seal order by batch`,
  );
  for await (const rows of chunks)
    for (const [batch, lastSeq, lastId, size, root, next] of rows)
      yield {
        batch: BigInt(batch),
        lastSeq: BigInt(lastSeq),
        lastId: BigInt(lastId),
        size: BigInt(size),
        root,
        nextBegins: BigInt(next),
      };
}

async function* entriesWithoutLeaf(client: pg.Client): AsyncGenerator<EntryRow[]> {
  const chunks = chunksOf<EntryTexts>(
    client,
    'loose',
    `select ${ENTRY} from audit.entry e where not exists (select 1 from audit.leaf l where l.entry_id = e.id) order by e.id`,
  );
  for await (const rows of chunks) yield rows.map(entryOf);
}
