import { Button } from 'antd';
import { Problem } from '../api/problem.js';
import { Card } from './card.js';

const remedy = (problem: Problem): string => {
  if (problem.detail !== '') return problem.detail;
  if (problem.status === 0 || problem.status >= 500) return '请稍后重试；仍不行，请把编号告诉系统管理员。';
  if (problem.status === 403) return '如需查看，请联系系统管理员开通相应角色。';
  if (problem.status === 404) return '请检查地址，或从左侧菜单重新进入。';
  if (problem.status === 429) return '操作过于频繁，请稍候再试。';
  return '请按提示改正后重试。';
};

interface FailureProps {
  readonly error: Error;
  readonly retry?: () => void;
}

/** The one error component: what, why, what to do, 重试, number. */
export function Failure({ error, retry }: FailureProps) {
  const problem = error instanceof Problem ? error : new Problem({ title: '页面出错' }, 0);
  return (
    <Card className="failure">
      <div role="alert" data-testid="failure">
        <h2>{problem.title}</h2>
        <p>{remedy(problem)}</p>
        <Faults problem={problem} />
        {problem.instance !== '' && <p className="note">编号 {problem.instance}</p>}
        {retry && <Button onClick={retry}>重试</Button>}
      </div>
    </Card>
  );
}

/** The faults of content, all at once, each with its place. */
export function Faults({ problem }: { readonly problem: Problem }) {
  if (problem.violations.length === 0) return null;
  return (
    <ul className="faults">
      {problem.violations.map((fault) => (
        <li key={`${fault.path} ${fault.rule} ${fault.message}`}>
          {fault.message}
          <span className="note">{`　${fault.path}　现为 ${fault.found || '空'}，应为 ${fault.expected}`}</span>
        </li>
      ))}
    </ul>
  );
}

/** One line inside a form or a dialog. */
export function FailureLine({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  const problem = error instanceof Problem ? error : new Problem({ title: '操作没有完成' }, 0);
  return (
    <div className="failure-line" role="alert" data-testid="failure">
      <strong>{problem.title}</strong>
      {problem.detail !== '' && <span>　{problem.detail}</span>}
      <Faults problem={problem} />
    </div>
  );
}
