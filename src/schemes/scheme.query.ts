import { Injectable } from '@nestjs/common';
import { dayOf } from '../calendar/day.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound, type Violation } from '../problems/problems.js';
import { Scheme } from './scheme.entity.js';
import {
  type Effect,
  effectWarnings,
  type SchemeAction,
  type SchemeFacts,
  type SchemeState,
  type Standing,
  schemeStates,
  standingOf,
  yieldsTrial,
} from './scheme-states.js';

/** A version as lists show it. Days are `2026-01-31`. */
export interface SchemeItem extends Effect {
  readonly code: string;
  readonly version: number;
  readonly title: string;
  readonly cadence: 'annual' | 'quarterly';
  /** `district`, or a list of published figures: never an official scheme. */
  readonly register: string;
  readonly state: SchemeState;
  /** Of an issued one: whether it holds today. */
  readonly standing: Standing;
}

/** Who did something, by name, and when. */
interface Deed {
  readonly by: string;
  readonly at: string;
}

export interface SchemeView extends SchemeItem {
  readonly document: string;
  /** ETag. */
  readonly lifeVersion: number;
  readonly created: Deed;
  readonly consultation: {
    readonly opensOn: string;
    readonly closesOn: string;
    readonly whom: string | null;
    readonly replies: number;
    readonly unsettled: number;
  } | null;
  readonly reviewed: Deed | null;
  readonly issued: Deed | null;
  readonly retired: (Deed & { readonly reason: string }) | null;
  readonly actions: readonly SchemeAction[];
}

export type ReplyOutcome = 'adopted' | 'partly' | 'declined';

/** 征求意见的一条反馈. */
export interface ReplyView {
  readonly id: string;
  readonly from: string;
  readonly receivedOn: string;
  readonly content: string;
  /** null: not decided yet. */
  readonly outcome: ReplyOutcome | null;
  readonly reason: string | null;
  readonly recorded: Deed;
  readonly settled: Deed | null;
  /** ETag. */
  readonly version: number;
}

interface ReplyRow extends Omit<ReplyView, 'recorded' | 'settled'> {
  readonly recorded_by: string;
  readonly recorded_at: Date;
  readonly settled_by: string | null;
  readonly settled_at: Date | null;
  readonly at: string;
}

const ITEM = `code, version, title, cadence, register, state, document_number as "documentNumber",
  effective_from::text as "effectiveFrom", effective_to::text as "effectiveTo"`;
const REPLY = `id, "from", received_on::text as "receivedOn", content, outcome, reason, edit_version as version,
  recorded_by, recorded_at, settled_by, settled_at, recorded_at::text as at`;

/** Reads versions of schemes as pages and programs see them. */
@Injectable()
export class SchemeQuery {
  constructor(private readonly database: Database) {}

