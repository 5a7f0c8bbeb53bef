import { quarterCode, quarterIndex } from '../../calendar/period.js';
import { attributesOf, readsOf } from '../../formula/reads.js';
import { childrenOf, type Formula } from '../../formula/tree.js';
import { Decimal } from '../../numbers/decimal.js';
import { DomainError } from '../../problems/problems.js';
import { evaluate } from '../evaluate.js';
import { type AssessmentRule, leavesOf, nodesOf, type Scheme } from '../scheme/scheme.js';
import type { Assessment, EvaluationInput, Figure, Institution, MetricCatalogue, ResultRecord } from '../types.js';

/** What the numbers of a worked example are invented from. */
const QUARTERS_BACK = 24;
const FEWEST = 5;
const MOST = 12;
const NAMES = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸', '子', '丑'];

/** A period evaluated over invented numbers, by the same function as every real evaluation. */
export interface WorkedExample {
  readonly period: string;
  /** The one that is shown: it is ranked, and all its indicators have a value, if there is such a one. */
  readonly shown: ResultRecord;
  /** Everybody of its cohort, in the order of the ranking. */
  readonly cohort: readonly ResultRecord[];
}

/**
 * Invents figures for a handful of institutions and evaluates them. The numbers follow from the scheme alone, so the
 * same scheme always shows the same example; they stand for nobody.
 * @param members  how many there are at least; null: as few as the scheme needs
 * @returns null when the scheme ranks nobody of those invented (a condition that no invented institution meets)
 */
