/** SHA-256 of the parts, one after the other; a text counts as its UTF-8. Handed in, so that this file touches no system. */
export type Sha256 = (...parts: readonly (Uint8Array | string)[]) => Uint8Array;

/** What the first seal is chained to. */
export const NO_ROOT: Uint8Array = new Uint8Array(32);

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const SEAL = Uint8Array.of(2);

/** PostgreSQL's int8send: eight bytes, the highest first. */
function int8(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return bytes;
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** sha256(0 ‖ id ‖ body), as `audit.append` writes it (reliability 3.1). */
export const leafOf = (id: bigint, body: string, sha256: Sha256): Uint8Array => sha256(LEAF, int8(id), body);

/**
 * The Merkle tree of RFC 9162 2.1.1 over leaves that are hashes already: node = sha256(1 ‖ left ‖ right), and a node
 * without a neighbour goes up unchanged. Holds one node per level, however many leaves come.
 */
export class MerkleTree {
  /** Roots of the complete subtrees so far: the one of 2^level leaves, or none. */
  private readonly complete: (Uint8Array | undefined)[] = [];
  size = 0;

  constructor(private readonly sha256: Sha256) {}

  add(leaf: Uint8Array): void {
    let node = leaf;
    let level = 0;
    for (let left = this.complete[0]; left; left = this.complete[++level]) {
      node = this.sha256(NODE, left, node);
      this.complete[level] = undefined;
    }
    this.complete[level] = node;
    this.size++;
  }

  /** The tree as it is now, to go another way from here. */
  copy(): MerkleTree {
    const copy = new MerkleTree(this.sha256);
    copy.complete.push(...this.complete);
    copy.size = this.size;
    return copy;
  }

  /** @throws Error for a tree without leaves */
  root(): Uint8Array {
    let right: Uint8Array | undefined;
    for (const left of this.complete) if (left) right = right === undefined ? left : this.sha256(NODE, left, right);
    if (right === undefined) throw new Error('a tree without leaves has no root');
    return right;
  }
}

/** sha256(2 ‖ previous root ‖ batch ‖ n ‖ Merkle root): the seal of one batch of n leaves (reliability 3.1). */
export const sealRoot = (
  previous: Uint8Array,
  batch: bigint,
  n: bigint,
  merkle: Uint8Array,
  sha256: Sha256,
): Uint8Array => sha256(SEAL, previous, int8(batch), int8(n), merkle);
