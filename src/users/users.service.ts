import { Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { departmentTitle, isDepartment } from '../identity/departments.js';
import { type Contact, lockAccount, type OneTimeCode, People } from '../identity/people.service.js';
import { SecondFactor } from '../identity/second-factor.service.js';
import { Sessions } from '../identity/sessions.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import { type Actor, INSTITUTION_ROLES, ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';
import { byStaffLogin } from '../platform/database.service.js';
import { DomainError, type Violation } from '../problems/problems.js';
import type { AccountRow } from './accounts-sheet.js';
import { grantBegins, grantEnds } from './grant-dates.js';
import { THREE_PEOPLE } from './three-people.js';
import { UserQuery, type UserView } from './user.query.js';
import { type UserAction, userActions } from './user-actions.js';
import type { GrantDto, NewUserDto } from './users.dto.js';

/** One slip of the printed sheet. */
export interface NewAccountSlip extends OneTimeCode {
  readonly username: string;
  readonly name: string;
  /** Institution or department. */
  readonly unit: string;
  readonly roles: readonly string[];
}

/** The acts on accounts and grants. All of them leave an audit entry; names stay out of it. */
@Injectable()
export class Users {
  constructor(
    private readonly acts: Acts,
    private readonly people: People,
    private readonly query: UserQuery,
    private readonly institutions: Institutions,
  ) {}

  /**
   * An account with its grants and a one-time code, told once.
   * @throws FORBIDDEN for a checker who asks for more than a filer of the own institution; as People.addWithin
   */
  create(actor: Actor, dto: NewUserDto): Promise<OneTimeCode & { user: UserView }> {
    return this.acts.perform({ action: 'user.create', actor: byStaffLogin(actor), creates: true }, async (act) => {
      const { id, code } = await this.addOne(act, actor, dto);
      return { user: await this.query.view(act.tx, actor, id), ...code };
    });
  }

  /** All accounts of a workbook, or none. @throws USERS_NOT_CLEAN with the row and column of every fault */
  createAll(actor: Actor, rows: readonly AccountRow[]): Promise<{ accounts: NewAccountSlip[] }> {
    return this.acts.perform({ action: 'user.import', actor, creates: true }, async (act) => {
      const faults: Violation[] = [];
      const accounts: NewAccountSlip[] = [];
      for (const { line, ...row } of rows) {
        // What one row fails on must not hide the next: each is tried on its own, and all are undone together.
        await act.tx.run('savepoint account');
        try {
          accounts.push(await this.slip(act, actor, row));
          await act.tx.run('release savepoint account');
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          await act.tx.run('rollback to savepoint account');
          faults.push(...faultsOf(error, line, row.username));
        }
      }
      if (faults.length > 0)
        throw new DomainError('USERS_NOT_CLEAN', 422, `${faults.length} 处有误，一个账号也没有新建`, faults);
      act.subject = null;
      act.record(null, { accounts: accounts.length });
      return { accounts };
    });
  }

  /** The bureau of three. @throws as `create` */
  createThree(
    actor: Actor,
    people: readonly { readonly username: string; readonly name: string }[],
  ): Promise<{ accounts: NewAccountSlip[] }> {
    return this.acts.perform({ action: 'user.three', actor, creates: true }, async (act) => {
      const accounts: NewAccountSlip[] = [];
      for (const [i, person] of people.entries())
        accounts.push(
          await this.slip(act, actor, {
            ...person,
            roles: [...(THREE_PEOPLE[i] as Role[])],
            department: 'finance_bureau',
          }),
        );
      act.subject = null;
      act.record(null, { accounts: accounts.length });
      return { accounts };
    });
  }

  /** @throws as People.grant */
  grant(actor: Actor, id: string, dto: GrantDto): Promise<UserView> {
    return this.act(actor, id, 'grant', async (act) => {
      const from = dto.from === undefined ? act.now : grantBegins(dto.from);
      const to = dto.to === undefined ? null : grantEnds(dto.to);
      await this.people.grant(act, id, [dto.role], from, to);
      act.record(null, { role: dto.role, from: from.toISOString(), to: to?.toISOString() ?? null });
    });
  }

  /** Ends now what holds, and takes back what has not begun. @throws ROLE_NOT_GRANTED */
  endGrant(actor: Actor, id: string, role: Role): Promise<UserView> {
    return this.act(actor, id, 'end-grant', async (act) => {
      const taken = await act.tx.run('delete from user_role where user_id = $1 and role = $2 and valid_from > $3', [
        id,
        role,
        act.now,
      ]);
      const ended = await act.tx.run(
        `update user_role set valid_to = $3, ended_by = $4
         where user_id = $1 and role = $2 and valid_from <= $3 and (valid_to is null or valid_to > $3)`,
        [id, role, act.now, act.actor.id],
      );
      if (taken + ended === 0) throw new DomainError('ROLE_NOT_GRANTED', 409, `该用户没有角色“${ROLE_TITLES[role]}”`);
      act.record({ role }, null);
    });
  }

  contact(actor: Actor, id: string, contact: Contact): Promise<UserView> {
    return this.act(actor, id, 'contact', (act) => this.people.setContact(act, id, contact));
  }

  disable(actor: Actor, id: string, reason: string): Promise<UserView> {
    return this.act(
      actor,
      id,
      'disable',
      async (act) => {
        await act.tx.run(
          'update user_account set disabled_at = now(), code_hash = null, code_until = null where id = $1',
          [id],
        );
        await act.tx.run('update api_token set revoked_at = coalesce(revoked_at, now()) where user_id = $1', [id]);
        await Sessions.endAll(act.tx, id);
      },
      reason,
    );
  }

  enable(actor: Actor, id: string): Promise<UserView> {
    return this.act(actor, id, 'enable', async (act) => {
      await act.tx.run('update user_account set disabled_at = null where id = $1', [id]);
    });
  }

  endSessions(actor: Actor, id: string): Promise<UserView> {
    return this.act(actor, id, 'end-sessions', (act) => Sessions.endAll(act.tx, id));
  }

  resetSecondFactor(actor: Actor, id: string): Promise<UserView> {
    return this.act(actor, id, 'reset-second-factor', async (act) => {
      await SecondFactor.remove(act.tx, id);
      await Sessions.endAll(act.tx, id);
    });
  }

  /** A new one-time code: the password, the sessions and a lock end with it. */
  async reset(actor: Actor, id: string): Promise<OneTimeCode & { user: UserView }> {
    let code: OneTimeCode | null = null;
    const user = await this.act(actor, id, 'reset', async (act) => {
      code = await this.people.giveCode(act, id);
    });
    return { user, ...(code as unknown as OneTimeCode) };
  }

  /** Name and username go, the id stays in the records (personal data; the chain of the audit is untouched). */
  erase(actor: Actor, id: string): Promise<UserView> {
    return this.act(actor, id, 'erase', async (act) => {
      await SecondFactor.remove(act.tx, id);
      await act.tx.run(
        `update user_account set name = '（已注销用户）', username = id::text, external_id = null, password_hash = null, email = null, phone = null, erased_at = now()
         where id = $1`,
        [id],
      );
    });
  }

  private act(
    actor: Actor,
    id: string,
    action: UserAction,
    work: (act: Act) => Promise<void>,
    reason = '',
  ): Promise<UserView> {
    const options = { action: `user.${action}`, actor: byStaffLogin(actor), subject: id };
    return this.acts.perform(reason === '' ? options : { ...options, reason }, async (act) => {
      const before = await this.query.view(act.tx, actor, id);
      const account = await lockAccount(act.tx, id);
      const roles = before.grants.map(({ role }) => role);
      const { institutionId } = account;
      act.institutionId = institutionId;
      const can = userActions(actor, { id, institutionId, roles, state: before.state });
      if (actor.id === id) throw new DomainError('OWN_ACCOUNT', 409, '不得办理自己的账号，请由另一名安全管理员办理');
      if (!can.includes(action)) throw new DomainError('USER_REFUSED', 409, '当前状态不允许此操作');
      await work(act);
      return this.query.view(act.tx, actor, id);
    });
  }

  /** A new account and its slip, in the caller's act. @throws as `create` */
  async slip(act: Act, actor: Actor, dto: NewUserDto): Promise<NewAccountSlip> {
    const { code, unit } = await this.addOne(act, actor, dto);
    return { username: dto.username, name: dto.name, unit, roles: dto.roles.map((role) => ROLE_TITLES[role]), ...code };
  }

  private async addOne(
    act: Act,
    actor: Actor,
    dto: NewUserDto,
  ): Promise<{ id: string; unit: string; code: OneTimeCode }> {
    const institution = await this.unitOf(act, actor, dto);
    if (institution === null && dto.department !== undefined && !isDepartment(dto.department))
      throw fault('department', 'DEPARTMENT_UNKNOWN', dto.department, '已登记的部门', `没有部门“${dto.department}”`);
    const id = await this.people.addWithin(act, {
      username: dto.username,
      name: dto.name,
      roles: dto.roles,
      institutionId: institution?.id ?? null,
      department: institution ? null : (dto.department ?? 'finance_bureau'),
      password: null,
      from: dto.from === undefined ? null : grantBegins(dto.from),
      to: dto.to === undefined ? null : grantEnds(dto.to),
    });
    if (dto.externalId !== undefined) await bind(act, id, dto.externalId);
    const code = await this.people.giveCode(act, id);
    return { id, unit: institution?.name ?? departmentTitle(dto.department ?? 'finance_bureau'), code };
  }

  /** A checker's new account is a filer of the own institution, whatever is asked. */
  private async unitOf(act: Act, actor: Actor, dto: NewUserDto): Promise<{ id: string; name: string } | null> {
    if (actor.institutionId === null) {
      if (dto.institution !== undefined) return this.findInstitution(act, dto.institution);
      if (dto.roles.some((role) => INSTITUTION_ROLES.includes(role)))
        throw fault('institution', 'INSTITUTION_MISSING', '', '统一社会信用代码', '机构人员须写明所属机构');
      return null;
    }
    const own = await act.tx.row<{ id: string; name: string; uscc: string }>(
      'select id, name, uscc from institution where id = $1',
      [actor.institutionId],
    );
    const isOwn = own !== null && (dto.institution ?? own.uscc) === own.uscc && dto.department === undefined;
    if (!isOwn || dto.roles.some((role) => role !== 'filer'))
      throw new DomainError('FORBIDDEN', 403, '复核人只能新建本机构的填报人');
    return own;
  }

  private async findInstitution(act: Act, uscc: string): Promise<{ id: string; name: string }> {
    return this.institutions.find(act.tx, uscc).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
      throw fault('institution', 'INSTITUTION_UNKNOWN', uscc, '已登记机构的统一社会信用代码', `没有机构“${uscc}”`);
    });
  }
}

const fault = (path: string, code: string, found: string, expected: string, message: string): DomainError =>
  new DomainError(code, 422, message, [{ path, rule: code, found, expected, message }]);

/** @throws EXTERNAL_ID_TAKEN */
async function bind(act: Act, id: string, externalId: string): Promise<void> {
  const taken = await act.tx.row('select 1 from user_account where external_id = $1', [externalId]);
  if (taken) throw new DomainError('EXTERNAL_ID_TAKEN', 409, '此统一认证标识已对应另一用户');
  await act.tx.run('update user_account set external_id = $2 where id = $1', [id, externalId]);
}

const COLUMNS: Readonly<Record<string, string>> = {
  username: '用户名',
  roles: '角色',
  institution: '机构',
  department: '部门',
  to: '止日',
};

const faultsOf = (error: DomainError, line: number, username: string): Violation[] =>
  error.violations.length > 0
    ? error.violations.map((each) => ({ ...each, path: `第${line}行 ${COLUMNS[each.path] ?? each.path}` }))
    : [
        {
          path: `第${line}行 用户名`,
          rule: error.code,
          found: username,
          expected: '可新建的账号',
          message: error.message,
        },
      ];
