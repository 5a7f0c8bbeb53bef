import type { BoundMethod } from '../normalise/method.js';
import type { Direction, Over } from '../scheme/scheme.js';

const METHODS: Readonly<Record<string, string>> = {
  minmax: '极差法',
  zscore: 'Z 分数',
  percentile: '百分位',
  rank: '排序',
  goalposts: '上下限',
  distance_to_target: '目标距离',
  distance_to_max: '与最优的距离',
  distance_to_reference: '与参照机构的距离',
  fraction_of_max: '占最大值的比例',
  bands: '分档计分',
  proportional: '按目标比例',
  benchmark: '基准比较',
  none: '直接取值',
};

const RULES: Readonly<Record<string, string>> = {
  rel60: '按相对差计分',
  pp60: '按百分点差计分',
  anqing: '纵横双基准',
  ratio_to_best: '第一名占比',
  mean_cap: '达到基准满分',
  rank_step: '名次递减',
  bench_plus: '高于基准加分',
  efficacy: '功效系数',
  target: '目标完成率',
};

const PARAMETERS: Readonly<Record<string, string>> = {
  to: '得分区间',
  over: '比较范围',
  rule: '规则',
  target: '目标',
  min: '下限',
  max: '上限',
  sd: '标准差',
  mean: '平均',
  truncate: '超出截断',
  direction: '方向',
  vertical: '纵向（本机构往期）',
  horizontal: '横向（同组当期）',
  periods: '期数',
  weight: '权重',
  statistic: '统计量',
  self: '含本机构',
  step: '间隔',
  floor: '最低分',
  negative: '负值',
  bands: '档次',
  base: '基准分',
  slope: '每点得分',
  below: '低于',
  points: '得分',
  standards: '标准值',
  coefficients: '系数',
  institution: '参照机构',
};

const WORDS: Readonly<Record<string, string>> = {
  cohort: '同组',
  all: '全部机构',
  higher: '越高越好',
  lower: '越低越好',
  mean: '平均',
  median: '中位数',
  max: '最大值',
  min: '最小值',
  exclude: '否',
  include: '是',
  zero: '计0分',
  true: '是',
  false: '否',
};

export const methodWord = (method: string): string => METHODS[method] ?? method;
export const ruleWord = (rule: string): string => RULES[rule] ?? rule;

/** A parameter as an officer reads it: `{ periods: 3, weight: 40 }` → 期数 3、权重 40. */
function valueWord(value: unknown, key = ''): string {
  if (Array.isArray(value)) {
    const plain = value.every((each) => typeof each !== 'object' || each === null);
    if (!plain) return value.map((each) => valueWord(each)).join('；');
    return value.map((each) => valueWord(each)).join(key === 'to' ? '–' : '、');
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([, each]) => each !== null)
      .map(([name, each]) => `${PARAMETERS[name] ?? name} ${valueWord(each, name)}`)
      .join('、');
  const text = String(value);
  return key === 'rule' ? ruleWord(text) : (WORDS[text] ?? text);
}

