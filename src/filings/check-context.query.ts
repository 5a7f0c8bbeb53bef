import { Inject, Injectable } from '@nestjs/common';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Tx } from '../platform/database.service.js';
import type { FilingSubject, PeerFigures } from '../rules/check-filing.js';
import { peerFormulas, spreadOf, valueAmong } from '../rules/peers.js';
import { HISTORY_QUARTERS } from '../rules/rule-formula.js';

/** What a filing's figures are compared with, beside themselves. */
export type CheckContext = Pick<FilingSubject, 'history' | 'peers'>;

const EMPTY: CheckContext['history'] = new Map();
/** Where so many were accepted, one more changes little and reading all of them takes long: then they are kept a while. */
const MANY_PEERS = 200;
const PEERS_KEPT_MS = 60_000;
const PEERS_KEPT = 64;

/** Reads what checks need from before and from beside: accepted figures, never drafts. */
@Injectable()
export class CheckContextQuery {
  private readonly kept = new Map<string, { readonly at: number; readonly peers: FilingSubject['peers'] }>();

  constructor(@Inject(CATALOGUE) private readonly catalogue: Catalogue) {}

  /**
   * The contexts of several filings by their ids: one query for all their histories. In a batch that files years at
   * once the quarters are not accepted yet, so each one's history is what stood before the batch: nothing, for the
   * first loading of history.
   * @param isStaff false: no peers, since an institution may not compute another's figures from them (decision 13)
   */
  async of(
    tx: Tx,
    filings: readonly { readonly id: string; readonly form: string; readonly period: string }[],
    isStaff: boolean,
  ): Promise<Map<string, CheckContext>> {
    const histories = await this.histories(tx, filings);
    const contexts = new Map<string, CheckContext>();
    for (const filing of filings)
      contexts.set(filing.id, {
        history: histories.get(filing.id) ?? EMPTY,
        peers: isStaff ? await this.peers(tx, filing) : null,
      });
    return contexts;
  }

  private async histories(
    tx: Tx,
    filings: readonly { readonly id: string; readonly period: string }[],
  ): Promise<Map<string, Map<string, Map<string, string>>>> {
    // Two branches, each along its index: `is not distinct from` would read the whole table.
    const latest = (filer: string): string => `
      (select distinct on (o.metric, o.period) o.metric, o.period, o.value from observation o
       where ${filer} and o.period >= a.since and o.period < f.period
       order by o.metric, o.period, o.in_force_from desc)`;
    const rows = await tx.rows<{ filing: string; metric: string; period: string; value: string }>(
      `select f.id as filing, past.metric, past.period, trim_scale(past.value)::text as value
       from unnest($1::uuid[], $2::text[]) as a (id, since)
       join filing f on f.id = a.id
       cross join lateral (${latest('o.institution_id = f.institution_id')} union all
         ${latest('f.institution_id is null and o.department = f.department')}) past
       where past.value is not null`,
      [
        filings.map((filing) => filing.id),
        filings.map((filing) => quarterCode(quarterIndex(filing.period) - HISTORY_QUARTERS)),
      ],
    );
    const histories = new Map<string, Map<string, Map<string, string>>>();
    for (const { filing, metric, period, value } of rows) {
      const metrics = histories.get(filing) ?? new Map<string, Map<string, string>>();
      const quarters = metrics.get(metric) ?? new Map<string, string>();
      histories.set(filing, metrics.set(metric, quarters.set(period, value)));
    }
    return histories;
  }

  /**
   * The accepted figures of those who file the same form, of this quarter: by metric, and by the formula of each
   * outlier rule. A filing under review is not among them, since it is not accepted yet. Departments have no peers.
   */
  private async peers(
    tx: Tx,
    filing: { readonly id: string; readonly form: string; readonly period: string },
  ): Promise<FilingSubject['peers']> {
    const own = await tx.row<{ register: string }>(
      'select i.register from filing f join institution i on i.id = f.institution_id where f.id = $1',
      [filing.id],
    );
    if (!own) return null;
    const key = `${own.register} ${filing.form} ${filing.period}`;
    const known = this.kept.get(key);
    if (known?.peers && tx.now.getTime() - known.at < PEERS_KEPT_MS && tx.now.getTime() >= known.at) return known.peers;
    const parameters = [filing.period, filing.form, own.register];
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
    if (rows.some(({ n }) => n >= MANY_PEERS)) this.kept.set(key, { at: tx.now.getTime(), peers });
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
