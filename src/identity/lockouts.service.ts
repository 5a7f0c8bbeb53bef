import { Injectable } from '@nestjs/common';
import { Database, systemActor } from '../platform/database.service.js';
import { DomainError } from '../problems/problems.js';

/** The fifth failure of an account locks it for a minute, each further one twice as long, up to 15. */
const ACCOUNT_FAILURES = 5;
/** An office behind one address has many people who mistype. */
const ADDRESS_FAILURES = 50;
const LONGEST_MINUTES = 15;

const SIGN_IN = systemActor('sign-in');

/**
 * Failures of sign-in by account and by address, in the database: all processes count together. Real time, never
 * GREENRANK_NOW. A name that has no account is counted too, so that a lock tells nothing.
 */
@Injectable()
export class Lockouts {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before it is looked at, so that twenty at once are no more than five one after the other;
   * `takeBack` or `succeeded` follow when it was none.
   * @throws SIGN_IN_LOCKED with `retry-after` in seconds
   */
  async attempt(username: string, address: string): Promise<void> {
    const wait = await this.database.transaction(SIGN_IN, async (tx) => {
      for (const { key, allowed, kept } of keysOf(username, address)) {
        const counted = await tx.rows(
          `insert into sign_in_failure as f (key, failures, last_at) values ($1, 1, now())
           on conflict (key) do update set
             failures = ${kept} + 1,
             last_at = now(),
             locked_until = case when ${kept} + 1 >= $2
               then now() + make_interval(mins => least(${LONGEST_MINUTES}, power(2, least(${kept} + 1 - $2, 10)))::int) end
           where f.locked_until is null or f.locked_until <= now()
           returning 1`,
          [key, allowed],
        );
        if (counted.length > 0) continue;
        const locked = await tx.row<{ seconds: number }>(
          'select greatest(1, ceil(extract(epoch from locked_until - now())))::int as seconds from sign_in_failure where key = $1',
          [key],
        );
        return locked?.seconds ?? 1;
      }
      return null;
    });
    if (wait !== null)
      throw new DomainError('SIGN_IN_LOCKED', 429, `连续登录未成功，请在 ${inWords(wait)}后再试`, [], {
        'retry-after': String(wait),
      });
  }

  /** The attempt was no failure, but nobody is in yet: what was counted before stays. */
  async takeBack(username: string, address: string): Promise<void> {
    await this.database.transaction(SIGN_IN, async (tx) => {
      for (const { key, allowed } of keysOf(username, address))
        await tx.run(
          `update sign_in_failure set failures = greatest(0, failures - 1),
             locked_until = case when failures - 1 >= $2 then locked_until end where key = $1`,
          [key, allowed],
        );
    });
  }

  /** Somebody is in: his failures are forgotten, those of others from his address are not. */
  async succeeded(username: string, address: string): Promise<void> {
    await this.takeBack(username, address);
    await this.database.transaction(SIGN_IN, (tx) =>
      tx.run('delete from sign_in_failure where key = $1', [`account:${username}`]),
    );
  }
}

const inWords = (seconds: number): string => (seconds < 90 ? `${seconds} 秒` : `${Math.ceil(seconds / 60)} 分钟`);

/** What still counts of earlier failures: of an account all for an hour, of an address one less each minute. */
const KEPT = {
  account: `case when f.last_at < now() - interval '1 hour' then 0 else f.failures end`,
  address: 'greatest(0, f.failures - floor(extract(epoch from now() - f.last_at) / 60)::int)',
};

/** Always in this order: two sign-ins that lock both rows must not wait for each other. */
const keysOf = (username: string, address: string) => [
  { key: `address:${address}`, allowed: ADDRESS_FAILURES, kept: KEPT.address },
  { key: `account:${username}`, allowed: ACCOUNT_FAILURES, kept: KEPT.account },
];
