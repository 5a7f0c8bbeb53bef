import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Material } from '../scoring/robustness/material.js';
import { Counter, type Counts, together } from '../scoring/robustness/robustness.js';
import type { Factors } from '../scoring/robustness/simulation.js';

export interface CountingOrder {
  readonly material: Material;
  readonly factors: Factors;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** Points to compute, institutions × indicators × replications, above which threads are worth their start. */
const MANY = 5_000_000;
const MOST_THREADS = 4;

/** The built file of a thread beside this one: a thread cannot load TypeScript, and tests run from the sources. */
export function threadFile(name: string): string {
  const here = fileURLToPath(import.meta.url);
  const folder = path.dirname(here);
  return here.endsWith('.ts')
    ? path.join(folder, '..', '..', 'dist', 'src', 'analyses', `${name}.js`)
    : path.join(folder, `${name}.js`);
}

/**
 * All replications, on several threads when there are many. Every replication has its own draws, so the result is the
 * same on any number of threads.
 * @param tick called with the number of replications done so far
 */
export async function countOnThreads(
  material: Material,
  factors: Factors,
  seed: number,
  replications: number,
  tick: (done: number) => void = () => undefined,
): Promise<Counts> {
  const work = replications * material.institutions.length * material.leaves.length;
  const threads = work < MANY ? 1 : Math.min(availableParallelism(), MOST_THREADS, replications);
  if (threads === 1 && work < MANY) {
    const counts = new Counter(material, factors, seed).count(0, replications);
    tick(replications);
    return counts;
  }
  const done = new Array<number>(threads).fill(0);
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, i) => {
      const from = Math.floor((i * replications) / threads);
      const to = Math.floor(((i + 1) * replications) / threads);
      return countApart({ material, factors, seed, from, to }, (own) => {
        done[i] = own;
        tick(done.reduce((sum, each) => sum + each, 0));
      });
    }),
  );
  return together(parts);
}

/** @throws Error when the thread dies */
function countApart(order: CountingOrder, tick: (done: number) => void): Promise<Counts> {
  const worker = new Worker(threadFile('counting.thread'), { workerData: order, execArgv: [] });
  return new Promise((resolve, reject) => {
    worker.on('message', (said: number | Counts) => {
      tick(typeof said === 'number' ? said : said.replications);
      if (typeof said !== 'number') resolve(said);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a counting thread ended')));
  });
}
