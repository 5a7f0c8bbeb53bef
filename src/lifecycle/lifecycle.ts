import { DomainError } from '../problems/problems.js';

/** The roles of design 7. 三员 (security administrator, system administrator, auditor) stay apart. */
export const ROLES = [
  'filer',
  'checker',
  'reviewer',
  'officer',
  'verifier',
  'leader',
  'department_editor',
  'department_approver',
  'auditor',
  'security_admin',
  'system_admin',
] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_TITLES: Readonly<Record<Role, string>> = {
  filer: '填报人',
  checker: '复核人',
  reviewer: '审核员',
  officer: '经办人',
  verifier: '核验员',
  leader: '领导',
  department_editor: '部门经办',
  department_approver: '部门审批',
  auditor: '审计员',
  security_admin: '安全管理员',
  system_admin: '系统管理员',
};

/** The roles of whom an institution sends; all others belong to a department. */
export const INSTITUTION_ROLES: readonly Role[] = ['filer', 'checker'];

/** The roles of a department that files, reviews or scores beside the bureau. */
export const DEPARTMENT_ROLES: readonly Role[] = ['department_editor', 'department_approver'];

/** Whether the actor sees the own department's things only: the bureau's people have a department too. */
export const isOfDepartment = (actor: Pick<Actor, 'roles'>): boolean =>
  actor.roles.length > 0 && actor.roles.every((role) => DEPARTMENT_ROLES.includes(role));

/** 三员: three administrators, three persons (GB/T 22239-2019 8.1.5). */
export const ADMINISTRATORS: readonly Role[] = ['security_admin', 'system_admin', 'auditor'];

/** 代录: the act stands on a paper; an officer recorded it and a second person confirmed it (design 7). */
export interface PaperAct {
  /** Id of the record. */
  readonly record: string;
  readonly person: string;
  readonly paperNumber: string;
  /** sha256 of the scan. */
  readonly paperHash: string;
  readonly recordedBy: string;
  readonly confirmedBy: string;
}

/** Who acts. Stands in every act, and in the audit entry by id and roles. */
export interface Actor {
  /** User's id; `system:relay`, `system:demo` … for the machine's own acts. */
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Key of the row filter: set exactly for the roles of an institution. */
  readonly institutionId: string | null;
  /** `finance_bureau`, `ecology` … or null. */
  readonly department: string | null;
  /** Set while an act is done on behalf of this actor. */
  readonly onBehalf?: PaperAct;
  /** Set when a program acts with this person's token: its id, and the `resource:action` it may do at most. */
  readonly token?: { readonly id: string; readonly scopes: readonly string[] };
}

export interface Transition<S extends string, A extends string, T> {
  readonly from: S;
  readonly action: A;
  readonly to: S;
  readonly roles: readonly Role[];
  /** Refused without a reason. */
  readonly reason?: true;
  /** The objection, in Chinese, or null. */
  readonly guard?: (actor: Actor, thing: T) => string | null;
}

/** A state machine as a table that an officer can proof-read; pages take their buttons from `actions`. */
export function lifecycle<S extends string, A extends string, T>(name: string, table: readonly Transition<S, A, T>[]) {
  const may = (actor: Actor, row: Transition<S, A, T>): boolean => row.roles.some((role) => actor.roles.includes(role));
  const refuse = (why: string, status: 403 | 409 | 422): never => {
    throw new DomainError(`${name}_REFUSED`, status, why);
  };
  return {
    table,
    /** The state that `action` leads to. @throws `${name}_REFUSED`: 403 before the state is told, 422 without a reason, else 409 */
    next(from: S, action: A, actor: Actor, thing: T, reason = ''): S {
      if (!table.some((row) => row.action === action && may(actor, row))) return refuse('角色无此权限', 403);
      const row = table.find((each) => each.from === from && each.action === action && may(actor, each));
      if (!row) return refuse('当前状态不允许此操作', 409);
      if (row.reason && reason.trim() === '') return refuse('须填写理由', 422);
      const objection = row.guard?.(actor, thing);
      return objection ? refuse(objection, 409) : row.to;
    },
    /** What this actor may do with this thing now. */
    actions(from: S, actor: Actor, thing: T): A[] {
      const allowed = table.filter((row) => row.from === from && may(actor, row) && !row.guard?.(actor, thing));
      return [...new Set(allowed.map((row) => row.action))];
    },
  };
}
