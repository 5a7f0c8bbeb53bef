import { periodTitle } from '../../calendar/period.js';
import { plain } from '../../numbers/decimal.js';
import type { Violation } from '../../problems/problems.js';
import { workedExample } from '../methodology/example.js';
import type { Scheme } from '../scheme/scheme.js';
import type { MetricCatalogue } from '../types.js';
import { alwaysGivenAway } from './given-away.js';
import { type Disclosure, type SeenRecord, type Shown, seenByOwner, seenByStaff } from './seen.js';

/** Below and above the number from which a mean may be told. */
const MEMBERS = [5, 12] as const;
const DISCLOSURES: readonly Disclosure[] = ['sealed', 'open'];
const STATISTICS = ['min', 'max', 'mean', 'median', 'sd', 'bH', 'sH', 'n'] as const;

/** What staff see and the institution does not, of one indicator. Values as plain decimals. */
export interface UnseenNode {
  readonly code: string;
  readonly title: string;
  readonly unit: string | null;
  readonly values: readonly { readonly name: (typeof STATISTICS)[number] | 'treated'; readonly value: string }[];
}

/** One institution under one way of publication, among so many. */
export interface PreviewCase extends Shown {
  readonly members: number;
  readonly seen: SeenRecord;
  readonly cohortSize: number;
  readonly unseen: {
    /** null: it is told. */
    readonly rank: number | null;
    readonly nodes: readonly UnseenNode[];
    /** How many others there are, whose rows are never told. */
    readonly others: number;
  };
}

/** What each institution would see, before anything is filed: over invented figures, by the code that will cut the real ones. */
export interface DisclosurePreview {
  readonly title: string;
  readonly periodTitle: string;
  readonly grades: readonly { readonly code: string; readonly min: string | null }[];
  /** Empty when the scheme ranks nobody of those invented. */
  readonly cases: readonly PreviewCase[];
  /** What by the scheme alone keeps a sealed evaluation from being published. */
  readonly sealedIssues: readonly Violation[];
}

/**
 * Invented institutions are evaluated by the scheme; `seenByOwner` cuts the result of one of them for each way to
 * publish, as it does for every real one, and what `seenByStaff` has beside that is what stays unseen.
 */
export function disclosurePreview(document: string, scheme: Scheme, metrics: MetricCatalogue): DisclosurePreview {
  const examples = MEMBERS.map((members) => ({ members, example: workedExample(document, scheme, metrics, members) }));
  const cases = examples.flatMap(({ members, example }) =>
    example === null
      ? []
      : DISCLOSURES.flatMap((disclosure) =>
          [true, false].map((ranks): PreviewCase => {
            const seen = seenByOwner(example.shown, { disclosure, ranks });
            const all = seenByStaff(example.shown);
            return {
              members,
              disclosure,
              ranks,
              seen,
              cohortSize: example.cohort.filter(({ rank }) => rank !== null).length,
              unseen: {
                rank: seen.rank === null ? all.rank : null,
                nodes: all.nodes.flatMap((node, i) => unseenOf(node, seen.nodes[i] as SeenRecord['nodes'][number])),
                others: example.cohort.length - 1,
              },
            };
          }),
        ),
  );
  return {
    title: scheme.title,
    periodTitle: periodTitle(examples.find(({ example }) => example !== null)?.example?.period ?? '2025'),
    grades: scheme.grades.map(({ code, min }) => ({ code, min: min && plain(min) })),
    cases,
    sealedIssues: alwaysGivenAway(scheme),
  };
}

function unseenOf(all: SeenRecord['nodes'][number], seen: SeenRecord['nodes'][number]): readonly UnseenNode[] {
  const told = seen.normalisation?.statistics ?? {};
  const known = all.normalisation?.statistics ?? {};
  const values = [
    ...STATISTICS.flatMap((name) => {
      const value = known[name];
      return value != null && told[name] == null ? [{ name, value }] : [];
    }),
    ...(all.treated !== null && seen.treated === null ? [{ name: 'treated' as const, value: all.treated }] : []),
  ];
  return values.length === 0 ? [] : [{ code: all.code, title: all.title, unit: all.unit, values }];
}
