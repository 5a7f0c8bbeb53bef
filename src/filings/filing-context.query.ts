import { Inject, Injectable } from '@nestjs/common';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import type { CellState } from './filing.query.js';
import { FilingQuery, isBureau } from './filing.query.js';

/** How many quarters before its own a filing is seen against. */
const QUARTERS = 12;
/** Fewer filed figures of peers tell too much of each, and too little together. */
const FEWEST_PEERS = 5;

/** Plain decimals in the metric's unit. */
interface PeerFigures {
  readonly median: string;
  readonly q1: string;
  readonly q3: string;
  readonly n: number;
}

/** What a filing is compared with, beside its cells. */
export interface FilingContext {
  /** Accepted figures of the quarters before, the oldest first; quarters without one are left out. */
  readonly history: Readonly<Record<string, readonly { readonly period: string; readonly value: string }[]>>;
  /** The revision in force; null: none yet. */
  readonly accepted: Readonly<Record<string, string>> | null;
  /** The revision that was submitted before the draft, or the one under review itself has before it. */
  readonly sent: Readonly<Record<string, string>> | null;
  /** Quarters from which another edition of a catalogue is followed: breaks in the series. */
  readonly editions: readonly { readonly period: string; readonly title: string }[];
  /** Submitted figures of the same form and period; for the bureau alone. */
  readonly peers: Readonly<Record<string, PeerFigures>> | null;
}

/** One change of a cell of the draft. */
export interface CellHistoryItem {
  readonly id: string;
  readonly metric: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly state: CellState;
  readonly by: string;
  readonly at: string;
}

/** Reads what stands beside a filing: its past, its earlier revisions, its peers. */
@Injectable()
export class FilingContextQuery {
  constructor(
    private readonly database: Database,
    private readonly filings: FilingQuery,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** @throws NOT_FOUND */
  context(actor: Actor, id: string): Promise<FilingContext> {
    return this.database.transaction(actor, async (tx) => {
      const filing = await this.filings.view(tx, id);
      const at = quarterIndex(filing.period);
      const past = await tx.rows<{ metric: string; period: string; value: string | null }>(
        `select distinct on (o.metric, o.period) o.metric, o.period, trim_scale(o.value)::text as value
         from observation o
         where (o.institution_id = (select institution_id from filing where id = $1)
             or o.department = (select department from filing where id = $1))
           and o.period between $2 and $3
         order by o.metric, o.period, o.in_force_from desc`,
        [id, quarterCode(at - QUARTERS), quarterCode(at - 1)],
      );
      const history: Record<string, { period: string; value: string }[]> = {};
      for (const { metric, period, value } of past) {
        if (value === null) continue;
        history[metric] = [...(history[metric] ?? []), { period, value }];
      }
      const revisions = await tx.rows<{ id: string; in_force: boolean }>(
        `select r.id, r.id = f.in_force_id as in_force from revision r join filing f on f.id = r.filing_id
         where f.id = $1 order by r.no desc`,
        [id],
      );
      const inForce = revisions.find((revision) => revision.in_force);
      const isDraft = ['draft', 'internal_review', 'returned'].includes(filing.state);
      const sent = revisions[isDraft ? 0 : 1];
      return {
        history,
        accepted: inForce ? await this.cellsOf(tx, inForce.id) : null,
        sent: sent ? await this.cellsOf(tx, sent.id) : null,
        editions: Object.values(this.catalogue.editions)
          .flat()
          .flatMap(({ from, title }) => (from === null ? [] : [{ period: from, title }])),
        peers: isBureau(actor) ? await this.peers(tx, id, filing.form, filing.period) : null,
      };
    });
  }

  /** The latest first. @throws NOT_FOUND */
  changes(
    actor: Actor,
    id: string,
    filter: PageQuery & { readonly metric?: string | undefined },
  ): Promise<Page<CellHistoryItem>> {
    const list = `changes:${id}:${filter.metric ?? ''}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      await this.filings.view(tx, id);
      const rows = await tx.rows<Omit<CellHistoryItem, 'by' | 'at'> & { actor: string; at: Date }>(
        `select id::text as id, metric, trim_scale(before)::text as before, trim_scale(after)::text as after, state, actor, at
         from cell_change where filing_id = $1 and ($2::text is null or metric = $2) and ($3::bigint is null or id < $3)
         order by cell_change.id desc limit $4`,
        [id, filter.metric ?? null, request.after?.[0] ?? null, request.limit + 1],
      );
      const names = await People.names(
        tx,
        rows.map((row) => row.actor),
      );
      const page = pageOf(rows, request, list, (row) => [row.id]);
      return {
        items: page.items.map(({ actor: by, at, ...row }) => ({
          ...row,
          by: names.get(by) ?? by,
          at: at.toISOString(),
        })),
        next: page.next,
      };
    });
  }

  private async cellsOf(tx: Tx, revisionId: string): Promise<Record<string, string>> {
    const rows = await tx.rows<{ metric: string; value: string }>(
      `select metric, trim_scale(value)::text as value from revision_cell where revision_id = $1 and value is not null`,
      [revisionId],
    );
    return Object.fromEntries(rows.map(({ metric, value }) => [metric, value]));
  }

  private async peers(tx: Tx, id: string, form: string, period: string): Promise<Record<string, PeerFigures>> {
    const rows = await tx.rows<{ metric: string } & PeerFigures>(
      `select c.metric, count(*)::int as n,
         trim_scale(percentile_disc(0.5) within group (order by c.value))::text as median,
         trim_scale(percentile_disc(0.25) within group (order by c.value))::text as q1,
         trim_scale(percentile_disc(0.75) within group (order by c.value))::text as q3
       from filing f join revision_cell c on c.revision_id = f.revision_id and c.value is not null
       where f.form = $2 and f.period = $3 and f.id <> $1 group by c.metric having count(*) >= $4`,
      [id, form, period, FEWEST_PEERS],
    );
    return Object.fromEntries(rows.map(({ metric, ...figures }) => [metric, figures]));
  }
}
