import { periodTitle } from '../../../src/calendar/period.js';
import type { MetricCatalogue } from '../../../src/scoring/types.js';
import { ownMetric } from '../../../src/trial/own-figures.js';
import type { TrialQuestion } from '../../../src/trial/trial-run.js';
import { type FittedScheme, fitScheme, plainScheme } from '../../../src/trial/trial-schemes.js';
import type { OwnView } from './use-own-sheet.js';

/** `equal`, `single:BK_GL_BAL`, or a scheme of the district with its document. */
export type Method =
  | { readonly kind: 'equal' }
  | { readonly kind: 'single'; readonly metric: string }
  | { readonly kind: 'scheme'; readonly code: string; readonly version: number; readonly document: string };

export interface Posed {
  /** null: nothing to rank by. */
  readonly question: TrialQuestion | null;
  readonly title: string;
  readonly why: string;
  /** What a scheme's trial does without. */
  readonly without: FittedScheme['leftOut'];
  /** Parties that this scheme does not ask, with the reason. */
  readonly outside: readonly { readonly name: string; readonly why: string }[];
}

/** A column of the sheet that can rank: one metric of one period. */
export interface Usable {
  readonly metric: string;
  readonly title: string;
  readonly unit: string;
  readonly lower: boolean;
}

/** The figures of the sheet's own period, by metric, in the order of the columns. */
export function usableOf({ layout, reading, metrics, period }: OwnView): Usable[] {
  const known = new Map<string, Usable>();
  for (const figure of reading.figures) {
    if ((figure.period ?? period) !== period || known.has(figure.metric)) continue;
    const column = layout.columns.find(({ index }) => index === figure.column);
    const metric = metrics.get(figure.metric);
    known.set(figure.metric, {
      metric: figure.metric,
      title: metric?.title ?? column?.header ?? figure.metric,
      unit: figure.unit,
      lower: column?.lower ?? false,
    });
  }
  const order = layout.columns.map(({ index, metric }) => metric ?? ownMetric(index));
  return [...known.values()].sort((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric));
}

const nothing = (title: string, why: string): Posed => ({ question: null, title, why, without: [], outside: [] });

/** What is to be computed of a sheet by a method. */
export function pose(view: OwnView, method: Method): Posed {
  const usable = usableOf(view);
  const type = view.type ?? 'bank';
  const title =
    method.kind === 'equal'
      ? '各列等权'
      : method.kind === 'single'
        ? `单指标：${usable.find(({ metric }) => metric === method.metric)?.title ?? method.metric}`
        : method.code;
  if (view.parties.filter(({ key }) => key !== null).length === 0)
    return nothing(title, '没有认出机构名称的列。请在“各列怎么用”里选出机构名称。');
  if (usable.length === 0)
    return nothing(title, `${periodTitle(view.period)}没有可用的数字。请在“各列怎么用”里把数字列选为“数字，采用”。`);
  const catalogue: MetricCatalogue = Object.fromEntries([
    ...[...view.metrics.values()].map(({ code, kind, unit }) => [
      code,
      { kind: kind === 'stock' || kind === 'flow' ? kind : null, unit },
    ]),
    ...usable
      .filter(({ metric }) => !view.metrics.has(metric))
      .map(({ metric, unit }) => [metric, { kind: 'stock', unit }]),
  ]);
  const taking = view.parties.filter(({ key }) => key !== null);
  const base = { period: view.period, metrics: catalogue, figures: view.reading.figures };
  const of = (parties: typeof taking) => ({
    parties: parties.map(({ key, shown }) => ({ key: key as string, name: shown })),
    keyOf: Object.fromEntries(parties.map(({ name, key }) => [name, key as string])),
  });
  if (method.kind !== 'scheme') {
    const indicators = method.kind === 'equal' ? usable : usable.filter(({ metric }) => metric === method.metric);
    if (indicators.length === 0) return nothing(title, '这一列没有采用。');
    const document = plainScheme(indicators, type);
    return {
      question: { ...base, ...of(taking), document, cadence: 'quarterly', type },
      title,
      why: '',
      without: [],
      outside: [],
    };
  }
  const fitted = fitScheme(method.document, new Set(view.reading.figures.map(({ metric }) => metric)));
  if (fitted.document === null)
    return { ...nothing(fitted.title, '这个方案要的指标，表里一个也没有。'), without: fitted.leftOut };
  const isAsked = (name: string): boolean => {
    const party = taking.find((each) => each.name === name);
    const own = party?.decision?.kind === 'institution' ? party.answer?.match?.type : null;
    return !own || fitted.types.length === 0 || fitted.types.includes(own);
  };
  const asked = taking.filter(({ name }) => isAsked(name));
  return {
    question:
      asked.length === 0
        ? null
        : {
            ...base,
            ...of(asked),
            document: fitted.document,
            cadence: fitted.cadence,
            type: fitted.types[0] ?? type,
          },
    title: fitted.title,
    why: asked.length === 0 ? '表里没有这个方案评价的机构类型。' : '',
    without: fitted.leftOut,
    outside: taking
      .filter(({ name }) => !isAsked(name))
      .map(({ shown }) => ({ name: shown, why: '机构类型不在这个方案内' })),
  };
}
