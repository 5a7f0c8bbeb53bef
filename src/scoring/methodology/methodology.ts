import { periodTitle } from '../../calendar/period.js';
import { formulaInWords } from '../../formula/words.js';
import { HUNDRED, plain, quantise } from '../../numbers/decimal.js';
import { fromMicro } from '../../numbers/micro.js';
import type { Violation } from '../../problems/problems.js';
import { weightsOf } from '../scheme/check-weights.js';
import {
  type Adjustment,
  type BasisDocument,
  type Group,
  type Input,
  type Policy,
  type Scheme,
  type SchemeNode,
  titleOf,
  type WrittenFormula,
} from '../scheme/scheme.js';
import type { MetricCatalogue, ResultRecord } from '../types.js';
import { explainMethod, methodWord, ruleWord } from '../words/method-words.js';
import {
  AGGREGATE_WORDS,
  assessedWords,
  inputWords,
  POLICY_WORDS,
  TIES_WORDS,
  treatmentWords,
  WEIGHTS_WORDS,
} from '../words/scheme-words.js';
import { workedExample } from './example.js';

/** How things outside the scheme are called. */
export interface Titles {
  /** Of a metric; its code when the catalogue lacks it. */
  readonly metric: (code: string) => string;
  /** Of a department that scores. */
  readonly department: (code: string) => string;
  /** Of an institution type. */
  readonly type: (code: string) => string;
}

/** A term and what is said of it. */
export interface Said {
  readonly term: string;
  readonly says: string;
}

/** One node of the tree, as the methodology prints it; depth 0 is the top list. */
export interface MethodologyNode {
  readonly code: string;
  readonly title: string;
  readonly kind: SchemeNode['kind'];
  readonly depth: number;
  /** As declared within its group; empty when none is stated. */
  readonly weight: string;
  /** Of the whole, percent, two decimals, if nothing is missing; null below a group that is no weighted mean. */
  readonly share: string | null;
  /** In words, with the titles of the metrics; empty for a group. */
  readonly formula: string;
  readonly says: readonly Said[];
  readonly formulas: readonly string[];
}

/** 评价办法说明: what an institution must be able to read before it is ranked. Names no institution. */
export interface Methodology {
  readonly code: string;
  readonly version: number;
  readonly title: string;
  readonly basis: readonly BasisDocument[];
  readonly scope: readonly Said[];
  readonly cohorts: readonly Said[];
  readonly eligibility: readonly Said[];
  readonly tree: readonly MethodologyNode[];
  readonly adjustments: readonly Said[];
  readonly total: readonly Said[];
  readonly grades: readonly Said[];
  readonly inputs: readonly {
    readonly title: string;
    readonly code: string;
    readonly unit: string;
    readonly says: string;
  }[];
  readonly warnings: readonly Violation[];
  readonly example: MethodologyExample | null;
}

export interface MethodologyExample {
  readonly periodTitle: string;
  readonly name: string;
  readonly rank: number | null;
  readonly score: string;
  readonly base: string;
  readonly grade: string | null;
  readonly rows: readonly {
    readonly code: string;
    readonly title: string;
    readonly depth: number;
    readonly formula: string;
    readonly value: string | null;
    readonly unit: string;
    readonly score: string | null;
    readonly weight: string | null;
    readonly contribution: string | null;
    readonly compared: readonly Said[];
  }[];
  readonly adjustments: readonly {
    readonly title: string;
    readonly kind: Adjustment['kind'];
    readonly applied: boolean;
    readonly change: string | null;
  }[];
  readonly ranking: readonly {
    readonly rank: number | null;
    readonly name: string;
    readonly score: string | null;
    readonly grade: string | null;
    readonly reason: string;
    readonly isShown: boolean;
  }[];
}

/** Flags and columns that the register knows, as people call them. */
const TEXTS: Readonly<Record<string, string>> = {
  opened_in_year: '当年新开业',
  environmental_penalty: '受到环境行政处罚',
  published_figures: '公开数据',
  type: '机构类型',
  segment: '机构类别',
};

/**
 * @param document the scheme's text, byte for byte: the worked example is computed from it
 * @param warnings those of the check
 */
