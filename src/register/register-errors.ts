import { DomainError } from '../problems/problems.js';

/** All refusals of the register by workbook. */
export const registerNotClean = (problems: number): DomainError =>
  new DomainError('REGISTER_NOT_CLEAN', 422, `有 ${problems} 处问题：请改正后重新上传，或选择只导入无误的行`);

export const registerStale = (): DomainError =>
  new DomainError('REGISTER_STALE', 409, '预览之后名册有了变化，请重新上传再看一遍');

export const registerNothing = (): DomainError =>
  new DomainError('REGISTER_NOTHING', 409, '没有可以导入的行：都与名册相同或有问题');

export const registerTooLong = (rows: number, most: number): DomainError =>
  new DomainError('IMPORT_ROWS', 422, `有 ${rows} 行，一次最多 ${most} 行，请分开上传`);
