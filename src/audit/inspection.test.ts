import fc from 'fast-check';
import { type EntryRow, Inspection, type LeafRow, type SealRow } from './inspection.js';
import { leafOf, MerkleTree, NO_ROOT, sealRoot } from './merkle.js';
import { sha256 } from './sha256.service.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] extends object ? Writable<T[K]> : T[K] };
type Entry = Omit<EntryRow, 'columns' | 'leaf' | 'body'> & {
  body: string;
  leaf: Uint8Array;
  columns: Writable<EntryRow['columns']>;
};
interface Leaf {
  seq: bigint;
  entryId: bigint;
  leaf: Uint8Array;
}
interface Seal {
  batch: bigint;
  lastSeq: bigint;
  lastId: bigint;
  size: bigint;
  root: Uint8Array;
}
/** The three tables. */
interface Log {
  entries: Entry[];
  leaves: Leaf[];
  seals: Seal[];
}

function entryOf(id: bigint, subject = `thing-${id}`): Entry {
  const said = { at: '2026-10-20T01:00:00.123Z', action: 'filing.accept', subject, institution: null };
  const body = JSON.stringify({ ...said, actor: { id: 'somebody', roles: [] } });
  const columns = { ...said, at: '2026-10-20T01:00:00.123000Z', actor: 'somebody' };
  return { id, body, leaf: leafOf(id, body, sha256), columns };
}

/** As the sealer does it. */
function seal(log: Log, entries: readonly Entry[]): void {
  const last = log.seals.at(-1) ?? { batch: 0n, lastSeq: 0n, root: NO_ROOT };
  const tree = new MerkleTree(sha256);
  for (const [i, { id, leaf }] of entries.entries()) {
    tree.add(leaf);
    log.leaves.push({ seq: last.lastSeq + BigInt(i) + 1n, entryId: id, leaf });
  }
  const size = BigInt(entries.length);
  const batch = last.batch + 1n;
  const root = sealRoot(last.root, batch, size, tree.root(), sha256);
  log.seals.push({ batch, lastSeq: last.lastSeq + size, lastId: entries.at(-1)?.id as bigint, size, root });
}

/** Every second id is free, as after acts that were rolled back. @param loose entries after the last seal */
function logOf(sizes: readonly number[], loose = 2): Log {
  const total = sizes.reduce((sum, size) => sum + size, loose);
  const log: Log = {
    entries: Array.from({ length: total }, (_, i) => entryOf(BigInt(2 * i + 2))),
    leaves: [],
    seals: [],
  };
  let from = 0;
  for (const size of sizes) {
    seal(log, log.entries.slice(from, from + size));
    from += size;
  }
  return log;
}

/** Reads the tables as `verifyAudit` does. */
function inspect(log: Log, anchor: Uint8Array | null = null): { inspection: Inspection; faults: string[] } {
  const inspection = new Inspection(sha256, anchor);
  const byId = new Map(log.entries.map((entry) => [entry.id, entry]));
  const sealed = new Set(log.leaves.map((leaf) => leaf.entryId));
  const bySeq = <T extends { seq: bigint }>(rows: readonly T[]): T[] =>
    [...rows].sort((a, b) => (a.seq < b.seq ? -1 : 1));
  const rows = bySeq(log.leaves).map((leaf): LeafRow => ({ ...leaf, entry: byId.get(leaf.entryId) ?? null }));
  const lastSeq = rows.at(-1)?.seq ?? 0n;
  const seals = log.seals.map((each, i): SealRow => {
    const next = log.seals[i + 1];
    return { ...each, nextBegins: next ? next.lastSeq - next.size : lastSeq };
  });
  for (const each of seals) {
    const end = inspection.endOf(each);
    while (rows[0] && rows[0].seq <= end) inspection.leaf(rows.shift() as LeafRow);
    inspection.seal(each);
  }
  for (const row of rows) inspection.leafWithoutSeal(row);
  for (const entry of log.entries.filter(({ id }) => !sealed.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1)))
    inspection.entryWithoutLeaf(entry);
  const faults = inspection
    .verdict()
    .map(({ kind, place, count }) => `${kind} ${place}${count > 1 ? ` ×${count}` : ''}`);
  return { inspection, faults };
}

const at = <T>(rows: readonly T[], i: number): T => {
  const row = rows.at(i);
  if (row === undefined) throw new Error(`nothing at ${i}`);
  return row;
};

const SIZES = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 0, maxLength: 6 });

