import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import type { QuestionState } from './setup.query.js';

interface QuestionRowProps {
  readonly state: QuestionState;
  readonly no: number;
  readonly title: string;
  /** One line: why it matters. */
  readonly why: string;
  /** What holds unless somebody says otherwise. */
  readonly usual: string;
  readonly error?: Problem | null;
  readonly isSaving?: boolean;
  /** Left out: the question has buttons of its own. */
  readonly save?: () => void;
  readonly children: ReactNode;
}

/** One of the nine: number, question, why, and the answer beside it. */
export function QuestionRow({
  state,
  no,
  title,
  why,
  usual,
  error = null,
  isSaving = false,
  save,
  children,
}: QuestionRowProps) {
  const { question, isAnswered, mayAnswer, by } = state;
  return (
    <section className="question" data-testid={`question-${question}`} data-answered={isAnswered}>
      <div className="question-what">
        <h2>
          <span className="question-no">{no}</span>
          {title}
          <span className={isAnswered ? 'question-state answered' : 'question-state'}>
            {isAnswered ? '✓ 已答' : '未答'}
          </span>
        </h2>
        <p className="note">{why}</p>
        <p className="note">
          默认：{usual}
          {!mayAnswer && `　由${by.join('、')}回答`}
        </p>
      </div>
      <div className="question-answer">
        <FailureLine error={error} />
        <div className="question-fields">
          <div>{children}</div>
          {save && mayAnswer && (
            <Button type={isAnswered ? 'default' : 'primary'} loading={isSaving} onClick={save} data-testid="save">
              {isAnswered ? '改为此答' : '保存'}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
