import type { ResultStatus } from '../../../src/scoring/types.js';
import type { EvaluationAction, EvaluationState } from '../api/shapes.js';

export const EVALUATION_STATES: Readonly<Record<EvaluationState, string>> = {
  draft: '草稿',
  queued: '排队中',
  running: '计算中',
  failed: '计算中断',
  cancelled: '已取消',
  computed: '待核验',
  verified: '已核验',
  provisional: '公示中',
  final: '已生效',
  superseded: '已被替代',
  annulled: '已作废',
};

export const ACTION_WORDS: Readonly<Record<EvaluationAction, string>> = {
  requeue: '重试',
  cancel: '取消计算',
  verify: '核验',
  publish: '公布',
  finalise: '确认生效',
  annul: '作废',
};

export const STATUS_WORDS: Readonly<Record<ResultStatus, string>> = {
  ranked: '列名次',
  vetoed: '一票否决',
  ineligible: '不参评',
  small_cohort: '分组不足',
  insufficient_data: '数据不足',
};

/** Still on its way: its page listens. */
export const isUnderWay = (state: EvaluationState): boolean => state === 'queued' || state === 'running';

/** Has a ranking to show. */
export const isScored = (state: EvaluationState): boolean =>
  state === 'annulled' ||
  state === 'computed' ||
  state === 'verified' ||
  state === 'provisional' ||
  state === 'final' ||
  state === 'superseded';

/** The steps of a run as its progress names them. */
export const STEPS: readonly string[] = ['取数', '计算', '标准化', '合成', '加减分', '排名', '存证'];

/** 列名次21　一票否决1　不参评2: what there is, in the order of the statuses. */
export const countWords = (counts: Readonly<Partial<Record<ResultStatus, number>>>): string[] =>
  (Object.keys(STATUS_WORDS) as ResultStatus[])
    .filter((status) => (counts[status] ?? 0) > 0)
    .map((status) => `${STATUS_WORDS[status]}${counts[status]}`);

export const headCount = (counts: Readonly<Partial<Record<ResultStatus, number>>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
