import { DomainError } from '../problems/problems.js';

const fault = (path: string, found: string, expected: string, message: string): DomainError =>
  new DomainError('FLAG_INVALID', 422, message, [{ path, rule: 'FLAG_INVALID', found, expected, message }]);

/** All refusals of 处罚与事项, beside those of its states (FLAG_REFUSED). */
export const flagKindUnknown = (kind: string, known: string): DomainError => fault('kind', kind, known, '没有这种事项');

export const flagDepartment = (found: string, expected: string): DomainError =>
  fault('department', found, expected || '（不由人登记）', '这种事项不由该部门提出');

export const flagDates = (from: string, to: string): DomainError =>
  fault('to', to, `不早于 ${from}`, '止日不得早于起日');

export const flagDay = (path: string, found: string): DomainError => fault(path, found, '如 2026-07-01', '不是日期');

export const flagExists = (document: string): DomainError =>
  new DomainError('FLAG_EXISTS', 409, `文号 ${document} 的同一事项已经登记，请在列表中查找`);

export const flagClosed = (): DomainError => new DomainError('FLAG_CLOSED', 409, '已确认或撤回的事项不能再改佐证');
