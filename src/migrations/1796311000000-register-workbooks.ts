import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The register by workbook: files with their preview, contacts of institutions, accounts that are asked for. */
export class RegisterWorkbooks1796311000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table register_file (
        id uuid primary key default gen_random_uuid(),
        file_name text not null,
        sha256 text not null,
        content bytea not null,
        state text not null default 'previewed' check (state in ('previewed', 'committed')),
        -- as it was read, and what it came to then
        reading jsonb not null,
        planned jsonb not null,
        problems jsonb not null,
        counts jsonb not null,
        answer jsonb,
        uploaded_by text not null,
        uploaded_at timestamptz not null,
        committed_by text,
        committed_at timestamptz,
        check ((state = 'committed') = (committed_at is not null) and (committed_by is null) = (committed_at is null))
      );
      alter table register_file alter column content set storage external;
      create index on register_file (uploaded_at);

      -- whom to call; personal data, so the audit says only that it changed
      create table institution_contact (
        institution_id uuid primary key references institution,
        name text,
        phone text,
        email text,
        set_by text not null,
        set_at timestamptz not null
      );

      -- an officer asks for accounts, a security administrator makes them
      create table account_request (
        id uuid primary key default gen_random_uuid(),
        institution_id uuid not null references institution,
        username text not null,
        name text not null,
        roles text[] not null,
        asked_in text not null,
        asked_by text not null,
        asked_at timestamptz not null,
        state text not null default 'asked' check (state in ('asked', 'made', 'refused')),
        decided_by text,
        decided_at timestamptz,
        reason text,
        check ((state = 'asked') = (decided_at is null) and (decided_by is null) = (decided_at is null)),
        check ((state = 'refused') = (reason is not null))
      );
      create unique index one_open_account_request on account_request (username) where state = 'asked';
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    await runner.query(`
      grant select, insert, update on register_file, institution_contact, account_request to ${staff};
      grant select on institution_contact to ${institution};
    `);
    for (const table of ['register_file', 'institution_contact', 'account_request'])
      await runner.query(`
        alter table ${table} enable row level security, force row level security;
        create policy owner on ${table} to current_user using (true) with check (true);
        create policy staff on ${table} to ${staff} using (true) with check (true);
        create policy backup on ${table} for select to ${backup} using (true);
      `);
    await runner.query(`
      create policy own on institution_contact for select to ${institution}
        using (institution_id = nullif(current_setting('app.institution', true), '')::uuid)
    `);
  }

  async down(): Promise<void> {
    throw new Error('the register is not undone: restore a backup instead');
  }
}
