import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that nobody but the owner may change or delete from: what is filed and what was done stays. */
const APPEND_ONLY = [
  'revision',
  'revision_cell',
  'acceptance',
  'observation',
  'filing_return',
  'cell_change',
  'evaluation_institution',
  'evaluation_figure',
  'evaluation_assessment',
];

/** Tables that the institution login has no business with. */
const STAFF_ONLY = ['session', 'user_role', 'outbox', 'assessment', 'evaluation_assessment', 'setting'];

const FIGURE = 'numeric(28,12)';
const QUARTER = `char(6) check (period ~ '^[0-9]{4}Q[1-4]$')`;

/** The first shape of the database: the chain from filing to rank, sign-in, audit, outbox. */
export class Foundation1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function quarter_end(period text) returns date language sql immutable strict
        return (make_date(left(period, 4)::int, right(period, 1)::int * 3, 1) + interval '1 month' - interval '1 day')::date;

      create table setting (key text primary key, value text not null, set_at timestamptz not null default now());

      create table institution (
        id uuid primary key default gen_random_uuid(),
        uscc text not null unique,
        name text not null,
        opened_on date,
        register text not null default 'district',
        attributes jsonb not null default '{}'
      );
      create table institution_type (
        institution_id uuid not null references institution,
        type text not null check (type in ('bank','securities','insurer','pawnbroker','financial_leasing','commercial_factoring','financing_guarantee','micro_lender')),
        valid_from date not null,
        valid_to date check (valid_to >= valid_from),
        primary key (institution_id, valid_from)
      );
      create table institution_flag (
        id uuid primary key default gen_random_uuid(),
        institution_id uuid not null references institution,
        flag text not null,
        valid_from date not null,
        valid_to date check (valid_to >= valid_from),
        evidence text not null default ''
      );
      create index on institution_flag (institution_id);

      create table user_account (
        id uuid primary key default gen_random_uuid(),
        username text not null unique,
        name text not null,
        password_hash text,
        institution_id uuid references institution,
        department text,
        created_at timestamptz not null default now(),
        disabled_at timestamptz,
        check (institution_id is null or department is null)
      );
      create table user_role (
        user_id uuid not null references user_account,
        role text not null,
        valid_from timestamptz not null default now(),
        valid_to timestamptz,
        granted_by text not null,
        primary key (user_id, role, valid_from)
      );
      create table session (
        token_hash bytea primary key,
        user_id uuid not null references user_account,
        created_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        ended_at timestamptz,
        address text not null default ''
      );
      create index on session (user_id);

      create table reporting_period (period ${QUARTER} primary key, opened_at timestamptz not null default now());

      create table obligation (
        id uuid primary key default gen_random_uuid(),
        institution_id uuid not null references institution,
        form text not null,
        form_version int not null,
        period ${QUARTER} not null references reporting_period,
        due timestamptz,
        created_at timestamptz not null default now(),
        unique (institution_id, form, period)
      );
      create table filing (
        id uuid primary key default gen_random_uuid(),
        obligation_id uuid not null unique references obligation,
        institution_id uuid not null references institution,
        form text not null,
        form_version int not null,
        period ${QUARTER} not null,
        state text not null check (state in ('draft','internal_review','submitted','under_review','accepted','returned')),
        version int not null default 1,
        filled_by text,
        claimed_by text,
        revision_id uuid,
        in_force_id uuid,
        created_at timestamptz not null default now(),
        changed_at timestamptz not null default now()
      );
      create index on filing (institution_id, period);
      create index on filing (state, changed_at);
      create table filing_cell (
        filing_id uuid not null references filing,
        metric text not null,
        institution_id uuid not null,
        value ${FIGURE},
        state text not null default 'value' check (state in ('value','blank','not_applicable','not_available')),
        version int not null default 1,
        source text,
        primary key (filing_id, metric),
        check ((value is not null) = (state = 'value'))
      );
      create table cell_change (
        id bigint generated always as identity primary key,
        filing_id uuid not null,
        institution_id uuid not null,
        metric text not null,
        before ${FIGURE},
        after ${FIGURE},
        state text not null,
        actor text not null,
        at timestamptz not null
      );
      create index on cell_change (filing_id);
      create table revision (
        id uuid primary key default gen_random_uuid(),
        filing_id uuid not null references filing,
        institution_id uuid not null references institution,
        period ${QUARTER} not null,
        no int not null,
        hash text not null unique,
        previous_hash text,
        filed_by text not null,
        signed_by text not null,
        submitted_at timestamptz not null,
        justifications jsonb not null default '{}',
        unique (filing_id, no)
      );
      create table revision_cell (
        revision_id uuid not null references revision,
        metric text not null,
        institution_id uuid not null,
        value ${FIGURE},
        state text not null,
        source text,
        primary key (revision_id, metric)
      );
      create table acceptance (
        revision_id uuid primary key references revision,
        institution_id uuid not null,
        accepted_by text not null,
        accepted_at timestamptz not null
      );
      create table filing_return (
        id uuid primary key default gen_random_uuid(),
        filing_id uuid not null references filing,
        revision_id uuid,
        institution_id uuid not null,
        kind text not null check (kind in ('return','amend')),
        reason text not null,
        message text not null,
        cells jsonb not null default '[]',
        due timestamptz,
        returned_by text not null,
        returned_at timestamptz not null
      );
      create index on filing_return (filing_id);
      create table observation (
        period ${QUARTER} not null,
        institution_id uuid not null references institution,
        metric text not null,
        revision_id uuid not null references revision,
        value ${FIGURE},
        in_force_from timestamptz not null,
        primary key (period, institution_id, metric, revision_id)
      );

      create table import (
        id uuid primary key default gen_random_uuid(),
        institution_id uuid references institution,
        actor text not null,
        file_name text not null,
        sha256 text not null,
        content bytea not null,
        encoding text not null,
        state text not null check (state in ('previewed','committed')),
        counts jsonb not null,
        answer json,
        created_at timestamptz not null default now()
      );
      -- Workbooks are packed already.
      alter table import alter column content set storage external;
      create table import_row (
        import_id uuid not null,
        no int not null,
        place int not null,
        institution_id uuid not null,
        period text not null,
        metric text not null,
        before ${FIGURE},
        after ${FIGURE},
        kind text not null check (kind in ('added','changed','cleared','unchanged')),
        cell_version int not null,
        source text,
        primary key (import_id, no)
      );
      create table import_issue (
        import_id uuid not null references import on delete cascade,
        no int not null,
        code text not null,
        severity text not null check (severity in ('problem','warning')),
        sheet text not null,
        line int,
        "column" text,
        cell text,
        raw text not null,
        message text not null,
        expected text not null,
        primary key (import_id, no)
      );

      create table scheme (
        code text not null,
        version int not null check (version >= 1),
        title text not null,
        cadence text not null,
        register text not null default 'district',
        state text not null check (state in ('draft','reviewed')),
        document text not null,
        created_by text not null,
        created_at timestamptz not null default now(),
        reviewed_by text,
        primary key (code, version)
      );
      create table assessment (
        scheme text not null,
        period text not null,
        institution_id uuid not null references institution,
        node text not null,
        assessor text not null,
        score ${FIGURE} not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        primary key (scheme, period, institution_id, node, assessor)
      );

      create table evaluation (
        id uuid primary key default gen_random_uuid(),
        scheme text not null,
        version int not null,
        title text not null,
        period text not null,
        state text not null check (state in ('draft','queued','running','computed','verified','provisional','final','superseded','annulled','failed','cancelled')),
        cut_off timestamptz not null,
        disclosure text not null check (disclosure in ('sealed','open')),
        register text not null,
        trial boolean not null,
        document text not null,
        metrics jsonb not null,
        epoch int not null default 0,
        step text not null default '',
        done int not null default 0,
        total int not null default 0,
        hash text,
        counts jsonb not null default '{}',
        error text,
        started_by text not null,
        started_at timestamptz not null,
        verified_by text,
        foreign key (scheme, version) references scheme (code, version)
      );
      create index on evaluation (started_at);
      create table evaluation_institution (
        evaluation_id uuid not null references evaluation,
        institution_id uuid not null references institution,
        code text not null,
        name text not null,
        type text,
        flags jsonb not null,
        attributes jsonb not null,
        primary key (evaluation_id, institution_id)
      );
      create table evaluation_figure (
        evaluation_id uuid not null references evaluation,
        institution_id uuid not null,
        period text not null,
        metric text not null,
        value ${FIGURE} not null,
        revision_id uuid not null references revision,
        primary key (evaluation_id, institution_id, period, metric)
      );
      create table evaluation_assessment (
        evaluation_id uuid not null references evaluation,
        institution_id uuid not null,
        node text not null,
        assessor text not null,
        score ${FIGURE} not null,
        primary key (evaluation_id, institution_id, node, assessor)
      );
      create table evaluation_part (
        evaluation_id uuid not null references evaluation,
        cohort text not null,
        title text not null,
        size int not null,
        ranked int,
        position int not null,
        epoch int not null default 0,
        state text not null check (state in ('queued','running','computed')),
        primary key (evaluation_id, cohort)
      );
      create table result (
        evaluation_id uuid not null references evaluation,
        institution_id uuid not null,
        cohort text not null,
        position int not null,
        rank int,
        record jsonb not null,
        primary key (evaluation_id, institution_id)
      );
      create table evaluation_event (
        id bigint generated always as identity primary key,
        evaluation_id uuid not null references evaluation,
        type text not null,
        data jsonb not null
      );
      create index on evaluation_event (evaluation_id, id);

      create table outbox (
        id bigint generated always as identity primary key,
        queue text not null,
        kind text not null,
        payload jsonb not null,
        created_at timestamptz not null default now(),
        relayed_at timestamptz,
        done_at timestamptz
      );
      create index on outbox (id) where done_at is null;

      create table idempotency (
        actor text not null,
        key text not null,
        hash text not null,
        answer json,
        created_at timestamptz not null default now(),
        primary key (actor, key)
      );
    `);

    await runner.query(`
      create schema audit;
      create sequence audit.entry_id;
      create table audit.entry (
        id bigint primary key,
        at timestamptz not null,
        actor text not null,
        action text not null,
        subject text,
        institution_id uuid,
        body text not null,
        leaf bytea not null
      );
      create index on audit.entry (subject);
      create index on audit.entry (action, id);
      create function audit.append(p_at timestamptz, p_actor text, p_action text, p_subject text, p_institution uuid, p_body text)
      returns bigint language plpgsql security definer set search_path = audit, pg_temp as $$
      declare i bigint;
      begin
        perform pg_advisory_xact_lock_shared(7);
        i := nextval('audit.entry_id');
        insert into audit.entry values (i, p_at, p_actor, p_action, p_subject, p_institution, p_body,
          sha256('\\x00'::bytea || int8send(i) || convert_to(p_body, 'UTF8')));
        return i;
      end $$;
      revoke all on function audit.append from public;
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    await runner.query(`
      grant usage on schema public, audit to ${institution}, ${staff}, ${backup};
      grant select, insert, update, delete on all tables in schema public to ${institution}, ${staff};
      grant usage on all sequences in schema public to ${institution}, ${staff};
      grant select on all tables in schema public, audit to ${backup};
      grant select on audit.entry to ${staff};
      grant execute on function audit.append to ${institution}, ${staff};
      revoke all on migration from ${institution}, ${staff};
      revoke update, delete, truncate on ${APPEND_ONLY.join(', ')} from ${institution}, ${staff};
      revoke all on ${STAFF_ONLY.join(', ')} from ${institution};
      revoke insert, update, delete on institution, institution_type, institution_flag, user_account, reporting_period,
        acceptance, observation, scheme, evaluation, evaluation_institution, evaluation_figure,
        evaluation_part, evaluation_event, result from ${institution};
    `);

    // Row filters: a missed WHERE under the institution's login returns its own rows, or none.
    const tables = (await runner.query(`
      select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'institution_id'`)) as { name: string }[];
    const own = `nullif(current_setting('app.institution', true), '')::uuid`;
    for (const { name } of [...tables, { name: 'institution' }]) {
      const key = name === 'institution' ? 'id' : 'institution_id';
      // The names of those who accept and publish belong to no institution.
      const condition =
        name === 'user_account' ? `institution_id is null or institution_id = ${own}` : `${key} = ${own}`;
      await runner.query(`
        alter table ${name} enable row level security, force row level security;
        create policy owner on ${name} to current_user using (true) with check (true);
        create policy staff on ${name} to ${staff} using (true) with check (true);
        create policy backup on ${name} for select to ${backup} using (true);
        create policy own on ${name} to ${institution} using (${condition}) with check (${condition});
      `);
    }
    await runner.query(`
      alter table idempotency enable row level security, force row level security;
      create policy owner on idempotency to current_user using (true) with check (true);
      create policy staff on idempotency to ${staff} using (true) with check (true);
      create policy own on idempotency to ${institution} using (actor = current_setting('app.user', true))
        with check (actor = current_setting('app.user', true));
      revoke select on user_account from ${institution};
      grant select (id, name, institution_id) on user_account to ${institution};
    `);
  }

  async down(): Promise<void> {
    throw new Error('the first migration is not undone: restore a backup instead');
  }
}
