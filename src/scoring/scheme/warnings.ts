import type { Violation } from '../../problems/problems.js';
import type { Scheme } from './scheme.js';

export function warningsOf(_scheme: Scheme): readonly Violation[] {
  return [];
}