it('a log that is what was written has no fault, whatever its batches', () => {
  fc.assert(
    fc.property(SIZES, fc.nat(3), (sizes, loose) => {
      const log = logOf(sizes, loose);
      const { inspection, faults } = inspect(log, log.seals[0]?.root ?? null);
      expect(faults).toEqual([]);
      expect([inspection.entries, inspection.unsealed, inspection.seals]).toEqual([
        log.entries.length,
        loose,
        sizes.length,
      ]);
      expect(inspection.root).toEqual(log.seals.at(-1)?.root ?? null);
    }),
  );
});

// Batches of 3, 4, 2 entries with ids 2, 4 … 18, then 20 and 22 unsealed.
const rehash = (entry: Entry): void => {
  entry.leaf = leafOf(entry.id, entry.body, sha256);
};
const edit = (entry: Entry): void => {
  entry.body = entry.body.replace('filing.accept', 'filing.return');
  entry.columns.action = 'filing.return';
};
const swapBodies = (a: Entry, b: Entry): void => {
  [a.body, b.body, a.columns, b.columns] = [b.body, a.body, b.columns, a.columns];
};
const without = <T>(rows: T[], i: number): void => void rows.splice(i, 1);

it.each<[string, (log: Log) => void, string[]]>([
  ['a body is edited', ({ entries }) => edit(at(entries, 4)), ['entry-edited 10']],
  [
    'a body with the leaf beside it',
    ({ entries }) => {
      edit(at(entries, 4));
      rehash(at(entries, 4));
    },
    ['entry-edited 10'],
  ],
  [
    'a body, its leaf and the leaf that was sealed, in a batch that others follow',
    ({ entries, leaves }) => {
      edit(at(entries, 4));
      rehash(at(entries, 4));
      at(leaves, 4).leaf = at(entries, 4).leaf;
    },
    ['batch-rewritten 2'],
  ],
  [
    'the same in the last batch: the root or the entries',
    ({ entries, leaves }) => {
      edit(at(entries, 8));
      rehash(at(entries, 8));
      at(leaves, 8).leaf = at(entries, 8).leaf;
    },
    ['seal-edited 3'],
  ],
  [
    'three bodies: the first is named, all are counted',
    ({ entries }) => {
      for (const i of [7, 1, 4]) edit(at(entries, i));
    },
    ['entry-edited 4 ×3'],
  ],
  ['an entry that is not sealed yet', ({ entries }) => edit(at(entries, 9)), ['entry-edited 20']],
  ['bodies are swapped', ({ entries }) => swapBodies(at(entries, 1), at(entries, 5)), ['entries-swapped 4']],
  [
    'bodies and leaves are swapped, and a third is edited',
    ({ entries }) => {
      const [a, b] = [at(entries, 1), at(entries, 5)];
      swapBodies(a, b);
      [a.leaf, b.leaf] = [b.leaf, a.leaf];
      edit(at(entries, 3));
    },
    ['entries-swapped 4', 'entry-edited 8'],
  ],
  ['an entry is deleted', ({ entries }) => without(entries, 4), ['entry-deleted 10']],
  [
    'an entry is deleted with its leaf: named by its place',
    ({ entries, leaves }) => {
      without(entries, 4);
      without(leaves, 4);
    },
    ['entry-deleted 5'],
  ],
  [
    'the last sealed entry with its leaf',
    ({ entries, leaves }) => {
      without(entries, 8);
      without(leaves, 8);
    },
    ['entry-deleted 9'],
  ],
  ['a leaf alone is deleted', ({ leaves }) => without(leaves, 4), ['leaf-missing 5']],
  ['the last leaf alone', ({ leaves }) => without(leaves, 8), ['leaf-missing 9']],
  [
    'two leaves side by side',
    ({ leaves }) => {
      without(leaves, 4);
      without(leaves, 4);
    },
    ['leaf-missing 5 ×2'],
  ],
  ['an entry is inserted between sealed ones', ({ entries }) => void entries.push(entryOf(7n)), ['entry-inserted 7']],
  ['an entry is inserted before the first', ({ entries }) => void entries.push(entryOf(0n)), ['entry-inserted 0']],
  ['a searched column: action', ({ entries }) => (at(entries, 2).columns.action = 'x'), ['columns-edited 6']],
  ['actor', ({ entries }) => (at(entries, 2).columns.actor = 'x'), ['columns-edited 6']],
  ['subject', ({ entries }) => (at(entries, 2).columns.subject = null), ['columns-edited 6']],
  ['institution', ({ entries }) => (at(entries, 2).columns.institution = 'x'), ['columns-edited 6']],
  [
    'at, by a microsecond',
    ({ entries }) => (at(entries, 2).columns.at = '2026-10-20T01:00:00.123001Z'),
    ['columns-edited 6'],
  ],
  ['the leaf beside a body', ({ entries }) => (at(entries, 2).leaf = sha256(Uint8Array.of(1))), ['columns-edited 6']],
  ['of an entry that is not sealed yet', ({ entries }) => (at(entries, 9).columns.actor = 'x'), ['columns-edited 20']],
  ['a sealed leaf is edited', ({ leaves }) => (at(leaves, 4).leaf = sha256(Uint8Array.of(1))), ['leaf-edited 5']],
  ['a root is edited', ({ seals }) => (at(seals, 1).root = sha256(Uint8Array.of(1))), ['seal-edited 2']],
  ['the first root', ({ seals }) => (at(seals, 0).root = sha256(Uint8Array.of(1))), ['seal-edited 1']],
  ['the last root', ({ seals }) => (at(seals, 2).root = sha256(Uint8Array.of(1))), ['seal-edited 3']],
  ['the size of a seal', ({ seals }) => (at(seals, 1).size = 3n), ['seal-edited 2']],
  ['the last place of a seal, too low', ({ seals }) => (at(seals, 1).lastSeq = 6n), ['seal-edited 2']],
  ['the last place of the last seal, too high', ({ seals }) => (at(seals, 2).lastSeq = 99n), ['seal-edited 3']],
  ['the last id of a seal', ({ seals }) => (at(seals, 1).lastId = 15n), ['seal-edited 2']],
  ['a seal is deleted', ({ seals }) => without(seals, 1), ['seal-missing 2']],
  ['the first seal', ({ seals }) => without(seals, 0), ['seal-missing 1']],
  ['the last seal, its leaves left', ({ seals }) => without(seals, 2), ['leaf-unsealed 8 ×2']],
  [
    'an edited body in a batch whose root was edited too',
    ({ entries, seals }) => {
      edit(at(entries, 4));
      at(seals, 1).root = sha256(Uint8Array.of(1));
    },
    ['seal-edited 2', 'entry-edited 10'],
  ],
  [
    'places of two leaves are swapped',
    ({ leaves }) => {
      [at(leaves, 4).seq, at(leaves, 5).seq] = [6n, 5n];
    },
    ['leaf-order 6'],
  ],
  [
    'a leaf is moved far behind',
    ({ leaves }) => (at(leaves, 4).seq = 2n ** 62n),
    ['leaf-unsealed 4611686018427387904', 'leaf-order 4611686018427387904'],
  ],
  [
    'an entry that the product did not write, with the right leaf',
    ({ entries, seals, leaves }) => {
      at(entries, 10).body = 'no JSON';
      rehash(at(entries, 10));
      expect([seals.length, leaves.length]).toEqual([3, 9]);
    },
    ['columns-edited 22'],
  ],
])('%s', (_, damage, expected) => {
  const log = logOf([3, 4, 2]);
  expect(inspect(log).faults).toEqual([]);
  damage(log);
  expect(inspect(log).faults).toEqual(expected);
});

