import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The register as workbooks know it: aliases by which they call an institution. */
export class Register1796310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table institution_alias (
        institution_id uuid not null references institution,
        alias text not null unique,
        -- as names are compared (src/institutions/institution-name.ts)
        folded text not null unique,
        learned_from text not null,
        added_by text not null,
        added_at timestamptz not null
      );
      create index on institution_alias (institution_id);
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    await runner.query(`
      grant select, insert, delete on institution_alias to ${staff};
      grant select on institution_alias to ${institution};
      alter table institution_alias enable row level security, force row level security;
      create policy owner on institution_alias to current_user using (true) with check (true);
      create policy staff on institution_alias to ${staff} using (true) with check (true);
      create policy backup on institution_alias for select to ${backup} using (true);
      create policy own on institution_alias for select to ${institution}
        using (institution_id = nullif(current_setting('app.institution', true), '')::uuid);
    `);
  }

  async down(): Promise<void> {
    throw new Error('the register is not undone: restore a backup instead');
  }
}
