import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The life of a scheme's version: consulted on, reviewed, issued with a number, retired; its text never changes. */
export class SchemeLife1795800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table scheme drop constraint scheme_state_check;
      alter table scheme
        add constraint scheme_state_check check (state in ('draft','consultation','reviewed','issued','retired')),
        add column life_version int not null default 1,
        add column reviewed_at timestamptz,
        add column opens_on date,
        add column closes_on date,
        add column consulted_whom text,
        add column document_number text,
        add column effective_from date,
        add column effective_to date,
        add column issued_by text,
        add column issued_at timestamptz,
        add column retired_by text,
        add column retired_at timestamptz,
        add column retire_reason text,
        add constraint consultation_lasts check (opens_on <= closes_on),
        add constraint effect_lasts check (effective_from <= effective_to),
        add constraint issued_is_numbered
          check (state <> 'issued' or (document_number is not null and effective_from is not null and reviewed_by is not null)),
        add constraint retired_has_a_reason check (state <> 'retired' or retire_reason is not null);

      create table scheme_reply (
        id uuid primary key default gen_random_uuid(),
        code text not null,
        version int not null,
        "from" text not null,
        received_on date not null,
        content text not null,
        outcome text check (outcome in ('adopted','partly','declined')),
        reason text,
        edit_version int not null default 1,
        recorded_by text not null,
        recorded_at timestamptz not null,
        settled_by text,
        settled_at timestamptz,
        foreign key (code, version) references scheme (code, version),
        check ((outcome is null) = (reason is null) and (outcome is null) = (settled_by is null))
      );
      create index on scheme_reply (code, version, recorded_at, id);

      -- What was in force of the scheme when the evaluation started, and what it was warned of.
      alter table evaluation
        add column document_number text,
        add column effective_from date,
        add column effective_to date,
        add column scheme_warnings jsonb not null default '[]';

      -- The text that people were consulted on, that was reviewed, that ranked somebody, is the text that stands here.
      create function scheme_text_stands() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' or (old.code, old.version, old.title, old.cadence, old.register, old.document, old.created_by, old.created_at)
          is distinct from (new.code, new.version, new.title, new.cadence, new.register, new.document, new.created_by, new.created_at)
        then raise exception 'the text of scheme %@% never changes: make another version', old.code, old.version;
        end if;
        return new;
      end $$;
      create trigger scheme_text_stands before update or delete on scheme for each row execute function scheme_text_stands();
    `);
    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const staff = `"${`${owner}_staff`.replaceAll('"', '""')}"`;
    await runner.query(`
      grant select, insert, update on scheme_reply to ${staff};
      revoke delete on scheme from ${staff};
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was consulted on and issued is not undone: restore a backup instead');
  }
}