it('more edited entries than are kept: the first is named, all are counted', () => {
  const log = logOf([150, 150]);
  for (const entry of log.entries.slice(20, 280)) edit(entry);
  expect(inspect(log).faults).toEqual(['entry-edited 42 ×260']);
});

describe('with an anchor', () => {
  it('a tail that was cut off with its seals is told by it alone', () => {
    const log = logOf([3, 4, 2], 0);
    const [first, last] = [at(log.seals, 0).root, at(log.seals, 2).root];
    log.entries.length = 7;
    log.leaves.length = 7;
    log.seals.length = 2;
    expect(inspect(log).faults).toEqual([]);
    expect(inspect(log, first).faults).toEqual([]);
    expect(inspect(log, last).faults).toEqual(['anchor-unknown 0']);
  });

  it('a history that was rewritten as a whole too', () => {
    const log = logOf([3, 4, 2], 0);
    const anchors = log.seals.map((each) => each.root);
    const entries = log.entries;
    edit(at(entries, 4));
    rehash(at(entries, 4));
    const forged: Log = { entries, leaves: [], seals: [] };
    for (const [from, to] of [
      [0, 3],
      [3, 7],
      [7, 9],
    ])
      seal(forged, entries.slice(from, to));
    expect(inspect(forged).faults).toEqual([]);
    expect(anchors.map((anchor) => inspect(forged, anchor).faults)).toEqual([
      [], // the first batch is what it was
      ['anchor-unknown 0'],
      ['anchor-unknown 0'],
    ]);
  });
});
