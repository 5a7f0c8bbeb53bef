import type { EventKind, InstitutionEvent } from './institution-shapes.js';

/** The institution types of the glossary. */
export const TYPE_TITLES: Readonly<Record<string, string>> = {
  bank: '银行',
  insurer: '保险机构',
  securities: '证券机构',
  financing_guarantee: '融资担保公司',
  micro_lender: '小额贷款公司',
  financial_leasing: '融资租赁公司',
  commercial_factoring: '商业保理公司',
  pawnbroker: '典当行',
};

export const typeTitle = (type: string | null): string => (type === null ? '—' : (TYPE_TITLES[type] ?? type));

export const REGISTER_TITLES: Readonly<Record<string, string>> = { district: '本区机构', published: '公开数据' };

const FLAG_TITLES: Readonly<Record<string, string>> = {
  environmental_penalty: '环境违法',
  statistical_fraud: '统计造假',
  major_risk: '重大风险',
  greenwashing: '虚假绿色认定',
  opened_in_year: '当年开业',
  published_figures: '公开数据',
};

export const flagTitle = (flag: string): string => FLAG_TITLES[flag] ?? flag;

export const EVENT_TITLES: Readonly<Record<EventKind, string>> = {
  rename: '更名',
  type_change: '变更类型',
  merger: '合并',
  succession: '承继',
  closing: '关闭',
};

/** What an event leads to, said before it is recorded. */
export const EVENT_HINTS: Readonly<Record<EventKind, string>> = {
  rename: '以后各处显示新名称；此前固定的评价和存证包仍用当时的名称。',
  type_change: '自生效日起按新类型生成填报任务；已经生成的任务不变。',
  merger: '本机构关闭，由另一家机构并入；双方的历史数据各自保留，不自动相加。',
  succession: '本机构关闭，业务由另一家机构承继；双方的历史数据各自保留，不自动相加。',
  closing: '自生效日起不再生成填报任务；已经生成的任务不变。',
};

/** The content of an event in one line: 示范银行甲 → 新甲银行. */
export function eventWords(event: InstitutionEvent): string {
  const { kind, before, after, other, side } = event;
  if (kind === 'rename') return `${before.name ?? ''} → ${after.name ?? ''}`;
  if (kind === 'type_change') return `${typeTitle(before.type ?? null)} → ${typeTitle(after.type ?? null)}`;
  if (kind === 'closing') return '';
  if (side === 'taken_over') return `${kind === 'merger' ? '吸收' : '承继'}${other?.name ?? ''}`;
  const successor = other?.name ?? after.successor ?? '';
  return kind === 'merger' ? `并入${successor}` : `由${successor}承继`;
}

/** 2015-01-01 起, 2015-01-01 至 2026-09-14. */
export const span = (from: string, to: string | null): string => (to === null ? `${from} 起` : `${from} 至 ${to}`);
