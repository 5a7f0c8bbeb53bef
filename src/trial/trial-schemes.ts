import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** A column that takes part in a trial's ranking. */
export interface TrialIndicator {
  readonly metric: string;
  readonly title: string;
  readonly unit: string;
  readonly lower: boolean;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 120));

/**
 * The schemes that every sheet can be ranked by at once: min-max over all of the sheet from 0 to 100, all columns of
 * equal weight; with one column it is a ranking by that alone. Who lacks some of them is ranked by the rest.
 */
export function plainScheme(indicators: readonly TrialIndicator[], type: string): string {
  const alone = indicators.length === 1;
  return [
    'scheme: own-sheet-trial',
    'version: 1',
    `title: ${alone ? '单指标排序' : '各列等权'}（试算）`,
    `institutionTypes: [${type}]`,
    'cadence: quarterly',
    'weights: equal',
    'inputs:',
    ...indicators.map(({ metric }, i) => `  x${i + 1}: { metric: ${metric}, kind: stock }`),
    'indicators:',
    ...indicators.flatMap(({ title, unit, lower }, i) => [
      `  - indicator: i${i + 1}`,
      `    title: ${quoted(title)}`,
      `    value: x${i + 1}`,
      ...(unit === '' ? [] : [`    unit: ${quoted(unit)}`]),
      `    direction: ${lower ? 'lower' : 'higher'}`,
      '    normalise: { method: minmax, to: [0, 100], over: cohort }',
      `    missing: ${alone ? 'unranked' : 'exclude'}`,
    ]),
    'rounding: { indicator: 6, total: 2, mode: half_up }',
    'ranking: { on: rounded, ties: competition }',
    '',
  ].join('\n');
}

export interface FittedScheme {
  /** null: nothing of the scheme can be computed from the sheet. */
  readonly document: string | null;
  readonly title: string;
  readonly cadence: 'annual' | 'quarterly';
  readonly types: readonly string[];
  /** What the trial does without, and why. */
  readonly leftOut: readonly { readonly what: string; readonly why: string }[];
}

const textAt = (map: YAMLMap, key: string): string => {
  const value = map.get(key);
  return value === undefined || value === null ? '' : String(value);
};

/**
 * A scheme of the district as far as a sheet can answer it: what people assess, what reads a metric that the sheet
 * lacks, eligibility, cohorts and adjustments fall away and are named; the weights of the rest keep their proportion.
 * @param metrics  codes of the sheet's figures
 */
export function fitScheme(text: string, metrics: ReadonlySet<string>): FittedScheme {
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  const root = document.contents as unknown as YAMLMap;
  const leftOut: { what: string; why: string }[] = [];
  const inputs = document.get('inputs');
  const metricOf = new Map<string, { metric: string; mayLack: boolean }>();
  if (isMap(inputs))
    for (const { key, value } of inputs.items)
      if (isMap(value)) metricOf.set(String(key), { metric: textAt(value, 'metric'), mayLack: value.has('missing') });
  const lacks = (formula: string): string[] =>
    [...new Set(formula.match(/[A-Za-z_][A-Za-z_0-9]*/g) ?? [])].flatMap((name) => {
      const input = metricOf.get(name);
      return input && !input.mayLack && !metrics.has(input.metric) ? [input.metric] : [];
    });
  /** @returns whether anything of the list is left */
  const prune = (parent: YAMLMap, key: string): boolean => {
    const list = parent.get(key);
    if (!isSeq(list)) return false;
    const before = list.items.length;
    list.items = list.items.filter((node) => {
      if (!isMap(node)) return false;
      if (node.has('group')) return prune(node, 'of');
      const title = textAt(node, 'title') || textAt(node, 'indicator');
      if (node.has('assessed')) {
        leftOut.push({ what: title, why: '定性评分，表里没有' });
        return false;
      }
      const missing = lacks(textAt(node, 'value'));
      if (missing.length > 0) leftOut.push({ what: title, why: `表里没有 ${missing.join('、')}` });
      return missing.length === 0;
    });
    if (list.items.length < before && !isScalar(parent.get('weights', true))) parent.set('weights', 'relative');
    return list.items.length > 0;
  };
  const cadence = textAt(root, 'cadence') === 'annual' ? 'annual' : 'quarterly';
  const typed = document.get('institutionTypes');
  const types = isSeq(typed) ? typed.items.map((item) => String(isScalar(item) ? item.value : item)) : [];
  const title = textAt(root, 'title') || textAt(root, 'scheme');
  const isLeft = prune(root, 'indicators');
  for (const [key, what] of [
    ['eligibility', '参评条件'],
    ['cohorts', '分组'],
    ['adjustments', '加减分和一票否决'],
    ['commendation', '表扬名单'],
  ] as const)
    if (document.has(key)) {
      document.delete(key);
      leftOut.push({ what, why: '试算不看' });
    }
  return { document: isLeft ? document.toString({ lineWidth: 0 }) : null, title, cadence, types, leftOut };
}
