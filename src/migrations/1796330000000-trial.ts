import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 对应关系: what the headers of somebody's own sheet mean. Of a trial itself nothing is stored. */
export class Trial1796330000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sheet_mapping (
        id uuid primary key default gen_random_uuid(),
        name text not null unique check (length(name) between 2 and 60),
        -- header, role, metric, unit, period of each column; no figures
        columns jsonb not null check (jsonb_typeof(columns) = 'array'),
        kept_by text not null,
        kept_at timestamptz not null
      );
    `);
    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [staff, backup] = [login('staff'), login('backup')];
    await runner.query(`
      grant select, insert, update, delete on sheet_mapping to ${staff};
      alter table sheet_mapping enable row level security, force row level security;
      create policy owner on sheet_mapping to current_user using (true) with check (true);
      create policy staff on sheet_mapping to ${staff} using (true) with check (true);
      create policy backup on sheet_mapping for select to ${backup} using (true);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sheet_mapping');
  }
}
