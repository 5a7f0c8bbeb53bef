import type { Cohort, Evaluation, InstitutionResult } from '../api/shapes.js';
import { STATUS_WORDS } from '../evaluations/evaluation-words.js';
import { fixed } from '../figures/figure-text.js';
import { GradeTag } from '../ranking/grade-tag.js';
import { nextGrade } from './waterfall-rows.js';

interface HeadlineProps {
  readonly evaluation: Pick<Evaluation, 'grades'> & { readonly cohorts: readonly Pick<Cohort, 'code' | 'title'>[] };
  readonly result: Omit<InstitutionResult, 'nodes'>;
}

/** Rank, score, grade and what is missing to the next one; or why there is no rank. */
export function Headline({ evaluation, result }: HeadlineProps) {
  const next = nextGrade(result, evaluation.grades);
  const cohort = evaluation.cohorts.find((each) => each.code === result.cohort);
  return (
    <section className="card headline" data-testid="headline">
      <div>
        <p className="note">名次</p>
        {result.rank === null ? (
          <p>
            <b>{result.status === 'ranked' ? '不公布' : STATUS_WORDS[result.status]}</b>
            {result.status === 'ranked' && (
              <span>只公布等次{result.cohortSize > 0 && `，同组${result.cohortSize}家`}</span>
            )}
          </p>
        ) : (
          <p>
            <b data-testid="rank">第{result.rank}名</b>
            <span>
              {result.tied && '并列 '}
              {result.cohortSize > 0 && `/ ${result.cohortSize}家`}
              {evaluation.cohorts.length > 1 && cohort && `　${cohort.title}`}
            </span>
          </p>
        )}
      </div>
      <div>
        <p className="note">总分</p>
        <p>
          <b data-testid="score">{fixed(result.score)}</b>
          <span>分</span>
        </p>
      </div>
      {result.status !== 'ranked' ? (
        <div className="headline-wide">
          <p className="note">原因</p>
          <p className="headline-reason" data-testid="reason">
            {result.reason}
          </p>
        </div>
      ) : (
        evaluation.grades.length > 0 && (
          <div className="headline-wide">
            <p className="note">等次</p>
            <p>
              <GradeTag grade={result.grade} grades={evaluation.grades} status={result.status} />
              {next && (
                <span>
                  距{next.grade}（{next.min}分）差 {fixed(next.missing)}分
                </span>
              )}
            </p>
          </div>
        )
      )}
    </section>
  );
}
