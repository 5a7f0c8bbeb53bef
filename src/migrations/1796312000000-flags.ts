import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 处罚与事项: a flag is entered by one person, confirmed by another, withdrawn with a reason, and never deleted. */
export class Flags1796312000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table institution_flag
        add column state text not null default 'confirmed' check (state in ('entered', 'confirmed', 'withdrawn')),
        -- whose word it is
        add column department text not null default 'finance_bureau',
        add column document text not null default '',
        add column attachment_id uuid references attachment,
        add column entered_by text not null default 'system',
        add column entered_at timestamptz not null default now(),
        add column confirmed_by text,
        add column confirmed_at timestamptz,
        add column withdrawn_by text,
        add column withdrawn_at timestamptz,
        add column reason text;
      -- what stood before had no second person, and counted
      update institution_flag set confirmed_by = 'system:before', confirmed_at = entered_at;
      alter table institution_flag
        add constraint confirmed_by_somebody check ((confirmed_by is null) = (confirmed_at is null)),
        add constraint entered_is_open check (state <> 'entered' or (confirmed_at is null and withdrawn_at is null)),
        add constraint confirmed_says_who check (state <> 'confirmed' or confirmed_at is not null),
        add constraint withdrawn_says_why check ((state = 'withdrawn') = (withdrawn_at is not null)
          and (state = 'withdrawn') = (withdrawn_by is not null) and (state = 'withdrawn') = (reason is not null)),
        add constraint second_is_another check (confirmed_by is null or confirmed_by <> entered_by);
      create index on institution_flag (state, entered_at);
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff] = [login('institution'), login('staff')];
    await runner.query(`
      revoke delete on institution_flag from ${staff};
      -- an institution reads what was once confirmed about itself; what is only entered is no one's fault yet
      drop policy own on institution_flag;
      create policy own on institution_flag for select to ${institution}
        using (institution_id = nullif(current_setting('app.institution', true), '')::uuid and confirmed_at is not null);
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was entered about institutions is not undone: restore a backup instead');
  }
}
