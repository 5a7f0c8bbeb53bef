import { parentPort, workerData } from 'node:worker_threads';
import { Counter } from '../scoring/robustness/robustness.js';
import type { CountingOrder } from './counting-threads.service.js';

/** Says how far it is this often. */
const STEP = 50;

/** Replications `from` … `to` − 1: the number done so far, again and again, and in the end what was counted. */
const { material, factors, seed, from, to } = workerData as CountingOrder;
const counter = new Counter(material, factors, seed);
for (let at = from; at < to; at += STEP) {
  const end = Math.min(at + STEP, to);
  const counts = counter.count(at, end);
  parentPort?.postMessage(end === to ? counts : end - from);
}
