import { Fields, NOT_NEGATIVE, type Placed } from './fields.js';
import { readFormula } from './formulas.js';
import { readAssessed } from './read-assessed.js';
import type { NodeContext } from './read-nodes.js';
import type { Adjustment, PointsRule } from './scheme.js';

const KINDS = ['bonus', 'deduction', 'veto', 'cap'] as const;
const WAYS = 'when 和 points | value | assessed';

export function readAdjustments(root: Fields, context: NodeContext): readonly Adjustment[] {
  return (root.list('adjustments') ?? []).flatMap((item) => readAdjustment(item, root, context) ?? []);
}

function readAdjustment(placed: Placed, root: Fields, context: NodeContext): Adjustment | null {
  const fields = Fields.of(placed, root.faults, '{ code, kind, … }');
  if (!fields) return null;
  const code = fields.requiredText('code') ?? '';
  context.codes.add(code, fields.at('code'), 'adjustment', root.faults);
  const title = fields.label('title');
  const kind = fields.require('kind', KINDS.join(' | ')) ? fields.choice('kind', KINDS) : null;
  const head = { code, title, path: placed.path };
  const adjustment = kind && readKind(fields, kind, head, context);
  // Of an unknown kind nothing more can be said.
  if (kind) fields.finish();
  return adjustment;
}

function readKind(
  fields: Fields,
  kind: (typeof KINDS)[number],
  head: { code: string; title: string; path: string },
  context: NodeContext,
): Adjustment | null {
  if (kind === 'bonus' || kind === 'deduction') {
    const points = readPoints(fields, context);
    const max = fields.decimal('max', NOT_NEGATIVE);
    return points && { kind, ...head, points, max };
  }
  fields.require('when', '条件');
  const when = readFormula(fields, 'when', { ...context.value, yields: 'condition' });
  if (kind === 'veto') return when && { kind, ...head, when };
  const at = fields.requiredDecimal('at');
  return when && at && { kind, ...head, when, at };
}

/** Exactly one way: `when` and `points`, or `value`, or `assessed`. */
function readPoints(fields: Fields, context: NodeContext): PointsRule | null {
  const byWhen = fields.has('when') || fields.has('points');
  const ways = [byWhen, fields.has('value'), fields.has('assessed')].filter(Boolean).length;
  const when = readFormula(fields, 'when', { ...context.value, yields: 'condition' });
  const points = fields.decimal('points', NOT_NEGATIVE);
  const value = readFormula(fields, 'value', context.value);
  const assessed = readAssessed(fields);
  if (ways !== 1) {
    fields.faults.add(fields.path, 'adjustment', ways === 0 ? '没有' : '多种', WAYS, '加减分要恰好写一种算法');
    return null;
  }
  if (byWhen) {
    fields.require('when', '条件');
    fields.require('points', '分数');
    return when && points && { by: 'when', when, points };
  }
  return value ? { by: 'value', value } : assessed && { by: 'assessed', assessed };
}
