import { checkFormula, type FormulaContext } from '../../formula/check.js';
import type { FormulaFault } from '../../formula/fault.js';
import { parseFormula } from '../../formula/parse.js';
import type { Faults } from './faults.js';
import type { Fields } from './fields.js';
import type { WrittenFormula } from './scheme.js';

/** Reads and checks the formula under `key`; null when there is none or, with its faults, when it is refused. */
export function readFormula(fields: Fields, key: string, context: FormulaContext): WrittenFormula | null {
  const text = fields.formula(key);
  if (text === null) return null;
  const path = fields.at(key);
  const parsed = parseFormula(text);
  if ('rule' in parsed) return refuse(fields.faults, path, text, [parsed]);
  const faults = checkFormula(parsed, context);
  return faults.length > 0 ? refuse(fields.faults, path, text, faults) : { text, tree: parsed, path };
}

function refuse(faults: Faults, path: string, text: string, found: readonly FormulaFault[]): null {
  for (const fault of found) faults.add(path, fault.rule, text, fault.expected, fault.message);
  return null;
}
