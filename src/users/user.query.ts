import { Injectable } from '@nestjs/common';
import { departments, departmentTitle } from '../identity/departments.js';
import { type Actor, ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';
import { byStaffLogin, Database, instant, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound } from '../problems/problems.js';
import { type Coverage, coverage, type Holder } from './coverage.js';
import { type UserAction, userActions } from './user-actions.js';

export interface UserView {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly institution: { readonly uscc: string; readonly name: string } | null;
  readonly department: { readonly code: string; readonly title: string } | null;
  /** Those that hold now or will; `to` null: open. */
  readonly grants: readonly {
    readonly role: Role;
    readonly title: string;
    readonly from: string;
    readonly to: string | null;
  }[];
  readonly state: 'active' | 'disabled' | 'erased';
  readonly secondFactor: boolean;
  readonly hasPassword: boolean;
  readonly email: string | null;
  readonly phone: string | null;
  /** Until when a one-time code may be used; null: none is out. */
  readonly codeUntil: string | null;
  readonly lockedUntil: string | null;
  readonly lastSeenAt: string | null;
  readonly actions: readonly UserAction[];
}

export interface Units {
  readonly institutions: readonly { readonly uscc: string; readonly name: string }[];
  readonly departments: readonly { readonly code: string; readonly title: string }[];
}

type UserRow = Omit<UserView, 'department' | 'grants' | 'actions'> & {
  readonly institutionId: string | null;
  readonly department: string | null;
  readonly grants: readonly { readonly role: Role; readonly from: string; readonly to: string | null }[];
};

export interface UserFilter extends PageQuery {
  readonly q?: string | undefined;
  readonly role?: Role | undefined;
  readonly institution?: string | undefined;
  readonly state?: UserView['state'] | undefined;
}

const USER = `
  select u.id, u.username, u.name, u.institution_id as "institutionId", u.department,
    case when i.id is not null then json_build_object('uscc', i.uscc, 'name', i.name) end as institution,
    case when u.erased_at is not null then 'erased' when u.disabled_at is not null then 'disabled' else 'active' end as state,
    u.totp_confirmed_at is not null as "secondFactor", u.password_hash is not null as "hasPassword", u.email, u.phone,
    ${instant('case when u.code_until > now() then u.code_until end')} as "codeUntil",
    (select ${instant('f.locked_until')} from sign_in_failure f
      where f.key = 'account:' || u.username and f.locked_until > now()) as "lockedUntil",
    (select ${instant('max(s.seen_at)')} from session s where s.user_id = u.id) as "lastSeenAt",
    coalesce((select json_agg(json_build_object('role', r.role, 'from', ${instant('r.valid_from')}, 'to', ${instant('r.valid_to')}) order by r.role, r.valid_from)
      from user_role r where r.user_id = u.id and (r.valid_to is null or r.valid_to > $1)), '[]') as grants
  from user_account u left join institution i on i.id = u.institution_id`;

/** Accounts as those see them who keep them: all, or for a checker those of the own institution. */
@Injectable()
export class UserQuery {
  constructor(private readonly database: Database) {}

  list(actor: Actor, filter: UserFilter): Promise<Page<UserView>> {
    const { q, role, institution, state } = filter;
    const list = `users:${JSON.stringify([q, role, institution, state])}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(byStaffLogin(actor), async (tx) => {
      const rows = await tx.rows<UserRow>(
        `${USER}
         where ($2::uuid is null or u.institution_id = $2) and ($3::text is null or u.username > $3)
           and ($4::text is null or position(lower($4) in lower(u.username)) > 0 or position($4 in u.name) > 0)
           and ($5::text is null or exists (select 1 from user_role r where r.user_id = u.id and r.role = $5
             and r.valid_from <= $1 and (r.valid_to is null or r.valid_to > $1)))
           and ($6::text is null or i.uscc = $6)
           and ($7::text is null or $7 = case when u.erased_at is not null then 'erased' when u.disabled_at is not null then 'disabled' else 'active' end)
         order by u.username limit $8`,
        [
          tx.now,
          actor.institutionId,
          request.after?.[0] ?? null,
          q ?? null,
          role ?? null,
          institution ?? null,
          state ?? null,
          request.limit + 1,
        ],
      );
      const page = pageOf(rows, request, list, (row) => [row.username]);
      return { items: page.items.map((row) => viewOf(row, actor)), next: page.next };
    });
  }

  one(actor: Actor, id: string): Promise<UserView> {
    return this.database.transaction(byStaffLogin(actor), (tx) => this.view(tx, actor, id));
  }

  /** @throws NOT_FOUND for what is absent or not the actor's */
  async view(tx: Tx, actor: Actor, id: string): Promise<UserView> {
    const row = await tx.row<UserRow>(`${USER} where u.id = $2 and ($3::uuid is null or u.institution_id = $3)`, [
      tx.now,
      id,
      actor.institutionId,
    ]);
    if (!row) throw notFound();
    return viewOf(row, actor);
  }

  /** Where a new account may belong: every institution of the district and every department; for a checker the own one. */
  units(actor: Actor): Promise<Units> {
    return this.database.transaction(byStaffLogin(actor), async (tx) => ({
      institutions: await tx.rows<{ uscc: string; name: string }>(
        `select uscc, name from institution where register = 'district' and ($1::uuid is null or id = $1) order by name`,
        [actor.institutionId],
      ),
      departments: actor.institutionId === null ? departments() : [],
    }));
  }

  /** 谁能办: every act, who is there to do it, what is missing. */
  coverage(actor: Actor): Promise<Coverage[]> {
    return this.database.transaction(actor, async (tx) => {
      const holders = await tx.rows<Holder>(
        `select u.id, u.name, i.name as institution, json_agg(distinct r.role) as roles
         from user_account u join user_role r on r.user_id = u.id left join institution i on i.id = u.institution_id
         where u.disabled_at is null and r.valid_from <= $1 and (r.valid_to is null or r.valid_to > $1)
         group by u.id, u.name, i.name order by u.username`,
        [tx.now],
      );
      const owing = await tx.rows<{ name: string }>(
        `select i.name from institution i where i.register = 'district' and exists (
           select 1 from institution_type t where t.institution_id = i.id and t.valid_from <= $1 and (t.valid_to is null or t.valid_to >= $1))
         order by i.uscc`,
        [tx.now],
      );
      return coverage(
        holders,
        owing.map(({ name }) => name),
      );
    });
  }
}

function viewOf({ institutionId, department, grants, ...row }: UserRow, actor: Actor): UserView {
  const roles = grants.map(({ role }) => role);
  return {
    ...row,
    department: department === null ? null : { code: department, title: departmentTitle(department) },
    grants: grants.map((grant) => ({ ...grant, title: ROLE_TITLES[grant.role] })),
    actions: userActions(actor, { id: row.id, institutionId, roles, state: row.state }),
  };
}
