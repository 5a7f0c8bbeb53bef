import type { FormulaContext } from '../../formula/check.js';
import { mayBeMissing, mayDivideByZero } from '../../formula/reads.js';
import type { Formula } from '../../formula/tree.js';
import { ZERO } from '../../numbers/decimal.js';
import { toMicro } from '../../numbers/micro.js';
import { checkWeights } from './check-weights.js';
import type { Codes } from './codes.js';
import { Fields, PERCENT, type Placed, WEIGHT } from './fields.js';
import { readFormulaTree } from './formulas.js';
import { readAssessed } from './read-assessed.js';
import { readNormalise } from './read-normalise.js';
import { readTreat } from './read-treat.js';
import type { Aggregation, Group, Policy, SchemeNode, Weight } from './scheme.js';

const POLICIES: readonly Policy[] = ['exclude', 'zero', 'cohort_median', 'cohort_mean', 'previous_period', 'unranked'];
const AGGREGATIONS = ['arithmetic', 'geometric', 'harmonic', 'median', 'min', 'outranking'] as const;
/** These take roots or reciprocals of points. */
const NEED_NOT_NEGATIVE: readonly Aggregation[] = ['geometric', 'harmonic'];

/** What reading a node needs to know of the rest of the document. */
export interface NodeContext {
  /** Names that stand for figures: reading them may yield MISSING. */
  readonly inputs: ReadonlySet<string>;
  readonly value: FormulaContext;
  readonly codes: Codes;
}

/** Where points may go below 0, and why. */
interface BelowZero {
  readonly path: string;
  readonly why: string;
}

/** A node as far as it could be read: the checks of its group go on beside its own faults. */
interface ReadNode<T extends SchemeNode = SchemeNode> {
  readonly node: T | null;
  readonly belowZero: readonly BelowZero[];
}

interface Head {
  readonly code: string;
  readonly title: string;
  readonly path: string;
  readonly weight: Weight;
}

/** The document's own `aggregate`, `weights`, `requires` and its top list. */
export const readRoot = (root: Fields, context: NodeContext): Group | null =>
  readGroup(root, 'indicators', { code: '', title: '', path: '', weight: null }, context).node;

function readNode(placed: Placed, parent: Fields, context: NodeContext): ReadNode {
  const fields = Fields.of(placed, parent.faults, '{ group: … } 或 { indicator: … }');
  if (!fields) return { node: null, belowZero: [] };
  const kind = fields.has('group') ? 'group' : 'indicator';
  if (fields.has('group') && fields.has('indicator'))
    fields.refuse('indicator', 'not-here', 'group 或 indicator', '一个节点不能既是组又是指标');
  const code = fields.requiredText(kind) ?? '';
  context.codes.add(code, fields.at(kind), 'node', fields.faults);
  const title = fields.label('title');
  const head = { code, title, path: placed.path, weight: readWeight(fields) };
  const read = kind === 'group' ? readGroup(fields, 'of', head, context) : readLeaf(fields, head, context);
  fields.finish();
  return read;
}

function readWeight(fields: Fields): Weight {
  const weight = fields.decimal('weight', WEIGHT);
  return weight && { millionths: toMicro(weight), text: fields.found('weight') };
}

function readGroup(fields: Fields, listKey: string, head: Head, context: NodeContext): ReadNode<Group> {
  const aggregate = fields.choice('aggregate', AGGREGATIONS) ?? 'arithmetic';
  const weights = fields.choice('weights', ['equal', 'relative']) ?? 'stated';
  const requires = fields.decimal('requires', PERCENT) ?? ZERO;
  const items = fields.require(listKey, '[ … ]') ? fields.list(listKey) : null;
  if (items?.length === 0) fields.refuse(listKey, 'empty', '至少一个节点', '这一组没有内容');
  const read = (items ?? []).map((item) => readNode(item, fields, context));
  if (items && items.length > 0) checkWeights(items, fields.at(listKey), aggregate, weights, fields.faults);
  const belowZero = read.flatMap((child) => child.belowZero);
  if (NEED_NOT_NEGATIVE.includes(aggregate)) {
    for (const { path, why } of belowZero)
      fields.faults.add(
        path,
        'below-zero',
        why,
        `≥ 0（上级 ${head.code || '总分'} 用 ${aggregate} 合成）`,
        '分数可能小于 0',
      );
  }
  const children = read.flatMap((child) => child.node ?? []);
  const node: Group = { kind: 'group', ...head, aggregate, weights, requires, children };
  return {
    node: children.length === items?.length ? node : null,
    belowZero: NEED_NOT_NEGATIVE.includes(aggregate) ? [] : belowZero,
  };
}

function readLeaf(fields: Fields, head: Head, context: NodeContext): ReadNode {
  const unit = fields.label('unit') || null;
  return fields.has('assessed') ? readAssessedLeaf(fields, head, unit) : readIndicator(fields, head, unit, context);
}

function readAssessedLeaf(fields: Fields, head: Head, unit: string | null): ReadNode {
  const assessed = readAssessed(fields);
  const missing = fields.require('missing', POLICIES.join(' | ')) ? fields.choice('missing', POLICIES) : null;
  fields.choice('zeroDenominator', POLICIES);
  for (const key of ['value', 'direction', 'treat', 'normalise']) fields.forbid(key, '定性评分没有这一项');
  if (missing === 'previous_period')
    fields.refuse(
      'missing',
      'policy',
      POLICIES.filter((policy) => policy !== missing).join(' | '),
      '定性评分没有往期数值',
    );
  return { node: assessed && missing && { kind: 'assessed', ...head, unit, assessed, missing }, belowZero: [] };
}

function readIndicator(fields: Fields, head: Head, unit: string | null, context: NodeContext): ReadNode {
  fields.require('value', '公式');
  const { formula: value, tree } = readFormulaTree(fields, 'value', context.value);
  const missing = fields.choice('missing', POLICIES);
  const zeroDenominator = fields.choice('zeroDenominator', POLICIES);
  if (tree) requirePolicies(fields, tree, context);
  const treat = readTreat(fields);
  const normalise = readNormalise(fields);
  if (fields.has('treat') && normalise?.method.name === 'benchmark')
    fields.refuse('treat', 'not-here', '不写', 'benchmark 不与 treat 同用');
  const rescales = treat?.kind === 'log' || treat?.kind === 'box_cox' || (treat?.kind === 'winsorise' && treat.thenLog);
  if (rescales && [missing, zeroDenominator].includes('previous_period'))
    fields.refuse('treat', 'not-here', '不与 previous_period 同用', '往期数值不在处理后的尺度上');
  const why = normalise?.method.belowZero ?? null;
  const belowZero = why === null ? [] : [{ path: fields.at('normalise'), why }];
  if (!value || !normalise) return { node: null, belowZero };
  const direction = fields.found('direction') === 'lower' ? 'lower' : 'higher';
  const node = {
    kind: 'indicator',
    ...head,
    unit,
    value,
    direction,
    treat,
    ...normalise,
    missing,
    zeroDenominator,
  } as const;
  return { node, belowZero };
}

/** Both policies must be stated where the outcome can happen (scheme-language 3, step 7). */
function requirePolicies(fields: Fields, tree: Formula, { inputs }: NodeContext): void {
  if (mayBeMissing(tree, inputs)) fields.require('missing', POLICIES.join(' | '));
  if (mayDivideByZero(tree)) fields.require('zeroDenominator', POLICIES.join(' | '));
}
