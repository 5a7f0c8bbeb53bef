import type { Form } from '../forms/form.js';
import type { LeftOut, OwnFigure } from '../trial/own-figures.js';

/** What stands of an institution's form for a quarter before history comes in. */
export interface Standing {
  readonly institutionId: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly period: string;
  readonly form: Form;
  /** Codes that the form asks in that quarter. */
  readonly asked: readonly string[];
  /** State of its filing; null: none. */
  readonly state: string | null;
  /** null: no obligation. */
  readonly kind: string | null;
  readonly isOver: boolean;
  /** Accepted figures, plain decimals. */
  readonly accepted: ReadonlyMap<string, string | null>;
}

/** One figure of the file against what is accepted. */
export interface PlannedFigure {
  readonly metric: string;
  readonly title: string;
  readonly unit: string;
  readonly value: string;
  /** null: nothing is accepted. */
  readonly accepted: string | null;
  readonly outcome: 'new' | 'same' | 'conflict' | 'unasked';
  readonly sheet: string;
  readonly cell: string;
  readonly raw: string;
}

/**
 * `ready`: to be received. `same`: all of it is accepted already. `conflict`: accepted figures differ, which only an
 * amendment may change. `blocked`: somebody is at it, or rules refuse it.
 */
export type PlaceVerdict = 'ready' | 'same' | 'conflict' | 'blocked';

/** One institution and quarter of the file. */
export interface PlannedPlace {
  readonly institution: string;
  readonly institutionName: string;
  readonly period: string;
  readonly form: string;
  readonly formTitle: string;
  readonly verdict: PlaceVerdict;
  readonly why: string;
  readonly figures: readonly PlannedFigure[];
}

/** A cell, row or column with its fault. */
export interface BackfillIssue {
  readonly sheet: string;
  /** `C5`, `第5行`, `C列`. */
  readonly place: string;
  readonly raw: string;
  readonly message: string;
  /** Else it is left out and hinders nothing. */
  readonly isProblem: boolean;
}

export const issueOf = (sheet: string, { place, text, why, isProblem }: LeftOut): BackfillIssue => ({
  sheet,
  place,
  raw: text,
  message: why,
  isProblem,
});

const STATE_WORDS: Readonly<Record<string, string>> = {
  draft: '机构正在填写草稿',
  returned: '报表已退回机构',
  internal_review: '机构内部待复核',
  submitted: '已提交，等待审核',
  under_review: '正在审核',
  amendment_requested: '正在更正',
};

/**
 * What would become of one institution's figures of one quarter. Accepted figures are never touched: the same are
 * unchanged, different ones are a conflict. What the form does not ask then is left out.
 * @param blocks what rules of kind block hold against the figures
 */
export function planPlace(
  standing: Standing,
  figures: readonly OwnFigure[],
  titleOf: (metric: string) => string,
  blocks: (figures: ReadonlyMap<string, string>) => readonly string[],
): PlannedPlace {
  const { institution, institutionName, period, form, asked, state, kind, isOver, accepted } = standing;
  const planned = figures.map((figure): PlannedFigure => {
    const before = accepted.get(figure.metric) ?? null;
    const outcome = !asked.includes(figure.metric)
      ? 'unasked'
      : before === null
        ? 'new'
        : before === figure.value
          ? 'same'
          : 'conflict';
    return {
      metric: figure.metric,
      title: titleOf(figure.metric),
      unit: figure.unit,
      value: figure.value,
      accepted: before,
      outcome,
      sheet: figure.sheet,
      cell: figure.cell,
      raw: figure.raw,
    };
  });
  const verdict = (): readonly [PlaceVerdict, string] => {
    const taken = planned.filter(({ outcome }) => outcome !== 'unasked');
    if (taken.length === 0) return ['blocked', '该期报表不含这些指标'];
    const conflicts = taken.filter(({ outcome }) => outcome === 'conflict');
    if (conflicts.length > 0) return ['conflict', `${conflicts.length}格与已采纳的不同，须走更正`];
    if (taken.every(({ outcome }) => outcome === 'same')) return ['same', '已采纳，无变化'];
    if (state === 'accepted') return ['conflict', '该期报表已采纳，增加数字须走更正'];
    if (isOver) return ['blocked', '填报任务已免报或已关闭'];
    if (kind !== null && kind !== 'backfill') return ['blocked', '该期有正常填报任务，请用收表'];
    if (state !== null && state !== 'draft') return ['blocked', STATE_WORDS[state] ?? state];
    const refused = blocks(new Map(taken.map(({ metric, value }) => [metric, value])));
    if (refused.length > 0) return ['blocked', refused.join('；')];
    return ['ready', state === 'draft' ? '已有补录草稿，以本文件为准' : ''];
  };
  const [found, why] = verdict();
  return {
    institution,
    institutionName,
    period,
    form: form.form,
    formTitle: form.title,
    verdict: found,
    why,
    figures: planned,
  };
}
