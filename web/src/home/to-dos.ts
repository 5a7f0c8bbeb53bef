import type { Role } from '../../../src/lifecycle/lifecycle.js';
import type { FilingState } from '../api/filing-shapes.js';
import type { EvaluationState } from '../api/shapes.js';

export interface FilingToDo {
  readonly state: FilingState;
  readonly title: string;
  /** What the count asks for. */
  readonly hint: string;
  readonly roles: readonly Role[];
}

export const FILING_TO_DOS: readonly FilingToDo[] = [
  { state: 'submitted', title: '待审报表', hint: '机构已提交，等待领取', roles: ['reviewer', 'officer'] },
  { state: 'under_review', title: '审核中', hint: '已领取，等待采纳或退回', roles: ['reviewer', 'officer'] },
];

export interface EvaluationToDo {
  readonly state: EvaluationState;
  readonly title: string;
  readonly hint: string;
  readonly roles: readonly Role[];
}

export const EVALUATION_TO_DOS: readonly EvaluationToDo[] = [
  { state: 'failed', title: '计算中断', hint: '查看原因后重试', roles: ['officer'] },
  { state: 'computed', title: '待核验', hint: '由另一人重新计算，核对核验码', roles: ['verifier'] },
  { state: 'verified', title: '待公布', hint: '核验一致，可以公示', roles: ['officer'] },
  { state: 'provisional', title: '公示中', hint: '公示期满后确认生效', roles: ['leader', 'officer'] },
];
