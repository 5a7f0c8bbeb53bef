import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A backup reads every table in the order of its key: that of the aliases is the name as it is compared. */
export class AliasKey1796350000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table institution_alias drop constraint institution_alias_folded_key, add primary key (folded)`);
  }

  async down(): Promise<void> {
    throw new Error('the register is not undone: restore a backup instead');
  }
}
