import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An evaluation may be published by grades alone. */
export class Publication1796340000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table evaluation add column ranks boolean not null default true;
      comment on column evaluation.ranks is '公布名次；false：只公布等次';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table evaluation drop column ranks');
  }
}
