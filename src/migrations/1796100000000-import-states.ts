import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = `('value', 'blank', 'not_applicable', 'not_available')`;

/** Templates bring 不适用 and 暂缺; an import can be taken back. */
export class ImportStates1796100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table import_row
        add column before_state text not null default 'value' check (before_state in ${STATES}),
        add column after_state text not null default 'value' check (after_state in ${STATES}),
        -- what the cell goes back to when the import is undone
        add column before_source text;
      update import_row set before_state = 'blank' where before is null;
      update import_row set after_state = 'blank' where after is null;
      alter table import_row
        add constraint before_has_its_state check ((before is not null) = (before_state = 'value')),
        add constraint after_has_its_state check ((after is not null) = (after_state = 'value'));
      alter table import
        drop constraint import_state_check,
        add constraint import_state_check check (state in ('previewed', 'committed', 'undone')),
        add column committed_at timestamptz,
        -- whether blank cells cleared figures
        add column cleared boolean not null default false,
        add column undone_at timestamptz,
        add column undo_answer json,
        -- by place number of its rows: the form, and once committed the filing
        add column places jsonb not null default '[]',
        -- what a template said of itself: form, version, filer, period
        add column template jsonb;
      create index on import (created_at desc, id desc);
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was imported is not undone: restore a backup instead');
  }
}
