import { type Micro, microFixed, microText, roundMicro } from '../numbers/micro.js';
import { type Adjusted, adjuster, inOrder } from './adjust/adjust.js';
import { aggregate, type Scores } from './aggregate/aggregate.js';
import { Shares } from './aggregate/contributions.js';
import { type Presence, presenceOf } from './aggregate/presence.js';
import { NodeRecorder } from './explain/node-records.js';
import { Points } from './points/points.js';
import { gradeOf, type Place, type Places, rank } from './rank/rank.js';
import type { Run } from './run.js';
import { type Leaf, leavesOf, nodesOf, type SchemeNode, titleOf } from './scheme/scheme.js';
import type { AdjustmentRecord, Institution, NodeRecord, ResultRecord } from './types.js';
import type { LeafCell } from './values/exact-cells.js';
import { LeafColumn } from './values/leaf-column.js';

const TOO_LITTLE = '可计算指标不足';

/** The records of one cohort with their whole trace. @throws RangeError for a cohort that is not scored */
export function scoreCohort(run: Run, cohort: string): readonly ResultRecord[] {
  const scored = new CohortScores(run, cohort);
  return scored.institutions.map((_, member) => scored.record(member));
}

/**
 * One cohort scored: values, treatment, policies, points, aggregation, adjustments, rounding, veto and ranks
 * (scheme-language 3, steps 5–14). Totals and ranks of everybody are there at once; the record of one, with its trace,
 * is written when it is asked for. Statistics over all institutions are taken over everybody whichever cohort is asked
 * for, so splitting by cohort never changes a byte.
 */
export class CohortScores {
  /** By member, as everything below. */
  readonly institutions: readonly Institution[];
  /** Base totals; excluded: none. */
  readonly base: Points;
  /** After adjustments, six decimals. */
  readonly adjusted: Points;
  /** Rounded. */
  readonly totals: Points;
  /** Of nodes, by node. */
  readonly scores: Scores;
  private readonly rows: readonly number[];
  private readonly places: Places;
  private readonly leaves: ReadonlyMap<Leaf, LeafColumn>;
  private readonly presence: Presence;
  private readonly hasTotal: Uint8Array;
  private readonly vetoed: ReadonlyMap<number, string>;
  private readonly adjust: ReturnType<typeof adjuster> | null;
  private recorder: NodeRecorder | null = null;
  private shares: Shares | null = null;

  /** @throws RangeError for a cohort that is not scored */
  constructor(
    private readonly run: Run,
    readonly cohort: string,
  ) {
    const { scheme, settled, participants, columns } = run;
    const index = settled.cohorts.findIndex((candidate) => candidate.code === cohort);
    if (index === -1) throw new RangeError(`cohort ${cohort} is not scored`);
    this.rows = settled.cohorts[index]?.rows ?? [];
    this.institutions = this.rows.map((row) => participants.list[row] as Institution);
    const { rows } = this;
    const places = scheme.rounding.indicator;
    this.leaves = new Map(
      leavesOf(scheme.root).map((leaf) => [
        leaf,
        new LeafColumn({ leaf, rows, cohort: index, columns, rowOf: participants.rowOf, places }),
      ]),
    );
    const points = new Map<SchemeNode, Points>([...this.leaves].map(([leaf, column]) => [leaf, column.points]));
    this.presence = presenceOf(scheme.root, points, rows.length);
    this.hasTotal = Uint8Array.from(this.presence.get(scheme.root) ?? []);
    for (const column of this.leaves.values())
      if (column.hasUnranked)
        for (const member of rows.keys()) if (column.isUnranked(member)) this.hasTotal[member] = 0;
    this.scores = aggregate(scheme.root, points, this.presence, this.hasTotal);
    this.base = this.scores.get(scheme.root) as Points;
    this.adjust = isUnadjusted(run) ? null : adjuster(scheme, run.environment, columns);
    const vetoed = new Map<number, string>();
    this.adjusted = this.adjust ? this.adjustedBy(this.adjust, vetoed) : this.base;
    this.vetoed = vetoed;
    this.totals = rounded(this.adjusted, scheme.rounding.total);
    this.places = this.ranked();
  }

  /** null: without a rank. */
  placeOf(member: number): Place | null {
    return this.places.of(member);
  }

  /** How many have a rank. */
  get ranks(): number {
    return this.places.size;
  }

  status(member: number): 'ranked' | 'vetoed' | 'insufficient_data' {
    if (this.hasTotal[member] === 0) return 'insufficient_data';
    return this.vetoed.has(member) ? 'vetoed' : 'ranked';
  }

