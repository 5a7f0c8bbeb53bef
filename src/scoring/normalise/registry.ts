import { bandsMethod } from './bands.js';
import { benchmarkMethod } from './benchmark/benchmark.js';
import { distanceToMaxMethod } from './distance-to-max.js';
import { distanceToReferenceMethod } from './distance-to-reference.js';
import { distanceToTargetMethod } from './distance-to-target.js';
import { fractionOfMaxMethod } from './fraction-of-max.js';
import { goalpostsMethod } from './goalposts.js';
import type { Method } from './method.js';
import { minmaxMethod } from './minmax.js';
import { noneMethod } from './none.js';
import { percentileMethod } from './percentile.js';
import { proportionalMethod } from './proportional.js';
import { rankMethod } from './rank.js';
import { zscoreMethod } from './zscore.js';

/** All ways from a value to points; a new one is a file and a row. */
export const METHODS: readonly Method[] = [
  minmaxMethod,
  zscoreMethod,
  percentileMethod,
  rankMethod,
  goalpostsMethod,
  distanceToTargetMethod,
  distanceToMaxMethod,
  distanceToReferenceMethod,
  fractionOfMaxMethod,
  bandsMethod,
  proportionalMethod,
  benchmarkMethod,
  noneMethod,
];

/** Whether `lower` turns x into −x before this method. */
export const turns = (name: string): boolean =>
  METHODS.some((method) => method.name === name && method.direction === 'turns');
