import { createHash } from 'node:crypto';
import { canonical } from '../numbers/canonical.js';

/** First cell of the hidden sheet `_meta`: by it a workbook is known as a template of ours. */
export const TEMPLATE_FORMAT = 'greenrank-template/1';
export const MARK_SHEET = '_meta';
export const FORM_SHEET = '填报表';
export const DICTIONARY_SHEET = '字典';
export const GUIDE_SHEETS: readonly string[] = ['填报说明', '校验关系'];
/** Of a marked workbook; not read on the way back. */
export const PROBLEM_SHEET = '问题清单';
export const PROBLEM_COLUMNS = ['序号', '工作表', '行', '列', '单元格', '原样', '问题', '应为'] as const;

/** How a cell says that it has no figure, as people type it. */
export const NOT_APPLICABLE = '/';
export const NOT_AVAILABLE = '..';

/** The fields of `_meta`, a row each, in this order below the format. */
export const MARK_FIELDS = ['form', 'version', 'filer', 'period', 'hash'] as const;
export type MarkField = (typeof MARK_FIELDS)[number];

/** What a template is of. */
export interface TemplateMark {
  readonly form: string;
  readonly version: number;
  /** USCC, or the code of a department. */
  readonly filer: string;
  readonly period: string;
  /** Metric codes in the order of the rows. */
  readonly metrics: readonly string[];
}

/** Tells whether somebody changed what the hidden sheet says. SHA-256, hex. */
export const markHash = (mark: TemplateMark): string =>
  createHash('sha256')
    .update(canonical({ ...mark, metrics: [...mark.metrics] }))
    .digest('hex');
