import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { SlipSheet } from '../users/slip-sheet.js';
import type { Slip } from '../users/user-shapes.js';
import { BeginQuarter } from './begin-quarter.js';
import { PeopleQuestion } from './people-question.js';
import {
  BackupsQuestion,
  DeadlinesQuestion,
  DepartmentsQuestion,
  DisclosureQuestion,
  RegisterQuestion,
  SchemesQuestion,
  TextQuestion,
} from './questions.js';
import './setup.css';
import { type Answers, type Question, type SetupView, useAnswer, useSetup } from './setup.query.js';

/** 开办: nine questions, each with its default; answered one by one, in any order, by whoever has the say. */
export function SetupPage() {
  const { data, error, refetch } = useSetup();
  const [slips, setSlips] = useState<readonly Slip[] | null>(null);
  if (slips !== null) return <SlipSheet slips={slips} close={() => setSlips(null)} />;
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active={true} />;
  const answered = data.questions.filter((each) => each.isAnswered).length;
  const at = (question: Question) => {
    const no = data.questions.findIndex((each) => each.question === question);
    return { view: data, no: no + 1, state: data.questions[no] as SetupView['questions'][number] };
  };
  return (
    <>
      <PageHead title="开办" aside={`已答 ${answered}/${data.questions.length}`} trail={['系统', '开办']}>
        {!data.demo && <TakeDefaults view={data} />}
      </PageHead>
      {data.demo && (
        <p className="notice-bar" role="status" data-testid="setup-demo">
          这是演示，只看不改。真要开办：回到演示首页点“开始正式使用”，在正式环境里回答这九个问题。
        </p>
      )}
      {data.faults.length > 0 && (
        <div className="failure-line" role="alert">
          <strong>{data.file} 有误，改正之前沿用原来的设置</strong>
          <ul className="faults">
            {data.faults.map(({ path, message }) => (
              <li key={path}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      <Card flush={true}>
        <TextQuestion
          {...at('name')}
          field="name"
          title="本区叫什么"
          why="出现在页头、通知和打印件上；局和部门的名称随它而定。"
          usual="本区"
        />
        <TextQuestion
          {...at('bureau')}
          field="bureau"
          title="由哪个局主办"
          why="报表的制定机关、通知的落款；报表要有批准文号，机构才有义务填。"
          usual={data.answers.name === '本区' ? '区财政局' : `${data.answers.name}财政局`}
        />
        <DepartmentsQuestion {...at('departments')} />
        <RegisterQuestion {...at('register')} />
        <PeopleQuestion {...at('people')} print={setSlips} />
        <DeadlinesQuestion {...at('deadlines')} />
        <DisclosureQuestion {...at('disclosure')} />
        <SchemesQuestion {...at('firstYearSchemes')} />
        <BackupsQuestion {...at('backups')} />
      </Card>
      <BeginQuarter view={data} />
      {!data.demo && (
        <p className="note setup-file">答案存在 {data.file}；每次修改都记入审计。没答完可以离开，回来接着答。</p>
      )}
    </>
  );
}

/** What nobody has said anything about yet is answered as it stands. */
function TakeDefaults({ view }: { readonly view: SetupView }) {
  const answer = useAnswer(view.version);
  const open = view.questions.filter(
    ({ question, isAnswered, mayAnswer }) =>
      !isAnswered && mayAnswer && ['bureau', 'departments', 'deadlines', 'disclosure', 'backups'].includes(question),
  );
  if (open.length === 0) return null;
  const { answers } = view;
  const usual = Object.fromEntries(
    open.map(({ question }) => [question, answers[question as keyof Answers]]),
  ) as Partial<Answers>;
  return (
    <>
      <FailureLine error={answer.error} />
      <Button loading={answer.isPending} onClick={() => answer.mutate(usual)} data-testid="take-defaults">
        其余 {open.length} 项用默认
      </Button>
    </>
  );
}
