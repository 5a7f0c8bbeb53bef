import type { CellState, FilingCheck, FilingState } from '../api/filing-shapes.js';

export const FILING_STATES: Readonly<Record<FilingState, string>> = {
  draft: '草稿',
  internal_review: '待复核',
  submitted: '已提交',
  under_review: '审核中',
  returned: '已退回',
  accepted: '已采纳',
  amendment_requested: '更正中',
};

/** The four entries of a cell, as the grid writes them. */
export const CELL_WORDS: Readonly<Record<CellState, string>> = {
  value: '',
  blank: '',
  not_applicable: '/ 不适用',
  not_available: '.. 暂缺',
};

export const SEVERITIES: Readonly<Record<FilingCheck['severity'], string>> = {
  block: '✕ 错误',
  justify: '待说明',
  inform: '提示',
};
