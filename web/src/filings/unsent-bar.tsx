import { useCalendars } from '../api/catalogue.query.js';
import type { Filing } from '../api/filing-shapes.js';
import { serverNow } from '../api/session.query.js';
import { dueTitle, leftWords } from './due-words.js';

export interface Counts {
  readonly filled: number;
  readonly asked: number;
  readonly errors: number;
  readonly open: number;
}

/** 已保存，尚未提交: loud, with the date, on every page of a draft. */
export function UnsentBar({ filing, counts }: { readonly filing: Filing; readonly counts: Counts }) {
  const { due, provisional } = filing;
  const calendars = useCalendars();
  return (
    <div className="unsent-bar" role="status" data-testid="unsent">
      <strong>▲ 已保存，尚未提交</strong>
      {due && (
        <span>
          请在 {dueTitle(due)} 前提交{provisional ? '（暂定）' : ''}，{leftWords(due, serverNow(), calendars)}
        </span>
      )}
      <span className="unsent-counts">
        <b>
          已填 {counts.filled}/{counts.asked} 格
        </b>
        <b>错误 {counts.errors}</b>
        <b>待说明 {counts.open}</b>
        <b>未填 {counts.asked - counts.filled}</b>
      </span>
    </div>
  );
}
