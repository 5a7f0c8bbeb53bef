import { childrenOf, type Formula } from '../../formula/tree.js';
import { canonical, type Json } from '../../numbers/canonical.js';
import { Decimal, plain } from '../../numbers/decimal.js';
import { fromMicro, type Micro } from '../../numbers/micro.js';
import {
  type Adjustment,
  type AssessmentRule,
  type Group,
  nodesOf,
  type Policy,
  type Scheme,
  type SchemeNode,
  titleOf,
  type WrittenFormula,
} from '../scheme/scheme.js';
import { methodWords } from '../words/method-words.js';
import {
  AGGREGATE_WORDS,
  assessedWords,
  inputWords,
  POLICY_WORDS,
  TIES_WORDS,
  treatmentWords,
  WEIGHTS_WORDS,
} from '../words/scheme-words.js';

/** One property of a thing: how it is called, what it means and how it is shown. */
export interface Property {
  readonly name: string;
  /** Equal for equal meaning, however it is written. */
  readonly same: string;
  readonly says: string;
  /** It is for readers alone: no digit of a result hangs on it. */
  readonly wordsOnly?: true;
  /** Shown between quotes of its own: formulas. */
  readonly isFormula?: true;
}

/** Something in a scheme that is there or not: an input, an indicator, a grade. */
export interface Thing {
  /** The same in two versions for what is the same thing. */
  readonly key: string;
  /** 指标, 分组, 等次 …; empty for the scheme itself. */
  readonly kind: string;
  readonly title: string;
  readonly properties: readonly Property[];
}

/** Things whose order counts: which cohort matches first, which grade, which is listed first. */
export interface Order {
  readonly key: string;
  readonly title: string;
  readonly keys: readonly string[];
}

/** How what has a code is called. */
export type Named = (code: string) => string;

const NONE = '（无）';

const text = (name: string, says: string): Property => ({ name, same: says, says: says === '' ? NONE : says });
const words = (name: string, says: string): Property => ({ ...text(name, says), wordsOnly: true });
const decimal = (name: string, value: Decimal | null): Property => text(name, value === null ? '' : plain(value));
const points = (name: string, value: Micro | null): Property =>
  text(name, value === null ? '' : plain(fromMicro(value)));
const set = (name: string, members: readonly string[] | null, everybody: string): Property =>
  text(name, members === null ? everybody : [...members].sort().join('、'));
const policy = (name: string, answer: Policy | null): Property =>
  text(name, answer === null ? '' : `${POLICY_WORDS[answer]}（${answer}）`);

function formula(name: string, written: WrittenFormula | null, otherwise = NONE): Property {
  if (written === null) return { name, same: '', says: otherwise };
  return { name, same: canonical(meaning(written.tree)), says: written.text, isFormula: true };
}

/** A formula without its spaces and brackets: `0.50` and `0.5` are one number. */
function meaning(node: Formula): Json {
  const { at: _, ...rest } = node;
  const below = childrenOf(node).map(meaning);
  switch (rest.kind) {
    case 'number':
      return plain(new Decimal(rest.text));
    case 'name':
      return ['name', rest.name];
    case 'text':
      return ['text', rest.value];
    case 'unary':
    case 'binary':
      return [rest.kind, rest.operator, ...below];
    case 'call':
      return ['call', rest.name, ...below];
    case 'choice':
      return ['choice', ...below];
  }
}

/**
 * Everything that a scheme says, thing by thing; whatever is left out here, no comparison can see.
 * @param departmentOf how a department that scores is called
 */
