import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is told: messages, their mails, contacts; and the ladder of chasing: reminders, calls, formal notices, closing. */
export class Notices1796200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table user_account add column email text, add column phone text;

      create table notice (
        id uuid primary key default gen_random_uuid(),
        user_id uuid not null references user_account,
        -- of the person told: key of the row filter
        institution_id uuid references institution,
        kind text not null check (kind ~ '^[a-z][a-z_-]{1,30}$'),
        title text not null,
        -- one sentence, goes into the mail too
        todo text not null,
        -- for the page alone: a mail holds no figures and no reasons
        body text not null default '',
        -- a path of our own pages
        link text not null check (link ~ '^/[^/\\\\]'),
        created_by text not null,
        created_at timestamptz not null,
        read_at timestamptz
      );
      create index on notice (user_id, created_at desc, id desc);
      create index unread_notice on notice (user_id) where read_at is null;
      create table notice_mail (
        notice_id uuid primary key references notice,
        state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
        -- claims − unsent: how many may have reached a mailbox; never above 2
        claims int not null default 0,
        unsent int not null default 0,
        -- real time, like all of the queue
        claimed_until timestamptz,
        next_at timestamptz not null default now(),
        error text,
        queued_at timestamptz not null default now(),
        ended_at timestamptz,
        check (claims - unsent between 0 and 2),
        check ((state = 'queued') = (ended_at is null))
      );
      create index on notice_mail (state, queued_at);

      alter table obligation add column closed_once boolean not null default false;

      create table reminder (
        id uuid primary key default gen_random_uuid(),
        obligation_id uuid not null references obligation,
        -- hand, or the day against the due date: -5, 0, +1
        step text not null check (step = 'hand' or step ~ '^(0|[-+][1-9][0-9]{0,2})$'),
        due timestamptz not null,
        -- in Shanghai
        day date not null,
        -- somebody asked for a second one on the same day
        again boolean not null default false,
        words text not null check (words in ('untouched', 'half_done', 'to_sign', 'returned')),
        -- how many persons; 0: reminded that day already
        told int not null,
        sent_by text not null,
        sent_at timestamptz not null
      );
      create unique index one_automatic_reminder on reminder (obligation_id, step, due) where step <> 'hand';
      create unique index one_reminder_a_day on reminder (obligation_id, day) where told > 0 and not again;
      -- the job of a day exists once, however many programs look at the clock
      create table reminder_day (day date primary key, begun_at timestamptz not null);
      create table call_log (
        id uuid primary key default gen_random_uuid(),
        obligation_id uuid not null references obligation,
        called_by text not null,
        whom text not null,
        said text not null,
        promised date,
        called_at timestamptz not null,
        logged_at timestamptz not null
      );
      create index on call_log (obligation_id, called_at);
      create table formal_notice (
        id uuid primary key default gen_random_uuid(),
        obligation_id uuid not null references obligation,
        -- 文号, given by the officer
        number text not null unique,
        -- what it asks for, and until when
        until timestamptz not null,
        -- as printed: names and titles of that day
        facts jsonb not null,
        issued_by text not null,
        issued_at timestamptz not null
      );
      create index on formal_notice (obligation_id);

      -- The one way to tell somebody something, from either login: an institution's act tells its own people and staff.
      create function tell(p_users uuid[], p_roles text[], p_institution uuid, p_department text, p_now timestamptz,
        p_kind text, p_title text, p_todo text, p_body text, p_link text, p_mail boolean)
      returns table (notice_id uuid, user_id uuid, name text, mailed boolean)
      language plpgsql security definer set search_path = public, pg_temp as $$
      #variable_conflict use_column
      declare own uuid := nullif(current_setting('app.institution', true), '')::uuid;
      begin
        return query
        with whom as (
          select u.id, u.institution_id, u.name, u.email from user_account u
          where u.disabled_at is null and u.erased_at is null and (own is null or u.institution_id is null or u.institution_id = own)
            and (u.id = any(p_users) or (
              u.institution_id is not distinct from p_institution and (p_department is null or u.department = p_department)
              and exists (select 1 from user_role r where r.user_id = u.id and r.role = any(p_roles)
                and r.valid_from <= p_now and (r.valid_to is null or r.valid_to > p_now))))
          order by u.id
        ), told as (
          insert into notice (user_id, institution_id, kind, title, todo, body, link, created_by, created_at)
          select w.id, w.institution_id, p_kind, p_title, p_todo, p_body, p_link, current_setting('app.user', true), p_now from whom w
          returning id, user_id
        ), mails as (
          insert into notice_mail (notice_id)
          select t.id from told t join whom w on w.id = t.user_id where p_mail and w.email is not null
          returning notice_id
        ), jobs as (
          insert into outbox (queue, kind, payload) select 'notices', 'mail', jsonb_build_object('notice', notice_id) from mails
        )
        select t.id, t.user_id, w.name, m.notice_id is not null
        from told t join whom w on w.id = t.user_id left join mails m on m.notice_id = t.id order by w.name, t.id;
      end $$;
      revoke all on function tell from public;
    `);

    const [{ owner }] = (await runner.query('select current_user as owner')) as [{ owner: string }];
    const login = (kind: string): string => `"${`${owner}_${kind}`.replaceAll('"', '""')}"`;
    const [institution, staff, backup] = [login('institution'), login('staff'), login('backup')];
    await runner.query(`
      grant execute on function tell to ${institution}, ${staff};
      grant select, update (read_at) on notice to ${institution}, ${staff};
      grant select, update on notice_mail to ${staff};
      grant select, insert on reminder, reminder_day, call_log, formal_notice to ${staff};
      alter table notice enable row level security, force row level security;
      create policy owner on notice to current_user using (true) with check (true);
      create policy staff on notice to ${staff} using (true) with check (true);
      create policy backup on notice for select to ${backup} using (true);
      -- of the own institution, and of those the reader's own
      create policy own on notice to ${institution}
        using (institution_id = nullif(current_setting('app.institution', true), '')::uuid
          and user_id::text = current_setting('app.user', true));
    `);
  }

  async down(): Promise<void> {
    throw new Error('what people were told is not untold: restore a backup instead');
  }
}
