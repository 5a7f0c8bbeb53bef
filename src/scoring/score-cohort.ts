import { microFixed, microText } from '../numbers/micro.js';
import { adjuster, inOrder } from './adjust/adjust.js';
import { Shares } from './aggregate/contributions.js';
import { NodeRecorder } from './explain/node-records.js';
import type { Points } from './points/points.js';
import { grader, type Place } from './rank/rank.js';
import type { Run } from './run.js';
import { type Leaf, leavesOf, type Scheme, titleOf } from './scheme/scheme.js';
import { type Adjust, type Standings, standingsOf } from './standings.js';
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
  /** By member, as everything of the standings. */
  readonly institutions: readonly Institution[];
  readonly scheme: Scheme;
  readonly standings: Standings;
  /** 1: the policy `unranked` takes the total away. */
  readonly unranked: Uint8Array;
  readonly adjust: Adjust;
  private readonly rows: readonly number[];
  private readonly leaves: ReadonlyMap<Leaf, LeafColumn>;
  private recorder: NodeRecorder | null = null;
  private shares: Shares | null = null;
  private readonly gradeOf: ReturnType<typeof grader>;

  /** @throws RangeError for a cohort that is not scored */
  constructor(
    private readonly run: Run,
    readonly cohort: string,
  ) {
    const { scheme, settled, participants, columns } = run;
    const index = settled.cohorts.findIndex((candidate) => candidate.code === cohort);
    if (index === -1) throw new RangeError(`cohort ${cohort} is not scored`);
    this.scheme = scheme;
    const rows = settled.cohorts[index]?.rows ?? [];
    this.rows = rows;
    this.institutions = rows.map((row) => participants.list[row] as Institution);
    const place = { rows, cohort: index, columns, rowOf: participants.rowOf, places: scheme.rounding.indicator };
    this.leaves = new Map(leavesOf(scheme.root).map((leaf) => [leaf, new LeafColumn({ ...place, leaf })]));
    this.unranked = new Uint8Array(rows.length);
    for (const column of this.leaves.values()) for (const member of column.unrankedMembers()) this.unranked[member] = 1;
    this.adjust = adjustOf(run, rows);
    const points = new Map([...this.leaves].map(([leaf, column]) => [leaf, column.points]));
    this.standings = standingsOf(scheme, points, this.unranked, this.adjust);
    this.gradeOf = grader(scheme.grades, this.standings.places.size);
  }

  /** Points of a leaf by member. */
  readonly points = (leaf: Leaf): Points => (this.leaves.get(leaf) as LeafColumn).points;

  /** null: without a rank. */
  placeOf(member: number): Place | null {
    return this.standings.places.of(member);
  }

  /** Code of the grade; null: none. */
  gradeAt(member: number): string | null {
    const place = this.placeOf(member);
    const total = this.standings.totals.at(member);
    return (place && total !== null ? this.scheme.grades[this.gradeOf(total, place.rank)]?.code : null) ?? null;
  }

  status(member: number): 'ranked' | 'vetoed' | 'insufficient_data' {
    if (this.standings.hasTotal[member] === 0) return 'insufficient_data';
    return this.standings.vetoed.has(member) ? 'vetoed' : 'ranked';
  }

  /**
   * The result of one member. Its trace is written each time it is read, not kept: ten thousand institutions have half
   * a million cells. Being own properties, the getters are plain values to a copy, a message or JSON.
   */
  record(member: number): ResultRecord {
    const { scheme, standings } = this;
    const { code, name } = this.institutions[member] as Institution;
    const place = this.placeOf(member);
    const base = standings.base.at(member);
    const total = standings.totals.at(member);
    const adjusted = base === null ? null : this.adjust?.(member, base);
    const write = (): readonly NodeRecord[] => this.nodes(member);
    return {
      cohort: this.cohort,
      rank: place?.rank ?? null,
      tied: place?.tied ?? false,
      institution: code,
      name,
      score: total === null ? null : microFixed(total, scheme.rounding.total),
      base: base === null ? null : microText(base),
      grade: this.gradeAt(member),
      status: this.status(member),
      reason: standings.hasTotal[member] === 0 ? this.lacking(member) : (standings.vetoed.get(member) ?? ''),
      get nodes() {
        return write();
      },
      adjustments: adjusted?.records ?? inOrder(scheme.adjustments).map(notReached),
    };
  }

  private nodes(member: number): readonly NodeRecord[] {
    const { scheme, standings } = this;
    this.recorder ??= new NodeRecorder(scheme, this.run.windows);
    this.shares ??= new Shares(scheme.root, standings.scores, standings.presence);
    return this.recorder.records({
      row: this.rows[member] as number,
      cellOf: (leaf) => this.cell(leaf, member),
      scoreOf: (node) => standings.scores.get(node)?.at(member) ?? null,
      shares: standings.hasTotal[member] === 0 ? new Map() : this.shares.of(member),
    });
  }

  private cell(leaf: Leaf, member: number): LeafCell {
    return (this.leaves.get(leaf) as LeafColumn).cell(member);
  }

  /** Why a member has no total. */
  private lacking(member: number): string {
    for (const [leaf, column] of this.leaves) if (column.isUnranked(member)) return `缺少 ${titleOf(leaf)}`;
    return TOO_LITTLE;
  }
}

function adjustOf({ scheme, environment, columns }: Run, rows: readonly number[]): Adjust {
  const { adjustments, total } = scheme;
  if (adjustments.length === 0 && total.min === null && total.max === null) return null;
  const adjust = adjuster(scheme, environment, columns);
  return (member, base) => adjust(rows[member] as number, base);
}

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
