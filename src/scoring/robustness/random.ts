/** Uniform numbers of one replication. */
export interface Random {
  /** 0 ≤ u < 1, a multiple of 2⁻³². */
  next(): number;
}

const GOLDEN = 0x9e3779b9;

/** The finaliser of MurmurHash3: every bit of the input changes about half of the output's. */
function mixed(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/**
 * xoshiro128** over 32-bit words, in whole-number arithmetic alone: the same draws on every machine. Each replication
 * has a stream of its own, seeded by (seed, index): it does not matter which thread runs which.
 *
 *     state[k] = mixed(mixed(seed + φ) + mixed(index + 2φ) + (k + 1) · φ),  k = 0 … 3, φ = 0x9e3779b9, modulo 2³²
 *     output   = rotl(state[1] · 5, 7) · 9; u = output / 2³²
 *
 * Source: Blackman, Vigna: Scrambled linear pseudorandom number generators (2021), xoshiro128** 1.1.
 * @param seed, index whole, 0 … 2³² − 1
 */
export function replication(seed: number, index: number): Random {
  const start = mixed(seed + GOLDEN) + mixed(index + 2 * GOLDEN);
  const [a = 0, b = 0, c = 0, d = 0] = [1, 2, 3, 4].map((k) => mixed(start + Math.imul(k, GOLDEN)));
  let [s0, s1, s2, s3] = [a, b, c, (a | b | c | d) === 0 ? 1 : d];
  return {
    next: () => {
      const output = Math.imul(rotated(Math.imul(s1, 5), 7), 9) >>> 0;
      const t = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = rotated(s3, 11);
      return output / 0x1_0000_0000;
    },
  };
}
