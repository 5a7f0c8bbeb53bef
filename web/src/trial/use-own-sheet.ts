import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { isQuarter, quarterCode, quarterIndex } from '../../../src/calendar/period.js';
import { MetricTitles } from '../../../src/trial/metric-titles.js';
import { type OwnReading, readOwn } from '../../../src/trial/own-figures.js';
import { type OwnColumn, type OwnLayout, readLayout } from '../../../src/trial/own-header.js';
import type { OwnFile, OwnMetric, OwnSheet } from '../../../src/trial/own-sheet.js';
import { useMetrics } from '../api/catalogue.query.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { useSession } from '../api/session.query.js';
import type { ColumnChanges, Decision, NameAnswer, SheetMapping } from './trial-shapes.js';

/** A row's name with whom it stands for. */
export interface Party {
  readonly name: string;
  readonly row: number;
  readonly answer: NameAnswer | null;
  /** undefined: nobody decided, and the register does not know the name. */
  readonly decision: Decision | undefined;
  /** USCC, or a key of this trial; null: ignored, or the same institution as an earlier row. */
  readonly key: string | null;
  readonly shown: string;
  readonly why: string;
}

export interface OwnView {
  readonly sheet: OwnSheet;
  readonly layout: OwnLayout;
  readonly reading: OwnReading;
  readonly period: string;
  readonly periods: readonly string[];
  readonly parties: readonly Party[];
  readonly metrics: ReadonlyMap<string, OwnMetric>;
  /** Of most institutions; null: none is known. */
  readonly type: string | null;
  readonly mapping: SheetMapping | null;
  readonly isMatching: boolean;
}

export interface OwnControls {
  readonly setSheet: (index: number) => void;
  readonly setHeader: (row: number) => void;
  readonly setPeriod: (period: string) => void;
  readonly change: (index: number, change: Partial<OwnColumn>) => void;
  readonly decide: (name: string, decision: Decision) => void;
  readonly decideAll: (names: readonly string[], decision: Decision) => void;
  readonly refuseMapping: () => void;
  readonly sheetIndex: number;
  readonly decisions: Readonly<Record<string, Decision>>;
}

const NO_CHANGES: ColumnChanges = {};

/** The last quarter that has ended. */
export function lastEnded(now: string): string {
  const year = Number.parseInt(now.slice(0, 4), 10);
  const quarter = Math.floor((Number.parseInt(now.slice(5, 7), 10) - 1) / 3) + 1;
  return quarterCode(quarterIndex(`${year}Q${quarter}`) - 1);
}

const latestOf = (reading: OwnReading): string | null =>
  reading.figures.reduce<string | null>(
    (latest, { period }) => (period !== null && (latest === null || period > latest) ? period : latest),
    null,
  );

/** The columns of a kept mapping that a sheet has, when it has all of them. */
function mappingChanges(mapping: SheetMapping, columns: readonly OwnColumn[]): ColumnChanges | null {
  const changes: Record<number, Partial<OwnColumn>> = {};
  if (columns.filter(({ header }) => header !== '').length !== mapping.columns.length) return null;
  for (const { header, ...kept } of mapping.columns) {
    const column = columns.find((each) => each.header === header);
    if (!column) return null;
    changes[column.index] = { ...kept, remark: column.role === kept.role ? column.remark : '' };
  }
  return changes;
}

