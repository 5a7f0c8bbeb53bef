import { Decimal, plain, sumOf } from '../../../src/numbers/decimal.js';
import type { FilingSection } from '../api/filing-shapes.js';
import type { Metric } from '../api/shapes.js';
import { type Entries, entryAt } from './edits.js';

/** A row that holds figures. */
export type FigureRow =
  | {
      readonly kind: 'cell';
      readonly key: string;
      readonly code: string;
      readonly metric: Metric;
      /** As the row is headed. */
      readonly title: string;
      readonly inner: boolean;
    }
  | {
      readonly kind: 'sum';
      readonly key: string;
      readonly title: string;
      readonly unit: string | null;
      readonly decimals: number;
      readonly of: readonly string[];
    };

export interface RowGroup {
  readonly title: string;
  readonly rows: readonly FigureRow[];
}

const EDITION = /（[0-9]{4}年版）/;

/** Without the edition where the head of its section says it. */
const within = (section: string, title: string): string => {
  const edition = EDITION.exec(section)?.[0];
  return edition === undefined ? title : title.replace(edition, '');
};

/** 其中 and what begins with the name of the row above it stands a step in. */
const isInner = (title: string): boolean => /^其中|^　/.test(title);

/** The form's sections as rows; sums stand below what they add. */
export function rowGroups(sections: readonly FilingSection[], metrics: ReadonlyMap<string, Metric>): RowGroup[] {
  return sections.map(({ title, metrics: codes, sums = [] }) => {
    const rows: FigureRow[] = codes.map((code) => {
      const metric = metrics.get(code) ?? unknownMetric(code);
      return {
        kind: 'cell',
        key: code,
        code,
        metric,
        title: within(title, metric.title),
        inner: isInner(metric.title),
      };
    });
    for (const sum of sums) {
      const last = Math.max(...sum.of.map((code) => codes.indexOf(code)));
      const first = metrics.get(sum.of[0] ?? '');
      const row: FigureRow = {
        kind: 'sum',
        key: `sum ${title} ${sum.title}`,
        title: sum.title,
        unit: first?.unit ?? null,
        decimals: first?.decimals ?? 4,
        of: sum.of,
      };
      const behind = rows.findIndex((each) => each.key === codes[last]);
      rows.splice(behind < 0 ? rows.length : behind + 1, 0, row);
    }
    return { title, rows };
  });
}

const unknownMetric = (code: string): Metric => ({
  code,
  title: code,
  unit: null,
  decimals: 4,
  kind: 'stock',
  definition: '',
  mayBeNegative: false,
  types: [],
  aliases: [],
});

export interface Sum {
  /** null: nothing to add. */
  readonly value: string | null;
  readonly isWhole: boolean;
}

/** Adds what is there. @param isWhole false while one is missing: the sum then stands in grey and is compared with nothing */
export function sumFrom(codes: readonly string[], valueAt: (code: string) => string | null): Sum {
  const values = codes.map(valueAt).filter((value) => value !== null);
  return {
    value: values.length === 0 ? null : plain(sumOf(values.map((value) => new Decimal(value)))),
    isWhole: values.length === codes.length,
  };
}

/** The sum of a draft; 不适用 adds nothing and lacks nothing. */
export const sumOfEntries = (codes: readonly string[], entries: Entries): Sum =>
  sumFrom(
    codes.filter((code) => entryAt(entries, code).state !== 'not_applicable'),
    (code) => entryAt(entries, code).value,
  );