export function workedExample(
  document: string,
  scheme: Scheme,
  metrics: MetricCatalogue,
  members: number | null = null,
): WorkedExample | null {
  const period = scheme.cadence === 'annual' ? '2025' : '2025Q4';
  for (const values of attributeChoices(scheme)) {
    try {
      const { results } = evaluate(invented(document, scheme, metrics, period, values, members ?? FEWEST));
      const ranked = results.filter(({ status }) => status === 'ranked');
      const whole = ranked.filter(({ nodes }) => nodes.every(({ kind, score }) => kind === 'group' || score !== null));
      const shown = whole[1] ?? whole[0] ?? ranked[0];
      if (shown) return { period, shown, cohort: results.filter(({ cohort }) => cohort === shown.cohort) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return null;
}

/** Which texts the attributes have: for each cohort in turn the ones that its condition names first. */
function attributeChoices(scheme: Scheme): readonly Readonly<Record<string, string>>[] {
  const named = scheme.cohorts.map(({ when }) => (when ? Object.fromEntries(comparedTexts(when.tree)) : {}));
  const all = Object.fromEntries(
    formulasOf(scheme).flatMap((tree) => attributesOf(tree).map((column) => [column, ''])),
  );
  return [...named.map((texts) => ({ ...all, ...texts })), all];
}

/** `attr("segment") == "财产险"`: column and text. */
function comparedTexts(node: Formula): readonly (readonly [string, string])[] {
  if (node.kind === 'binary' && node.operator === '==') {
    const sides = [node.left, node.right];
    const text = sides.find((side) => side.kind === 'text');
    const column = sides.flatMap(attributesOf)[0];
    if (text?.kind === 'text' && column !== undefined) return [[column, text.value]];
  }
  return childrenOf(node).flatMap(comparedTexts);
}

const formulasOf = (scheme: Scheme): readonly Formula[] => [
  ...scheme.cohorts.flatMap(({ when }) => when?.tree ?? []),
  ...scheme.eligibility.map(({ when }) => when.tree),
  ...leavesOf(scheme.root).flatMap((leaf) => (leaf.kind === 'indicator' ? leaf.value.tree : [])),
  ...scheme.adjustments.flatMap((each) =>
    each.kind === 'veto' || each.kind === 'cap'
      ? each.when.tree
      : each.points.by === 'when'
        ? each.points.when.tree
        : each.points.by === 'value'
          ? each.points.value.tree
          : [],
  ),
];

function invented(
  document: string,
  scheme: Scheme,
  metrics: MetricCatalogue,
  period: string,
  texts: Readonly<Record<string, string>>,
  fewest: number,
): EvaluationInput {
  const size = Math.min(MOST, Math.max(fewest, ...scheme.cohorts.map(({ minSize }) => minSize)));
  const codes = Array.from({ length: size }, (_, i) => `EXAMPLE-${String.fromCharCode(65 + i)}`);
  const type = texts.type ?? scheme.institutionTypes?.[0] ?? null;
  const { type: _, ...attributes } = texts;
  // A cohort may be the one of those that carry a flag; a veto or a bar must not hit everybody.
  const flags = scheme.cohorts.flatMap(({ when }) => (when ? flagsIn(when.tree) : []));
  return {
    document,
    metrics,
    period,
    institutions: codes.map(
      (code, i): Institution => ({ code, name: `示例机构${NAMES[i] ?? i + 1}`, type, flags, attributes }),
    ),
    figures: figuresOf(scheme, metrics, codes),
    assessments: assessmentsOf(scheme, codes),
  };
}

function flagsIn(node: Formula): readonly string[] {
  if (node.kind === 'unary' && node.operator === 'not') return [];
  if (node.kind === 'call' && node.name === 'flag')
    return node.args.flatMap((argument) => (argument.kind === 'text' ? [argument.value] : []));
  return childrenOf(node).flatMap(flagsIn);
}

/** What is divided by is large, what is divided is a part of it: shares then look like shares. */
function figuresOf(scheme: Scheme, metrics: MetricCatalogue, codes: readonly string[]): readonly Figure[] {
  const perYear = 4;
  const wholes = new Set(
    formulasOf(scheme)
      .flatMap(divisors)
      .flatMap((tree) => readsOf(tree, perYear).map(({ name }) => name)),
  );
  const byMetric = new Map<string, { whole: boolean; index: number }>();
  for (const { name, metric } of scheme.inputs) {
    const known = byMetric.get(metric);
    byMetric.set(metric, { index: known?.index ?? byMetric.size, whole: (known?.whole ?? false) || wholes.has(name) });
  }
  // A metric that is both a whole and a part (green loans over all loans, bad green loans over green loans).
  const parts = new Set(
    formulasOf(scheme)
      .flatMap(dividends)
      .flatMap((tree) => readsOf(tree, perYear).map(({ name }) => name)),
  );
  const isPart = (metric: string): boolean =>
    scheme.inputs.some((input) => input.metric === metric && parts.has(input.name));
  const last = quarterIndex('2025Q4');
  return [...byMetric].flatMap(([metric, { whole, index }]) => {
    const unit = metrics[metric]?.unit ?? null;
    const size =
      unit === '%' ? 10 : unit !== null && COUNTED.test(unit) ? 20 : whole ? (isPart(metric) ? 20_000 : 100_000) : 600;
    return codes.flatMap((institution, i) =>
      Array.from({ length: QUARTERS_BACK }, (_, back): Figure => {
        // Grows by some percent a year, differently for each: 7 and 11 keep neighbours apart.
        const spread = 100 + ((i * 37 + index * 11) % 60);
        const yearly = 2 + ((i * 7 + index * 3) % 9);
        const age = QUARTERS_BACK - back;
        const value = new Decimal(size)
          .times(spread)
          .div(100)
          .times(400 + yearly * age)
          .div(400);
        return {
          institution,
          period: quarterCode(last - back),
          metric,
          value: value.toDecimalPlaces(unit === '万元' ? 2 : 0),
          revision: null,
        };
      }),
    );
  });
}

const COUNTED = /^[户笔个家件人次项]$/u;

const divisors = (node: Formula): readonly Formula[] => [
  ...(node.kind === 'binary' && node.operator === '/' ? [node.right] : []),
  ...childrenOf(node).flatMap(divisors),
];

const dividends = (node: Formula): readonly Formula[] => [
  ...(node.kind === 'binary' && node.operator === '/' ? [node.left] : []),
  ...childrenOf(node).flatMap(dividends),
];

/** Everybody who may score does, within the scale; everybody has the bonuses, nobody a deduction. */
function assessmentsOf(scheme: Scheme, codes: readonly string[]): readonly Assessment[] {
  const rows = (node: string, { scale, panel, by }: AssessmentRule, given: () => boolean): Assessment[] =>
    codes.flatMap((institution, i) =>
      given()
        ? Array.from({ length: Math.max(panel, by?.length ?? 1) }, (_, k): Assessment => {
            const [least, most] = scale;
            const share = new Decimal(70 + ((i * 5 + k * 7) % 25)).div(100);
            const score = least.plus(most.minus(least).times(share)).toDecimalPlaces(1);
            const department = by?.[k % by.length] ?? 'department';
            return { institution, node, assessor: k < (by?.length ?? 1) ? department : `${department}/${k}`, score };
          })
        : [],
    );
  return [
    ...nodesOf(scheme.root).flatMap((node) =>
      node.kind === 'assessed' ? rows(node.code, node.assessed, () => true) : [],
    ),
    ...scheme.adjustments.flatMap((each) =>
      (each.kind === 'bonus' || each.kind === 'deduction') && each.points.by === 'assessed'
        ? rows(each.code, each.points.assessed, () => each.kind === 'bonus')
        : [],
    ),
  ];
}
