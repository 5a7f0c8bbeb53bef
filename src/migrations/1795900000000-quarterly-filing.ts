import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an institution's login may do with the new tables, beside reading its own rows. */
const OWN: readonly { readonly table: string; readonly grant: string }[] = [
  { table: 'due_change', grant: 'select, insert' },
  { table: 'institution_event', grant: 'select' },
  { table: 'checker_waiver', grant: 'select' },
  { table: 'filing_justification', grant: 'select, insert, update, delete' },
  { table: 'filing_evidence', grant: 'select, insert, update' },
  { table: 'filing_row', grant: 'select, insert, update, delete' },
  { table: 'revision_row', grant: 'select, insert' },
  { table: 'justification_ruling', grant: 'select' },
  { table: 'set_aside', grant: 'select' },
];

/** Quarterly filing: dated obligations, departments as filers, row tables, evidence, a second person, rulings. */
export class QuarterlyFiling1795900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table institution add column closed_on date;
      -- Rename, merger, succession, change of type, closing: dated, with its document.
      create table institution_event (
        id uuid primary key default gen_random_uuid(),
        institution_id uuid not null references institution,
        -- the successor of a merger or succession
        other_id uuid references institution,
        kind text not null check (kind in ('rename', 'merger', 'succession', 'type_change', 'closing')),
        effective_on date not null,
        before jsonb not null default '{}',
        after jsonb not null default '{}',
        document text not null default '',
        reason text not null,
        recorded_by text not null,
        recorded_at timestamptz not null
      );
      create index on institution_event (institution_id, effective_on);

      -- A filer is an institution or a department; a department's rows are no institution's to see.
      alter table obligation
        alter column institution_id drop not null,
        add column department text,
        add column kind text not null default 'regular' check (kind in ('regular', 'backfill', 'control')),
        -- as it was generated; due moves by due_change alone
        add column first_due timestamptz,
        -- the calendar of that year is not announced yet: nobody is late
        add column provisional boolean not null default false,
        add column reason text not null default '',
        add column exempt_at timestamptz,
        add column closed_at timestamptz,
        add column closed_by text,
        add column closed_reason text,
        drop constraint obligation_institution_id_form_period_key,
        add constraint one_obligation unique nulls not distinct (institution_id, department, form, period),
        add constraint one_filer check ((institution_id is null) <> (department is null)),
        add constraint closed_with_a_reason check ((closed_at is null) = (closed_by is null) and (closed_at is null) = (closed_reason is null));
      create index on obligation (period, department);
      create table due_change (
        id uuid primary key default gen_random_uuid(),
        obligation_id uuid not null references obligation,
        institution_id uuid references institution,
        kind text not null check (kind in ('extension', 'exemption')),
        until timestamptz,
        reason text not null,
        -- null: the bureau's own motion
        asked_by text,
        asked_at timestamptz not null,
        decision text check (decision in ('granted', 'refused')),
        decided_by text,
        decided_at timestamptz,
        decision_reason text,
        check ((kind = 'extension') = (until is not null)),
        check ((decision is null) = (decided_by is null) and (decision is null) = (decided_at is null)),
        constraint asker_is_not_decider check (asked_by is null or decided_by is null or asked_by <> decided_by)
      );
      create unique index one_open_due_change on due_change (obligation_id) where decision is null;

      -- One person fills and signs: granted for a time, and sampled more.
      create table checker_waiver (
        id uuid primary key default gen_random_uuid(),
        institution_id uuid not null references institution,
        reason text not null,
        valid_from date not null,
        valid_to date not null check (valid_to >= valid_from),
        granted_by text not null,
        granted_at timestamptz not null,
        ended_by text,
        ended_at timestamptz
      );

      alter table filing
        alter column institution_id drop not null,
        add column department text,
        add constraint one_filer check ((institution_id is null) <> (department is null)),
        drop constraint filing_state_check,
        add constraint filing_state_check check (state in
          ('draft','internal_review','submitted','under_review','accepted','returned','amendment_requested')),
        add column claimed_at timestamptz,
        -- 0–100 with its parts, as computed when it was submitted
        add column risk int,
        add column risk_parts jsonb,
        -- accepted by a reviewer, waiting for a second person (待确认)
        add column first_accepted_by text,
        add column first_accepted_at timestamptz,
        add column second_why jsonb,
        -- the revision before an amendment was in force at a cut-off
        add column amended_after_cut_off boolean not null default false,
        add constraint second_is_another check ((first_accepted_by is null) = (first_accepted_at is null));
      create table filing_justification (
        filing_id uuid not null references filing,
        -- the rule, or the rule and a cell: V07, V07:BK_GL_NEW
        key text not null,
        institution_id uuid,
        text text not null,
        actor text not null,
        at timestamptz not null,
        primary key (filing_id, key)
      );
      create table filing_evidence (
        id uuid primary key default gen_random_uuid(),
        filing_id uuid not null references filing,
        institution_id uuid,
        -- null: of the whole form
        metric text,
        attachment_id uuid not null references attachment,
        added_by text not null,
        added_at timestamptz not null,
        removed_by text,
        removed_at timestamptz
      );
      create index on filing_evidence (filing_id);
      -- Row tables: a subject and its amounts (plain decimals as texts), in the order of the form.
      create table filing_row (
        filing_id uuid not null references filing,
        no int not null,
        institution_id uuid,
        subject text not null,
        amounts jsonb not null,
        primary key (filing_id, no)
      );

      alter table filing_cell alter column institution_id drop not null;
      alter table cell_change alter column institution_id drop not null, add column batch uuid;
      alter table revision_cell alter column institution_id drop not null;
      alter table acceptance
        alter column institution_id drop not null,
        -- the second person, where one was asked for
        add column confirmed_by text,
        add column confirmed_at timestamptz,
        add column sampled boolean not null default false,
        add constraint second_is_another check (confirmed_by is null or confirmed_by <> accepted_by);
      alter table filing_return alter column institution_id drop not null,
        drop constraint filing_return_kind_check,
        add constraint filing_return_kind_check check (kind in ('return', 'internal', 'amend', 'ask_amend', 'refuse_amend', 'decline'));
      alter table revision
        alter column institution_id drop not null,
        add column department text,
        -- null: without a due date
        add column on_time boolean,
        add column waiver_id uuid references checker_waiver,
        add column evidence jsonb not null default '[]',
        drop constraint maker_is_not_checker,
        add constraint maker_is_not_checker check (filed_by <> signed_by or waiver_id is not null);
      create table revision_row (
        revision_id uuid not null references revision,
        no int not null,
        institution_id uuid,
        subject text not null,
        amounts jsonb not null,
        primary key (revision_id, no)
      );
      create table justification_ruling (
        revision_id uuid not null references revision,
        key text not null,
        institution_id uuid,
        ruling text not null check (ruling in ('upheld', 'refused')),
        note text not null default '',
        ruled_by text not null,
        ruled_at timestamptz not null,
        primary key (revision_id, key)
      );
      -- 不予采信: a filed figure that the bureau does not believe counts as missing; the institution may appeal.
      create table set_aside (
        id uuid primary key default gen_random_uuid(),
        revision_id uuid not null references revision,
        institution_id uuid references institution,
        metric text not null,
        reason text not null,
        set_by text not null,
        set_at timestamptz not null,
        unique (revision_id, metric)
      );

      -- Control totals belong to a department; what the system counts itself (lateness, returns) to no revision.
      alter table observation
        drop constraint observation_pkey,
        add column id bigint generated always as identity primary key,
        alter column institution_id drop not null,
        alter column revision_id drop not null,
        add column department text,
        add column origin text not null default 'filed' check (origin in ('filed', 'system', 'set_aside')),
        add constraint one_filer check ((institution_id is null) <> (department is null)),
        add constraint filed_has_a_revision check ((revision_id is null) = (origin = 'system')),
        add constraint observation_once unique nulls not distinct (period, institution_id, department, metric, revision_id, in_force_from);
      create index on observation (institution_id, metric, period);
      create index on observation (department, period) where department is not null;
      alter table evaluation_figure alter column revision_id drop not null;
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    const own = `institution_id = nullif(current_setting('app.institution', true), '')::uuid`;
    for (const { table, grant } of OWN)
      await runner.query(`
        grant select, insert, update, delete on ${table} to ${staff};
        grant ${grant} on ${table} to ${institution};
        alter table ${table} enable row level security, force row level security;
        create policy owner on ${table} to current_user using (true) with check (true);
        create policy staff on ${table} to ${staff} using (true) with check (true);
        create policy backup on ${table} for select to ${backup} using (true);
        create policy own on ${table} to ${institution} using (${own}) with check (${own});
      `);
    await runner.query(`
      revoke update, delete on revision_row, set_aside, institution_event from ${staff};
      -- an institution adds its evidence; what it added stays
      drop policy own on attachment;
      create policy own on attachment to ${institution} using (${own}) with check (${own});
      grant insert on attachment to ${institution};
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was filed is not undone: restore a backup instead');
  }
}
