import { Decimal } from '../../numbers/decimal.js';
import type { Treatment } from '../treat/treatment.js';
import { type Fields, NOT_NEGATIVE } from './fields.js';

const SKEWNESS = new Decimal(2);
const KURTOSIS = new Decimal('3.5');
const FORMS = 'winsorise | log: true | box_cox';
const MOST_POINTS = 1_000_000;

/** Reads `treat`: exactly one treatment. @returns null when there is none, or with a fault */
export function readTreat(owner: Fields): Treatment | null {
  const fields = owner.map('treat');
  if (!fields) return null;
  const stated = ['winsorise', 'log', 'box_cox'].filter((key) => fields.has(key));
  if (stated.length !== 1) owner.refuse('treat', 'treat', FORMS, 'treat 应恰好写一种处理');
  const winsorised = readWinsorise(fields);
  const log = fields.truth('log');
  if (log === false) fields.refuse('log', 'domain', 'true', 'log 只能写 true');
  const boxCox = fields.map('box_cox');
  const lambda = boxCox ? boxCox.requiredDecimal('lambda') : null;
  boxCox?.finish();
  fields.finish();
  if (stated.length !== 1) return null;
  if (log) return { kind: 'log' };
  return lambda ? { kind: 'box_cox', lambda } : winsorised;
}

function readWinsorise(fields: Fields): Treatment | null {
  const then = fields.choice('then', ['log']);
  const winsorise = fields.map('winsorise');
  if (!winsorise) {
    if (then) fields.refuse('then', 'not-here', '与 winsorise 同用', 'then 只跟在 winsorise 后面');
    return null;
  }
  if (winsorise.has('force')) {
    const points = winsorise.whole('force', 1, MOST_POINTS);
    if (then) fields.refuse('then', 'not-here', '不写', 'force 没有检验，也就没有 then');
    winsorise.finish();
    return points === null ? null : { kind: 'force', points };
  }
  const required = winsorise.require('maxPoints', '≥ 1 的整数');
  const maxPoints = required ? winsorise.whole('maxPoints', 1, MOST_POINTS) : null;
  const skewness = winsorise.decimal('skewness', NOT_NEGATIVE) ?? SKEWNESS;
  const kurtosis = winsorise.decimal('kurtosis') ?? KURTOSIS;
  winsorise.finish();
  return maxPoints === null ? null : { kind: 'winsorise', maxPoints, skewness, kurtosis, thenLog: then === 'log' };
}
