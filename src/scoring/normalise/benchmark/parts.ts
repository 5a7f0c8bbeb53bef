import { type Decimal, ONE } from '../../../numbers/decimal.js';
import { Fields, POSITIVE } from '../../scheme/fields.js';
import type { Direction } from '../../scheme/scheme.js';
import { BENCHMARK_RULES } from './registry.js';
import type { BenchmarkRule, BoundRule } from './rule.js';

/** The institution's own past. */
export interface Vertical {
  readonly periods: number;
  /** Evaluation periods between two of them. */
  readonly step: number;
  readonly weight: Decimal;
}

/** The cohort now. */
export interface Horizontal {
  readonly statistic: 'mean' | 'median' | 'max' | 'min';
  readonly excludesSelf: boolean;
  readonly weight: Decimal;
}

export interface Parts {
  readonly rule: BoundRule;
  /** The rule asks only who is better. */
  readonly order: boolean;
  readonly vertical: Vertical | null;
  readonly horizontal: Horizontal | null;
}

/** Reads `rule`, `vertical` and `horizontal`. @returns null with a fault */
export function readParts(fields: Fields, direction: Direction): Parts | null {
  const before = fields.faults.list.length;
  const found = readRule(fields, direction);
  const vertical = readVertical(fields);
  const horizontal = readHorizontal(fields);
  if (!found) return null;
  const { definition, rule } = found;
  refuseParts(fields, definition);
  if (vertical && horizontal) {
    if (!vertical.weight) fields.refuse('vertical', 'required', 'vertical 和 horizontal 都写 weight', '缺少 weight');
    if (!horizontal.weight)
      fields.refuse('horizontal', 'required', 'vertical 和 horizontal 都写 weight', '缺少 weight');
  }
  if (fields.faults.list.length > before) return null;
  const best = direction === 'higher' ? 'max' : 'min';
  // A rule that only compares with the cohort needs no word for it.
  const peers = horizontal ?? (definition.parts === 'horizontal' ? IMPLIED : null);
  return {
    rule,
    order: definition.order ?? false,
    vertical: vertical && { ...vertical, weight: vertical.weight ?? ONE },
    horizontal: peers && {
      ...peers,
      statistic: definition.best ? best : peers.statistic,
      weight: peers.weight ?? ONE,
    },
  };
}

const IMPLIED = { statistic: 'mean', excludesSelf: false, weight: null } as const;

function refuseParts(fields: Fields, definition: BenchmarkRule): void {
  const stated = ['vertical', 'horizontal'].filter((part) => fields.has(part));
  if (definition.parts === 'none') {
    for (const part of stated) fields.refuse(part, 'not-here', '不写', `规则 ${definition.name} 不需要基准`);
  } else if (definition.parts === 'horizontal' && fields.has('vertical'))
    fields.refuse('vertical', 'not-here', '不写', `规则 ${definition.name} 只有横向基准`);
  else if (definition.parts === 'both' && stated.length === 0)
    fields.refuse('horizontal', 'required', 'vertical 或 horizontal', '缺少基准');
}

function readRule(fields: Fields, direction: Direction): { definition: BenchmarkRule; rule: BoundRule } | null {
  const names = BENCHMARK_RULES.map((rule) => rule.name);
  const placed = fields.require('rule', names.join(' | '));
  if (!placed) return null;
  const parameters =
    placed.written.kind === 'map'
      ? Fields.of(placed, fields.faults)
      : new Fields(new Map([['name', placed.written]]), placed.path, fields.faults);
  const name = placed.written.kind === 'map' ? parameters?.requiredText('name') : fields.text('rule');
  parameters?.take('name');
  if (!parameters || !name) return null;
  const definition = BENCHMARK_RULES.find((rule) => rule.name === name);
  if (!definition) {
    fields.faults.add(placed.path, 'choice', name, names.join(' | '), `没有规则 ${name}`);
    return null;
  }
  const rule = definition.read(parameters, direction);
  parameters.finish();
  return rule && { definition, rule };
}

function readVertical(fields: Fields): (Omit<Vertical, 'weight'> & { weight: Decimal | null }) | null {
  const part = fields.map('vertical');
  if (!part) return null;
  const periods = part.require('periods', '≥ 1 的整数') ? part.whole('periods', 1, 400) : null;
  const step = part.whole('step', 1, 400) ?? 1;
  const weight = part.decimal('weight', POSITIVE);
  part.finish();
  return { periods: periods ?? 1, step, weight };
}

function readHorizontal(fields: Fields): (Omit<Horizontal, 'weight'> & { weight: Decimal | null }) | null {
  const part = fields.map('horizontal');
  if (!part) return null;
  const statistic = part.choice('statistic', ['mean', 'median', 'max', 'min']) ?? 'mean';
  const excludesSelf = part.choice('self', ['include', 'exclude']) === 'exclude';
  const weight = part.decimal('weight', POSITIVE);
  part.finish();
  return { statistic, excludesSelf, weight };
}
