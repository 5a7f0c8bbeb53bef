import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The bureau's own: no institution's login sees them. */
const BUREAU = ['intake_batch', 'intake_file', 'intake_issue', 'stamped_page'];

/** 收表: workbooks that came by chat group or on paper, and the revisions that were made of them; 盖章页. */
export class Intake1796320000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- How the figures came in, as far as known.
      alter table revision add column channel text not null default 'grid'
        check (channel in ('grid', 'import', 'api', 'file'));

      create table receiving (
        revision_id uuid primary key references revision,
        institution_id uuid not null references institution,
        -- the original, in intake_file or wherever the receiving feature keeps it
        file_id uuid not null,
        file_name text not null,
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        -- who sent it, as the officer wrote it down
        sender text not null,
        received_on date not null,
        note text not null default '',
        received_by text not null,
        received_at timestamptz not null
      );
      create index on receiving (sha256);
      -- Who received it does not accept it, whatever the program says.
      create function receiver_is_not_acceptor() returns trigger language plpgsql set search_path = public, pg_temp as $$
      begin
        if exists (select 1 from receiving r where r.revision_id = new.revision_id and r.received_by = new.accepted_by) then
          raise exception 'the receiver may not accept' using errcode = 'check_violation', constraint = 'receiver_is_not_acceptor';
        end if;
        return new;
      end $$;
      create trigger receiver_is_not_acceptor before insert or update on acceptance
        for each row execute function receiver_is_not_acceptor();

      create table intake_batch (
        id uuid primary key default gen_random_uuid(),
        period char(6) not null check (period ~ '^[0-9]{4}Q[1-4]$'),
        -- what was dropped: a folder, a zip, files
        title text not null,
        made_by text not null,
        made_at timestamptz not null
      );
      create index on intake_batch (made_at desc, id desc);
      create table intake_file (
        id uuid primary key default gen_random_uuid(),
        batch_id uuid not null references intake_batch,
        no int not null,
        file_name text not null,
        sha256 text not null,
        content bytea not null,
        -- waiting: not read yet; good 可收, faulty 有问题, unfit 不符
        state text not null default 'waiting' check (state in ('waiting', 'good', 'faulty', 'unfit', 'received')),
        -- one sentence for the list
        why text not null default '',
        -- by what the institution was known: template, uscc, name, former, alias; or named by the officer
        known_by text,
        institution_id uuid references institution,
        form text,
        form_version int,
        period text,
        -- what the hidden sheet of a template says
        template jsonb,
        -- code → {value, state}, plain decimals as texts
        figures jsonb,
        -- rules that ask for an explanation: open for the reviewer
        flags jsonb not null default '[]',
        sender text not null default '',
        received_on date not null,
        note text not null default '',
        revision_id uuid references revision,
        unique (batch_id, no),
        check ((state = 'received') = (revision_id is not null))
      );
      alter table intake_file alter column content set storage external;
      create index on intake_file (sha256);
      create table intake_issue (
        file_id uuid not null references intake_file,
        no int not null,
        code text not null,
        severity text not null check (severity in ('problem', 'warning')),
        sheet text not null,
        line int,
        "column" text,
        cell text,
        raw text not null,
        message text not null,
        expected text not null,
        primary key (file_id, no)
      );

      create table stamped_page (
        revision_id uuid primary key references revision,
        institution_id uuid not null references institution,
        received_on date not null,
        -- who brought it, and who signed it, in the officer's words
        note text not null default '',
        scan_id uuid references attachment,
        recorded_by text not null,
        recorded_at timestamptz not null
      );
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    for (const table of ['receiving', ...BUREAU])
      await runner.query(`
        grant select, insert, update, delete on ${table} to ${staff};
        alter table ${table} enable row level security, force row level security;
        create policy owner on ${table} to current_user using (true) with check (true);
        create policy staff on ${table} to ${staff} using (true) with check (true);
        create policy backup on ${table} for select to ${backup} using (true);
      `);
    await runner.query(`
      -- what was received stays as it is
      revoke update, delete on receiving, intake_batch from ${staff};
      revoke delete on intake_file, stamped_page from ${staff};
      -- an institution sees which of its revisions came from a file
      grant select on receiving to ${institution};
      create policy own on receiving for select to ${institution}
        using (institution_id = nullif(current_setting('app.institution', true), '')::uuid);
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was received is not given back: restore a backup instead');
  }
}
