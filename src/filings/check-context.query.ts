import { Inject, Injectable } from '@nestjs/common';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Tx } from '../platform/database.service.js';
import type { FilingSubject, PeerFigures } from '../rules/check-filing.js';
import { peerFormulas, spreadOf, valueAmong } from '../rules/peers.js';
import { HISTORY_QUARTERS } from '../rules/rule-formula.js';

/** Whose filing of which quarter is checked. */
export interface CheckPlace {
  readonly institutionId: string | null;
  readonly department: string | null;
  readonly form: string;
  readonly period: string;
}

/** What a filing's figures are compared with, beside themselves. */
export type CheckContext = Pick<FilingSubject, 'history' | 'peers'>;

const EMPTY: CheckContext['history'] = new Map();
/** Peers change with every acceptance and serve as a yardstick only. */
const PEERS_KEPT_MS = 60_000;
const PEERS_KEPT = 64;

/** Reads what checks need from before and from beside: accepted figures, never drafts. */
@Injectable()
export class CheckContextQuery {
  private readonly kept = new Map<string, { readonly at: number; readonly peers: FilingSubject['peers'] }>();

  constructor(@Inject(CATALOGUE) private readonly catalogue: Catalogue) {}

  /**
   * The contexts of several filings in one query, in their order. In a batch that files years at once the quarters are
   * not accepted yet, so each one's history is what stood before the batch: nothing, for the first loading of history.
   */
  async history(tx: Tx, places: readonly CheckPlace[]): Promise<CheckContext['history'][]> {
    if (places.length === 0) return [];
    const indices = places.map((place) => quarterIndex(place.period));
    const rows = await tx.rows<{ filer: string; metric: string; period: string; value: string | null }>(
      `select distinct on (institution_id, department, metric, period)
         coalesce(institution_id::text, department) as filer, metric, period, trim_scale(value)::text as value
       from observation
       where (institution_id = any($1::uuid[]) or department = any($2::text[])) and period >= $3 and period < $4
       order by institution_id, department, metric, period, in_force_from desc`,
      [
        [...new Set(places.flatMap((place) => place.institutionId ?? []))],
        [...new Set(places.flatMap((place) => place.department ?? []))],
        quarterCode(Math.min(...indices) - HISTORY_QUARTERS),
        quarterCode(Math.max(...indices)),
      ],
    );
    const byFiler = new Map<string, Map<string, Map<string, string>>>();
    for (const { filer, metric, period, value } of rows) {
      if (value === null) continue;
      const metrics = byFiler.get(filer) ?? new Map<string, Map<string, string>>();
      const quarters = metrics.get(metric) ?? new Map<string, string>();
      byFiler.set(filer, metrics.set(metric, quarters.set(period, value)));
    }
    return places.map((place) => byFiler.get(place.institutionId ?? place.department ?? '') ?? EMPTY);
  }

  /** History, and for staff the peers. @returns peers null under an institution's login (decision 13) */
  async context(tx: Tx, place: CheckPlace): Promise<CheckContext> {
    const [history = EMPTY] = await this.history(tx, [place]);
    const isStaff = tx.actor.institutionId === null;
    return { history, peers: isStaff && place.institutionId !== null ? await this.peers(tx, place) : null };
  }

  /**
   * The accepted figures of those who file the same form, of this quarter: by metric, and by the formula of each
   * outlier rule. A filing under review is not among them, since it is not accepted yet.
   */
  async peers(tx: Tx, place: CheckPlace): Promise<Map<string, PeerFigures>> {
    const register = await tx.row<{ register: string }>('select register from institution where id = $1', [
      place.institutionId,
    ]);
    const key = `${register?.register} ${place.form} ${place.period}`;
    const known = this.kept.get(key);
    if (known?.peers && tx.now.getTime() - known.at < PEERS_KEPT_MS && tx.now.getTime() >= known.at)
      return new Map(known.peers);
    const parameters = [place.period, place.form, register?.register ?? ''];
    const rows = await tx.rows<{ metric: string } & PeerFigures>(
      `with accepted as (${ACCEPTED}), sorted as (
         select metric, array_agg(value order by value) as v, count(*)::int as n, avg(value) as mean,
           coalesce(stddev_samp(value), 0) as sd
         from accepted where value is not null group by metric)
       select metric, n, ${quantile('0.5')} as median, ${quantile('0.25')} as q1, ${quantile('0.75')} as q3,
         trim_scale(mean)::text as mean, trim_scale(sd)::text as sd from sorted`,
      parameters,
    );
    const peers = new Map(rows.map(({ metric, ...figures }): [string, PeerFigures] => [metric, figures]));
    const formulas = peerFormulas(this.catalogue.rules);
    const values = await tx.rows<{ institution: string; metric: string; value: string }>(
      `with accepted as (${ACCEPTED})
       select institution_id as institution, metric, value::text as value from accepted
       where value is not null and metric = any($4::text[])`,
      [...parameters, formulas.flatMap((each) => each.codes)],
    );
    const figures = new Map<string, Map<string, string>>();
    for (const { institution, metric, value } of values)
      figures.set(institution, (figures.get(institution) ?? new Map<string, string>()).set(metric, value));
    for (const { of } of formulas) {
      const spread = spreadOf([...figures.values()].flatMap((each) => valueAmong(of, each) ?? []));
      if (spread) peers.set(of, spread);
    }
    if (this.kept.size >= PEERS_KEPT) this.kept.clear();
    this.kept.set(key, { at: tx.now.getTime(), peers });
    return peers;
  }
}

const ACCEPTED = `
  select distinct on (o.institution_id, o.metric) o.institution_id, o.metric, o.value
  from observation o
  join institution i on i.id = o.institution_id and i.register = $3
  join filing f on f.institution_id = o.institution_id and f.period = o.period and f.form = $2
  where o.period = $1
  order by o.institution_id, o.metric, o.in_force_from desc`;

/** Linear between the two nearest, as spreadsheets do; of the sorted array `v`, in exact numbers. */
const quantile = (share: string): string => {
  const at = `((n - 1) * ${share}::numeric)`;
  const low = `v[floor(${at})::int + 1]`;
  return `trim_scale(${low} + (${at} - floor(${at})) * (v[least(floor(${at})::int + 2, n)] - ${low}))::text`;
};
