/** `block` stops the submission, `justify` wants an explanation, `inform` is shown. */
export const SEVERITIES = ['block', 'justify', 'inform'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What the rules need to know about a metric; the catalogue's metrics are more than that. */
export interface RuleMetric {
  readonly code: string;
  readonly title: string;
  readonly unit: string;
  /** Decimals that a figure keeps; 0: it is counted. */
  readonly decimals: number;
  /** `stock`, `flow` … */
  readonly kind: string;
  readonly mayBeNegative: boolean;
}
export type RuleMetrics = ReadonlyMap<string, RuleMetric>;

/** The metrics that a rule is checked for one by one; null: no condition. */
export interface Selection {
  readonly kinds: readonly string[] | null;
  readonly units: readonly string[] | null;
  /** True: only what is counted. */
  readonly counted: boolean | null;
  readonly mayBeNegative: boolean | null;
  readonly codes: readonly string[] | null;
  readonly except: readonly string[];
}

/**
 * How far two sides may lie apart, by the unit of the figures: the larger of `perItem` × number of items and `least`.
 * A unit that is not named has none. Decimals as text.
 */
export type Tolerance = Readonly<Record<string, { readonly perItem: string; readonly least: string }>>;

interface RuleHead {
  /** Stable code, `V01`; several entries may share it. */
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** Chinese, with `{CODE}`, `{x}`, `{left}` … in it: what is wrong. */
  readonly message: string;
  /** Chinese: what to do. */
  readonly hint: string;
}

/** What must hold, as a formula over metric codes; with `each`, over `x`, which stands for every selected metric. */
export interface FormulaRule extends RuleHead {
  readonly kind: 'formula';
  readonly each: Selection | null;
  /** Checked only while this holds; null: always. */
  readonly when: string | null;
  readonly holds: string;
  /** A rule that explains the cell already, such as the slip of unit behind a jump: this one is then not told. */
  readonly unless: string | null;
  readonly tolerance: Tolerance | null;
  /** What would be right, in words; null: told from the formula. */
  readonly expected: string | null;
}

/** 计量单位差错: a figure that is a power of ten of last quarter's, or of the peers' median. */
export interface SlipRule extends RuleHead {
  readonly kind: 'slip';
  readonly each: Selection;
  readonly slips: readonly { readonly ratio: string; readonly title: string }[];
  /** How far from the power of ten, as a share of it: `0.05`. */
  readonly within: string;
}

/** A value far above those of the same type of institution. Not checked without peers. */
export interface OutlierRule extends RuleHead {
  readonly kind: 'outlier';
  readonly of: string;
  /** Of the value, for its text: `%`. */
  readonly unit: string;
  readonly deviations: string;
  /** Fewer peers than this say nothing. */
  readonly peers: number;
}

/** 照抄上季: too many cells equal last quarter's. Cells that are zero in both quarters do not count. */
export interface CopyRule extends RuleHead {
  readonly kind: 'copied';
  readonly share: string;
  /** Fewer comparable cells than this say nothing. */
  readonly cells: number;
}

/** 校验规则: a check on a filing, plain data as `config/rules/` has it and `GET /rules` gives it. */
export type Rule = FormulaRule | SlipRule | OutlierRule | CopyRule;

export function isSelected(metric: RuleMetric, selection: Selection): boolean {
  const { kinds, units, counted, mayBeNegative, codes, except } = selection;
  return (
    (kinds === null || kinds.includes(metric.kind)) &&
    (units === null || units.includes(metric.unit)) &&
    (counted === null || counted === (metric.decimals === 0)) &&
    (mayBeNegative === null || mayBeNegative === metric.mayBeNegative) &&
    (codes === null || codes.includes(metric.code)) &&
    !except.includes(metric.code)
  );
}