  /**
   * The result of one member. Its trace is written each time it is read, not kept: ten thousand institutions have half
   * a million cells. Being own properties, the getters are plain values to a copy, a message or JSON.
   */
  record(member: number): ResultRecord {
    const { scheme, windows } = this.run;
    const { code, name } = this.institutions[member] as Institution;
    const place = this.placeOf(member);
    const base = this.base.at(member);
    const total = this.totals.at(member);
    this.recorder ??= new NodeRecorder(scheme, windows);
    this.shares ??= new Shares(scheme.root, this.scores, this.presence);
    const row = this.rows[member] as number;
    const { recorder, shares } = this;
    const write = (): readonly NodeRecord[] =>
      recorder.records({
        row,
        cellOf: (leaf) => this.cell(leaf, member),
        scoreOf: (node) => this.scores.get(node)?.at(member) ?? null,
        shares: base === null ? new Map() : shares.of(member),
      });
    const adjusted = base === null ? null : this.adjust?.(row, base);
    return {
      cohort: this.cohort,
      rank: place?.rank ?? null,
      tied: place?.tied ?? false,
      institution: code,
      name,
      score: total === null ? null : microFixed(total, scheme.rounding.total),
      base: base === null ? null : microText(base),
      grade: place && total !== null ? gradeOf(scheme.grades, total, place.rank, this.places.size) : null,
      status: this.status(member),
      reason: this.hasTotal[member] === 0 ? this.lacking(member) : (this.vetoed.get(member) ?? ''),
      get nodes() {
        return write();
      },
      adjustments: adjusted?.records ?? inOrder(scheme.adjustments).map(notReached),
    };
  }

  private cell(leaf: Leaf, member: number): LeafCell {
    return (this.leaves.get(leaf) as LeafColumn).cell(member);
  }

  /** Why a member has no total. */
  private lacking(member: number): string {
    for (const [leaf, column] of this.leaves) if (column.isUnranked(member)) return `缺少 ${titleOf(leaf)}`;
    return TOO_LITTLE;
  }

  private adjustedBy(adjust: (row: number, base: Micro) => Adjusted, vetoed: Map<number, string>): Points {
    const result = new Points(this.rows.length);
    for (const [member, row] of this.rows.entries()) {
      const base = this.base.at(member);
      if (base === null) continue;
      const { total, vetoed: title } = adjust(row, base);
      result.set(member, total);
      if (title !== null) vetoed.set(member, title);
    }
    return result;
  }

  /** Ranks of those whose status is `ranked`. */
  private ranked(): Places {
    const { on, ties, tieBreak } = this.run.scheme.ranking;
    const nodes = nodesOf(this.run.scheme.root);
    const breakers = tieBreak.map((code) => nodes.find((node) => node.code === code) as SchemeNode);
    const keys: [Points, ...Points[]] = [
      on === 'rounded' ? this.totals : this.adjusted,
      ...breakers.map((node) => this.scores.get(node) as Points),
    ];
    const members = Int32Array.from(this.rows.keys());
    const candidates = members.filter((member) => this.hasTotal[member] === 1 && !this.vetoed.has(member));
    // Rows are in the order of the institutions' codes, and so are the members.
    return rank(candidates, keys, ties);
  }
}

const isUnadjusted = ({ scheme }: Run): boolean =>
  scheme.adjustments.length === 0 && scheme.total.min === null && scheme.total.max === null;

function rounded(points: Points, places: number): Points {
  const result = new Points(points.size);
  if (points.extent().most < MOST_ROUNDED) {
    const step = 10 ** (MICRO_PLACES - places);
    for (let member = 0; member < points.size; member++) {
      const exact = points.values[member] as number;
      const size = Math.abs(exact);
      const rest = size % step;
      const magnitude = size - rest + (2 * rest >= step ? step : 0);
      result.values[member] = exact < 0 && magnitude !== 0 ? -magnitude : magnitude;
    }
    return result;
  }
  for (let member = 0; member < points.size; member++) {
    const exact = points.at(member);
    if (exact !== null) result.set(member, roundMicro(exact, places));
  }
  return result;
}

const MICRO_PLACES = 6;
/** Whole floats that stay exact when they are rounded up. */
const MOST_ROUNDED = 2 ** 52;

/** An institution without a total: its adjustments are listed and change nothing. */
const notReached = ({
  code,
  title,
  kind,
}: {
  code: string;
  title: string;
  kind: AdjustmentRecord['kind'];
}): AdjustmentRecord => ({
  code,
  title: title || code,
  kind,
  applied: false,
  change: null,
  reason: '',
});
