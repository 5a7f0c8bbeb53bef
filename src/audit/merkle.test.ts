import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { equalBytes, leafOf, MerkleTree, NO_ROOT, sealRoot } from './merkle.js';
import { sha256 } from './sha256.service.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function treeOf(leaves: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree(sha256);
  for (const leaf of leaves) tree.add(leaf);
  return tree;
}

/** RFC 9162 2.1.1, word by word: split at the largest power of two below n. */
function recursive(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves;
  if (first && leaves.length === 1) return Buffer.from(first);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return createHash('sha256')
    .update('\x01')
    .update(recursive(leaves.slice(0, k)))
    .update(recursive(leaves.slice(k)))
    .digest();
}

// The reference tree of RFC 6962, from the tests of certificate-transparency.
const DATA = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
it.each([
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
])('%d leaves: the root that certificate transparency gives them', (n, root) => {
  const leaves = DATA.slice(0, n).map((data) => sha256(Buffer.from(`00${data}`, 'hex')));
  expect(hex(treeOf(leaves).root())).toBe(root);
});

it('one leaf after the other gives the root of the recursive definition, at every size on the way', () => {
  const leaf = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(fc.array(leaf, { minLength: 1, maxLength: 70 }), (leaves) => {
      const tree = new MerkleTree(sha256);
      for (const [i, each] of leaves.entries()) {
        tree.add(each);
        expect(tree.size).toBe(i + 1);
        expect(hex(tree.root())).toBe(hex(recursive(leaves.slice(0, i + 1))));
      }
    }),
    { numRuns: 50 },
  );
});

it('a copy goes its own way', () => {
  const leaves = [1, 2, 3, 4].map((n) => sha256(Uint8Array.of(n)));
  const tree = treeOf(leaves.slice(0, 3));
  const copy = tree.copy();
  copy.add(leaves[3] as Uint8Array);
  expect([tree.size, hex(tree.root())]).toEqual([3, hex(treeOf(leaves.slice(0, 3)).root())]);
  expect([copy.size, hex(copy.root())]).toEqual([4, hex(treeOf(leaves).root())]);
});

it('no leaves, no root', () => {
  expect(() => new MerkleTree(sha256).root()).toThrow('without leaves');
});

it('leaf and seal are the bytes of reliability 3.1, in their order', () => {
  expect(hex(leafOf(258n, '绿', sha256))).toBe(hex(sha256(Buffer.from('000000000000000102e7bbbf', 'hex'))));
  const merkle = sha256(Buffer.from('x'));
  const bytes = `02${'00'.repeat(32)}00000000000000010000000000002710${hex(merkle)}`;
  expect(hex(sealRoot(NO_ROOT, 1n, 10_000n, merkle, sha256))).toBe(hex(sha256(Buffer.from(bytes, 'hex'))));
});

it('bytes are equal when all of them are', () => {
  const [a, b] = [Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 4)];
  expect([equalBytes(a, Uint8Array.of(1, 2, 3)), equalBytes(a, b), equalBytes(a, a.slice(0, 2))]).toEqual([
    true,
    false,
    false,
  ]);
});
