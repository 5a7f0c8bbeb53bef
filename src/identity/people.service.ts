import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { type Act, Acts } from '../audit/acts.service.js';
import { type Actor, ROLES, type Role } from '../lifecycle/lifecycle.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { DomainError } from '../problems/problems.js';

/** argon2id with OWASP's first choice: 19 MiB, 2 passes. */
const ARGON = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of nothing anybody knows: an unknown user costs as much as a wrong password. */
const DECOY = hash('no account has this password', ARGON);

export interface NewAccount {
  readonly username: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly institutionId: string | null;
  readonly department: string | null;
  /** null: the account acts in records but cannot sign in. */
  readonly password: string | null;
}

/** Accounts, their dated grants and passwords. */
@Injectable()
export class People {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
  ) {}

  /**
   * The account's id if the password is right.
   * @throws SIGN_IN_FAILED, the same for an unknown user and a wrong password
   */
  async signIn(username: string, password: string): Promise<string> {
    const account = await this.database.transaction(systemActor('sign-in'), (tx) =>
      tx.row<{ id: string; password_hash: string | null }>(
        'select id, password_hash from user_account where username = $1 and disabled_at is null',
        [username],
      ),
    );
    const isRight = await verify(account?.password_hash ?? (await DECOY), password);
    if (!account?.password_hash || !isRight) throw new DomainError('SIGN_IN_FAILED', 401, '用户名或口令不正确');
    return account.id;
  }

  /**
   * Makes an account with its grants.
   * @throws ROLE_UNKNOWN, USERNAME_TAKEN, PASSWORD_SHORT
   */
  add(actor: Actor, account: NewAccount): Promise<string> {
    return this.acts.perform({ action: 'user.add', actor }, (act) => this.addWithin(act, account));
  }

  async addWithin(act: Act, account: NewAccount): Promise<string> {
    const unknown = account.roles.find((role) => !ROLES.includes(role));
    if (unknown !== undefined)
      throw new DomainError('ROLE_UNKNOWN', 422, `没有角色“${unknown}”，可用：${ROLES.join('、')}`);
    const row = await act.tx.row<{ id: string }>(
      `insert into user_account (username, name, password_hash, institution_id, department)
       values ($1, $2, $3, $4, $5) on conflict (username) do nothing returning id`,
      [
        account.username,
        account.name,
        account.password === null ? null : await hash(account.password, ARGON),
        account.institutionId,
        account.department,
      ],
    );
    if (!row) throw new DomainError('USERNAME_TAKEN', 409, `用户名“${account.username}”已存在`);
    await act.tx.run('insert into user_role (user_id, role, granted_by) select $1, unnest($2::text[]), $3', [
      row.id,
      [...account.roles],
      act.actor.id,
    ]);
    act.subject = row.id;
    act.record(null, { username: account.username, roles: account.roles });
    return row.id;
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
    const hashed = await hash(password, ARGON);
    await this.database.transaction(systemActor('sign-in'), (tx) =>
      tx.run('update user_account set password_hash = $2 where username = any($1)', [[...usernames], hashed]),
    );
  }

  /** Display names of account ids, for receipts and traces. */
  static async names(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.rows<{ id: string; name: string }>(
      'select id, name from user_account where id::text = any($1)',
      [[...new Set(ids)]],
    );
    return new Map(rows.map((row) => [row.id, row.name]));
  }
}
