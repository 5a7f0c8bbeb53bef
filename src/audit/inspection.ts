import { equalBytes, leafOf, MerkleTree, NO_ROOT, type Sha256, sealRoot } from './merkle.js';

/** One entry as it stands in the table; the columns beside the body are there to be searched. */
export interface EntryRow {
  readonly id: bigint;
  readonly body: string;
  readonly leaf: Uint8Array;
  readonly columns: EntryColumns;
}

/** What columns and body both say. */
export interface EntryColumns {
  /** Microseconds, UTC: `2026-10-20T01:00:00.000000Z`. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly institution: string | null;
}

/** One leaf as it was sealed, with its entry; null: the entry is gone. */
export interface LeafRow {
  readonly seq: bigint;
  readonly entryId: bigint;
  readonly leaf: Uint8Array;
  readonly entry: EntryRow | null;
}

export interface SealRow {
  readonly batch: bigint;
  readonly lastSeq: bigint;
  readonly lastId: bigint;
  readonly size: bigint;
  readonly root: Uint8Array;
  /** Place after which the next batch begins; of the last seal: the last leaf that there is. */
  readonly nextBegins: bigint;
}

export type FaultKind =
  | 'entry-edited'
  | 'entries-swapped'
  | 'entry-deleted'
  | 'entry-inserted'
  | 'columns-edited'
  | 'leaf-edited'
  | 'leaf-missing'
  | 'leaf-order'
  | 'leaf-unsealed'
  | 'seal-edited'
  | 'seal-missing'
  | 'batch-rewritten'
  | 'anchor-unknown';

/** The first damage of its kind. */
export interface AuditFault {
  readonly kind: FaultKind;
  /** Id of the entry, place of the leaf or number of the batch; of what the kind names. */
  readonly place: string;
  /** Chinese. */
  readonly message: string;
  /** How many of this kind there are. */
  readonly count: number;
}

/** An entry whose body does not give the leaf that was sealed. */
interface Edited {
  readonly id: bigint;
  readonly seq: bigint;
  readonly body: string;
  readonly sealed: Uint8Array;
}

/** Places without a leaf, and between which ids their entries must have been. */
interface Gap {
  readonly from: bigint;
  readonly to: bigint;
  readonly afterId: bigint;
  readonly beforeId: bigint;
}

/** Edited entries that are kept to look for swaps among them. */
const KEPT = 100;

/** A seal that fits neither what it follows nor what it covers; the next one tells what was changed. */
interface Doubt {
  readonly batch: bigint;
  readonly ids: string;
}

/**
 * Looks at the whole log once, in order: first each seal after the leaves that it covers, then the leaves that no seal
 * covers, then the entries without a leaf. Holds a bounded part of it, whatever its length.
 */
export class Inspection {
  private readonly faults = new Map<FaultKind, { place: bigint; message: string; count: number }>();
  /** Entries that were there, sealed or not. */
  entries = 0;
  unsealed = 0;
  seals = 0;
  /** The last seal's root. */
  root: Uint8Array | null = null;
  private isAnchored = false;

  private nextSeq = 1n;
  private lastId = 0n;
  /** The last id that is known to be sealed. */
  private sealedId = 0n;
  private gaps: Gap[] = [];
  private readonly edited: Edited[] = [];
  private readonly editedBeyond = { firstId: 0n, count: 0 };

  private batch: Batch;
  private lastBatch = 0n;
  /** Place of the last leaf of the batch before. */
  private lastEnd = 0n;
  /** Roots that the next seal may be chained to: the one that is stored first. Empty: its predecessor is missing. */
  private chain: readonly Uint8Array[] = [NO_ROOT];
  private doubt: Doubt | null = null;

  /** @param anchor a root that was kept elsewhere */
  constructor(
    private readonly sha256: Sha256,
    private readonly anchor: Uint8Array | null,
  ) {
    this.batch = new Batch(sha256, 0n);
  }

  /** The next leaf, by its place. */
  leaf(row: LeafRow): void {
    const { seq, entryId, leaf, entry } = row;
    if (seq > this.nextSeq) this.gap(seq - 1n, entryId);
    if (seq < this.nextSeq || entryId <= this.lastId) {
      this.fault('leaf-order', seq, `第 ${seq} 号封存摘要（记录 ${entryId}）不在其位`);
      this.fillGap(entryId);
      this.batch.isWhole = false;
    }
    this.nextSeq = seq + 1n;
    if (entryId > this.lastId) this.lastId = entryId;
    if (!entry) {
      this.batch.add(leaf, leaf);
      this.fault('entry-deleted', entryId, `记录 ${entryId} 已被删除`);
      return;
    }
    this.entries++;
    const found = leafOf(entry.id, entry.body, this.sha256);
    const isSame = equalBytes(found, leaf);
    this.batch.add(leaf, isSame ? leaf : found);
    if (isSame) this.columns(entry, found);
    else this.batch.differences.push({ id: entry.id, seq, body: entry.body, sealed: leaf });
  }

