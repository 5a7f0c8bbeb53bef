import { Checkbox, Input, Radio } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { SCHEME_STATES } from '../schemes/scheme-words.js';
import { QuestionRow } from './question-row.js';
import { type Answers, type QuestionState, type SetupView, useAnswer } from './setup.query.js';

export interface QuestionProps {
  readonly view: SetupView;
  readonly state: QuestionState;
  readonly no: number;
}

/** 本区叫什么, 由哪个局主办: one line of text. */
export function TextQuestion({
  view,
  state,
  no,
  field,
  title,
  why,
  usual,
}: QuestionProps & {
  readonly field: 'name' | 'bureau';
  readonly title: string;
  readonly why: string;
  readonly usual: string;
}) {
  const answer = useAnswer(view.version);
  const held = view.answers[field];
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (field === 'name' && !state.isAnswered && !view.demo ? '' : held);
  return (
    <QuestionRow
      state={state}
      no={no}
      title={title}
      why={why}
      usual={usual}
      error={answer.error}
      isSaving={answer.isPending}
      save={() => answer.mutate({ [field]: shown.trim() || held }, { onSuccess: () => setText(null) })}
    >
      <Input
        aria-label={title}
        value={shown}
        placeholder={field === 'name' ? '如 青川区' : held}
        maxLength={40}
        disabled={!state.mayAnswer}
        onChange={(event) => setText(event.target.value)}
      />
    </QuestionRow>
  );
}

/** 哪些部门参加: the usual ones, each by its local title. */
export function DepartmentsQuestion({ view, state, no }: QuestionProps) {
  const answer = useAnswer(view.version);
  const [edited, setEdited] = useState<Answers['departments'] | null>(null);
  const shown = edited ?? view.answers.departments;
  const change = (code: string, title: string): void =>
    setEdited(shown.map((each) => (each.code === code ? { code, title } : each)));
  return (
    <QuestionRow
      state={state}
      no={no}
      title="哪些部门参加"
      why="定性评分、处罚事项和推送由他们办；名称出现在账号、报表和通知上。清空名称即不参加。"
      usual="常见的七个，随区名称呼"
      error={answer.error}
      isSaving={answer.isPending}
      save={() =>
        answer.mutate(
          {
            departments: shown
              .map(({ code, title }) => ({ code, title: title.trim() }))
              .filter(({ code, title }) => title !== '' || code === 'finance_bureau'),
          },
          { onSuccess: () => setEdited(null) },
        )
      }
    >
      <div className="department-inputs">
        {shown.map(({ code, title }) => (
          <Input
            key={code}
            aria-label={`部门 ${code}`}
            value={title}
            maxLength={40}
            disabled={!state.mayAnswer}
            onChange={(event) => change(code, event.target.value)}
          />
        ))}
      </div>
    </QuestionRow>
  );
}

/** 有哪些机构: counted here, entered on the page of the register. */
export function RegisterQuestion({ view, state, no }: QuestionProps) {
  const { total, types } = view.institutions;
  return (
    <QuestionRow
      state={state}
      no={no}
      title="有哪些机构"
      why="任务、填报和排名都从机构名册来；一张工作簿可一次登记机构、类型、别名、联系人和账号。"
      usual="空名册，请登记"
    >
      <p data-testid="institution-count">
        {total === 0
          ? '还没有机构。'
          : `已有 ${total} 家：${types.map((type) => `${type.title} ${type.count}`).join('，')}。`}
        {state.mayAnswer && (
          <>
            <Link to="/institutions/register" data-testid="to-register">
              去批量登记
            </Link>
            　<Link to="/institutions">机构名册</Link>
          </>
        )}
      </p>
    </QuestionRow>
  );
}

const DAYS = /^\d{1,2}$/;
const daysOf = (text: string): number => (DAYS.test(text) ? Number.parseInt(text, 10) : 0);

/** 季后几个工作日报齐. */
export function DeadlinesQuestion({ view, state, no }: QuestionProps) {
  const answer = useAnswer(view.version);
  const { filingWorkingDays, departmentWorkingDays } = view.answers.deadlines;
  const [filing, setFiling] = useState<string | null>(null);
  const [department, setDepartment] = useState<string | null>(null);
  const shown = {
    filing: filing ?? String(filingWorkingDays ?? view.usualDeadlines.filing),
    department: department ?? String(departmentWorkingDays ?? view.usualDeadlines.department),
  };
  return (
    <QuestionRow
      state={state}
      no={no}
      title="什么时候报齐"
      why="任务的截止时间按它推算（当日 24:00，跳过节假日）；已生成的任务不变，年度问卷按问卷自己的期限。"
      usual={`机构季后第 ${view.usualDeadlines.filing} 个工作日，部门第 ${view.usualDeadlines.department} 个`}
      error={answer.error}
      isSaving={answer.isPending}
      save={() =>
        answer.mutate(
          { deadlines: { filingWorkingDays: daysOf(shown.filing), departmentWorkingDays: daysOf(shown.department) } },
          {
            onSuccess: () => {
              setFiling(null);
              setDepartment(null);
            },
          },
        )
      }
    >
      <div className="days-inputs">
        <Input
          aria-label="机构工作日"
          prefix="机构：季后第"
          suffix="个工作日"
          value={shown.filing}
          maxLength={2}
          disabled={!state.mayAnswer}
          onChange={(event) => setFiling(event.target.value)}
        />
        <Input
          aria-label="部门工作日"
          prefix="部门：季后第"
          suffix="个工作日"
          value={shown.department}
          maxLength={2}
          disabled={!state.mayAnswer}
          onChange={(event) => setDepartment(event.target.value)}
        />
      </div>
    </QuestionRow>
  );
}

