import type { BoundMethod } from '../normalise/method.js';
import { METHODS } from '../normalise/registry.js';
import type { Fields } from './fields.js';
import type { Direction, Over } from './scheme.js';

export interface ReadNormalise {
  readonly method: BoundMethod;
  readonly over: Over;
}

/** Reads `normalise` of an indicator and what `direction` means to it. @returns null with a fault */
export function readNormalise(indicator: Fields): ReadNormalise | null {
  const stated = indicator.choice('direction', ['higher', 'lower']);
  const direction: Direction = stated ?? 'higher';
  const names = METHODS.map((method) => method.name);
  if (!indicator.require('normalise', '{ method: … }')) return null;
  const fields = indicator.map('normalise');
  if (!fields) return null;
  const name = !fields.has('method') && fields.has('none') ? 'none' : methodName(fields, names);
  const over = fields.choice('over', ['cohort', 'all']) ?? 'cohort';
  const definition = METHODS.find((method) => method.name === name);
  if (!definition) return null;
  if (definition.direction === 'none') indicator.forbid('direction', `${definition.name} 没有 direction`);
  if (definition.direction === 'higher' && direction === 'lower')
    indicator.refuse('direction', 'direction', 'higher', `${definition.name} 不能用于越低越好的指标`);
  if (definition.name === 'benchmark' && over === 'all')
    fields.refuse('over', 'not-here', 'cohort', 'benchmark 只与本组比较');
  const method = definition.read(fields, direction);
  fields.finish();
  return method && { method, over };
}

function methodName(fields: Fields, names: readonly string[]): string | null {
  if (!fields.require('method', names.join(' | '))) return null;
  return fields.choice('method', names);
}
