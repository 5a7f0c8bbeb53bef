import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 补录历史: the workbooks that history came from, kept as they came. */
export class Backfill1796331000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table backfill_file (
        id uuid primary key default gen_random_uuid(),
        file_name text not null,
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        content bytea not null,
        -- what the officer said of headers, units and names
        choices jsonb not null,
        reason text not null,
        -- the document that the figures come from
        document text not null,
        sender text not null,
        received_on date not null,
        filings int not null,
        kept_by text not null,
        kept_at timestamptz not null
      );
      create index on backfill_file (kept_at desc, id desc);
    `);
    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [staff, backup] = [login('staff'), login('backup')];
    await runner.query(`
      grant select, insert on backfill_file to ${staff};
      alter table backfill_file enable row level security, force row level security;
      create policy owner on backfill_file to current_user using (true) with check (true);
      create policy staff on backfill_file to ${staff} using (true) with check (true);
      create policy backup on backfill_file for select to ${backup} using (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('history is not undone: restore a backup instead');
  }
}