  /**
   * Place of the last leaf that `seal` covers. Size and last place say the same; where they do not, the batch after it
   * tells which of them was changed.
   */
  endOf({ lastSeq, size, nextBegins }: SealRow): bigint {
    const bySize = this.lastEnd + size;
    return bySize === nextBegins ? bySize : lastSeq;
  }

  /** A seal, after the leaves up to `endOf` it. */
  seal(seal: SealRow): void {
    this.seals++;
    this.root = seal.root;
    if (this.anchor && equalBytes(seal.root, this.anchor)) this.isAnchored = true;
    const { batch } = this;
    const end = this.endOf(seal);
    const isNext = seal.batch === this.lastBatch + 1n;
    if (!isNext) {
      const missing = this.lastBatch + 1n;
      this.fault('seal-missing', missing, `第 ${missing} 批的封存已被删除`);
      this.chain = [];
    }
    if (end >= this.nextSeq) this.gap(end, seal.lastId + 1n);
    const wrong = [
      isNext && seal.size !== end - this.lastEnd ? '条数' : '',
      seal.lastSeq !== end ? '末条序号' : '',
      batch.isWhole && seal.lastId !== this.lastId ? '末条编号' : '',
    ].filter((name) => name !== '');
    if (wrong.length > 0) this.sealEdited(seal.batch, `第 ${seal.batch} 批的封存被改动：${wrong.join('、')}与记录不符`);
    this.follow(seal);
    this.sealedId = batch.isWhole || this.lastId > seal.lastId ? this.lastId : seal.lastId;
    this.lastBatch = seal.batch;
    this.lastEnd = end;
    this.batch = new Batch(this.sha256, this.lastId);
  }

  /** A leaf after the last seal: the two are written together. */
  leafWithoutSeal(row: LeafRow): void {
    this.fault('leaf-unsealed', row.seq, `第 ${row.seq} 号封存摘要（记录 ${row.entryId}）没有封存批次：其批次已被删除`);
    this.nextSeq = row.seq; // no seal says that there were others before it
    this.leaf(row);
    this.sealedId = this.lastId;
  }

  /** An entry without a leaf, by id, once all leaves were seen. */
  entryWithoutLeaf(entry: EntryRow): void {
    this.entries++;
    const { id } = entry;
    if (id <= this.sealedId) this.amongSealed(id);
    else {
      this.unsealed++;
      const found = leafOf(id, entry.body, this.sha256);
      if (equalBytes(found, entry.leaf)) this.columns(entry, found);
      else this.fault('entry-edited', id, `记录 ${id}（尚未封存）的内容与其摘要不符`);
    }
  }

  /** What was found, after everything was seen: the first of each kind. */
  verdict(): AuditFault[] {
    for (const each of this.batch.differences) this.keepEdited(each);
    if (this.doubt) {
      const { batch, ids } = this.doubt;
      this.sealEdited(batch, `末批（第 ${batch} 批）的根与记录不符：根或${ids}被改动`);
    }
    this.nameEdited();
    for (const { from, to, afterId, beforeId } of this.gaps)
      this.fault(
        'entry-deleted',
        from,
        `第 ${from} 条封存的记录（编号在 ${afterId} 与 ${beforeId} 之间）连同摘要已被删除`,
        Number.parseInt((to - from + 1n).toString(), 10),
      );
    if (this.anchor && !this.isAnchored)
      this.fault('anchor-unknown', 0n, '给出的根不在日志里：末尾被删去，或历史被整个改写');
    return [...this.faults].map(([kind, { place, message, count }]) => ({
      kind,
      place: place.toString(),
      message,
      count,
    }));
  }

  /** An entry without a leaf where all others have one: it lost its own, or came later. */
  private amongSealed(id: bigint): void {
    const place = this.fillGap(id);
    if (place !== null) this.fault('leaf-missing', place, `第 ${place} 号封存摘要（记录 ${id}）已被删除`);
    else this.fault('entry-inserted', id, `记录 ${id} 是事后插入的：前后的记录都已封存，它却没有`);
  }

  /** Which of the three was changed: entries, leaves, or the seal. */
  private follow(seal: SealRow): void {
    const { batch, chain } = this;
    const canTell = batch.isWhole && batch.sealed.size > 0 && chain.length > 0;
    const roots = (tree: MerkleTree): Uint8Array[] =>
      canTell ? chain.map((root) => sealRoot(root, seal.batch, BigInt(tree.size), tree.root(), this.sha256)) : [];
    const bySealed = roots(batch.sealed);
    const byFound = batch.found ? roots(batch.found) : [];
    const linkOf = (some: readonly Uint8Array[]): number => some.findIndex((root) => equalBytes(root, seal.root));
    const [sealedLink, foundLink] = [linkOf(bySealed), linkOf(byFound)];
    const link = Math.max(sealedLink, foundLink);
    if (this.doubt) this.settle(this.doubt, link);
    const areLeavesEdited = sealedLink < 0 && foundLink >= 0;
    for (const each of batch.differences)
      if (areLeavesEdited) this.fault('leaf-edited', each.seq, `第 ${each.seq} 号封存摘要（记录 ${each.id}）被改动`);
      else this.keepEdited(each);
    const isDoubtful = canTell && link < 0;
    this.doubt = isDoubtful
      ? { batch: seal.batch, ids: `编号在 ${batch.afterId} 之后、${this.lastId} 及以前的记录` }
      : null;
    this.chain = isDoubtful ? [seal.root, ...bySealed, ...byFound] : [seal.root];
  }

