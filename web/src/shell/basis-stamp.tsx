import type { Evaluation } from '../api/shapes.js';
import { EVALUATION_STATES } from '../evaluations/evaluation-words.js';
import { checkCode } from '../figures/figure-text.js';
import { deadline } from '../figures/moment.js';

interface BasisStampProps {
  readonly evaluation: Evaluation;
  /** On the front page there is no room for state and disclosure. */
  readonly brief?: boolean;
}

/** On what a page of results rests; in view on every one of them. */
export function BasisStamp({ evaluation, brief = false }: BasisStampProps) {
  const facts: [string, string][] = [
    ['数据截至', deadline(evaluation.cutOff)],
    ['方案', `${evaluation.scheme} v${evaluation.version}`],
  ];
  if (!brief) {
    if (evaluation.documentNumber !== null) facts.push(['文号', evaluation.documentNumber]);
    if (evaluation.effectiveFrom !== null)
      facts.push([
        '施行',
        `${evaluation.effectiveFrom} 起${evaluation.effectiveTo === null ? '' : `至 ${evaluation.effectiveTo}`}`,
      ]);
    facts.push(['状态', EVALUATION_STATES[evaluation.state] ?? evaluation.state]);
    facts.push([
      '公开方式',
      `${evaluation.disclosure === 'sealed' ? '封闭' : '公开'}${evaluation.ranks ? '' : '，只公布等次'}`,
    ]);
  }
  facts.push(['核验码', evaluation.hash === null ? '尚未生成' : checkCode(evaluation.hash)]);
  return (
    <dl className="basis" data-testid="basis" title={evaluation.hash ?? undefined}>
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

const REASONS: Readonly<Record<string, string>> = {
  公开数据方法演示: '数字取自公开披露，每一格注明来源（查得、推算、记忆）；仅用于说明方法，不与示范区机构同组。',
  试算: '启动时所用方案未经审定或已废止，不作为结果，不得公布。',
};

/** What the start was warned of about the scheme's life: printed with every result. */
export function SchemeWarnings({ evaluation }: { readonly evaluation: Evaluation }) {
  // That it is a trial stands in the bar of its own.
  const told = evaluation.schemeWarnings.filter(({ rule }) => rule !== 'scheme-trial');
  if (told.length === 0) return null;
  return (
    <div className="notice-bar" role="note" data-testid="scheme-warnings">
      <strong>方案提示</strong>
      {told.map(({ rule, message }) => (
        <span key={rule}>　{message}。</span>
      ))}
    </div>
  );
}

/** Bar above what is no official evaluation: published figures of national banks, a trial by a draft scheme (`label`). */
export function LabelNotice({ evaluation }: { readonly evaluation: Evaluation }) {
  if (evaluation.label === null) return null;
  return (
    <p className="notice-bar" role="note" data-testid="label-notice">
      <strong>{evaluation.label}，非官方评价</strong>
      {'　'}
      {REASONS[evaluation.label]}
    </p>
  );
}
