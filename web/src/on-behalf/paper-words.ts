import type { EvaluationState } from '../api/shapes.js';
import type { FlagState } from '../flags/flag-shapes.js';

export type PaperState = 'recorded' | 'confirmed' | 'refused';

/** An act done on paper, as the list shows it. */
export interface Paper {
  readonly id: string;
  readonly action: string;
  readonly actionTitle: string;
  readonly subject: string;
  readonly subjectTitle: string;
  readonly roleTitle: string;
  readonly institution: string | null;
  readonly person: string;
  readonly paperNumber: string;
  readonly paperDate: string;
  readonly scan: { readonly fileName: string; readonly sha256: string };
  readonly recordedBy: string;
  readonly recordedAt: string;
  readonly state: PaperState;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly actions: readonly ('confirm' | 'refuse')[];
}

export interface PaperAction {
  readonly action: string;
  readonly title: string;
}

export const PAPER_STATES: Readonly<Record<PaperState, string>> = {
  recorded: '待确认',
  confirmed: '已确认',
  refused: '已退回',
};

/** What the act does, said before it is confirmed. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  'evaluation.finalise': '评价结果立即生效，之后不再变动。',
  'evaluation.annul': '评价结果立即作废，机构不再看到，不能恢复。',
  'filing.submit': '报表立即签署并提交，机构不能再改，等待审核员领取。',
  'flag.confirm': '事项立即确认：机构可以看到，此后开始的评价计入。',
  'flag.withdraw': '事项立即撤回：此后开始的评价不再计入。',
};

export const consequence = (paper: Pick<Paper, 'action' | 'actionTitle'>): string =>
  CONSEQUENCES[paper.action] ?? `“${paper.actionTitle}”立即办理。`;

/** In which state an evaluation may be the subject; no entry: the act is about no evaluation. */
export const EVALUATIONS_FOR: Readonly<Record<string, readonly EvaluationState[]>> = {
  'evaluation.finalise': ['provisional'],
  'evaluation.annul': ['provisional', 'final'],
};

/** Acts that must say why. */
export const NEEDS_REASON: readonly string[] = ['evaluation.annul', 'flag.withdraw'];

/** In which state a flag may be the subject; no entry: the act is about no flag. */
export const FLAGS_FOR: Readonly<Record<string, FlagState>> = {
  'flag.confirm': 'entered',
  'flag.withdraw': 'confirmed',
};

/** The page of what a paper is about. */
export const subjectPath = ({ action, subject }: Pick<Paper, 'action' | 'subject'>): string => {
  if (action in FLAGS_FOR) return `/flags?flag=${subject}`;
  return `${action in EVALUATIONS_FOR ? '/evaluations' : '/filings'}/${subject}`;
};

/** What to do when nothing fits. */
export const NO_SUBJECT: Readonly<Record<string, string>> = {
  'evaluation.finalise': '没有公示中的评价：先由核验员核验、经办人公布。',
  'evaluation.annul': '没有公示中或已生效的评价。',
  'filing.submit': '没有草稿或待复核的报表：先导入机构的工作簿。',
  'flag.confirm': '没有待确认的事项：先在“处罚与事项”登记。',
  'flag.withdraw': '没有已确认的事项。',
};

/** 丙行李行长（代录，会议纪要〔2026〕3号） → the person and the number of the paper; null: done in person. */
export function onBehalf(name: string): { readonly person: string; readonly paperNumber: string } | null {
  const [, person, paperNumber] = /^(.*)（代录，(.*)）$/.exec(name) ?? [];
  return person === undefined || paperNumber === undefined ? null : { person, paperNumber };
}
