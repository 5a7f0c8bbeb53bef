import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import type { Role } from '../lifecycle/lifecycle.js';
import { byStaffLogin, Database, systemActor } from '../platform/database.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';
import { Lockouts } from './lockouts.service.js';
import { codeHash, Passwords } from './passwords.service.js';
import { type Enrolment, SecondFactor } from './second-factor.service.js';
import { type AccountRow, account, actorFrom, BUREAU_ROLES, Sessions } from './sessions.service.js';

const SIGN_IN = systemActor('sign-in');

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Six digits of the second factor. */
  readonly code?: string | undefined;
}

interface SignInRow extends AccountRow {
  readonly password_hash: string | null;
  readonly password_age: number | null;
  readonly code_hash: Buffer | null;
  readonly enrolled: boolean;
  readonly begun: boolean;
}

/** From a name and a password to an account: what every way of signing in shares. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly passwords: Passwords,
    private readonly lockouts: Lockouts,
    private readonly secondFactor: SecondFactor,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The account's id.
   * @throws SIGN_IN_LOCKED, SIGN_IN_FAILED (alike for an unknown name and a wrong password), PASSWORD_TO_SET,
   *   CODE_NEEDED, CODE_WRONG, SECOND_FACTOR_TO_SET, NO_GRANT
   */
  async enter(given: Credentials, address: string): Promise<string> {
    await this.lockouts.attempt(given.username, address);
    const found = await this.identify(given);
    if (found === 'code' || this.isExpired(found)) {
      await this.lockouts.takeBack(given.username, address);
      throw new DomainError(
        'PASSWORD_TO_SET',
        403,
        found === 'code' ? '请用这个一次性代码设置口令' : '口令已超过 90 天，请更换',
      );
    }
    await this.passSecondFactor(found, given.code, address);
    await this.lockouts.succeeded(given.username, address);
    this.refuseWithoutGrant(found);
    return found.id;
  }

  /**
   * Sets a password by the present one or by a one-time code; every session of the account ends.
   * @throws as `enter`, and PASSWORD_WEAK
   */
  async setPassword(given: Credentials & { readonly newPassword: string }, address: string): Promise<void> {
    this.passwords.refuseWeak(given.newPassword, given.username);
    await this.lockouts.attempt(given.username, address);
    const found = await this.identify(given);
    const row = found === 'code' ? await this.find(given.username) : found;
    if (!row) throw failed();
    // A one-time code came from the security administrator; who has a second factor shows that too.
    if (row.enrolled) await this.passSecondFactor(row, given.code, address);
    const hashed = await this.passwords.hash(given.newPassword);
    const actor = byStaffLogin(actorFrom(row));
    await this.acts.perform({ action: 'account.password', actor, subject: row.id }, async (act) => {
      act.institutionId = row.institution_id;
      await act.tx.run(
        'update user_account set password_hash = $2, password_set_at = now(), code_hash = null, code_until = null where id = $1',
        [row.id, hashed],
      );
      await Sessions.endAll(act.tx, row.id);
    });
    await this.lockouts.succeeded(given.username, address);
  }

  /** A second factor for somebody who may not sign in without one. @throws as `enter` */
  async beginSecondFactor(given: Credentials, address: string): Promise<Enrolment> {
    await this.lockouts.attempt(given.username, address);
    const found = await this.identify(given);
    if (found === 'code') throw new DomainError('PASSWORD_TO_SET', 403, '请先用这个一次性代码设置口令');
    await this.lockouts.takeBack(given.username, address);
    return this.database.transaction(SIGN_IN, (tx) => this.secondFactor.begin(tx, found.id, found.username));
  }

  /** The password of somebody who is signed in, asked once more before something that matters. @throws SIGN_IN_FAILED */
  async confirm(username: string, password: string, address: string): Promise<void> {
    await this.lockouts.attempt(username, address);
    const found = await this.identify({ username, password });
    if (found === 'code') throw failed();
    await this.lockouts.takeBack(username, address);
  }

  /** Required for bureau roles outside the demonstration. */
  needsSecondFactor(roles: readonly Role[]): boolean {
    return !this.settings.demo && roles.some((role) => BUREAU_ROLES.includes(role));
  }

  /** @returns `code` when the password is a valid one-time code. @throws SIGN_IN_FAILED */
  private async identify({ username, password }: Credentials): Promise<SignInRow | 'code'> {
    const found = await this.find(username);
    const isRight = await this.passwords.isRight(password, found?.password_hash ?? null);
    if (found && isRight) return found;
    if (found?.code_hash?.equals(codeHash(password))) return 'code';
    throw failed();
  }

  private find(username: string): Promise<SignInRow | null> {
    return this.database.transaction(SIGN_IN, (tx) =>
      tx.row<SignInRow>(
        `${account(
          '$2',
          `, u.password_hash, extract(day from now() - u.password_set_at)::int as password_age,
           case when u.code_until > now() then u.code_hash end as code_hash,
           u.totp_confirmed_at is not null as enrolled, u.totp_secret is not null as begun`,
        )} where u.username = $1 and u.disabled_at is null`,
        [username, tx.now],
      ),
    );
  }

  private isExpired(found: SignInRow): boolean {
    const { maxDays } = this.passwords;
    return maxDays !== null && !this.settings.demo && (found.password_age ?? 0) >= maxDays;
  }

  private async passSecondFactor(found: SignInRow, code: string | undefined, address: string): Promise<void> {
    const isRequired = this.needsSecondFactor(found.roles);
    if (!found.enrolled && !(found.begun && code !== undefined)) {
      if (!isRequired) return;
      await this.lockouts.takeBack(found.username, address);
      throw new DomainError('SECOND_FACTOR_TO_SET', 403, '此角色须设置动态口令后登录');
    }
    if (code === undefined) {
      await this.lockouts.takeBack(found.username, address);
      throw new DomainError('CODE_NEEDED', 401, '请输入动态口令');
    }
    await this.secondFactor.take(found.id, code);
  }

  private refuseWithoutGrant(found: SignInRow): void {
    if (found.roles.length === 0) throw new DomainError('NO_GRANT', 403, '账号目前没有角色，请联系安全管理员');
  }
}

const failed = (): DomainError => new DomainError('SIGN_IN_FAILED', 401, '用户名或口令不正确');
