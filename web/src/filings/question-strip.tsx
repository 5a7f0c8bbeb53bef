import { Button } from 'antd';

export interface Question {
  readonly code: string;
  readonly text: string;
  /** On the button that takes the offer. */
  readonly accept: string;
  readonly onAccept: () => void;
  /** null: only the offer, or typing again. */
  readonly refuse: string | null;
  readonly onRefuse: () => void;
  /** The other cells with the same slip, converted with one click. */
  readonly all: { readonly title: string; readonly onAccept: () => void } | null;
}

/** What the grid asks about a cell that was typed, just above the verdict. */
export function QuestionStrip({ question }: { readonly question: Question }) {
  return (
    <div className="question-strip" role="alert" data-testid="question" data-cell={question.code}>
      <b>▲</b>
      <span>{question.text}</span>
      <Button size="small" type="primary" onClick={question.onAccept} data-testid="take-offer">
        {question.accept}　Ctrl+Enter
      </Button>
      {question.all && (
        <Button size="small" onClick={question.all.onAccept} data-testid="take-all">
          {question.all.title}
        </Button>
      )}
      {question.refuse && (
        <Button size="small" onClick={question.onRefuse} data-testid="refuse-offer">
          {question.refuse}
        </Button>
      )}
    </div>
  );
}
