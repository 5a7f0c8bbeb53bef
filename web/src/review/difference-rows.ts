import { quarterCode, quarterIndex } from '../../../src/calendar/period.js';
import { Decimal, plain, quantise } from '../../../src/numbers/decimal.js';
import type { Filing, FilingCheck, FilingContext, PeerFigures } from '../api/filing-shapes.js';

/** One metric as the reviewer compares it. Figures are plain decimals in its unit. */
export interface DifferenceRow {
  readonly metric: string;
  readonly section: string;
  readonly now: string | null;
  readonly state: string;
  readonly source: string | null;
  /** Of the revision in force, else of the one sent before. */
  readonly before: string | null;
  readonly lastQuarter: string | null;
  /** Percent against the last quarter, one decimal, signed; null without one or from zero. */
  readonly change: string | null;
  readonly checks: readonly FilingCheck[];
  readonly peers: PeerFigures | null;
  /** Differs from what was accepted or sent before, or a rule speaks of it. */
  readonly isNotable: boolean;
}

/** (now − then) / |then| in percent: `+12.3`, `-4.0`. */
export function changeOf(now: string | null, then: string | null): string | null {
  if (now === null || then === null) return null;
  const base = new Decimal(then);
  if (base.isZero()) return null;
  const percent = quantise(new Decimal(now).minus(base).div(base.abs()).mul(100), 1);
  return `${percent.isPositive() && !percent.isZero() ? '+' : ''}${plain(percent)}`;
}

const isSame = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : new Decimal(a).eq(b);

/** All metrics of the form with what they are compared with, in the order of the form. */
export function differenceRows(filing: Filing, context: FilingContext | undefined): DifferenceRow[] {
  const last = quarterCode(quarterIndex(filing.period) - 1);
  const earlier = context?.accepted ?? context?.sent ?? null;
  return filing.sections.flatMap((section) =>
    section.metrics.map((metric): DifferenceRow => {
      const cell = filing.figures[metric];
      const now = cell?.value ?? null;
      const before = earlier?.[metric] ?? null;
      const lastQuarter = context?.history[metric]?.find((each) => each.period === last)?.value ?? null;
      // One row tells a failure; the sides of a sum are named in it.
      const checks = filing.checks.filter((check) => check.cells[0] === metric);
      return {
        metric,
        section: section.title,
        now,
        state: cell?.state ?? 'blank',
        source: cell?.source ?? null,
        before,
        lastQuarter,
        change: changeOf(now, lastQuarter),
        checks,
        peers: context?.peers?.[metric] ?? null,
        // A slip of the unit names every cell that slipped.
        isNotable:
          filing.checks.some((check) => check.severity !== 'inform' && check.cells.includes(metric)) ||
          checks.length > 0 ||
          (earlier !== null && !isSame(now, before)),
      };
    }),
  );
}

/** Where a figure stands among its peers, 0–100 along the strip that holds the quartiles and the figure. */
export function stripOf(now: string | null, peers: PeerFigures | null) {
  if (now === null || peers === null) return null;
  const points = [peers.q1, peers.median, peers.q3, now].map((text) => new Decimal(text));
  const low = Decimal.min(...points);
  const width = Decimal.max(...points).minus(low);
  if (width.isZero()) return null;
  const [q1 = 0, median = 0, q3 = 0, own = 0] = points.map((point) =>
    point.minus(low).div(width).mul(100).toDecimalPlaces(2).toNumber(),
  );
  return { q1, median, q3, own };
}
