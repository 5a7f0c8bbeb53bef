import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { isQuarter, lastDay } from '../calendar/period.js';
import type { District } from '../district/district.js';
import { DISTRICT } from '../district/district-file.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, isFormAsked } from '../forms/form.js';
import type { InstitutionType } from '../forms/metric.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { dueOf } from './due.js';
import { backfillForm, obligationClosed, obligationExists, quarterUnknown } from './obligation-errors.js';

/** Who owes a form for a quarter: an institution, or a department. */
export interface ObligationPlace {
  readonly institutionId: string | null;
  readonly department?: string | null;
  readonly period: string;
  readonly form: Form;
}

/** History that is loaded afterwards: its own date, never late. */
export interface Backfill {
  /** null: without a date. */
  readonly due: Date | null;
  readonly reason: string;
}

export interface Generated {
  readonly period: string;
  readonly made: number;
  readonly there: number;
  /** Dues of earlier provisional obligations that have become final. */
  readonly settled: number;
}

/** 填报任务: who owes which form by when. Made once, then frozen: form version, date and filer stay as they were. */
@Injectable()
export class Obligations implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly institutions: Institutions,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    @Inject(DISTRICT) private readonly district: District,
  ) {}

  /** A calendar may have been announced since the last start. */
  async onApplicationBootstrap(): Promise<void> {
    const actor = systemActor('calendar');
    const isWaiting = await this.database.transaction(
      actor,
      async (tx) => (await tx.row('select 1 from obligation where provisional limit 1')) !== null,
    );
    if (!isWaiting || (await this.database.transaction(actor, (tx) => this.announced(tx))).length === 0) return;
    await this.acts.perform({ action: 'obligation.settle', actor }, async (act) => {
      act.record(null, { settled: await this.settle(act) });
    });
  }

  /** Whether the period has been opened for filing. */
  async isOpen(tx: Tx, period: string): Promise<boolean> {
    return (await tx.row('select 1 from reporting_period where period = $1', [period])) !== null;
  }

  /** Opens periods for filing. Opening one twice changes nothing. */
  async openPeriods(act: Act, periods: readonly string[]): Promise<void> {
    await act.tx.run('insert into reporting_period (period) select unnest($1::text[]) on conflict do nothing', [
      [...periods],
    ]);
  }

  /**
   * The form that a filer may answer with for a quarter: what an obligation was frozen with, else what the quarter asks
   * of an institution of this type, or of this department. null: neither.
   */
  async askedForm(
    tx: Tx,
    filer: { institutionId: string; type: InstitutionType | null } | { department: string },
    code: string,
    period: string,
  ): Promise<Form | null> {
    const frozen = await tx.row<{ form_version: number }>(
      `select form_version from obligation where form = $1 and period = $2
         and institution_id is not distinct from $3 and department is not distinct from $4`,
      [
        code,
        period,
        'department' in filer ? null : filer.institutionId,
        'department' in filer ? filer.department : null,
      ],
    );
    if (frozen) return this.catalogue.formAt(code, frozen.form_version) ?? this.catalogue.forms.get(code) ?? null;
    return this.catalogue.formsOf(filer, period).find((form) => form.form === code) ?? null;
  }

  /**
   * The obligations of these places, made where missing with the due date of their form, in the version that is in
   * force then. Part of the caller's act.
   * @param backfill for history; what is there already keeps its kind
   * @returns their ids
   * @throws OBLIGATION_CLOSED when one of them is exempt or closed
   */
  async ensure(act: Act, places: readonly ObligationPlace[], backfill?: Backfill): Promise<string[]> {
    await this.insert(act, places, backfill);
    const [institutions, departments] = [
      places.filter((place) => place.institutionId !== null),
      places.filter((place) => place.institutionId === null),
    ];
    const rows = await act.tx.rows<{ id: string; is_over: boolean }>(
      `select o.id, o.exempt_at is not null or o.closed_at is not null as is_over from obligation o
       join unnest($1::uuid[], $2::text[], $3::text[]) as w (institution_id, form, period) using (institution_id, form, period)
       union all
       select o.id, o.exempt_at is not null or o.closed_at is not null from obligation o
       join unnest($4::text[], $5::text[], $6::text[]) as w (department, form, period) using (department, form, period)
       where o.institution_id is null`,
      [
        institutions.map((place) => place.institutionId),
        institutions.map((place) => place.form.form),
        institutions.map((place) => place.period),
        departments.map((place) => place.department),
        departments.map((place) => place.form.form),
        departments.map((place) => place.period),
      ],
    );
    if (rows.some((row) => row.is_over)) throw obligationClosed();
    return rows.map((row) => row.id);
  }

  /**
   * Makes the obligations of a quarter from the types that the district's institutions have on its last day, and those
   * of the departments. Running it again adds who was missing and changes nothing that is there.
   * @throws PERIOD_INVALID
   */
  generate(actor: Actor, period: string): Promise<Generated> {
    return this.acts.perform({ action: 'obligation.generate', actor, subject: period }, async (act) => {
      if (!isQuarter(period)) throw quarterUnknown(period);
      await this.openPeriods(act, [period]);
      const settled = await this.settle(act);
      const filers = await act.tx.rows<{ id: string; type: InstitutionType }>(
        `select i.id, t.type from institution i
         join institution_type t on t.institution_id = i.id and t.valid_from <= $1 and (t.valid_to is null or t.valid_to >= $1)
         where i.register = 'district' and (i.closed_on is null or i.closed_on > $1) order by i.id`,
        [lastDay(period)],
      );
      const asked = this.catalogue.formVersions.filter((form) => !form.onRequest && isFormAsked(form, period));
      const places = asked.flatMap((form): ObligationPlace[] => {
        const { department, institutionTypes } = form.filer;
        if (department !== null) return [{ institutionId: null, department, period, form }];
        return filers
          .filter(({ type }) => institutionTypes.includes(type))
          .map(({ id }) => ({ institutionId: id, period, form }));
      });
      const made = await this.insert(act, places);
      const generated = { period, made, there: places.length - made, settled };
      act.record(null, generated);
      return generated;
    });
  }

  /**
   * 补录: an officer asks for history, by a date of its own.
   * @throws NOT_FOUND, FORM_UNKNOWN, OBLIGATION_EXISTS, PERIOD_INVALID
   */
  backfill(
    actor: Actor,
    wanted: { institution: string; form: string; period: string; due: Date; reason: string },
  ): Promise<{ id: string }> {
    const options = { action: 'obligation.create', actor, creates: true, reason: wanted.reason } as const;
    return this.acts.perform(options, async (act) => {
      const { period, due, reason } = wanted;
      if (!isQuarter(period)) throw quarterUnknown(period);
      const { id: institutionId } = await this.institutions.find(act.tx, wanted.institution);
      const form = this.catalogue.formInForce(wanted.form, period);
      if (!form || form.filer.department !== null) throw backfillForm(wanted.form);
      act.institutionId = institutionId;
      await this.openPeriods(act, [period]);
      const place = { institutionId, period, form };
      if ((await this.insert(act, [place], { due, reason })) === 0) throw obligationExists();
      const [id] = await this.ensure(act, [place]);
      act.subject = id as string;
      act.record(null, { kind: 'backfill', institution: wanted.institution, form: form.form, period, due });
      return { id: id as string };
    });
  }

  /** @returns how many were made */
  private insert(act: Act, places: readonly ObligationPlace[], backfill?: Backfill): Promise<number> {
    const made = places.map((place) => {
      const form = this.catalogue.formInForce(place.form.form, place.period) ?? place.form;
      const due = backfill
        ? { due: backfill.due, provisional: false }
        : dueOf(form, place.period, this.catalogue.calendars, this.district.deadlines);
      const kind = backfill ? 'backfill' : place.institutionId === null ? 'control' : 'regular';
      return { ...place, form, kind, ...due };
    });
    return act.tx.run(
      `insert into obligation (institution_id, department, form, form_version, period, kind, due, first_due, provisional, reason, created_at)
       select w.*, $10, $11 from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[],
         $7::timestamptz[], $8::timestamptz[], $9::boolean[]) as w order by 1, 2, 3, 5 on conflict do nothing`,
      [
        made.map((place) => place.institutionId),
        made.map((place) => place.department ?? null),
        made.map((place) => place.form.form),
        made.map((place) => place.form.version),
        made.map((place) => place.period),
        made.map((place) => place.kind),
        made.map((place) => place.due),
        made.map((place) => place.due),
        made.map((place) => place.provisional),
        backfill?.reason ?? '',
        act.now,
      ],
    );
  }

  /** The provisional obligations whose calendar has come, with the final date. */
  private async announced(tx: Tx): Promise<{ id: string; due: Date }[]> {
    const waiting = await tx.rows<{ id: string; form: string; form_version: number; period: string }>(
      'select id, form, form_version, period from obligation where provisional order by id',
    );
    return waiting.flatMap((row) => {
      const form = this.catalogue.formAt(row.form, row.form_version);
      const counted = form && dueOf(form, row.period, this.catalogue.calendars, this.district.deadlines);
      return counted && !counted.provisional ? [{ id: row.id, due: counted.due }] : [];
    });
  }

  private async settle(act: Act): Promise<number> {
    const settled = await this.announced(act.tx);
    if (settled.length === 0) return 0;
    return act.tx.run(
      `update obligation o set due = s.due, first_due = s.due, provisional = false
       from unnest($1::uuid[], $2::timestamptz[]) as s (id, due) where o.id = s.id and o.provisional`,
      [settled.map((row) => row.id), settled.map((row) => row.due)],
    );
  }
}
