import { Decimal, meanOf, plain, quantise, sumOf, ZERO } from '../../numbers/decimal.js';
import type { Disclosure } from '../disclosure/seen.js';
import type { Grade } from '../scheme/scheme.js';
import type { NodeRecord, ResultRecord } from '../types.js';

/** What one indicator, the adjustments or the rounding bring to a difference. Points as plain decimals. */
export interface Part {
  readonly code: string;
  readonly title: string;
  readonly points: string;
}

/** A difference of rounded totals; the parts, if the scheme adds up, sum to it exactly. Positive: the own one is higher. */
export interface Gap {
  readonly difference: string;
  /** Empty when some group is no arithmetic mean: then no part of the whole can be said to be due to one indicator. */
  readonly parts: readonly Part[];
}

export interface Explanation {
  /** null: without a total, or not told. */
  readonly toMedian: Gap | null;
  /** The one ranked next above; null: the first, without a rank, or not told. */
  readonly toNextRank: (Gap & { readonly rank: number }) | null;
  /** The next better grade that states a least total; null: there is none. */
  readonly toNextGrade: { readonly code: string; readonly points: string; readonly isBySharesToo: boolean } | null;
  /** Points of the base total that each indicator leaves on the table, most first; empty unless they are known. */
  readonly lost: readonly Part[];
  /** The same in Chinese, for paper and page. */
  readonly sentences: readonly string[];
}

const HUNDRED_PERCENT = new Decimal(100);
const CONTRIBUTION_PLACES = 6;
/** Most parts that one sentence names. */
const NAMED = 3;

/**
 * Why a total is what it is: against the middle of its cohort, the next rank and the next grade.
 *
 * @param own     the record to explain
 * @param cohort  all records of its cohort, the own one included
 * @param grades  of the scheme
 * @param reader  `staff` sees all; the owner of a sealed result is told nothing that another's total gives
 */
export function explain(
  own: ResultRecord,
  cohort: readonly ResultRecord[],
  grades: readonly Grade[],
  reader: 'staff' | { readonly disclosure: Disclosure },
): Explanation {
  const others = reader === 'staff' || reader.disclosure === 'open';
  const toMedian = others ? medianGap(own, cohort) : null;
  const toNextRank = others ? nextRankGap(own, cohort) : null;
  const toNextGrade = nextGrade(own, grades);
  const lost = lostPoints(own);
  return {
    toMedian,
    toNextRank,
    toNextGrade,
    lost,
    sentences: sentencesOf({ own, toMedian, toNextRank, toNextGrade, lost }),
  };
}

/** What a total is made of: leaves, adjustments, and what rounding to the printed decimals changed. */
function makeUp({ nodes, adjustments, base, score }: ResultRecord): readonly (Part & { readonly exact: Decimal })[] {
  const leaves = nodes.filter((node) => node.kind !== 'group');
  if (leaves.every((leaf) => leaf.contribution === null)) return [];
  const part = (code: string, title: string, exact: Decimal) => ({ code, title, exact, points: plain(exact) });
  const changes = adjustments.map(({ code, title, change }) => part(code, title, new Decimal(change ?? 0)));
  const parts = [
    ...leaves.map(({ code, title, contribution }) => part(code, title, new Decimal(contribution ?? 0))),
    ...changes,
  ];
  const sum = sumOf([new Decimal(base ?? 0), ...changes.map((change) => change.exact)]);
  return [...parts, part('rounding', '总分限值与取整', new Decimal(score ?? 0).minus(sum))];
}

/** Against one record, or the mean of two. */
function gap(own: ResultRecord, references: readonly ResultRecord[]): Gap {
  const score = (record: ResultRecord): Decimal => new Decimal(record.score ?? 0);
  const difference = score(own).minus(meanOf(references.map(score)));
  const mine = makeUp(own);
  const theirs = references.map(makeUp);
  if (mine.length === 0 || theirs.some((parts) => parts.length !== mine.length))
    return { difference: plain(difference), parts: [] };
  const parts = mine.map(({ code, title, exact }, i) => {
    const reference = meanOf(theirs.map((their) => their[i]?.exact ?? ZERO));
    return { code, title, points: plain(exact.minus(reference)) };
  });
  return { difference: plain(difference), parts: parts.filter(({ points }) => points !== '0') };
}

/** The one in the middle, or the two, of those that have a rank. */
function medianGap(own: ResultRecord, cohort: readonly ResultRecord[]): Gap | null {
  if (own.score === null) return null;
  const ranked = cohort.filter((record) => record.rank !== null);
  if (ranked.length === 0) return null;
  const rising = [...ranked].sort((a, b) => new Decimal(a.score ?? 0).comparedTo(b.score ?? 0));
  const middle = [rising[(rising.length - 1) >> 1], rising[rising.length >> 1]] as [ResultRecord, ResultRecord];
  return gap(own, middle[0] === middle[1] ? [middle[0]] : middle);
}

function nextRankGap(own: ResultRecord, cohort: readonly ResultRecord[]): Explanation['toNextRank'] {
  const { rank } = own;
  if (rank === null) return null;
  const better = cohort.filter((record) => record.rank !== null && record.rank < rank);
  const next = better.reduce<ResultRecord | null>(
    (nearest, record) => (nearest === null || (record.rank ?? 0) > (nearest.rank ?? 0) ? record : nearest),
    null,
  );
  return next && { rank: next.rank ?? 0, ...gap(own, [next]) };
}

