import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ThreePeopleForm } from '../users/three-people-form.js';
import type { Slip } from '../users/user-shapes.js';
import { QuestionRow } from './question-row.js';
import type { QuestionProps } from './questions.js';
import { useAnswer } from './setup.query.js';

/** 三个人怎样分工: accounts for three, whose codes are then printed. */
export function PeopleQuestion({
  view,
  state,
  no,
  print,
}: QuestionProps & { readonly print: (slips: readonly Slip[]) => void }) {
  const answer = useAnswer(view.version);
  const [isMaking, setMaking] = useState(false);
  const made = (slips: readonly Slip[]): void => {
    setMaking(false);
    answer.mutate({ people: slips.map(({ username }) => username) });
    print(slips);
  };
  return (
    <QuestionRow
      state={state}
      no={no}
      title="三个人怎样分工"
      why="填的人不审，起草的人不核验：每件要两人办的事都有不同的两个人，三名管理员是三个人。"
      usual="三人财政局预设"
      error={answer.error}
    >
      {view.accounts.length > 0 && (
        <p>
          {view.accounts
            .map(({ name, username, hasEntered }) => `${name}（${username}，${hasEntered ? '已设口令' : '尚未登录'}）`)
            .join('、')}
        </p>
      )}
      {state.mayAnswer && (
        <p className="question-buttons">
          {!state.isAnswered && (
            <>
              <Button type="primary" onClick={() => setMaking(true)} data-testid="share-out">
                填写三个人的名字
              </Button>
              <Button
                loading={answer.isPending}
                onClick={() => answer.mutate({ people: [] })}
                title="人员已有账号，或不止三人"
                data-testid="own-accounts"
              >
                自行在“用户”页分配
              </Button>
            </>
          )}
          <Link to="/users">用户</Link>
          <Link to="/users/coverage">谁能办</Link>
        </p>
      )}
      {isMaking && <ThreePeopleForm close={() => setMaking(false)} print={made} />}
    </QuestionRow>
  );
}
