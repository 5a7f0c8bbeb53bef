import { DomainError } from '../problems/problems.js';

const fault = (path: string, found: string, expected: string, message: string): DomainError =>
  new DomainError('EVENT_INVALID', 422, message, [{ path, rule: 'EVENT_INVALID', found, expected, message }]);

/** All refusals of what happens to institutions. */
export const eventLacks = (path: string, expected: string, message: string): DomainError =>
  fault(path, '（缺）', expected, message);

export const eventAhead = (day: string): DomainError =>
  fault('effectiveOn', day, '今天或更早的日期', '变更须在生效之后登记');

export const eventChangesNothing = (path: string, found: string): DomainError =>
  fault(path, found, '与现在不同的内容', '登记的内容与现在相同');

export const eventSelf = (uscc: string): DomainError => fault('other', uscc, '另一家机构', '承接机构不能是本机构');

/** Types are kept in order of time: what would cut into a later span is not recorded. */
export const eventOutOfOrder = (day: string, expected: string): DomainError =>
  fault('effectiveOn', day, expected, '生效日与已登记的机构类型期间冲突');

export const institutionClosed = (): DomainError =>
  new DomainError('INSTITUTION_CLOSED', 409, '该机构已经关闭，不能再登记变更');

const aliasFault = (code: string, status: 409 | 422, found: string, expected: string, message: string): DomainError =>
  new DomainError(code, status, message, [{ path: 'alias', rule: code, found, expected, message }]);

export const aliasUnfit = (alias: string): DomainError =>
  aliasFault('ALIAS_UNFIT', 422, alias, '2 至 128 个字的名称', '别名应为 2 至 128 个字的名称，不是代码');

export const aliasTaken = (alias: string, name: string): DomainError =>
  aliasFault('ALIAS_TAKEN', 409, alias, '只指一家机构的名称', `“${alias}”已经指${name}，不能再作另一家机构的别名`);

export const aliasMissing = (alias: string): DomainError =>
  aliasFault('ALIAS_MISSING', 409, alias, '已登记的别名', `没有登记别名“${alias}”`);
