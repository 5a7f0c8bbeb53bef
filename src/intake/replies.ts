import { periodTitle } from '../calendar/period.js';

/** One place that is wrong, as the reply names it. */
export interface ReplyIssue {
  readonly sheet: string;
  readonly cell: string | null;
  readonly raw: string;
  readonly message: string;
  readonly expected: string;
}

const MOST = 20;

const line = ({ sheet, cell, raw, message, expected }: ReplyIssue, i: number): string => {
  const place = [sheet, cell ?? ''].filter((part) => part !== '').join(' ');
  const found = raw === '' ? '' : `现为“${raw}”，`;
  return `${i + 1}. ${place === '' ? '' : `${place}：`}${message}；${found}应为：${expected}`;
};

/** What goes back into the chat group for a workbook that cannot be received, to be copied. */
export function replyOf(file: {
  readonly institution: string | null;
  readonly formTitle: string | null;
  readonly period: string;
  readonly fileName: string;
  readonly state: 'faulty' | 'unfit';
  readonly why: string;
  readonly issues: readonly ReplyIssue[];
}): string {
  const who = file.institution === null ? '您单位' : file.institution;
  const what = `${periodTitle(file.period)}${file.formTitle ?? '报表'}（文件“${file.fileName}”）`;
  if (file.state === 'unfit' || file.issues.length === 0)
    return `${who}：${what}暂不能收下：${file.why}。请核对后重新发来。`;
  const lines = file.issues.slice(0, MOST).map(line);
  const rest = file.issues.length > MOST ? [`其余 ${file.issues.length - MOST} 处见标错工作簿的“问题清单”。`] : [];
  return [
    `${who}：${what}有 ${file.issues.length} 处需要改正：`,
    ...lines,
    ...rest,
    '请在标错工作簿里改好标红的格，保存后把整个工作簿发回。',
  ].join('\n');
}

/** For those whose figures came and whose stamped page did not. */
export const stampReminder = (file: {
  readonly institution: string;
  readonly formTitle: string;
  readonly period: string;
  readonly code: string;
}): string =>
  `${file.institution}：${periodTitle(file.period)}${file.formTitle}已收到，请打印盖章页（校验码 ${file.code}），由单位负责人、统计负责人、填表人签字并加盖公章后，交区财政局或发来扫描件。`;
