import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { People } from '../identity/people.service.js';
import { type Actor, ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { DomainError, type Violation } from '../problems/problems.js';
import { type NewAccountSlip, Users } from './users.service.js';

/** An account that an officer asks for and that nobody has made yet. */
export interface AccountRequest {
  readonly id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly username: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** The file of the register. */
  readonly askedIn: string;
  readonly askedBy: string;
  readonly askedAt: string;
}

interface HeldRequest {
  readonly id: string;
  readonly uscc: string;
  readonly username: string;
  readonly name: string;
  readonly roles: Role[];
}

/** 账号申请: an officer's register asks for accounts, a security administrator makes or refuses them (decision 21). */
@Injectable()
export class AccountRequests {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly users: Users,
  ) {}

  /** In the caller's act. The plan has seen that nobody has or asks for the username. */
  async ask(
    act: Act,
    institutionId: string,
    wanted: { readonly username: string; readonly name: string; readonly roles: readonly Role[] },
    askedIn: string,
  ): Promise<void> {
    await act.tx.run(
      `insert into account_request (institution_id, username, name, roles, asked_in, asked_by, asked_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [institutionId, wanted.username, wanted.name, wanted.roles, askedIn, act.actor.id, act.now],
    );
  }

  /** What is asked for, by username. */
  list(actor: Actor, query: PageQuery): Promise<Page<AccountRequest>> {
    const request = pageRequest(query, 'account-requests');
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<Omit<AccountRequest, 'askedAt' | 'roles'> & { asked_at: Date; roles: Role[] }>(
        `select r.id, i.uscc as institution, i.name as "institutionName", r.username, r.name, r.roles,
           r.asked_in as "askedIn", r.asked_by as "askedBy", r.asked_at
         from account_request r join institution i on i.id = r.institution_id
         where r.state = 'asked' and ($1::text is null or r.username > $1) order by r.username limit $2`,
        [request.after?.[0] ?? null, request.limit + 1],
      );
      const names = await People.names(
        tx,
        rows.map(({ askedBy }) => askedBy),
      );
      const page = pageOf(rows, request, 'account-requests', ({ username }) => [username]);
      return {
        items: page.items.map(({ asked_at, ...row }) => ({
          ...row,
          roles: row.roles.map((role) => ROLE_TITLES[role]),
          askedBy: names.get(row.askedBy) ?? row.askedBy,
          askedAt: asked_at.toISOString(),
        })),
        next: page.next,
      };
    });
  }

  /**
   * Makes the accounts, all of them or none; their one-time codes are told once.
   * @throws REQUEST_DECIDED for an id that nobody asks for any more, USERS_NOT_CLEAN
   */
  make(actor: Actor, ids: readonly string[]): Promise<{ accounts: NewAccountSlip[] }> {
    return this.acts.perform({ action: 'user.make', actor, creates: true }, async (act) => {
      const requests = await held(act, ids);
      const accounts: NewAccountSlip[] = [];
      const faults: Violation[] = [];
      for (const { uscc, username, name, roles } of requests) {
        await act.tx.run('savepoint account');
        try {
          accounts.push(await this.users.slip(act, actor, { username, name, roles, institution: uscc }));
          await act.tx.run('release savepoint account');
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          await act.tx.run('rollback to savepoint account');
          faults.push({
            path: username,
            rule: error.code,
            found: username,
            expected: '可新建的账号',
            message: error.message,
          });
        }
      }
      if (faults.length > 0)
        throw new DomainError('USERS_NOT_CLEAN', 422, `${faults.length} 处有误，一个账号也没有新建`, faults);
      await decide(act, ids, 'made', null);
      act.subject = null;
      act.institutionId = null;
      act.record(null, { requests: ids });
      return { accounts };
    });
  }

  /** @throws REQUEST_DECIDED */
  refuse(actor: Actor, ids: readonly string[], reason: string): Promise<void> {
    return this.acts.perform({ action: 'user.decline', actor, reason }, async (act) => {
      await held(act, ids);
      await decide(act, ids, 'refused', reason);
      act.record(null, { requests: ids });
    });
  }
}

async function held(act: Act, ids: readonly string[]): Promise<HeldRequest[]> {
  const rows = await act.tx.rows<HeldRequest>(
    `select r.id, i.uscc, r.username, r.name, r.roles from account_request r join institution i on i.id = r.institution_id
     where r.id = any($1::uuid[]) and r.state = 'asked' order by r.username for update of r`,
    [ids],
  );
  if (rows.length !== new Set(ids).size)
    throw new DomainError('REQUEST_DECIDED', 409, '有的账号申请已经办过，请刷新后再试');
  return rows;
}

const decide = (act: Act, ids: readonly string[], state: string, reason: string | null): Promise<unknown> =>
  act.tx.run(
    'update account_request set state = $2, decided_by = $3, decided_at = $4, reason = $5 where id = any($1::uuid[])',
    [ids, state, act.actor.id, act.now, reason],
  );