export function methodologyOf(
  document: string,
  scheme: Scheme,
  warnings: readonly Violation[],
  metrics: MetricCatalogue,
  titles: Titles,
): Methodology {
  const say = new Sayer(scheme, titles);
  const example = workedExample(document, scheme, metrics);
  const tree = say.nodes(scheme.root, HUNDRED, 0);
  return {
    code: scheme.code,
    version: scheme.version,
    title: scheme.title || scheme.code,
    basis: scheme.basis,
    scope: [
      {
        term: '评价周期',
        says: scheme.cadence === 'annual' ? '每年一次，以一个自然年为评价期' : '每季一次，以一个季度为评价期',
      },
      {
        term: '参评机构',
        says: scheme.institutionTypes === null ? '全部类型的机构' : scheme.institutionTypes.map(titles.type).join('、'),
      },
    ],
    cohorts: say.cohorts(),
    eligibility: scheme.eligibility.map(({ when, reason }) => ({
      term: reason,
      says: say.formula(when),
    })),
    tree,
    adjustments: scheme.adjustments.map((each) => say.adjustment(each)),
    total: say.total(),
    grades: say.grades(),
    inputs: scheme.inputs.map((input) => ({
      title: say.inputTitle(input),
      code: input.metric,
      unit: metrics[input.metric]?.unit ?? '',
      says: inputWords(input),
    })),
    warnings,
    example: example && exampleOf(example, tree, scheme, say),
  };
}

class Sayer {
  private readonly inputs: ReadonlyMap<string, Input>;

  constructor(
    private readonly scheme: Scheme,
    private readonly titles: Titles,
  ) {
    this.inputs = new Map(scheme.inputs.map((input) => [input.name, input]));
  }

  /** 绿色贷款余额, with what tells it from another input of the same metric. */
  inputTitle({ metric, shift, take, kind }: Input): string {
    const title = this.titles.metric(metric);
    const usual = kind === 'flow' ? 'sum' : 'last';
    const marks = [
      ...(shift === 0 ? [] : [shift === -1 ? (this.scheme.cadence === 'annual' ? '上年' : '上季') : `前${-shift}期`]),
      ...(take === usual ? [] : [{ last: '期末', first: '期初', sum: '合计', mean: '平均', max: '最大' }[take]]),
    ];
    return marks.length === 0 ? title : `${title}（${marks.join('、')}）`;
  }

  formula({ text }: WrittenFormula): string {
    const name = (each: string): string | null => {
      if (each === 'quarters_filed') return '报送季度数';
      const input = this.inputs.get(each);
      return input ? this.inputTitle(input) : null;
    };
    const pieces = formulaInWords(
      text,
      (each) => {
        const title = name(each.normalize('NFKC'));
        return title === null ? null : { text: title, input: null };
      },
      (each) => {
        const known = TEXTS[each] ?? this.titles.type(each);
        return `“${known}”`;
      },
    );
    return smoothed(pieces.map((piece) => piece.text).join(''));
  }

  cohorts(): readonly Said[] {
    const { cohorts } = this.scheme;
    const [only] = cohorts;
    if (cohorts.length === 1 && only && only.when === null && only.code === 'all')
      return [{ term: '不分组', says: '全部参评机构一起排名' }];
    const titleOfCohort = (code: string): string => cohorts.find((each) => each.code === code)?.title || code;
    return cohorts.map(({ code, title, when, minSize, else: other }) => {
      const fewer =
        minSize <= 1
          ? ''
          : `；不足 ${minSize} 家时${other === null ? '只列得分，不排名' : `并入${titleOfCohort(other)}`}`;
      return { term: title || code, says: `${when ? this.formula(when) : '其余机构'}${fewer}` };
    });
  }

  nodes(group: Group, share: ReturnType<typeof fromMicro> | null, depth: number): readonly MethodologyNode[] {
    const weights = weightsOf(group);
    const whole = weights.reduce((sum, weight) => sum + weight, 0n);
    const isMean = ['arithmetic', 'geometric', 'harmonic'].includes(group.aggregate);
    return group.children.flatMap((node, i): readonly MethodologyNode[] => {
      const own = share && isMean ? share.times(`${weights[i] ?? 0n}`).div(`${whole}`) : null;
      const head = {
        code: node.code,
        title: titleOf(node),
        kind: node.kind,
        depth,
        weight: node.weight ? plain(fromMicro(node.weight.millionths)) : '',
        share: own && quantise(own, 2).toFixed(2),
      };
      if (node.kind === 'group')
        return [{ ...head, formula: '', says: groupSays(node), formulas: [] }, ...this.nodes(node, own, depth + 1)];
      return [{ ...head, ...this.leaf(node) }];
    });
  }