export function thingsOf(scheme: Scheme, departmentOf: Named): readonly Thing[] {
  return [
    head(scheme),
    ...scheme.cohorts.map(
      (cohort): Thing => ({
        key: `cohort ${cohort.code}`,
        kind: '分组',
        title: cohort.title || cohort.code,
        properties: [
          words('名称', cohort.title),
          formula('条件', cohort.when, '（其余全部）'),
          text('最少家数', cohort.minSize.toString()),
          text('不足时并入', cohort.else ?? ''),
        ],
      }),
    ),
    ...eligibility(scheme),
    ...scheme.inputs.map(
      (input): Thing => ({
        key: `input ${input.name}`,
        kind: '取数',
        title: input.name,
        properties: [
          text('指标代码', input.metric),
          text('性质', input.kind === 'stock' ? '存量' : '流量'),
          { name: '取法', same: canonicalInput(input), says: inputWords(input) },
        ],
      }),
    ),
    ...nodeThings(scheme.root, departmentOf),
    ...scheme.adjustments.map((each) => adjustmentThing(each, departmentOf)),
    ...scheme.grades.map(
      (grade): Thing => ({
        key: `grade ${grade.code}`,
        kind: '等次',
        title: grade.title || grade.code,
        properties: [words('名称', grade.title), decimal('最低分', grade.min), decimal('名次比例', grade.topShare)],
      }),
    ),
  ];
}

export function ordersOf(scheme: Scheme): readonly Order[] {
  const groups = [scheme.root, ...nodesOf(scheme.root).filter((node): node is Group => node.kind === 'group')];
  const kinds = ['bonus', 'deduction', 'cap', 'veto'] as const;
  return [
    { key: 'cohorts', title: '分组的先后', keys: scheme.cohorts.map(({ code }) => `cohort ${code}`) },
    { key: 'eligibility', title: '参评条件的先后', keys: eligibility(scheme).map(({ key }) => key) },
    ...groups.map(({ code, title, children }) => ({
      key: `of ${code}`,
      title: code === '' ? '各项的先后' : `${title || code}各项的先后`,
      keys: children.map(nodeKey),
    })),
    ...kinds.map((kind) => ({
      key: kind,
      title: `${KINDS[kind]}的先后`,
      keys: scheme.adjustments.filter((each) => each.kind === kind).map(adjustmentKey),
    })),
    { key: 'grades', title: '等次的先后', keys: scheme.grades.map(({ code }) => `grade ${code}`) },
  ];
}

function head(scheme: Scheme): Thing {
  const { root, rounding, ranking, total, commendation } = scheme;
  return {
    key: 'scheme',
    kind: '',
    title: '',
    properties: [
      text('方案代码', scheme.code),
      words('方案名称', scheme.title),
      words(
        '依据',
        scheme.basis.map(({ document, note }) => (note === '' ? document : `${document}（${note}）`)).join('；'),
      ),
      set('参评机构类型', scheme.institutionTypes, '全部类型'),
      text('评价周期', scheme.cadence === 'annual' ? '年度' : '季度'),
      ...groupProperties(root, '总分的'),
      points('总分下限', total.min),
      points('总分上限', total.max),
      text('标准分的小数位数', rounding.indicator.toString()),
      text('总分的小数位数', rounding.total.toString()),
      text('排名所依', ranking.on === 'rounded' ? '进位后的总分' : '六位小数的总分'),
      text('并列名次', TIES_WORDS[ranking.ties]),
      text('总分相同时依次比较', ranking.tieBreak.join('、')),
      words('通报表扬名额', commendation?.quota?.toString() ?? ''),
      words('通报表扬最低等次', commendation?.minGrade ?? ''),
    ],
  };
}

/** Two conditions may give one reason: they are told apart by their place among those. */
function eligibility({ eligibility: rules }: Scheme): readonly Thing[] {
  const seen = new Map<string, number>();
  return rules.map(({ when, reason }): Thing => {
    const nth = (seen.get(reason) ?? 0) + 1;
    seen.set(reason, nth);
    return {
      key: `eligibility ${nth} ${reason}`,
      kind: '参评条件',
      title: reason,
      properties: [formula('条件', when)],
    };
  });
}

const canonicalInput = ({ take, shift, missing, atLeast }: Scheme['inputs'][number]): string =>
  canonical([take, shift, missing && plain(missing), atLeast]);