/** Everything that follows from a file and from what a person said of it, computed here and stored nowhere. */
export function useOwnSheet(file: OwnFile): { readonly view: OwnView; readonly controls: OwnControls } {
  const { data: me } = useSession();
  const metrics = useMetrics() as ReadonlyMap<string, OwnMetric>;
  const titles = useMemo(() => new MetricTitles([...metrics.values()]), [metrics]);
  const [sheetIndex, setSheetIndex] = useState(() => fullest(file));
  const [header, setHeaderSpan] = useState<OwnLayout['header'] | undefined>(undefined);
  const [changes, setChanges] = useState(NO_CHANGES);
  const [decisions, setDecisions] = useState<Readonly<Record<string, Decision>>>({});
  const [chosen, setPeriod] = useState<string | null>(null);
  const [withMapping, setWithMapping] = useState(true);
  const sheet = file.sheets[sheetIndex] as OwnSheet;

  const { data: mappings } = useQuery<SheetMapping[], Problem>({
    queryKey: ['sheet-mappings'],
    queryFn: () => api.all('/trials/mappings'),
  });
  const first = useMemo(() => readLayout(sheet, titles, { header }), [sheet, titles, header]);
  const texts = useMemo(
    () => [
      ...new Set(
        readOwn(sheet, layoutWith(first, changes), metrics, { period: null }).parties.flatMap((each) => each.texts),
      ),
    ],
    [sheet, first, changes, metrics],
  );
  const { data: answers, isFetching } = useQuery<ReadonlyMap<string, NameAnswer>, Problem>({
    queryKey: ['trial-names', texts],
    queryFn: async () => {
      const { items } = await api.post<{ items: NameAnswer[] }>('/trials/names', { texts });
      return new Map(items.map((item) => [item.text, item]));
    },
    enabled: texts.length > 0,
    placeholderData: (before) => before,
  });
  const type = useMemo(() => commonType(answers), [answers]);
  const proposed = useMemo(() => readLayout(sheet, titles, { header, type }), [sheet, titles, header, type]);
  const mapping = useMemo(
    () => (withMapping && mappings?.find((each) => mappingChanges(each, proposed.columns) !== null)) || null,
    [withMapping, mappings, proposed],
  );
  const layout = useMemo(() => {
    const kept = mapping ? (mappingChanges(mapping, proposed.columns) ?? NO_CHANGES) : NO_CHANGES;
    return layoutWith(layoutWith(proposed, kept), changes);
  }, [proposed, mapping, changes]);
  const stated = useMemo(
    () => latestOf(readOwn(sheet, layout, metrics, { period: null, type })),
    [sheet, layout, metrics, type],
  );
  const now = me?.now ?? '2026-01-01';
  const period = chosen ?? stated ?? layout.period ?? lastEnded(now);
  const reading = useMemo(
    () => readOwn(sheet, layout, metrics, { period, type }),
    [sheet, layout, metrics, period, type],
  );
  const periods = useMemo(() => {
    const last = quarterIndex(lastEnded(now));
    const usual = Array.from({ length: 13 }, (_, i) => quarterCode(last + 1 - i));
    const found = reading.figures.flatMap((figure) => (figure.period === null ? [] : [figure.period]));
    return [...new Set([...usual, ...found, period])].filter(isQuarter).sort().reverse();
  }, [now, reading, period]);
  const parties = useMemo(() => partiesOf(reading, answers, decisions), [reading, answers, decisions]);

  return {
    view: {
      sheet,
      layout,
      reading,
      period,
      periods,
      parties,
      metrics,
      type,
      mapping,
      isMatching: isFetching && answers === undefined,
    },
    controls: {
      sheetIndex,
      decisions,
      setSheet: (index) => {
        setSheetIndex(index);
        setHeaderSpan(undefined);
        setChanges(NO_CHANGES);
        setPeriod(null);
      },
      setHeader: (row) => {
        setHeaderSpan({ first: row, last: row });
        setChanges(NO_CHANGES);
      },
      setPeriod,
      change: (index, change) => setChanges((old) => ({ ...old, [index]: { ...old[index], ...change, remark: '' } })),
      decide: (name, decision) => setDecisions((old) => ({ ...old, [name]: decision })),
      decideAll: (names, decision) =>
        setDecisions((old) => ({ ...old, ...Object.fromEntries(names.map((name) => [name, decision])) })),
      refuseMapping: () => setWithMapping(false),
    },
  };
}

/** The sheet with the most cells is the one that people mean. */
const fullest = ({ sheets }: OwnFile): number => {
  const sizes = sheets.map(({ rows }) => rows.reduce((sum, { cells }) => sum + cells.length, 0));
  return sizes.indexOf(Math.max(...sizes));
};

const layoutWith = (layout: OwnLayout, changes: ColumnChanges): OwnLayout => ({
  ...layout,
  columns: layout.columns.map((column) => ({ ...column, ...changes[column.index] })),
});

function commonType(answers: ReadonlyMap<string, NameAnswer> | undefined): string | null {
  const counts = new Map<string, number>();
  for (const { match } of answers?.values() ?? [])
    if (match?.type) counts.set(match.type, (counts.get(match.type) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function partiesOf(
  { parties }: OwnReading,
  answers: ReadonlyMap<string, NameAnswer> | undefined,
  decisions: Readonly<Record<string, Decision>>,
): Party[] {
  const known = new Map<string, Party>();
  const holders = new Map<string, Party>();
  for (const { name, row, texts } of parties) {
    if (known.has(name)) continue;
    const found = texts.map((text) => answers?.get(text.trim()) ?? null);
    const answer = found.find((each) => each?.match) ?? found.find((each) => each !== null) ?? null;
    const decision = decisions[name];
    const match = decision?.kind === 'institution' ? decision : decision === undefined ? answer?.match : null;
    const key = decision?.kind === 'ignore' ? null : (match?.uscc ?? `本表:${name}`);
    const earlier = key === null ? undefined : holders.get(key);
    const party: Party = {
      name,
      row,
      answer,
      decision: decision ?? (answer?.match ? { kind: 'institution', ...answer.match } : undefined),
      key: earlier ? null : key,
      shown: match?.name ?? name,
      why: earlier ? `与第${earlier.row}行“${earlier.name}”是同一机构，只取前一行` : key === null ? '已选不参加' : '',
    };
    known.set(name, party);
    if (key !== null && !earlier) holders.set(key, party);
  }
  return [...known.values()];
}
