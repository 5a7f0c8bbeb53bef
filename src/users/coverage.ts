import { APART, type Resource, RIGHTS, rightTitle, rolesFor } from '../identity/rights.js';
import { DEPARTMENT_ROLES, INSTITUTION_ROLES, ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';

/** Somebody with the roles that hold now. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Name of the institution; null: department or bureau. */
  readonly institution: string | null;
}

/** One act and who is there to do it. */
export interface Coverage {
  /** `filing:accept`. */
  readonly act: string;
  readonly title: string;
  readonly roles: readonly string[];
  /** Names; for acts of institutions their number tells more. */
  readonly people: readonly string[];
  readonly count: number;
  /** What another person must have done before; null: nothing. */
  readonly other: string | null;
  /** What is missing and what to do; null: the act can be done. */
  readonly problem: string | null;
}

/** 本人账号 needs nobody else. */
const acts = (): string[] =>
  Object.entries(RIGHTS).flatMap(([resource, actions]) =>
    resource === 'account' ? [] : Object.keys(actions).map((action) => `${resource}:${action}`),
  );

/** Who files: institutions, each by its own people, and departments. */
const OF_INSTITUTIONS: readonly Role[] = INSTITUTION_ROLES;
const OF_FILERS: readonly Role[] = [...INSTITUTION_ROLES, ...DEPARTMENT_ROLES];

/**
 * Every act of the table of rights with those who can do it, and what stands in its way: nobody, or only one person
 * where two are needed (maker ≠ checker, creator ≠ verifier, one records and another confirms).
 * @param institutions names of those that owe filings
 */
export function coverage(holders: readonly Holder[], institutions: readonly string[]): Coverage[] {
  return acts().map((act) => {
    const [resource = '', action = ''] = act.split(':');
    const roles = rolesFor(resource as Resource, action);
    const able = holders.filter((holder) => holder.roles.some((role) => roles.includes(role)));
    const apart = APART.find(({ second }) => second === act);
    const isOwn =
      roles.some((role) => OF_INSTITUTIONS.includes(role)) && roles.every((role) => OF_FILERS.includes(role));
    return {
      act,
      title: rightTitle(act),
      roles: roles.map((role) => ROLE_TITLES[role]),
      people: isOwn ? [] : able.map((holder) => holder.name),
      count: able.length,
      other: apart ? `${rightTitle(apart.first)}之后：${apart.why}` : null,
      problem: isOwn
        ? missingInstitutions(able, institutions)
        : (nobody(act, able, roles) ?? onlyOne(apart, holders, able)),
    };
  });
}

function missingInstitutions(able: readonly Holder[], institutions: readonly string[]): string | null {
  const there = new Set(able.map((holder) => holder.institution));
  const missing = institutions.filter((name) => !there.has(name));
  if (missing.length === 0) return null;
  const first = missing.slice(0, 3).join('、');
  return `${missing.length} 家机构没有人能办：${first}${missing.length > 3 ? ' 等' : ''}，请为其新建账号`;
}

const LEADER_ACTS = ['evaluation:finalise', 'evaluation:annul'];

function nobody(act: string, able: readonly Holder[], roles: readonly Role[]): string | null {
  if (able.length > 0) return null;
  if (LEADER_ACTS.includes(act)) return '没有领导账号：可由经办人凭纸质文件代录，另一人确认';
  return `没有人能办，请授予${roles.map((role) => ROLE_TITLES[role]).join('或')}角色`;
}

function onlyOne(
  apart: (typeof APART)[number] | undefined,
  holders: readonly Holder[],
  able: readonly Holder[],
): string | null {
  if (!apart) return null;
  const [resource = '', action = ''] = apart.first.split(':');
  const roles = rolesFor(resource, action);
  const makers = holders.filter((holder) => holder.roles.some((role) => roles.includes(role)));
  const [maker] = makers;
  const isBlocked = maker !== undefined && makers.every((each) => able.every((other) => other.id === each.id));
  return isBlocked ? `只有 ${maker.name} 一人，而${apart.why}：须再授予一人` : null;
}