const nodeKey = ({ kind, code }: SchemeNode): string => `${kind} ${code}`;

const NODE_KINDS: Readonly<Record<SchemeNode['kind'], string>> = {
  group: '指标组',
  indicator: '指标',
  assessed: '定性指标',
};

function nodeThings(group: Group, departmentOf: Named): readonly Thing[] {
  return group.children.flatMap((node): readonly Thing[] => [
    {
      key: nodeKey(node),
      kind: NODE_KINDS[node.kind],
      title: titleOf(node),
      properties: [
        words('名称', node.title),
        { name: '上级', same: group.code, says: group.code === '' ? '总分' : titleOf(group) },
        text('权重', node.weight ? plain(fromMicro(node.weight.millionths)) : ''),
        ...nodeProperties(node, departmentOf),
      ],
    },
    ...(node.kind === 'group' ? nodeThings(node, departmentOf) : []),
  ]);
}

function groupProperties({ aggregate, weights, requires }: Group, prefix = ''): readonly Property[] {
  return [
    text(`${prefix}合成方法`, AGGREGATE_WORDS[aggregate]),
    text(`${prefix}权重写法`, WEIGHTS_WORDS[weights]),
    text(`${prefix}须有数据的权重`, `${plain(requires)}%`),
  ];
}

function nodeProperties(node: SchemeNode, departmentOf: Named): readonly Property[] {
  if (node.kind === 'group') return groupProperties(node);
  const unit = words('单位', node.unit ?? '');
  if (node.kind === 'assessed') return [unit, assessed(node.assessed, departmentOf), policy('缺失时', node.missing)];
  const { method, over } = node;
  return [
    formula('公式', node.value),
    unit,
    text('方向', node.direction === 'higher' ? '越高越好' : '越低越好'),
    node.treat
      ? { name: '异常值处理', same: canonical(jsonOf(node.treat)), says: treatmentWords(node.treat) }
      : text('异常值处理', ''),
    {
      name: '标准化',
      same: canonical(jsonOf({ name: method.name, parameters: method.parameters, over })),
      says: methodWords(method, over),
    },
    policy('缺失时', node.missing),
    policy('分母为零时', node.zeroDenominator),
  ];
}

const assessed = (rule: AssessmentRule, departmentOf: Named): Property => ({
  name: '评分办法',
  same: canonical(jsonOf({ ...rule, by: rule.by && [...rule.by].sort() })),
  says: assessedWords(rule, departmentOf),
});

const KINDS: Readonly<Record<Adjustment['kind'], string>> = {
  bonus: '加分',
  deduction: '扣分',
  cap: '封顶',
  veto: '一票否决',
};

const adjustmentKey = ({ kind, code }: Adjustment): string => `${kind} ${code}`;

function adjustmentThing(adjustment: Adjustment, departmentOf: Named): Thing {
  return {
    key: adjustmentKey(adjustment),
    kind: KINDS[adjustment.kind],
    title: titleOf(adjustment),
    properties: [words('名称', adjustment.title), ...adjustmentProperties(adjustment, departmentOf)],
  };
}

function adjustmentProperties(adjustment: Adjustment, departmentOf: Named): readonly Property[] {
  if (adjustment.kind === 'veto') return [formula('条件', adjustment.when)];
  if (adjustment.kind === 'cap') return [formula('条件', adjustment.when), decimal('封顶分', adjustment.at)];
  const { points: rule } = adjustment;
  return [
    formula('条件', rule.by === 'when' ? rule.when : null),
    decimal('分数', rule.by === 'when' ? rule.points : null),
    formula('公式', rule.by === 'value' ? rule.value : null),
    rule.by === 'assessed' ? assessed(rule.assessed, departmentOf) : text('评分办法', ''),
    decimal('最高分', adjustment.max),
  ];
}

/** Decimals as plain text. */
function jsonOf(value: unknown): Json {
  if (value instanceof Decimal) return plain(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonOf(each)]));
  return (value ?? null) as Json;
}