  /** All versions of all schemes. */
  list(actor: Actor, query: PageQuery): Promise<Page<SchemeItem>> {
    const request = pageRequest(query, 'schemes', 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<Omit<SchemeItem, 'standing'>>(
        `select ${ITEM} from scheme
         where $1::text is null or (code, version) > ($1, $2::int) order by code, version limit $3`,
        [...(request.after ?? [null, null]), request.limit + 1],
      );
      const items = rows.map((row) => withStanding(row, tx));
      return pageOf(items, request, 'schemes', (item) => [item.code, item.version]);
    });
  }

  /** @throws NOT_FOUND when there is no version at all */
  versions(actor: Actor, code: string, query: PageQuery): Promise<Page<SchemeItem & { document: string }>> {
    const list = `scheme-versions:${code}`;
    const request = pageRequest(query, list);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<Omit<SchemeItem, 'standing'> & { document: string }>(
        `select ${ITEM}, document from scheme
         where code = $1 and ($2::int is null or version > $2) order by version limit $3`,
        [code, request.after?.[0] ?? null, request.limit + 1],
      );
      if (rows.length === 0 && request.after === null) throw notFound();
      const items = rows.map((row) => withStanding(row, tx));
      return pageOf(items, request, list, (item) => [item.version]);
    });
  }

  /** @throws NOT_FOUND */
  one(actor: Actor, code: string, version: number): Promise<SchemeView> {
    return this.database.transaction(actor, (tx) => this.view(tx, code, version));
  }

  /** @throws NOT_FOUND for what is absent, and for an institution also what is still a draft */
  entity(actor: Actor, code: string, version: number): Promise<Scheme & { standing: Standing }> {
    return this.database.transaction(actor, async (tx) => {
      const scheme = await tx.manager.findOneBy(Scheme, { code, version });
      if (!scheme || (actor.institutionId !== null && scheme.state === 'draft')) throw notFound();
      return Object.assign(scheme, { standing: standingOf(scheme.state, scheme, dayOf(tx.now)) });
    });
  }

  /** What an evaluation of `period` by this version would be warned of. @throws NOT_FOUND, PERIOD_INVALID */
  warnings(
    actor: Actor,
    code: string,
    version: number,
    period: string,
  ): Promise<{ trial: boolean; items: readonly Violation[] }> {
    return this.database.transaction(actor, async (tx) => {
      const scheme = await tx.manager.findOneBy(Scheme, { code, version });
      if (!scheme) throw notFound();
      return { trial: yieldsTrial(scheme.state), items: warningsFor(scheme, period, dayOf(tx.now)) };
    });
  }

  replies(actor: Actor, code: string, version: number, query: PageQuery): Promise<Page<ReplyView>> {
    const list = `scheme-replies:${code}@${version}`;
    const request = pageRequest(query, list, 2);
    return this.database.transaction(actor, async (tx) => {
      if (!(await tx.manager.existsBy(Scheme, { code, version }))) throw notFound();
      const rows = await tx.rows<ReplyRow>(
        `select ${REPLY} from scheme_reply where code = $1 and version = $2
         and ($3::text is null or (recorded_at, id) > ($3::timestamptz, $4::uuid)) order by recorded_at, id limit $5`,
        [code, version, ...(request.after ?? [null, null]), request.limit + 1],
      );
      const page = pageOf(rows, request, list, (row) => [row.at, row.id]);
      return { items: await replyViews(tx, page.items), next: page.next };
    });
  }

  async reply(tx: Tx, id: string): Promise<ReplyView> {
    const [view] = await replyViews(
      tx,
      await tx.rows<ReplyRow>(`select ${REPLY} from scheme_reply where id = $1`, [id]),
    );
    return view as ReplyView;
  }

  async facts(tx: Tx, { code, version, createdBy, closesOn }: Scheme): Promise<SchemeFacts> {
    const { unsettled } = await this.counts(tx, code, version);
    return { createdBy, today: dayOf(tx.now), closesOn, unsettled };
  }

  async view(tx: Tx, code: string, version: number): Promise<SchemeView> {
    const scheme = await tx.manager.findOneBy(Scheme, { code, version });
    if (!scheme) throw notFound();
    const { replies, unsettled } = await this.counts(tx, code, version);
    const names = await People.names(
      tx,
      [scheme.createdBy, scheme.reviewedBy, scheme.issuedBy, scheme.retiredBy].filter((id) => id !== null),
    );
    const deed = (by: string | null, at: Date | null): Deed | null =>
      by === null ? null : { by: personWord(names, by), at: at?.toISOString() ?? '' };
    const retired = deed(scheme.retiredBy, scheme.retiredAt);
    return {
      ...withStanding(itemOf(scheme), tx),
      document: scheme.document,
      lifeVersion: scheme.lifeVersion,
      created: deed(scheme.createdBy, scheme.createdAt) as Deed,
      consultation:
        scheme.opensOn === null || scheme.closesOn === null
          ? null
          : { opensOn: scheme.opensOn, closesOn: scheme.closesOn, whom: scheme.consultedWhom, replies, unsettled },
      reviewed: deed(scheme.reviewedBy, scheme.reviewedAt),
      issued: deed(scheme.issuedBy, scheme.issuedAt),
      retired: retired && { ...retired, reason: scheme.retireReason ?? '' },
      actions: schemeStates.actions(scheme.state, tx.actor, {
        createdBy: scheme.createdBy,
        today: dayOf(tx.now),
        closesOn: scheme.closesOn,
        unsettled,
      }),
    };
  }

  private async counts(tx: Tx, code: string, version: number): Promise<{ replies: number; unsettled: number }> {
    const row = await tx.row<{ replies: number; unsettled: number }>(
      `select count(*)::int as replies, count(*) filter (where outcome is null)::int as unsettled
       from scheme_reply where code = $1 and version = $2`,
      [code, version],
    );
    return row as { replies: number; unsettled: number };
  }
}

const withStanding = <T extends Omit<SchemeItem, 'standing'>>(item: T, tx: Tx): T & { standing: Standing } => ({
  ...item,
  standing: standingOf(item.state, item, dayOf(tx.now)),
});

const itemOf = (scheme: Scheme): Omit<SchemeItem, 'standing'> => ({
  code: scheme.code,
  version: scheme.version,
  title: scheme.title,
  cadence: scheme.cadence,
  register: scheme.register,
  state: scheme.state,
  documentNumber: scheme.documentNumber,
  effectiveFrom: scheme.effectiveFrom,
  effectiveTo: scheme.effectiveTo,
});

/** A scheme for published figures is never official: it has no number and no day, and nobody misses them. */
export const warningsFor = (scheme: Scheme, period: string, today: string): readonly Violation[] =>
  scheme.register === 'district' ? effectWarnings(scheme.state, scheme, period, today) : [];

/** What the machine did itself, such as loading the demonstration, has no person's name. */
const personWord = (names: ReadonlyMap<string, string>, id: string): string =>
  names.get(id) ?? (id.startsWith('system:') ? '系统' : id);

async function replyViews(tx: Tx, rows: readonly ReplyRow[]): Promise<ReplyView[]> {
  const names = await People.names(
    tx,
    rows.flatMap((row) => [row.recorded_by, row.settled_by ?? '']),
  );
  const name = (id: string): string => personWord(names, id);
  return rows.map((row) => ({
    id: row.id,
    from: row.from,
    receivedOn: row.receivedOn,
    content: row.content,
    outcome: row.outcome,
    reason: row.reason,
    version: row.version,
    recorded: { by: name(row.recorded_by), at: row.recorded_at.toISOString() },
    settled: row.settled_by === null ? null : { by: name(row.settled_by), at: row.settled_at?.toISOString() ?? '' },
  }));
}
