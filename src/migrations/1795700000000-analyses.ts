import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Robustness of computed evaluations: the job, the interval of each institution, what is found over all of them. */
export class Analyses1795700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table analysis (
        id uuid primary key default gen_random_uuid(),
        evaluation_id uuid not null references evaluation,
        replications int not null,
        weights numeric(8,6) not null,
        seed bigint not null,
        state text not null check (state in ('queued', 'running', 'computed', 'failed', 'cancelled')),
        -- the fence: a worker stores only while the epoch is the one it claimed
        epoch int not null default 0,
        -- rises with everything that whoever follows it is told
        version int not null default 0,
        step text not null default '',
        done int not null default 0,
        total int not null default 0,
        error text,
        requested_by text not null,
        requested_at timestamptz not null,
        computed_at timestamptz,
        -- the same question has the same answer
        unique (evaluation_id, replications, weights, seed)
      );
      create table analysis_interval (
        analysis_id uuid not null references analysis,
        institution_id uuid not null references institution,
        position int not null,
        interval jsonb not null,
        primary key (analysis_id, institution_id)
      );
      -- what names several institutions at once: for staff
      create table analysis_finding (
        analysis_id uuid not null references analysis,
        kind text not null check (kind in ('next', 'indicator', 'reversal')),
        position int not null,
        finding jsonb not null,
        primary key (analysis_id, kind, position)
      );
    `);
    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    await runner.query(`
      grant select, insert, update, delete on analysis, analysis_interval, analysis_finding to ${staff};
      grant select on analysis, analysis_interval to ${institution};
      alter table analysis_interval enable row level security, force row level security;
      create policy owner on analysis_interval to current_user using (true) with check (true);
      create policy staff on analysis_interval to ${staff} using (true) with check (true);
      create policy backup on analysis_interval for select to ${backup} using (true);
      create policy own on analysis_interval for select to ${institution}
        using (institution_id = nullif(current_setting('app.institution', true), '')::uuid);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table analysis_finding, analysis_interval, analysis');
  }
}
