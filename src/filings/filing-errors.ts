import { DomainError, type Violation } from '../problems/problems.js';

/** All refusals of the feature. */
export const filingExists = (id: string): DomainError =>
  new DomainError('FILING_EXISTS', 409, '该机构本期报表已经存在', [], { location: `/api/v1/filings/${id}` });

export const filingStale = (): DomainError => new DomainError('FILING_STALE', 412, '报表已被他人修改，请刷新后重试');

export const cellsStale = (violations: readonly Violation[]): DomainError =>
  new DomainError('CELLS_STALE', 412, `${violations.length} 个单元格已被他人修改`, violations);

export const cellsInvalid = (violations: readonly Violation[]): DomainError =>
  new DomainError('CELLS_INVALID', 422, `${violations.length} 个单元格有误，未保存任何内容`, violations);

export const filingBlocked = (violations: readonly Violation[]): DomainError =>
  new DomainError('FILING_BLOCKED', 422, `不能提交：${violations.length} 处未通过校验`, violations);

export const filingEmpty = (): DomainError =>
  new DomainError('FILING_EMPTY', 422, '不能提交：还没有填写任何数字', [
    { path: 'figures', rule: 'FILING_EMPTY', found: '空', expected: '至少一个数字', message: '报表没有任何数字' },
  ]);

export const periodUnknown = (period: string): DomainError =>
  new DomainError('PERIOD_UNKNOWN', 422, `报告期“${period}”不存在或尚未开放`, [
    {
      path: 'period',
      rule: 'PERIOD_UNKNOWN',
      found: period,
      expected: '已开放的报告期，如 2026Q3',
      message: '报告期不存在',
    },
  ]);

export const formUnknown = (form: string, expected: string): DomainError =>
  new DomainError('FORM_UNKNOWN', 422, `该机构不填报“${form}”`, [
    { path: 'form', rule: 'FORM_UNKNOWN', found: form, expected, message: '报表与机构类型不符' },
  ]);

export const receiverAccepts = (): DomainError =>
  new DomainError('RECEIVER_ACCEPTS', 409, '收表人不得采纳自己收下的报表，请由另一人采纳');
