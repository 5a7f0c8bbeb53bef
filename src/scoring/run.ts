import type { Environment } from '../formula/compile.js';
import type { Decimal } from '../numbers/decimal.js';
import type { Violation } from '../problems/problems.js';
import type { Settled } from './cohorts/settle.js';
import type { FigureStore } from './inputs/figure-store.js';
import type { Participants } from './inputs/participants.js';
import type { Windows } from './inputs/windows.js';
import type { Scheme } from './scheme/scheme.js';
import type { EvaluationInput } from './types.js';
import type { ValueColumns } from './values/value-columns.js';

/** An evaluation that was checked and settled over everybody; any of its cohorts can be scored, in any order. */
export interface Run {
  readonly input: EvaluationInput;
  readonly scheme: Scheme;
  readonly participants: Participants;
  readonly settled: Settled;
  readonly store: FigureStore;
  readonly windows: Windows;
  readonly environment: Environment<Decimal>;
  readonly columns: ValueColumns;
  /** What has bitten somebody (scheme-language 8), for this scheme on these figures. */
  readonly warnings: readonly Violation[];
}
