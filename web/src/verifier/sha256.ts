import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Sha256 } from '../../../src/scoring/bundle/bundle.js';

const encoder = new TextEncoder();

/** The browser's own digest is missing on plain HTTP inside a network, and it makes everything asynchronous. */
export const sha256: Sha256 = (text, salt = '') => {
  const hash = digest.create();
  hash.update(hexToBytes(salt));
  hash.update(encoder.encode(text));
  return bytesToHex(hash.digest());
};
