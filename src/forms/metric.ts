import { isQuarter, quarterIndex } from '../calendar/period.js';

/** Who files: the institution types of the glossary. */
export const INSTITUTION_TYPES = [
  'bank',
  'insurer',
  'securities',
  'financing_guarantee',
  'micro_lender',
  'financial_leasing',
  'commercial_factoring',
  'pawnbroker',
] as const;
export type InstitutionType = (typeof INSTITUTION_TYPES)[number];

export const INSTITUTION_TYPE_TITLES: Readonly<Record<InstitutionType, string>> = {
  bank: '银行',
  insurer: '保险机构',
  securities: '证券机构',
  financing_guarantee: '融资担保公司',
  micro_lender: '小额贷款公司',
  financial_leasing: '融资租赁公司',
  commercial_factoring: '商业保理公司',
  pawnbroker: '典当行',
};

/**
 * `stock`: the state at the end of a period; `flow`: what happened in it; `attribute`: yes or no, asked by a
 * questionnaire; `derived`: computed by schemes and never filed; `counted`: counted by the system itself
 * each quarter (lateness, returns), never filed either.
 */
export const METRIC_KINDS = ['stock', 'flow', 'attribute', 'derived', 'counted'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/** The green catalogues that decide what counts as green. */
export const GREEN_CATALOGUES = ['loans', 'bonds'] as const;
export type GreenCatalogue = (typeof GREEN_CATALOGUES)[number];

export const EDITIONS = ['2019', '2021', '2025'] as const;
export type Edition = (typeof EDITIONS)[number];

export const METRIC_CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** 统计指标: something that is filed, or derived from what is filed. */
export interface Metric {
  readonly code: string;
  readonly title: string;
  readonly en: string;
  /** 万元, %, 笔 …; every figure of the metric is in this unit. */
  readonly unit: string;
  /** Decimals that a figure keeps: 万元, tonnes and ratios 4, counts 0. */
  readonly decimals: number;
  readonly kind: MetricKind;
  /** The institution types that file it. */
  readonly types: readonly InstitutionType[];
  /** The green catalogue that its figures follow; null: none. */
  readonly catalogue: GreenCatalogue | null;
  /** Set when the metric exists in this edition of its catalogue only; null: in every edition. */
  readonly edition: Edition | null;
  /** True only for net reclassification. */
  readonly mayBeNegative: boolean;
  readonly definition: string;
  /** Other names under which files bring it, such as the column headers of another system. */
  readonly aliases: readonly string[];
}

/** Whether it is asked on a form: all but what the system computes. */
export const isFiled = (metric: Metric): boolean => metric.kind !== 'derived' && metric.kind !== 'counted';

/** Whether its figures are whole numbers: 户, 笔, 件 … */
export const isCount = (metric: Metric): boolean =>
  metric.decimals === 0 && (metric.kind === 'stock' || metric.kind === 'flow');

/** Whether a text may stand for the metric: 是 and 否 are filed as 1 and 0 and as nothing else. */
export const isYesOrNo = (metric: Metric, value: string): boolean =>
  metric.kind !== 'attribute' || value === '1' || value === '0';

/** One edition of a green catalogue and the quarters in which it is in force, both ends included. */
export interface EditionPeriod {
  readonly edition: Edition;
  readonly title: string;
  /** null: from the beginning. */
  readonly from: string | null;
  /** null: still in force. */
  readonly until: string | null;
}
export type Editions = Readonly<Record<GreenCatalogue, readonly EditionPeriod[]>>;

/** The edition of a catalogue that figures of a quarter follow. @param quarter `2025Q4` @throws PERIOD_INVALID */
export function editionInForce(editions: Editions, catalogue: GreenCatalogue, quarter: string): EditionPeriod | null {
  const at = quarterIndex(quarter);
  const covers = ({ from, until }: EditionPeriod): boolean =>
    (from === null || quarterIndex(from) <= at) && (until === null || at <= quarterIndex(until));
  return editions[catalogue].find(covers) ?? null;
}

/**
 * Whether a quarter's form asks for the metric: one that belongs to a single edition is asked only while that edition
 * is in force (six purposes through 2025Q3, nine from 2025Q4).
 * @throws PERIOD_INVALID
 */
export function isAsked(metric: Metric, editions: Editions, quarter: string): boolean {
  if (!isFiled(metric)) return false;
  if (metric.catalogue === null || metric.edition === null) return true;
  return editionInForce(editions, metric.catalogue, quarter)?.edition === metric.edition;
}

/** Whether editions follow each other without gap or overlap. @returns the objection in Chinese, or null */
export function editionGap(periods: readonly EditionPeriod[]): string | null {
  if (periods.length === 0) return '至少有一版';
  if (periods[0]?.from !== null) return '第一版不写 from';
  for (const [i, { until, edition }] of periods.entries()) {
    const next = periods[i + 1];
    if (!next) return until === null ? null : '最后一版不写 until';
    if (until === null || !isQuarter(until)) return `${edition} 版须写明 until，如 2025Q3`;
    if (next.from === null || !isQuarter(next.from)) return `${next.edition} 版须写明 from，如 2025Q4`;
    if (quarterIndex(next.from) !== quarterIndex(until) + 1) return `${next.edition} 版须从 ${until} 的下一季度开始`;
  }
  return null;
}
