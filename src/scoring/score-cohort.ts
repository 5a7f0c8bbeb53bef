import { type Micro, microFixed, microText, roundMicro } from '../numbers/micro.js';
import { type Adjusted, adjuster, inOrder } from './adjust/adjust.js';
import { aggregate } from './aggregate/aggregate.js';
import { sharesOf } from './aggregate/contributions.js';
import { presenceOf } from './aggregate/presence.js';
import { type Computed, NodeRecorder } from './explain/node-records.js';
import { gradeOf, type Place, rank } from './rank/rank.js';
import type { Run } from './run.js';
import { type Leaf, leavesOf, nodesOf, type Scheme, type SchemeNode, titleOf } from './scheme/scheme.js';
import type { AdjustmentRecord, Institution, ResultRecord } from './types.js';
import { type LeafCell, leafColumn } from './values/leaf-column.js';

const TOO_LITTLE = '可计算指标不足';

/** One member with all that was computed for it. */
interface Member {
  readonly institution: Institution;
  readonly computed: Computed;
  /** null: no total. */
  readonly base: Micro | null;
  readonly adjusted: Adjusted | null;
  /** Rounded total. */
  readonly total: Micro | null;
  readonly status: 'ranked' | 'vetoed' | 'insufficient_data';
  readonly reason: string;
}

/**
 * Scores one cohort: values, treatment, policies, points, aggregation, adjustments, rounding, veto, ranks and grades
 * (scheme-language 3, steps 5–14). Statistics over all institutions are taken over everybody whichever cohort is
 * asked for, so splitting by cohort never changes a byte.
 * @throws RangeError for a cohort that is not scored
 */
export function scoreCohort(run: Run, cohortCode: string): readonly ResultRecord[] {
  const { scheme, settled, participants, columns } = run;
  const cohort = settled.cohorts.findIndex((candidate) => candidate.code === cohortCode);
  if (cohort === -1) throw new RangeError(`cohort ${cohortCode} is not scored`);
  const rows = settled.cohorts[cohort]?.rows ?? [];
  const leaves = leavesOf(scheme.root);
  const cells = new Map<Leaf, readonly LeafCell[]>(
    leaves.map((leaf) => [leaf, leafColumn(leaf, rows, cohort, columns, scheme, participants.rowOf)]),
  );
  const cellOf = (leaf: Leaf, member: number): LeafCell => cells.get(leaf)?.[member] as LeafCell;
  const leafScores = new Map<SchemeNode, readonly (Micro | null)[]>(
    leaves.map((leaf) => [leaf, (cells.get(leaf) ?? []).map((cell) => cell.score)]),
  );
  const leafPresence = new Map<SchemeNode, readonly boolean[]>(
    [...leafScores].map(([leaf, scores]) => [leaf, scores.map((score) => score !== null)]),
  );
  const presence = presenceOf(scheme.root, leafPresence, rows.length);
  const lacking = rows.map((_, member) => {
    const unranked = leaves.find((leaf) => cellOf(leaf, member).policy === 'unranked');
    if (unranked) return `缺少 ${titleOf(unranked)}`;
    return presence.get(scheme.root)?.[member] ? '' : TOO_LITTLE;
  });
  const hasTotal = lacking.map((reason) => reason === '');
  const scores = aggregate(scheme.root, leafScores, presence, hasTotal);
  const adjust = adjuster(scheme, run.environment, columns);
  const members = rows.map((row, member): Member => {
    const base = scores.get(scheme.root)?.[member] ?? null;
    const adjusted = base === null ? null : adjust(row, base);
    const computed: Computed = {
      row,
      cellOf: (leaf) => cellOf(leaf, member),
      scoreOf: (node) => scores.get(node)?.[member] ?? null,
      shares: hasTotal[member] ? sharesOf(scheme.root, scores, presence, member) : new Map(),
    };
    return {
      institution: participants.list[row] as Institution,
      computed,
      base,
      adjusted,
      total: adjusted && roundMicro(adjusted.total, scheme.rounding.total),
      status: adjusted === null ? 'insufficient_data' : adjusted.vetoed === null ? 'ranked' : 'vetoed',
      reason: lacking[member] || (adjusted?.vetoed ?? ''),
    };
  });
  const places = placesOf(members, scheme);
  const recorder = new NodeRecorder(scheme, run.windows);
  return members.map((member) => recordOf(member, cohortCode, places, scheme, recorder));
}

/** Ranks of those whose status is `ranked`. */
function placesOf(members: readonly Member[], scheme: Scheme): ReadonlyMap<string, Place> {
  const { on, ties, tieBreak } = scheme.ranking;
  const nodes = nodesOf(scheme.root);
  const breakers = tieBreak.map((code) => nodes.find((node) => node.code === code) as SchemeNode);
  const candidates = members
    .filter((member) => member.status === 'ranked')
    .map(({ institution, computed, adjusted, total }) => ({
      institution: institution.code,
      keys: [on === 'rounded' ? total : (adjusted?.total ?? null), ...breakers.map((node) => computed.scoreOf(node))],
    }));
  return rank(candidates, ties);
}

function recordOf(
  member: Member,
  cohort: string,
  places: ReadonlyMap<string, Place>,
  scheme: Scheme,
  recorder: NodeRecorder,
): ResultRecord {
  const { institution, computed, base, adjusted, total, status, reason } = member;
  const place = places.get(institution.code);
  return {
    cohort,
    rank: place?.rank ?? null,
    tied: place?.tied ?? false,
    institution: institution.code,
    name: institution.name,
    score: total === null ? null : microFixed(total, scheme.rounding.total),
    base: base === null ? null : microText(base),
    grade: place && total !== null ? gradeOf(scheme.grades, total, place.rank, places.size) : null,
    status,
    reason,
    nodes: recorder.records(computed),
    adjustments: adjusted?.records ?? inOrder(scheme.adjustments).map(notReached),
  };
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
