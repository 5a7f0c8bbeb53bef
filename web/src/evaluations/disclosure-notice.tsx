import type { Evaluation, EvaluationState } from '../api/shapes.js';

const UNPUBLISHED: readonly EvaluationState[] = ['queued', 'running', 'computed', 'verified'];

/** Said before 公布 is tried: with this scheme a sealed evaluation would give others' figures away. */
export function DisclosureNotice({ evaluation }: { readonly evaluation: Evaluation }) {
  const { disclosureIssues: issues, state } = evaluation;
  if (issues.length === 0 || !UNPUBLISHED.includes(state)) return null;
  return (
    <div className="notice-bar" role="note" data-testid="disclosure-notice">
      <strong>以“封闭”方式不能公布</strong>
      　机构由本机构得分可推出他人数值。请另以“公开”方式（须在填报前约定）启动，或改用其他方法。
      <ul className="faults">
        {issues.map(({ path, message, found }) => (
          <li key={`${path} ${message}`}>
            {message}
            <span className="note">{`　${path}　${found}`}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