/** 结果对机构公开到什么程度. */
export function DisclosureQuestion({ view, state, no }: QuestionProps) {
  const answer = useAnswer(view.version);
  const [chosen, setChosen] = useState<Answers['disclosure'] | null>(null);
  const shown = chosen ?? view.answers.disclosure;
  return (
    <QuestionRow
      state={state}
      no={no}
      title="结果对机构公开到什么程度"
      why="填报前就要告诉机构；公开方式下别家的数字可能被推算出来，事后改不回来。每次启动评价还可另选。"
      usual="封闭"
      error={answer.error}
      isSaving={answer.isPending}
      save={() => answer.mutate({ disclosure: shown }, { onSuccess: () => setChosen(null) })}
    >
      <Radio.Group
        className="disclosure-choices"
        value={shown}
        disabled={!state.mayAnswer}
        onChange={(event) => setChosen(event.target.value as Answers['disclosure'])}
        options={[
          {
            value: 'sealed',
            label: '封闭：机构看到本机构的名次、总分、等次和自己的数字；同组的最高、最低不显示，平均数满 10 家才显示',
          },
          {
            value: 'open',
            label: '公开：另外看到同组的最高、最低、平均和算法；组小时可由此推出别家的数字，须在填报前与各家约定',
          },
        ]}
      />
    </QuestionRow>
  );
}

/** 首年用哪个方案: stored as drafts, reviewed by a second officer before they are used. */
export function SchemesQuestion({ view, state, no }: QuestionProps) {
  const answer = useAnswer(view.version);
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const usual = view.schemes.filter((each) => each.isForFirstYear);
  const held = state.isAnswered ? view.answers.firstYearSchemes : usual.map((each) => each.code);
  const shown = chosen ?? held;
  return (
    <QuestionRow
      state={state}
      no={no}
      title="首年用哪个方案"
      why="首年没有往年数字，同比和纵向基准无从算起；存为草稿，改好后由另一名经办人审定。"
      usual={usual.map((each) => each.title).join('、') || '（不选）'}
      error={answer.error}
      isSaving={answer.isPending}
      save={() => answer.mutate({ firstYearSchemes: shown }, { onSuccess: () => setChosen(null) })}
    >
      <Checkbox.Group
        className="scheme-choices"
        value={[...shown]}
        disabled={!state.mayAnswer}
        onChange={(codes) => setChosen(codes as string[])}
        options={view.schemes.map((each) => ({
          value: each.code,
          label: `${each.title}（${each.types}）${each.state === null ? '' : `，已存为${SCHEME_STATES[each.state]}`}`,
        }))}
      />
    </QuestionRow>
  );
}

/** 备份放在哪里. */
export function BackupsQuestion({ view, state, no }: QuestionProps) {
  const answer = useAnswer(view.version);
  const { folder, isNamed, needsRestart } = view.backups;
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? view.answers.backups ?? '';
  return (
    <QuestionRow
      state={state}
      no={no}
      title="备份放在哪里"
      why="每天自动备份一次，加密；最好放在另一块盘或共享目录，并定期拷到别处。"
      usual={folder === null ? '不备份' : `${folder}${isNamed ? '（环境变量 GREENRANK_BACKUPS 指定，以它为准）' : ''}`}
      error={answer.error}
      isSaving={answer.isPending}
      save={() => answer.mutate({ backups: shown.trim() || null }, { onSuccess: () => setText(null) })}
    >
      <Input
        aria-label="备份目录"
        value={shown}
        placeholder="绝对路径，如 /mnt/backup/greenrank；空着用默认"
        maxLength={500}
        disabled={!state.mayAnswer}
        onChange={(event) => setText(event.target.value)}
      />
      {needsRestart && <p className="note">已保存，重新启动后生效（现在仍写入 {folder ?? '（不备份）'}）。</p>}
    </QuestionRow>
  );
}
