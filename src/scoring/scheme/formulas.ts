import { checkFormula, type FormulaContext } from '../../formula/check.js';
import type { FormulaFault } from '../../formula/fault.js';
import { parseFormula } from '../../formula/parse.js';
import type { Formula } from '../../formula/tree.js';
import type { Faults } from './faults.js';
import type { Fields } from './fields.js';
import type { WrittenFormula } from './scheme.js';

/** A formula that was read. */
export interface ReadFormula {
  /** null when there is none or when it is refused. */
  readonly formula: WrittenFormula | null;
  /** Also of a refused one, as long as it could be parsed: what else it calls for is told at once. */
  readonly tree: Formula | null;
}

/** Reads and checks the formula under `key`; null when there is none or, with its faults, when it is refused. */
export const readFormula = (fields: Fields, key: string, context: FormulaContext): WrittenFormula | null =>
  readFormulaTree(fields, key, context).formula;

/** The same, with the tree of a refused one. */
export function readFormulaTree(fields: Fields, key: string, context: FormulaContext): ReadFormula {
  const text = fields.formula(key);
  if (text === null) return { formula: null, tree: null };
  const path = fields.at(key);
  const parsed = parseFormula(text);
  if ('rule' in parsed) {
    refuse(fields.faults, path, text, [parsed]);
    return { formula: null, tree: null };
  }
  const faults = checkFormula(parsed, context);
  refuse(fields.faults, path, text, faults);
  return { formula: faults.length > 0 ? null : { text, tree: parsed, path }, tree: parsed };
}

function refuse(faults: Faults, path: string, text: string, found: readonly FormulaFault[]): void {
  for (const fault of found) faults.add(path, fault.rule, text, fault.expected, fault.message);
}
