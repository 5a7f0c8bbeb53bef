import { Decimal } from '../numbers/decimal.js';
import { evaluate } from '../scoring/evaluate.js';
import type { MetricCatalogue, ResultRecord } from '../scoring/types.js';
import type { OwnFigure } from './own-figures.js';

/** Who takes part in a trial: an institution of the register, or a name for this trial alone. */
export interface TrialParty {
  /** USCC, or `本表:` and the name. */
  readonly key: string;
  readonly name: string;
}

export interface TrialQuestion {
  readonly document: string;
  readonly cadence: 'annual' | 'quarterly';
  /** The quarter of the sheet. */
  readonly period: string;
  readonly parties: readonly TrialParty[];
  /** Key of the party by the name of a row. */
  readonly keyOf: Readonly<Record<string, string>>;
  readonly figures: readonly OwnFigure[];
  readonly metrics: MetricCatalogue;
  readonly type: string;
}

/**
 * A trial's ranking by the core that official runs use; nothing is stored. An annual scheme takes a figure of a year's
 * last quarter for the whole year.
 * @throws SCHEME_REFUSED, TABLE_REFUSED
 */
export function runTrial(question: TrialQuestion): readonly ResultRecord[] {
  const { document, cadence, period, parties, keyOf, figures, metrics, type } = question;
  const known = new Set(parties.map(({ key }) => key));
  const yearly = cadence === 'annual';
  const yearsOf = new Map<string, string>();
  // Of a year that states several quarters its last one stands for it.
  if (yearly)
    for (const { period: at } of figures) {
      const year = (at ?? period).slice(0, 4);
      if ((at ?? period) > (yearsOf.get(year) ?? '')) yearsOf.set(year, at ?? period);
    }
  return evaluate({
    document,
    metrics,
    period: yearly ? period.slice(0, 4) : period,
    institutions: parties.map(({ key, name }) => ({ code: key, name, type, flags: [], attributes: {} })),
    assessments: [],
    figures: figures.flatMap((figure) => {
      const institution = keyOf[figure.party] ?? '';
      const at = figure.period ?? period;
      if (!known.has(institution) || (yearly && yearsOf.get(at.slice(0, 4)) !== at)) return [];
      return {
        institution,
        period: yearly ? at.slice(0, 4) : at,
        metric: figure.metric,
        value: new Decimal(figure.value),
        revision: null,
        at: figure.cell,
      };
    }),
  }).results;
}
