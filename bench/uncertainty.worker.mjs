// Half of the replications of uncertainty-1000, on a thread of its own.
import { parentPort } from 'node:worker_threads';
import { Counter } from '../dist/src/scoring/robustness/robustness.js';

parentPort.on('message', ({ material, factors, seed, from, to }) =>
  parentPort.postMessage(new Counter(material, factors, seed).count(from, to)),
);
parentPort.postMessage('ready');