  private leaf(node: Exclude<SchemeNode, Group>): Pick<MethodologyNode, 'formula' | 'says' | 'formulas'> {
    if (node.kind === 'assessed')
      return {
        formula: '',
        says: [
          { term: '评分', says: assessedWords(node.assessed, this.titles.department) },
          { term: '缺评分', says: policySays(node.missing) },
        ],
        formulas: [
          `得分 = 100 ×（评分 − ${plain(node.assessed.scale[0])}）÷（${plain(node.assessed.scale[1])} − ${plain(node.assessed.scale[0])}）`,
        ],
      };
    const { method, over, direction } = node;
    const { sentences, formulas } = explainMethod(method, direction, over);
    const rule = typeof method.parameters.rule === 'string' ? `，${ruleWord(method.parameters.rule)}` : '';
    const usesDirection = method.name !== 'bands' && method.name !== 'none';
    return {
      formula: this.formula(node.value),
      says: [
        ...(usesDirection ? [{ term: '方向', says: direction === 'higher' ? '越高越好' : '越低越好' }] : []),
        ...(node.unit === null ? [] : [{ term: '单位', says: node.unit }]),
        ...(node.treat === null ? [] : [{ term: '异常值', says: treatmentWords(node.treat) }]),
        { term: `标准分（${methodWord(method.name)}${rule}）`, says: sentences.join('') },
        ...(node.missing === null ? [] : [{ term: '数据缺失', says: policySays(node.missing) }]),
        ...(node.zeroDenominator === null ? [] : [{ term: '分母为零', says: policySays(node.zeroDenominator) }]),
      ],
      formulas,
    };
  }

  adjustment(each: Adjustment): Said {
    const title = titleOf(each);
    if (each.kind === 'veto')
      return { term: `一票否决：${title}`, says: `${this.formula(each.when)} 时不列名次、不评等次，得分仍列出` };
    if (each.kind === 'cap')
      return { term: `封顶：${title}`, says: `${this.formula(each.when)} 时总分不超过 ${plain(each.at)} 分` };
    const most = each.max === null ? '' : `，最多 ${plain(each.max)} 分`;
    const kind = each.kind === 'bonus' ? '加分' : '扣分';
    const rule = each.points;
    const how =
      rule.by === 'when'
        ? `${this.formula(rule.when)} 时${kind} ${plain(rule.points)} 分`
        : rule.by === 'value'
          ? `${kind} ${this.formula(rule.value)}（缺数据或分母为零时为 0）`
          : `${assessedWords(rule.assessed, this.titles.department)}；没有评分时为 0`;
    return { term: `${kind}：${title}`, says: `${how}${most}` };
  }

  total(): readonly Said[] {
    const { root, total, rounding, ranking } = this.scheme;
    const limits = [
      ...(total.min === null ? [] : [`不低于 ${plain(fromMicro(total.min))} 分`]),
      ...(total.max === null ? [] : [`不高于 ${plain(fromMicro(total.max))} 分`]),
    ];
    const named = (code: string): string => {
      const node = allNodes(root).find((each) => each.code === code);
      return node ? titleOf(node) : code;
    };
    const tieBreak =
      ranking.tieBreak.length === 0 ? '' : `；总分相同时依次比较${ranking.tieBreak.map(named).join('、')}，仍相同的`;
    return [
      {
        term: '合成',
        says: groupSays(root)
          .map(({ says }) => says)
          .join('；'),
      },
      ...(limits.length === 0 ? [] : [{ term: '总分范围', says: `加减分之后${limits.join('，')}` }]),
      { term: '进位', says: `标准分保留 ${rounding.indicator} 位小数，总分四舍五入到 ${rounding.total} 位小数` },
      {
        term: '排名',
        says: `同组内按${ranking.on === 'rounded' ? '进位后的总分' : '六位小数的总分'}由高到低${tieBreak}${tieBreak === '' ? '；' : ''}${TIES_WORDS[ranking.ties]}`,
      },
    ];
  }

  grades(): readonly Said[] {
    const { grades, commendation } = this.scheme;
    const said = grades.map(({ code, title, min, topShare }) => {
      const conditions = [
        ...(min === null ? [] : [`总分 ${plain(min)} 分及以上`]),
        ...(topShare === null ? [] : [`名次在同组前 ${plain(topShare.times(100))}%（至少 1 家）`]),
      ];
      return { term: title || code, says: conditions.length === 0 ? '其余' : conditions.join('，且') };
    });
    if (commendation === null) return said;
    const parts = [
      ...(commendation.quota === null ? [] : [`至多 ${commendation.quota} 家`]),
      ...(commendation.minGrade === null ? [] : [`等次不低于${commendation.minGrade}`]),
    ];
    return [...said, { term: '通报表扬', says: parts.join('，') }];
  }
}

