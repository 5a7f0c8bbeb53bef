import { Button } from 'antd';
import type { ReactNode } from 'react';
import { moment } from '../figures/moment.js';
import type { Saving } from './autosave.js';
import type { Verdict } from './problems.js';

interface VerdictBarProps {
  readonly verdict: Verdict | null;
  /** Instead of a verdict, where nothing is to be submitted. */
  readonly words: string;
  readonly saving: Saving | null;
  readonly onGo: (code: string) => void;
  readonly onProblem: () => void;
  readonly onRetry: () => void;
  /** The acts; the primary one last. */
  readonly children: ReactNode;
}

/** Always in view: may it be submitted, is everything saved, what is next. */
export function VerdictBar({ verdict, words, saving, onGo, onProblem, onRetry, children }: VerdictBarProps) {
  const first = verdict?.first ?? null;
  const tone = verdict === null ? '' : verdict.may ? 'may' : verdict.errors > 0 ? 'blocked' : 'open';
  return (
    <div className={`verdict-bar ${tone}`}>
      <div className="verdict" role="status" data-testid="verdict" data-may={verdict?.may}>
        <strong>{verdict?.title ?? words}</strong>
        {verdict && <span title={verdict.detail}>{verdict.detail}</span>}
      </div>
      {first && (
        <button type="button" className="link-button" onClick={() => onGo(first.code)}>
          转到该格
        </button>
      )}
      <div className="verdict-acts">
        {saving && <SavingWords saving={saving} onRetry={onRetry} />}
        {verdict && (
          <Button onClick={onProblem} disabled={!first} data-testid="next-problem">
            下一个问题 F8
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}

function SavingWords({ saving, onRetry }: { readonly saving: Saving; readonly onRetry: () => void }) {
  const isTrouble = saving.state === 'retrying' || saving.state === 'stopped';
  return (
    <span
      className={isTrouble ? 'saving must-act' : 'saving'}
      role="status"
      data-testid="saving"
      data-state={saving.state}
    >
      {savingWords(saving)}
      {isTrouble && (
        <button type="button" className="link-button" onClick={onRetry}>
          　立即重试
        </button>
      )}
    </span>
  );
}

function savingWords(saving: Saving): string {
  switch (saving.state) {
    case 'saved':
      return saving.at === null ? '已自动保存' : `已保存 ${moment(saving.at.toISOString()).slice(11)}`;
    case 'waiting':
    case 'saving':
      return '保存中…';
    case 'retrying':
      return `未能保存，正在重试（${saving.cells}格）`;
    case 'stopped':
      return saving.problem.status === 401
        ? `登录已过期，${saving.cells}格未保存：请在新窗口登录后重试`
        : `未能保存（${saving.cells}格）：${saving.problem.title}`;
  }
}
