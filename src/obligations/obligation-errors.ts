import { DomainError } from '../problems/problems.js';

const fault = (code: string, path: string, found: string, expected: string, message: string): DomainError =>
  new DomainError(code, 422, message, [{ path, rule: code, found, expected, message }]);

/** All refusals of the feature. */
export const obligationClosed = (): DomainError =>
  new DomainError('OBLIGATION_CLOSED', 409, '该填报任务已免报或已关闭，不能再填报');

export const obligationExists = (): DomainError =>
  new DomainError('OBLIGATION_EXISTS', 409, '该机构本期已有这张报表的填报任务');

export const obligationFiled = (): DomainError =>
  new DomainError('OBLIGATION_FILED', 409, '报表已经提交过，不再需要延期或免报');

export const backfillForm = (form: string): DomainError =>
  fault('FORM_UNKNOWN', 'form', form, '该报告期适用的报表代码', `没有报表“${form}”，或它在该报告期不适用`);

export const quarterUnknown = (period: string): DomainError =>
  fault('PERIOD_INVALID', 'period', period, '2026Q3', `报告期“${period}”应写作 2026Q3`);

export const dueChangeOpen = (): DomainError =>
  new DomainError('DUE_CHANGE_OPEN', 409, '已有一份申请等待决定，请先等它办结');

export const dueChangeDecided = (): DomainError => new DomainError('DUE_CHANGE_DECIDED', 409, '该申请已经办结');

export const dueChangeOwn = (): DomainError => new DomainError('DUE_CHANGE_REFUSED', 409, '申请人不得决定自己的申请');

export const dueChangeLate = (): DomainError =>
  new DomainError('DUE_CHANGE_LATE', 409, '截止时间已过，不能再申请延期；请联系经办人');

export const untilInvalid = (found: string, expected: string, message: string): DomainError =>
  fault('DUE_CHANGE_UNTIL', 'until', found, expected, message);
