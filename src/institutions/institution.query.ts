import { Injectable } from '@nestjs/common';
import type { InstitutionType } from '../forms/metric.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { type Alias, Aliases } from './aliases.service.js';
import { type InstitutionEvent, InstitutionEvents } from './institution-events.service.js';
import { Institutions } from './institutions.service.js';

export interface InstitutionView {
  readonly uscc: string;
  readonly name: string;
  /** Names before, with the day on which each ended. */
  readonly formerNames: readonly { readonly name: string; readonly until: string }[];
  /** Short names by which workbooks call it. */
  readonly aliases: readonly Alias[];
  /** Whom to call; null: nobody is known. */
  readonly contact: {
    readonly name: string | null;
    readonly phone: string | null;
    readonly email: string | null;
  } | null;
  readonly register: string;
  readonly openedOn: string | null;
  readonly closedOn: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** One at a time; `to` null: still. */
  readonly types: readonly { readonly type: InstitutionType; readonly from: string; readonly to: string | null }[];
  readonly flags: readonly {
    readonly flag: string;
    readonly from: string;
    readonly to: string | null;
    readonly evidence: string;
    readonly document: string;
    readonly state: 'confirmed' | 'withdrawn';
  }[];
  readonly events: readonly InstitutionEvent[];
  /** What it owes and what came of it, by quarter, the latest first. */
  readonly obligations: readonly {
    readonly period: string;
    readonly owed: number;
    readonly accepted: number;
    readonly exempt: number;
    readonly backfill: boolean;
  }[];
}

/** Reads one institution as it is and as it became. */
@Injectable()
export class InstitutionQuery {
  constructor(
    private readonly database: Database,
    private readonly institutions: Institutions,
    private readonly events: InstitutionEvents,
    private readonly aliases: Aliases,
  ) {}

  /** @throws NOT_FOUND for what is absent or not the actor's */
  one(actor: Actor, uscc: string): Promise<InstitutionView> {
    return this.database.transaction(actor, async (tx) => {
      const { id } = await this.institutions.find(tx, uscc);
      type Head = Pick<InstitutionView, 'uscc' | 'name' | 'register' | 'openedOn' | 'closedOn' | 'attributes'>;
      const head = (await tx.row<Head>(
        `select uscc, name, register, opened_on::text as "openedOn", closed_on::text as "closedOn", attributes
         from institution where id = $1`,
        [id],
      )) as Head;
      const types = await tx.rows<InstitutionView['types'][number]>(
        `select type, valid_from::text as "from", valid_to::text as "to" from institution_type
         where institution_id = $1 order by valid_from desc`,
        [id],
      );
      const flags = await tx.rows<InstitutionView['flags'][number]>(
        `select flag, valid_from::text as "from", valid_to::text as "to", evidence, document, state from institution_flag
         where institution_id = $1 and confirmed_at is not null order by valid_from desc, flag`,
        [id],
      );
      const obligations = await tx.rows<InstitutionView['obligations'][number]>(
        `select o.period, count(*)::int as owed, count(*) filter (where f.in_force_id is not null)::int as accepted,
           count(*) filter (where o.exempt_at is not null)::int as exempt, bool_and(o.kind = 'backfill') as backfill
         from obligation o left join filing f on f.obligation_id = o.id
         where o.institution_id = $1 group by o.period order by o.period desc limit 40`,
        [id],
      );
      const events = await this.events.of(tx, id);
      const formerNames = events
        .filter((event) => event.kind === 'rename' && event.side === 'own')
        .map((event) => ({ name: event.before.name ?? '', until: event.effectiveOn }));
      const aliases = await this.aliases.of(tx, id);
      const contact = await tx.row<NonNullable<InstitutionView['contact']>>(
        'select name, phone, email from institution_contact where institution_id = $1',
        [id],
      );
      return { ...head, formerNames, aliases, contact, types, flags, events, obligations };
    });
  }
}
