import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sign-in, dated grants kept apart, tokens, acts on behalf, sealed audit, backups. */
export class PeopleAndProof1795600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table user_account
        add column password_set_at timestamptz,
        -- a one-time code opens nothing but the choice of a password
        add column code_hash bytea,
        add column code_until timestamptz,
        add column totp_secret text,
        add column totp_confirmed_at timestamptz,
        -- the last time step whose code was taken: each code opens once
        add column totp_step bigint,
        -- the subject by which an OIDC provider knows this person
        add column external_id text unique,
        add column erased_at timestamptz;
      update user_account set password_set_at = created_at where password_hash is not null;

      alter table user_role add column ended_by text;
      create index on user_role (role);

      -- Three administrators, three persons (GB/T 22239-2019 8.1.5), also when two grants meet.
      create function keep_administrators_apart() returns trigger language plpgsql as $$
      begin
        if new.role not in ('security_admin', 'system_admin', 'auditor') then return new; end if;
        perform 1 from user_account where id = new.user_id for update;
        if exists (
          select 1 from user_role r where r.user_id = new.user_id and r.role <> new.role
            and r.role in ('security_admin', 'system_admin', 'auditor')
            and r.valid_from < coalesce(new.valid_to, 'infinity') and new.valid_from < coalesce(r.valid_to, 'infinity'))
        then raise exception 'the three administrators are three persons' using errcode = 'GR001'; end if;
        return new;
      end $$;
      create trigger keep_administrators_apart before insert or update on user_role
        for each row execute function keep_administrators_apart();

      alter table session
        add column id uuid not null default gen_random_uuid() unique,
        add column agent text not null default '',
        add column minute timestamptz not null default now(),
        add column requests int not null default 0;

      create table sign_in_failure (
        -- account:NAME or address:IP
        key text primary key,
        failures int not null,
        last_at timestamptz not null,
        locked_until timestamptz
      );

      create table api_token (
        id uuid primary key default gen_random_uuid(),
        user_id uuid not null references user_account,
        name text not null,
        token_hash bytea not null unique,
        -- resource:action of the table of rights
        scopes text[] not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        used_at timestamptz,
        minute timestamptz not null default now(),
        requests int not null default 0
      );
      create index on api_token (user_id);

      create table attachment (
        id uuid primary key default gen_random_uuid(),
        institution_id uuid references institution,
        file_name text not null,
        media_type text not null,
        sha256 text not null,
        content bytea not null,
        uploaded_by text not null,
        uploaded_at timestamptz not null
      );
      alter table attachment alter column content set storage external;

      create table on_behalf (
        id uuid primary key default gen_random_uuid(),
        action text not null,
        subject text not null,
        subject_title text not null,
        body jsonb not null,
        -- whose act it is: a role, and the institution or department that holds it
        role text not null,
        institution_id uuid references institution,
        department text,
        person text not null,
        paper_number text not null,
        paper_date date not null,
        scan_id uuid not null references attachment,
        recorded_by text not null,
        recorded_at timestamptz not null,
        state text not null default 'recorded' check (state in ('recorded', 'confirmed', 'refused')),
        decided_by text,
        decided_at timestamptz,
        reason text,
        check (decided_by is null or decided_by <> recorded_by)
      );
      create index on on_behalf (state, recorded_at);

      -- The key that salts what a redacted bundle does not tell (reliability 3.12).
      create table evaluation_key (
        evaluation_id uuid primary key references evaluation,
        key bytea not null
      );

      create table backup_run (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        file text not null,
        bytes bigint,
        rows bigint,
        root text,
        error text
      );

      -- Nobody checks his own work, whatever the program says.
      alter table revision add constraint maker_is_not_checker check (filed_by <> signed_by);
      alter table evaluation add constraint starter_is_not_verifier check (verified_by is null or verified_by <> started_by);
      alter table scheme add constraint author_is_not_reviewer check (reviewed_by is null or reviewed_by <> created_by);

      -- When it was really written, by the database's clock: entries carry business time. Only the watch over
      -- sealing reads it; it stands in no leaf and proves nothing.
      alter table audit.entry add column written_at timestamptz not null default clock_timestamp();
      create table audit.leaf (
        seq bigint primary key,
        entry_id bigint not null unique references audit.entry,
        leaf bytea not null
      );
      create table audit.seal (
        batch bigint primary key,
        last_seq bigint not null unique,
        last_id bigint not null,
        size int not null,
        root bytea not null,
        at timestamptz not null
      );
      create index on audit.seal (at);
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    await runner.query(`
      grant select, insert, update, delete on sign_in_failure, api_token, on_behalf to ${staff};
      grant select, insert on attachment, evaluation_key to ${staff};
      grant select, insert, update on backup_run to ${staff};
      grant usage on all sequences in schema public to ${staff};
      grant select, insert on audit.leaf, audit.seal to ${staff};
      grant select on sign_in_failure, api_token, attachment, on_behalf, evaluation_key, backup_run, audit.leaf, audit.seal to ${backup};
      -- an institution's receipt names the root that stood when it was given
      grant select on audit.seal to ${institution};
      -- a backup is whole or it is refused: every table and sequence, also those that later migrations make
      grant select on all sequences in schema public, audit to ${backup};
      alter default privileges in schema public, audit grant select on tables to ${backup};
      alter default privileges in schema public, audit grant select on sequences to ${backup};
      create policy backup on idempotency for select to ${backup} using (true);
    `);
    const own = `institution_id = nullif(current_setting('app.institution', true), '')::uuid`;
    for (const name of ['attachment', 'on_behalf'])
      await runner.query(`
        alter table ${name} enable row level security, force row level security;
        create policy owner on ${name} to current_user using (true) with check (true);
        create policy staff on ${name} to ${staff} using (true) with check (true);
        create policy backup on ${name} for select to ${backup} using (true);
        create policy own on ${name} for select to ${institution} using (${own});
        grant select on ${name} to ${institution};
      `);
  }

  async down(): Promise<void> {
    throw new Error('what was signed and sealed is not undone: restore a backup instead');
  }
}
