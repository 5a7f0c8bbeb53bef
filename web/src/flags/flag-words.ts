import type { FlagState, FlagUse } from './flag-shapes.js';

export const FLAG_STATES: Readonly<Record<FlagState, string>> = {
  entered: '待确认',
  confirmed: '已确认',
  withdrawn: '已撤回',
};

/** What a scheme does with it, in one line: 一票否决：受到环境行政处罚. */
export function useWords({ does, title, points }: Pick<FlagUse, 'does' | 'title' | 'points'>): string {
  if (does === 'veto') return `一票否决：${title}`;
  if (does === 'cap') return `封顶${points === null ? '' : ` ${points} 分`}：${title}`;
  if (does === 'deduction') return `扣分${points === null ? '' : ` ${points}`}：${title}`;
  if (does === 'bonus') return `加分${points === null ? '' : ` ${points}`}：${title}`;
  if (does === 'eligibility') return `参评条件：${title}`;
  if (does === 'cohort') return `分组：${title}`;
  return `指标取值：${title}`;
}
