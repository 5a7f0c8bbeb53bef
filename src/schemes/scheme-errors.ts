import { DomainError, type Violation } from '../problems/problems.js';

export const schemeRefused = (errors: readonly Violation[]): DomainError =>
  new DomainError('SCHEME_REFUSED', 422, '评价方案未通过检查', errors);

export const schemeExists = (code: string, version: number): DomainError =>
  new DomainError('SCHEME_EXISTS', 409, `方案 ${code} 第 ${version} 版已存在；请把 version 加一`);

export const schemeStale = (): DomainError =>
  new DomainError('SCHEME_STALE', 412, '方案的状态已被他人改变，请刷新后重试');

export const replyStale = (): DomainError => new DomainError('REPLY_STALE', 412, '这条意见已被他人处理，请刷新后重试');

/** A field of an act that does not fit. */
export const schemeDates = (path: string, found: string, expected: string, message: string): DomainError =>
  new DomainError('SCHEME_DATES', 422, message, [{ path, rule: 'SCHEME_DATES', found, expected, message }]);
