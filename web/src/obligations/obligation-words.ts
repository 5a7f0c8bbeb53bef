import type { Obligation } from '../api/filing-shapes.js';
import { deadline } from '../figures/moment.js';
import { FILING_STATES } from '../filings/filing-words.js';

export const OBLIGATION_STATES: Readonly<Record<Obligation['state'], string>> = {
  not_started: '未开始',
  ...FILING_STATES,
  exempt: '免报',
  closed: '已关闭',
};

export const KINDS: Readonly<Record<NonNullable<Obligation['kind']>, string>> = {
  regular: '按期',
  backfill: '补录',
  control: '控制数',
};

export const CHANGE_KINDS = { extension: '延期', exemption: '免报' } as const;

/** 延至 2026-11-03 24:00, 免报. */
export const changeWords = (change: { readonly kind: 'extension' | 'exemption'; readonly until: string | null }) =>
  change.kind === 'exemption' || change.until === null ? CHANGE_KINDS.exemption : `延至 ${deadline(change.until)}`;

/** Whether its date may still be moved, or the whole be waived: nothing was filed, nothing is asked. */
export const isMovable = (owed: Obligation): boolean =>
  ['not_started', 'draft', 'internal_review'].includes(owed.state) && owed.asked == null;
