import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { verifyBundle } from '../../src/scoring/bundle/verify.js';

// Bundles that were handed out once: every later version must recompute them to the byte. Never edit or remove one.
const folder = path.dirname(new URL(import.meta.url).pathname);
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const bundles = readdirSync(folder).filter((name) => name.endsWith('.json'));

it.each(bundles)('%s is recomputed to the byte', (name) => {
  const text = readFileSync(path.join(folder, name), 'utf8');
  const { hashes } = JSON.parse(text) as { hashes: { bundle: string } };
  expect(verifyBundle(text, sha256)).toEqual({ ok: true, hash: hashes.bundle });
});