  /** @param link to which of the roots the seal after the doubtful one is chained: 0 the stored one, none −1 */
  private settle({ batch, ids }: Doubt, link: number): void {
    if (link === 0)
      this.fault('batch-rewritten', batch, `第 ${batch} 批被改写：后一批接着它的根，而${ids}给不出这个根`);
    else this.sealEdited(batch, `第 ${batch} 批的封存被改动：根与${ids}不符`);
  }

  private sealEdited(batch: bigint, message: string): void {
    this.fault('seal-edited', batch, message);
  }

  private keepEdited(each: Edited): void {
    if (this.edited.length < KEPT) this.edited.push(each);
    else if (this.editedBeyond.count++ === 0) this.editedBeyond.firstId = each.id;
  }

  /** Edited entries whose bodies stand in each other's place were swapped. */
  private nameEdited(): void {
    const belongs = (body: string, to: Edited): boolean => equalBytes(leafOf(to.id, body, this.sha256), to.sealed);
    const named = new Set<Edited>();
    for (const each of this.edited) {
      if (named.has(each)) continue;
      const other = this.edited.find((one) => one !== each && belongs(one.body, each) && belongs(each.body, one));
      if (other) {
        named.add(other);
        this.fault('entries-swapped', each.id, `记录 ${each.id} 与记录 ${other.id} 的内容被对调`);
      } else this.fault('entry-edited', each.id, editedMessage(each.id));
    }
    const { firstId, count } = this.editedBeyond;
    if (count > 0) this.fault('entry-edited', firstId, editedMessage(firstId), count);
  }

  private gap(to: bigint, beforeId: bigint): void {
    this.gaps.push({ from: this.nextSeq, to, afterId: this.lastId, beforeId });
    this.nextSeq = to + 1n;
    this.batch.isWhole = false;
  }

  /** @returns the place without a leaf where the entry `id` must have been; null: there is none */
  private fillGap(id: bigint): bigint | null {
    const gap = this.gaps.find((each) => each.afterId < id && id < each.beforeId);
    if (!gap) return null;
    this.gaps = this.gaps.flatMap((each) => (each === gap ? rest(gap, id) : [each]));
    return gap.from;
  }

  /** The columns beside a body that is what was written. */
  private columns(entry: EntryRow, found: Uint8Array): void {
    const name = equalBytes(found, entry.leaf) ? differingColumn(entry) : 'leaf';
    if (name) this.fault('columns-edited', entry.id, `记录 ${entry.id} 的 ${name} 列与其内容不符`);
  }

  private fault(kind: FaultKind, place: bigint, message: string, count = 1): void {
    const first = this.faults.get(kind);
    if (first) first.count += count;
    else this.faults.set(kind, { place, message, count });
  }
}

/** The leaves of one seal under way. */
class Batch {
  /** As they were sealed. */
  readonly sealed: MerkleTree;
  /** As the entries give them now; null: the same. */
  found: MerkleTree | null = null;
  readonly differences: Edited[] = [];
  /** No leaf is missing or out of place: the root can be recomputed. */
  isWhole = true;

  /** @param afterId last id of the batch before */
  constructor(
    sha256: Sha256,
    readonly afterId: bigint,
  ) {
    this.sealed = new MerkleTree(sha256);
  }

  add(sealed: Uint8Array, found: Uint8Array): void {
    if (sealed !== found && !this.found) this.found = this.sealed.copy();
    this.sealed.add(sealed);
    this.found?.add(found);
  }
}

const editedMessage = (id: bigint): string => `记录 ${id} 的内容被改动：与封存时的摘要不符`;

/** What is left of a gap once the entry of its first place is found. */
const rest = ({ from, to, beforeId }: Gap, id: bigint): Gap[] =>
  from === to ? [] : [{ from: from + 1n, to, afterId: id, beforeId }];

/** The first column that says something else than the body; `body` for one that the product never writes. */
function differingColumn({ body, columns }: EntryRow): string | null {
  try {
    const said = JSON.parse(body) as Omit<EntryColumns, 'actor'> & { readonly actor: { readonly id: string } };
    if (columns.at !== said.at.replace(/Z$/, '000Z')) return 'at';
    if (columns.actor !== said.actor.id) return 'actor';
    if (columns.action !== said.action) return 'action';
    if (columns.subject !== said.subject) return 'subject';
    return columns.institution === said.institution ? null : 'institution';
  } catch {
    return 'body';
  }
}