/** As people say it: what a function over one flag, column or name means. */
const smoothed = (formula: string): string =>
  formula
    .replace(/非 标记（“([^”]+)”）/g, '没有“$1”标记')
    .replace(/标记（“([^”]+)”）/g, '有“$1”标记')
    .replace(/属性（“([^”]+)”）\s?/g, '$1 ')
    .replace(/上期（([^（），]+)，(\d+)）/g, '$1（前$2期）')
    .replace(/上期（([^（），]+)）/g, '$1（上期）');

function allNodes(group: Group): readonly SchemeNode[] {
  return group.children.flatMap((node) => (node.kind === 'group' ? [node, ...allNodes(node)] : [node]));
}

const policySays = (policy: Policy): string => POLICY_WORDS[policy];

function groupSays({ aggregate, weights, requires }: Group): readonly Said[] {
  const unweighted = ['median', 'min'].includes(aggregate);
  const how = `${AGGREGATE_WORDS[aggregate]}${unweighted ? '' : `，${WEIGHTS_WORDS[weights]}`}`;
  return [
    { term: '合成', says: how },
    ...(requires.isZero() ? [] : [{ term: '须有数据', says: `有数据的权重不足 ${plain(requires)}% 的，本组不计` }]),
  ];
}

const COMPARED: readonly (readonly [string, string])[] = [
  ['min', '同组最小'],
  ['max', '同组最大'],
  ['mean', '同组平均'],
  ['bV', '纵向基准'],
  ['bH', '横向基准'],
  ['sV', '纵向得分'],
  ['sH', '横向得分'],
];

function exampleOf(
  { period, shown, cohort }: NonNullable<ReturnType<typeof workedExample>>,
  tree: readonly MethodologyNode[],
  scheme: Scheme,
  say: Sayer,
): MethodologyExample {
  const nodes = new Map(shown.nodes.map((node) => [node.code, node]));
  const formulas = new Map(allNodes(scheme.root).map((node) => [node.code, node]));
  return {
    periodTitle: periodTitle(period),
    name: shown.name,
    rank: shown.rank,
    score: shown.score ?? '',
    base: shown.base ?? '',
    grade: shown.grade,
    rows: tree.map(({ code, title, depth }) => {
      const node = nodes.get(code) as ResultRecord['nodes'][number];
      const statistics = node.normalisation?.statistics ?? {};
      const isBenchmark = node.normalisation?.method === 'benchmark';
      const written = formulas.get(code);
      return {
        code,
        title,
        depth,
        formula: written?.kind === 'indicator' ? numbersIn(written.value, node, say) : '',
        value: node.value,
        unit: node.unit ?? '',
        score: node.score,
        weight: node.weight,
        contribution: node.contribution,
        compared: COMPARED.flatMap(([key, term]): Said[] => {
          const value = statistics[key];
          const fits = isBenchmark ? /^[bs][VH]$/.test(key) : !/^[bs][VH]$/.test(key);
          return value === null || value === undefined || !fits ? [] : [{ term, says: value }];
        }),
      };
    }),
    adjustments: shown.adjustments.map(({ title, kind, applied, change }) => ({ title, kind, applied, change })),
    ranking: cohort.map((each) => ({
      rank: each.rank,
      name: each.name,
      score: each.score,
      grade: each.grade,
      reason: each.reason,
      isShown: each.institution === shown.institution,
    })),
  };
}

/** The formula with the invented numbers; empty where it looks at more than one number under a name. */
function numbersIn(written: WrittenFormula, node: ResultRecord['nodes'][number], say: Sayer): string {
  const taken = new Map<string, Set<string>>();
  for (const { name, taken: value, value: figure } of node.inputs) {
    const seen = taken.get(name) ?? new Set<string>();
    seen.add(value ?? figure ?? '缺失');
    taken.set(name, seen);
  }
  if ([...taken.values()].some((values) => values.size > 1)) return say.formula(written);
  return formulaInWords(written.text, (name) => {
    const [value] = taken.get(name.normalize('NFKC')) ?? [];
    return value === undefined ? null : { text: value, input: null };
  })
    .map((piece) => piece.text)
    .join('');
}
