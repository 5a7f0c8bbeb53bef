import { INSTITUTION_ROLES, ROLE_TITLES, ROLES, type Role } from '../../../src/lifecycle/lifecycle.js';
import { moment } from '../figures/moment.js';
import type { Coverage, Grant, Slip, User, UserState } from './user-shapes.js';

export const USER_STATES: Readonly<Record<UserState, string>> = {
  active: '在用',
  disabled: '已停用',
  erased: '已抹去姓名',
};

export const SLIPS_ON_A_PAGE = 8;

/** `2027-12-31`: the last day of a grant that ends at that day's midnight, or the day on which it ends. */
export const lastDay = (to: string): string => moment(new Date(new Date(to).getTime() - 1).toISOString()).slice(0, 10);

/** 经办人 · 核验员（至 2027-12-31） · 领导（2027-01-01 起）. */
export function grantWords(grant: Grant, now: Date): string {
  const days = [
    new Date(grant.from) > now ? `${moment(grant.from).slice(0, 10)} 起` : '',
    grant.to === null ? '' : `至 ${lastDay(grant.to)}`,
  ].filter((text) => text !== '');
  return days.length === 0 ? grant.title : `${grant.title}（${days.join('，')}）`;
}

export const unitOf = (user: Pick<User, 'institution' | 'department'>): string =>
  user.institution?.name ?? user.department?.title ?? '—';

/** What keeps this person from signing in now, or null. */
export function hindrance(user: User, now: Date): string | null {
  if (user.state !== 'active') return null;
  if (user.lockedUntil !== null) return `锁定至 ${moment(user.lockedUntil).slice(5)}`;
  if (!user.grants.some((grant) => new Date(grant.from) <= now)) return '没有角色';
  if (user.hasPassword) return null;
  return user.codeUntil === null ? '未设口令' : '待设口令';
}

/** Roles that a new account may get there: `ofInstitution` or a department; a checker makes filers only. */
export function rolesOffered(ofInstitution: boolean, byChecker: boolean): { value: Role; label: string }[] {
  const roles = byChecker
    ? (['filer'] as const)
    : ROLES.filter((role) => INSTITUTION_ROLES.includes(role) === ofInstitution);
  return roles.map((role) => ({ value: role, label: ROLE_TITLES[role] }));
}

/** The sheets of the printer: eight slips on an A4 page. */
export function sheets(slips: readonly Slip[]): Slip[][] {
  const count = Math.ceil(slips.length / SLIPS_ON_A_PAGE);
  return Array.from({ length: count }, (_, page) => slips.slice(page * SLIPS_ON_A_PAGE, (page + 1) * SLIPS_ON_A_PAGE));
}

/** `第12行 角色` → 12 and 角色; what names no row stands as it is. */
export function placeOf(path: string): { readonly row: string; readonly column: string } {
  const [, row, column] = /^第(\d+)行\s*(.*)$/.exec(path) ?? [];
  return row === undefined ? { row: '—', column: path } : { row, column: column === '' ? '整行' : (column ?? '') };
}

/** `must`: nobody can do it; `paper`: it can still be done on paper (代录); null: no gap. */
export function urgency({ problem }: Coverage): 'must' | 'paper' | null {
  if (problem === null) return null;
  return problem.includes('凭纸质文件') ? 'paper' : 'must';
}

/** Gaps first, those that must be acted on before those with a way on paper; then the order of the table of rights. */
export function gapsFirst(rows: readonly Coverage[]): Coverage[] {
  const places: readonly (string | null)[] = ['must', 'paper', null];
  return places.flatMap((place) => rows.filter((row) => urgency(row) === place));
}

const NAMES_SHOWN = 6;

/** 王立新、赵清和 · 14人 · 72人. */
export function peopleWords({ people, count }: Coverage): string {
  if (count === 0) return '无人';
  if (people.length === 0) return `机构人员 ${count}人`;
  return people.length <= NAMES_SHOWN ? people.join('、') : `${count}人`;
}
