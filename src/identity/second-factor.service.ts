import { Injectable } from '@nestjs/common';
import { Secret, TOTP } from 'otpauth';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { DomainError } from '../problems/problems.js';

const PERIOD_SECONDS = 30;
const SIGN_IN = systemActor('sign-in');

const totpOf = (username: string, secret: string): TOTP =>
  new TOTP({
    issuer: '绿评 GreenRank',
    label: username,
    algorithm: 'SHA1', // what every authenticator app can do (RFC 6238)
    digits: 6,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  });

export interface Enrolment {
  /** Base32, to be typed. */
  readonly secret: string;
  /** `otpauth://…`, for a picture that the app reads. */
  readonly uri: string;
}

/** 动态口令 (RFC 6238): six digits of 30 seconds, the step before and after accepted, each code once. Real time. */
@Injectable()
export class SecondFactor {
  constructor(private readonly database: Database) {}

  /** A secret that counts only once a code of it was shown. An enrolled one stays until then. */
  async begin(tx: Tx, userId: string, username: string): Promise<Enrolment> {
    const secret = new Secret({ size: 20 }).base32;
    await tx.run(
      'update user_account set totp_secret = $2, totp_confirmed_at = null, totp_step = null where id = $1 and totp_confirmed_at is null',
      [userId, secret],
    );
    const kept = await tx.row<{ totp_secret: string; enrolled: boolean }>(
      'select totp_secret, totp_confirmed_at is not null as enrolled from user_account where id = $1',
      [userId],
    );
    if (!kept || kept.enrolled)
      throw new DomainError('SECOND_FACTOR_SET', 409, '动态口令已设置；要换一个，请先由安全管理员重置');
    return { secret, uri: totpOf(username, secret).toString() };
  }

  /**
   * Takes a code; the first right one confirms the enrolment. Twenty at once with the same code: one is taken.
   * @throws CODE_WRONG for a wrong code and for one that was used
   */
  async take(userId: string, code: string): Promise<void> {
    const taken = await this.database.transaction(SIGN_IN, async (tx) => {
      const account = await tx.row<{ username: string; totp_secret: string | null }>(
        'select username, totp_secret from user_account where id = $1',
        [userId],
      );
      if (!account?.totp_secret) return false;
      const delta = totpOf(account.username, account.totp_secret).validate({ token: code, window: 1 });
      if (delta === null) return false;
      const step = Math.floor(Date.now() / 1000 / PERIOD_SECONDS) + delta;
      const rows = await tx.run(
        `update user_account set totp_step = $2, totp_confirmed_at = coalesce(totp_confirmed_at, $3)
         where id = $1 and (totp_step is null or totp_step < $2)`,
        [userId, step, tx.now],
      );
      return rows === 1;
    });
    if (!taken) throw new DomainError('CODE_WRONG', 401, '动态口令不正确或已用过，请等下一个');
  }

  static async remove(tx: Tx, userId: string): Promise<void> {
    await tx.run(
      'update user_account set totp_secret = null, totp_confirmed_at = null, totp_step = null where id = $1',
      [userId],
    );
  }
}
