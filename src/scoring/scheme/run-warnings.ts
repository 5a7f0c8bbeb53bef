import type { Violation } from '../../problems/problems.js';
import type { Settled } from '../cohorts/settle.js';
import type { FigureStore } from '../inputs/figure-store.js';
import type { Windows } from '../inputs/windows.js';
import type { Scheme } from './scheme.js';

export function runWarnings(_scheme: Scheme, _settled: Settled, _windows: Windows, _store: FigureStore): readonly Violation[] {
  return [];
}
