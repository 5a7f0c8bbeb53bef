import { Decimal } from '../../numbers/decimal.js';
import type { NodeRecord, ResultRecord } from '../types.js';

/** 公开方式 of an evaluation, fixed when it starts: `open` was agreed before filing (reliability 3.12). */
export type Disclosure = 'sealed' | 'open';

/** What a publication shows the institutions, each of itself: all fixed when it is published, none of it for staff. */
export interface Shown {
  readonly disclosure: Disclosure;
  /** 公布名次. False: grades alone (首年、同组家数少时). Then no rank and no tie, which also tells where one stands. */
  readonly ranks: boolean;
}

/** A mean or median over fewer gives too much away. */
export const FEWEST_FOR_STATISTICS = 10;

type Statistics = Readonly<Record<string, string | null>>;

/** What stays out of a record because it is, or gives away, what another institution filed. */
export type Withheld = 'treated' | 'min' | 'max' | 'mean' | 'median';

export interface SeenNode extends NodeRecord {
  readonly withheld: readonly Withheld[];
}

export interface SeenRecord extends Omit<ResultRecord, 'nodes'> {
  readonly nodes: readonly SeenNode[];
}

/** Staff see all. */
export const seenByStaff = (record: ResultRecord): SeenRecord => ({
  ...record,
  nodes: record.nodes.map((node) => ({ ...node, withheld: [] })),
});

/**
 * What the institution that a result concerns may see of it: its own inputs, values, points, weights, contributions,
 * adjustments, total and (if ranks are published) rank; of the others what `disclosure` allows, and never a name. API, exports and
 * bundles all go through here. Why each thing stays or goes: docs/decisions/13-disclosure.md.
 */
export const seenByOwner = (record: ResultRecord, { disclosure, ranks }: Shown): SeenRecord => ({
  ...record,
  ...(ranks ? {} : { rank: null, tied: false }),
  nodes: record.nodes.map((node) => seenNode(withoutReference(node, record.institution), disclosure)),
});

/** `distance_to_reference` names an institution: the scheme does too, but an own trace names no other. */
function withoutReference(node: NodeRecord, own: string): NodeRecord {
  const { normalisation } = node;
  if (!normalisation || !('institution' in normalisation.parameters)) return node;
  const { institution, ...parameters } = normalisation.parameters;
  return institution === own ? node : { ...node, normalisation: { ...normalisation, parameters } };
}

function seenNode(node: NodeRecord, disclosure: Disclosure): SeenNode {
  if (disclosure === 'open') return { ...node, withheld: [] };
  const { normalisation } = node;
  const { treated, statistics } = sealed(node);
  const all = normalisation?.statistics ?? {};
  return {
    ...node,
    treated,
    normalisation: normalisation && { ...normalisation, statistics },
    withheld: [
      ...(treated === node.treated ? [] : (['treated'] as const)),
      ...(['min', 'max', 'mean', 'median'] as const).filter((name) => all[name] != null && statistics[name] == null),
    ],
  };
}

/** What a value was compared with. */
type Compared = Pick<NodeRecord, 'value' | 'treated' | 'policy' | 'normalisation'>;

/** Of that, what is shown when sealed: the own past always; from ten members on the mean, and the median of many. */
export function sealed(node: Compared): Pick<NodeRecord, 'treated'> & { readonly statistics: Statistics } {
  const { statistics = {}, parameters = {} } = node.normalisation ?? {};
  const { n, mean, bV, sV, bH, sH } = statistics;
  const median = medianOf(node);
  const horizontal = parameters.horizontal as { statistic?: string; self?: string } | undefined;
  const compared = wholeOf(n) - (horizontal?.self === 'exclude' && node.value !== null ? 1 : 0);
  return {
    treated: node.treated !== null && mayShowTreated(node, median) ? node.treated : null,
    statistics: present({
      ...(isEnough(n) ? { n, mean } : {}),
      ...(median === null ? {} : { median }),
      bV,
      sV,
      ...(horizontal?.statistic === 'mean' && compared >= FEWEST_FOR_STATISTICS ? { bH, sH } : {}),
    }),
  };
}

/**
 * The median of many; null where it is one member's value (an odd number, or two equal in the middle), or where the
 * reader is one of the two in the middle and could take his own from it.
 */
function medianOf({ normalisation, treated, value }: Compared): string | null {
  const { n, median, medianLow, medianHigh } = normalisation?.statistics ?? {};
  if (!isEnough(n) || median == null || medianLow == null || medianHigh == null) return null;
  const own = value === null ? null : (treated ?? value);
  const middle = [new Decimal(medianLow), new Decimal(medianHigh)] as const;
  if (middle[0].eq(middle[1]) || (own !== null && middle.some((each) => each.eq(own)))) return null;
  return median;
}

/**
 * The own figure of an earlier period is the reader's own. A mean or median of the cohort that stands in for a missing
 * value is shown as the statistic is. A treated value is another's (winsorised), or leads to the least and the greatest.
 */
function mayShowTreated({ policy, normalisation }: Compared, median: string | null): boolean {
  if (policy === 'previous_period') return true;
  if (normalisation?.parameters.over !== 'cohort' || !isEnough(normalisation.statistics.n)) return false;
  return policy === 'cohort_mean' || (policy === 'cohort_median' && median !== null);
}

const wholeOf = (n: string | null | undefined): number => Number.parseInt(n ?? '0', 10);
const isEnough = (n: string | null | undefined): boolean => wholeOf(n) >= FEWEST_FOR_STATISTICS;

const present = (statistics: Readonly<Record<string, string | null | undefined>>): Statistics =>
  Object.fromEntries(
    Object.entries(statistics).filter((entry): entry is [string, string | null] => entry[1] !== undefined),
  );
