import { useEffect, useState } from 'react';
import type { Problem } from '../api/problem.js';
import './credentials.css';

/** Why signing in or setting a password did not go through: what was said, each fault, and how long a lock lasts. */
export function CredentialProblem({ problem }: { readonly problem: Problem | null }) {
  if (problem === null) return null;
  return (
    <div className="failure-line" role="alert" data-testid="failure" data-code={problem.code}>
      {problem.retryAfter === null ? (
        <strong>{problem.title}</strong>
      ) : (
        <>
          <strong>{problem.code === 'SIGN_IN_LOCKED' ? '连续登录未成功，已暂停登录' : problem.title}</strong>
          <Wait key={problem.instance} seconds={problem.retryAfter} />
        </>
      )}
      {problem.violations.length > 0 && (
        <ul className="faults">
          {problem.violations.map((fault) => (
            <li key={fault.rule}>{fault.message}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const SECOND = 1_000;

function Wait({ seconds }: { readonly seconds: number }) {
  const [end] = useState(() => Date.now() + seconds * SECOND);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const tick = window.setInterval(() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / SECOND))), SECOND);
    return () => window.clearInterval(tick);
  }, [end]);
  if (left === 0) return <p>现在可以再试。</p>;
  return (
    <p>
      请在 <b role="timer">{`${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`}</b>{' '}
      后再试。忘记口令请联系安全管理员发一次性代码。
    </p>
  );
}