/** 得分区间 40–100，比较范围 同组. */
export const parameterWords = (parameters: Readonly<Record<string, unknown>>): string =>
  Object.entries(parameters)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${PARAMETERS[key] ?? key} ${valueWord(value, key)}`)
    .join('，');

/** 极差法（得分区间 0–100，比较范围 同组）. */
export const methodWords = ({ name, parameters }: Pick<BoundMethod, 'name' | 'parameters'>, over: Over): string =>
  `${methodWord(name)}（${parameterWords({ ...parameters, over })}）`;

/** How a value becomes points: sentences, and the formulas with 本机构值 and what it is compared with. */
export interface MethodExplained {
  readonly sentences: readonly string[];
  readonly formulas: readonly string[];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const part = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;

/** `lo + (hi − lo) × f`, shorter where lo is 0. */
function between(parameters: Readonly<Record<string, unknown>>, f: string): string {
  const [lo = '0', hi = '100'] = list(parameters.to).map(text);
  return lo === '0' ? `得分 = ${hi} × ${f}` : `得分 = ${lo} +（${hi} − ${lo}）× ${f}`;
}

/** A method with its parameters, for the reader who is ranked by it. Names no institution. */
export function explainMethod(
  { name, parameters }: Pick<BoundMethod, 'name' | 'parameters'>,
  direction: Direction,
  over: Over,
): MethodExplained {
  const peers = over === 'all' ? '全部参评机构' : '同组机构';
  const [lo = '0', hi = '100'] = list(parameters.to).map(text);
  const higher = direction === 'higher';
  const best = higher ? '最大值' : '最小值';
  const worst = higher ? '最小值' : '最大值';
  const up = higher ? '（本机构值 − 最小值）' : '（最大值 − 本机构值）';
  const clipped = parameters.truncate === true ? '；超出部分不再加减' : '';
  switch (name) {
    case 'minmax':
      return {
        sentences: [`与${peers}比较：最好的得 ${hi} 分，最差的得 ${lo} 分，其余按所处位置折算；都相等时取中间值。`],
        formulas: [between(parameters, `${up}÷（最大值 − 最小值）`)],
      };
    case 'zscore': {
      const to = part(parameters.to) ?? {};
      return {
        sentences: [`与${peers}的平均值比较，以标准差为单位；标准差为 0 时得 ${text(to.mean)} 分。`],
        formulas: [
          `得分 = ${text(to.mean)} + ${text(to.sd)} ×${higher ? '（本机构值 − 平均值）' : '（平均值 − 本机构值）'}÷ 标准差`,
        ],
      };
    }
    case 'percentile':
      return {
        sentences: [`看${peers}中有多少家不如本机构；只有一家时取中间值。`],
        formulas: [between(parameters, '不如本机构的家数 ÷（家数 − 1）')],
      };
    case 'rank':
      return {
        sentences: [`在${peers}中排序，最差得 1 分，每超过一家加 1 分。`],
        formulas: ['得分 = 1 + 不如本机构的家数'],
      };
    case 'goalposts': {
      const [min, max] = [text(parameters.min), text(parameters.max)];
      return {
        sentences: [`只看固定的上下限 ${min} 和 ${max}，不与其他机构比较${clipped}。`],
        formulas: [
          between(parameters, `${higher ? `（本机构值 − ${min}）` : `（${max} − 本机构值）`}÷（${max} − ${min}）`),
        ],
      };
    }
    case 'distance_to_target': {
      const target = text(parameters.target);
      return {
        sentences: [`看距目标 ${target} 还有多远，起点是${peers}的${worst}${clipped}。`],
        formulas: [
          between(
            parameters,
            higher ? `（本机构值 − 最小值）÷（${target} − 最小值）` : `（最大值 − 本机构值）÷（最大值 − ${target}）`,
          ),
        ],
      };
    }
    case 'distance_to_max':
      return {
        sentences: [`看与${peers}中最好的（${best}）相差多少。`],
        formulas: [between(parameters, `（1 − |本机构值 − ${best}| ÷（最大值 − 最小值））`)],
      };
    case 'distance_to_reference':
      return {
        sentences: [`看与一家参照机构相差多少，起点是${peers}的${worst}；参照机构没有可比的数值时本项不计${clipped}。`],
        formulas: [between(parameters, `（1 −（参照值 − 本机构值）÷（参照值 − ${worst}））`)],
      };
    case 'fraction_of_max':
      return {
        sentences: [`按占${peers}最大值的比例计分；最大值不大于 0 时为 0。`],
        formulas: [between(parameters, '本机构值 ÷ 最大值')],
      };
    case 'bands':
      return { sentences: [`分档计分，不与其他机构比较：${bandWords(parameters.bands)}。`], formulas: [] };
    case 'proportional': {
      const target = text(parameters.target);
      return {
        sentences: [higher ? `达到目标 ${target} 得满分，不足按比例。` : `不超过目标 ${target} 得满分，超过按反比例。`],
        formulas: [
          between(parameters, higher ? `本机构值 ÷ ${target}（不超过 1）` : `${target} ÷ 本机构值（不超过 1）`),
        ],
      };
    }
    case 'none':
      return {
        sentences: [parameters.min === undefined ? '指标值就是得分。' : '指标值就是得分，小于 0 的按 0 计。'],
        formulas: ['得分 = 本机构值'],
      };
    case 'benchmark':
      return explainBenchmark(parameters, direction);
    default:
      return { sentences: [methodWords({ name, parameters }, over)], formulas: [] };
  }
}

function bandWords(bands: unknown): string {
  const rows = list(bands).map((row) => part(row) ?? {});
  return rows
    .map(({ below, points }, i) => {
      const before = text(rows[i - 1]?.below);
      if (below === null || below === undefined)
        return `${before === '' ? '任何值' : `${before} 及以上`}得 ${text(points)} 分`;
      return `${before === '' ? '' : `${before} 及以上、`}低于 ${text(below)} 得 ${text(points)} 分`;
    })
    .join('；');
}

function explainBenchmark(parameters: Readonly<Record<string, unknown>>, direction: Direction): MethodExplained {
  const [vertical, horizontal] = [part(parameters.vertical), part(parameters.horizontal)];
  const sentences: string[] = [];
  if (vertical) {
    const step = text(vertical.step) === '1' ? '' : `（每隔 ${text(vertical.step)} 期取一期）`;
    sentences.push(`纵向基准：本机构此前 ${text(vertical.periods)} 期指标值的平均${step}，往期没有数值的不计。`);
  }
  const rule = text(parameters.rule);
  if (horizontal && rule !== 'rank_step') {
    const statistic = WORDS[text(horizontal.statistic)] ?? text(horizontal.statistic);
    const self = horizontal.self === 'exclude' ? '，不含本机构' : '，含本机构';
    sentences.push(`横向基准：同组机构当期指标值的${statistic}${self}。`);
  }
  if (vertical && horizontal)
    sentences.push(
      `两项分别计分，纵向占 ${text(vertical.weight)}，横向占 ${text(horizontal.weight)}，加权平均；缺一项基准时，另一项占全部。`,
    );
  const { words, formula } = explainRule(rule, parameters, direction);
  return { sentences: [...sentences, ...words], formulas: formula };
}

function explainRule(
  rule: string,
  parameters: Readonly<Record<string, unknown>>,
  direction: Direction,
): { words: string[]; formula: string[] } {
  const higher = direction === 'higher';
  const gap = higher ? '（本机构值 − 基准）' : '（基准 − 本机构值）';
  const ratio = higher ? '本机构值 ÷ 基准' : '基准 ÷ 本机构值';
  const p = (key: string): string => text(parameters[key]);
  switch (rule) {
    case 'rel60':
      return {
        words: [
          `与基准持平得 ${p('base')} 分，每好于基准 1%，加 ${hundredth(p('slope'))} 分，最低 ${p('min')} 分，最高 ${p('max')} 分。`,
        ],
        formula: [`得分 = ${p('base')} + ${p('slope')} ×${gap}÷ |基准|`],
      };
    case 'pp60':
    case 'anqing':
      return {
        words: [
          `与基准持平得 ${p('base')} 分，每好于基准 1 个单位（百分点），加 ${p('slope')} 分，最低 ${p('min')} 分，最高 ${p('max')} 分。`,
        ],
        formula: [`得分 = ${p('base')} + ${p('slope')} ×${gap}`],
      };
    case 'ratio_to_best':
      return { words: ['最好的得 100 分，其余按与最好的比例计分，保留两位小数。'], formula: [`得分 = 100 × ${ratio}`] };
    case 'mean_cap':
      return {
        words: ['达到基准得 100 分，不足按比例；本机构值与基准不都大于 0 且不及基准的，得 0 分。'],
        formula: [`得分 = 100 × ${ratio}（不超过 100）`],
      };
    case 'rank_step':
      return {
        words: [
          `同组第 1 名得 100 分，每降 1 名减 ${p('step')} 分，最低 ${p('floor')} 分${parameters.negative === 'zero' ? '；指标值为负的得 0 分' : ''}。`,
        ],
        formula: [`得分 = 100 − ${p('step')} ×（名次 − 1）`],
      };
    case 'bench_plus':
      return {
        words: [`不及基准得 ${p('base')} 分；达到基准后每好 1 个单位加 ${p('slope')} 分，最高 100 分。`],
        formula: [`得分 = ${p('base')} + ${p('slope')} ×${gap}`],
      };
    case 'efficacy': {
      const standards = list(parameters.standards).map(text);
      const coefficients = list(parameters.coefficients).map(text);
      return {
        words: [
          `不与其他机构比较。五个标准值由优到劣为 ${standards.join('、')}，系数为 ${coefficients.join('、')}：达到最优标准得 100 × ${coefficients[0] ?? ''} 分，两个标准之间按直线折算，不及最后一个得 0 分。`,
        ],
        formula: [],
      };
    }
    case 'target':
      return {
        words: [
          higher
            ? `达到目标 ${p('target')} 得 100 分，不足按比例。`
            : `不超过目标 ${p('target')} 得 100 分，超过按反比例。`,
        ],
        formula: [`得分 = 100 × ${higher ? `本机构值 ÷ ${p('target')}` : `${p('target')} ÷ 本机构值`}（不超过 100）`],
      };
    default:
      return { words: [parameterWords(parameters)], formula: [] };
  }
}

/** `100` → `1`, `50` → `0.5`: a slope per whole as one per percent. */
function hundredth(slope: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(slope);
  if (!match) return slope;
  const [, sign = '', whole = '0', places = ''] = match;
  const digits = whole.padStart(3, '0');
  const shifted = `${digits.slice(0, -2)}.${digits.slice(-2)}${places}`.replace(/\.?0+$/, '');
  return `${sign}${shifted.replace(/^0+(?=\d)/, '')}`;
}
