import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import {
  type Actor,
  ADMINISTRATORS,
  INSTITUTION_ROLES,
  ROLE_TITLES,
  ROLES,
  type Role,
} from '../lifecycle/lifecycle.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { DomainError, notFound } from '../problems/problems.js';
import { codeHash, oneTimeCode, Passwords } from './passwords.service.js';
import { Sessions } from './sessions.service.js';

const CODE_DAYS = 7;

export interface NewAccount {
  readonly username: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly institutionId: string | null;
  readonly department: string | null;
  /** null: the account acts in records but cannot sign in, until it gets a one-time code. */
  readonly password: string | null;
  /** When the grants begin; null: now. */
  readonly from?: Date | null;
  /** When they end; null: open. */
  readonly to?: Date | null;
}

/** Told once, on paper; opens nothing but the choice of a password. */
export interface OneTimeCode {
  readonly code: string;
  readonly codeUntil: string;
}

/** Empty or null: none. */
export interface Contact {
  readonly email: string | null;
  readonly phone: string | null;
}

/** An account as its acts see it: locked until the act ends. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly institutionId: string | null;
  readonly department: string | null;
  readonly disabledAt: Date | null;
}

/** Accounts, their dated grants and passwords. */
@Injectable()
export class People {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly passwords: Passwords,
  ) {}

  /**
   * Makes an account with its grants.
   * @throws ROLE_UNKNOWN, ROLE_MISPLACED, ADMINISTRATORS_APART, USERNAME_TAKEN
   */
  add(actor: Actor, account: NewAccount): Promise<string> {
    return this.acts.perform({ action: 'user.create', actor }, (act) => this.addWithin(act, account));
  }

  async addWithin(act: Act, account: NewAccount): Promise<string> {
    const hashed = account.password === null ? null : await this.passwords.hash(account.password);
    const row = await act.tx.row<{ id: string }>(
      `insert into user_account (username, name, password_hash, password_set_at, institution_id, department)
       values ($1, $2, $3, case when $3::text is not null then now() end, $4, $5) on conflict (username) do nothing returning id`,
      [account.username, account.name, hashed, account.institutionId, account.department],
    );
    if (!row) throw new DomainError('USERNAME_TAKEN', 409, `用户名“${account.username}”已存在`);
    await this.grant(act, row.id, account.roles, account.from ?? act.now, account.to ?? null);
    act.subject = row.id;
    act.institutionId = account.institutionId;
    // The name stands in one erasable place, and never in the audit.
    act.record(null, { roles: account.roles, department: account.department });
    return row.id;
  }

  /**
   * Dated grants, in the caller's act.
   * @throws ROLE_UNKNOWN, ROLE_MISPLACED, ROLE_GRANTED, ADMINISTRATORS_APART, GRANT_DATES
   */
  async grant(act: Act, userId: string, roles: readonly Role[], from: Date, to: Date | null): Promise<void> {
    const account = await lockAccount(act.tx, userId);
    const wrong = (code: string, path: string, found: string, expected: string, message: string): never => {
      throw new DomainError(code, 422, message, [{ path, rule: code, found, expected, message }]);
    };
    for (const role of roles) {
      if (!ROLES.includes(role))
        wrong('ROLE_UNKNOWN', 'roles', role, ROLES.join('、'), `没有角色“${role}”，可用：${ROLES.join('、')}`);
      const isInstitution = INSTITUTION_ROLES.includes(role);
      if (isInstitution !== (account.institutionId !== null))
        wrong(
          'ROLE_MISPLACED',
          'roles',
          role,
          isInstitution ? '机构人员' : '财政局或部门人员',
          `${ROLE_TITLES[role]}只能授予${isInstitution ? '机构' : '财政局或部门'}的人员`,
        );
      if (to !== null && to <= from)
        wrong('GRANT_DATES', 'to', to.toISOString(), `晚于 ${from.toISOString()}`, '授权的止期应晚于起期');
      const standing = await act.tx.row(
        `select 1 from user_role where user_id = $1 and role = $2
           and valid_from < coalesce($4::timestamptz, 'infinity') and coalesce(valid_to, 'infinity') > $3`,
        [userId, role, from, to],
      );
      if (standing) throw new DomainError('ROLE_GRANTED', 409, `该用户在此期间已有角色“${ROLE_TITLES[role]}”`);
      await act.tx
        .run('insert into user_role (user_id, role, valid_from, valid_to, granted_by) values ($1, $2, $3, $4, $5)', [
          userId,
          role,
          from,
          to,
          act.actor.id,
        ])
        .catch((error: { code?: string }) => {
          if (error.code !== 'GR001') throw error;
          throw new DomainError(
            'ADMINISTRATORS_APART',
            409,
            `三员分离：${ADMINISTRATORS.map((each) => ROLE_TITLES[each]).join('、')}须由三个人分别担任`,
          );
        });
    }
  }

  /** Where a person is reached. The audit says that it changed, not to what: it is personal data. */
  async setContact(act: Act, userId: string, { email, phone }: Contact): Promise<void> {
    await lockAccount(act.tx, userId);
    await act.tx.run('update user_account set email = $2, phone = $3 where id = $1', [
      userId,
      email || null,
      phone || null,
    ]);
    act.record(null, { email: Boolean(email), phone: Boolean(phone) });
  }

  /** A new one-time code; the old password, the sessions and a lock end with it. */
  async giveCode(act: Act, userId: string, code = oneTimeCode()): Promise<OneTimeCode> {
    const account = await lockAccount(act.tx, userId);
    if (account.disabledAt !== null) throw new DomainError('USER_DISABLED', 409, '账号已停用，请先启用');
    const until = new Date(Date.now() + CODE_DAYS * 86_400_000); // real time, like all of sign-in
    await act.tx.run(
      'update user_account set password_hash = null, password_set_at = null, code_hash = $2, code_until = $3 where id = $1',
      [userId, codeHash(code), until],
    );
    await act.tx.run('delete from sign_in_failure where key = $1', [`account:${account.username}`]);
    await Sessions.endAll(act.tx, userId);
    return { code, codeUntil: until.toISOString() };
  }

  /** Whether anybody has an account. */
  hasAny(): Promise<boolean> {
    return this.database.transaction(
      systemActor('sign-in'),
      async (tx) => (await tx.row('select 1 from user_account limit 1')) !== null,
    );
  }

  /** Sets one password for all of these accounts (the demonstration's, at every start). */
  async setPassword(usernames: readonly string[], password: string): Promise<void> {
    const hashed = await this.passwords.hash(password);
    await this.database.transaction(systemActor('sign-in'), (tx) =>
      tx.run('update user_account set password_hash = $2, password_set_at = now() where username = any($1)', [
        [...usernames],
        hashed,
      ]),
    );
  }

  /** Display names of those who acted, for receipts and traces; what stands on a paper says so (design 7). */
  static async names(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
    const asked = [...new Set(ids)];
    const papers = asked.flatMap((id) => (id.startsWith(ON_BEHALF) ? [id.slice(ON_BEHALF.length)] : []));
    const rows = await tx.rows<{ id: string; name: string }>(
      `select id::text, name from user_account where id::text = any($1)
       union all select '${ON_BEHALF}' || id, person || '（代录，' || paper_number || '）' from on_behalf where id::text = any($2)`,
      [asked, papers],
    );
    return new Map(rows.map((row) => [row.id, row.name]));
  }
}

/** Ids of actors whose act stands on a paper begin so. */
export const ON_BEHALF = 'on-behalf:';

/** The account, held until the act ends. @throws NOT_FOUND, also for an erased one */
export async function lockAccount(tx: Tx, id: string): Promise<Account> {
  const found = await tx.row<Account>(
    `select id, username, name, institution_id as "institutionId", department, disabled_at as "disabledAt"
     from user_account where id = $1 and erased_at is null for update`,
    [id],
  );
  if (!found) throw notFound();
  return found;
}