function nextGrade(own: ResultRecord, grades: readonly Grade[]): Explanation['toNextGrade'] {
  if (own.score === null || own.rank === null) return null;
  const at = grades.findIndex((grade) => grade.code === own.grade);
  const better = grades.slice(0, at === -1 ? grades.length : at).reverse();
  const next = better.find((grade) => grade.min !== null);
  if (!next?.min) return null;
  const points = next.min.minus(own.score);
  return { code: next.code, points: plain(points.lt(0) ? ZERO : points), isBySharesToo: next.topShare !== null };
}

/** Of points on a scale to 100: the weight of a leaf in the whole, less what it brought. */
function lostPoints({ nodes }: ResultRecord): readonly Part[] {
  const byCode = new Map(nodes.map((node) => [node.code, node]));
  const shareOf = (node: NodeRecord): Decimal => {
    const own = new Decimal(node.weight ?? 0);
    const parent = node.parent === null ? undefined : byCode.get(node.parent);
    return parent ? shareOf(parent).times(own).div(HUNDRED_PERCENT) : own;
  };
  const lost = nodes.flatMap((node) => {
    if (node.kind === 'group' || node.contribution === null || node.score === null) return [];
    if (new Decimal(node.score).gt(HUNDRED_PERCENT) || new Decimal(node.score).lt(0)) return [];
    const points = quantise(shareOf(node).minus(node.contribution), CONTRIBUTION_PLACES);
    return points.gt(0) ? [{ code: node.code, title: node.title, points }] : [];
  });
  return lost
    .sort((a, b) => b.points.comparedTo(a.points))
    .map(({ code, title, points }) => ({ code, title, points: plain(points) }));
}

interface Told {
  readonly own: ResultRecord;
  readonly toMedian: Gap | null;
  readonly toNextRank: Explanation['toNextRank'];
  readonly toNextGrade: Explanation['toNextGrade'];
  readonly lost: readonly Part[];
}

function sentencesOf({ own, toMedian, toNextRank, toNextGrade, lost }: Told): readonly string[] {
  if (own.score === null) return [`没有总分：${own.reason}。`];
  const said: string[] = [];
  if (own.status === 'vetoed') said.push(`一票否决：${own.reason}。得分保留，不参加排名。`);
  if (toMedian) said.push(...againstMedian(own.score, toMedian));
  if (toNextRank) said.push(againstNext(toNextRank));
  if (toNextGrade) said.push(againstGrade(toNextGrade));
  if (lost.length > 0) said.push(`失分最多的是${named(lost, (points) => shown(points))}。`);
  const applied = own.adjustments.filter(({ change }) => change !== null && !new Decimal(change).isZero());
  for (const { title, change } of applied) said.push(`${title}：${signed(change ?? '0')} 分。`);
  return said;
}

function againstMedian(score: string, { difference, parts }: Gap): string[] {
  const way = new Decimal(difference);
  const compared = way.isZero() ? '与同组中位数持平' : `${way.gt(0) ? '高' : '低'}于同组中位数 ${shown(way.abs())} 分`;
  const said = [`总分 ${score} 分，${compared}。`];
  const told = parts.filter(isWorthTelling);
  const [gains, losses] = [told.filter(isGain), told.filter((part) => !isGain(part))];
  const size = ({ points }: Part): Decimal => new Decimal(points).abs();
  const falling = (list: readonly Part[]): Part[] => [...list].sort((a, b) => size(b).comparedTo(size(a)));
  if (gains.length > 0) said.push(`高出的部分主要来自${named(falling(gains), signed)}。`);
  if (losses.length > 0) said.push(`落后的部分主要在于${named(falling(losses), signed)}。`);
  return said;
}

function againstNext({ rank, difference, parts }: NonNullable<Explanation['toNextRank']>): string {
  const behind = parts.filter((part) => isWorthTelling(part) && !isGain(part));
  const falling = [...behind].sort((a, b) => new Decimal(a.points).comparedTo(b.points));
  const where = falling.length > 0 ? `，主要差在${named(falling, signed)}` : '';
  return `距第 ${rank} 名差 ${shown(new Decimal(difference).abs())} 分${where}。`;
}

const againstGrade = ({ code, points, isBySharesToo }: NonNullable<Explanation['toNextGrade']>): string =>
  points === '0'
    ? `分数已达到“${code}”的要求，受名额比例限制未评为“${code}”。`
    : `距“${code}”差 ${shown(points)} 分${isBySharesToo ? '（还受名额比例限制）' : ''}。`;

/** Not 0.00 when it is said. */
const isWorthTelling = ({ points }: Part): boolean => !quantise(new Decimal(points), 2).isZero();

const isGain = ({ points }: Part): boolean => !points.startsWith('-');

const named = (parts: readonly Part[], say: (points: string) => string): string =>
  parts
    .slice(0, NAMED)
    .map(({ title, points }) => `${title}（${say(points)}）`)
    .join('、');

/** Two decimals for people; the exact ones stand in the parts. */
const shown = (points: Decimal | string): string => quantise(new Decimal(points), 2).toFixed(2);

const signed = (points: string): string => {
  const exact = quantise(new Decimal(points), 2);
  return `${exact.lt(0) ? '−' : '+'}${exact.abs().toFixed(2)}`;
};
