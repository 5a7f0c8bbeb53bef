import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type CellState, checkFiling } from '../../../src/rules/check-filing.js';
import type { Rule } from '../../../src/rules/rule.js';
import { api, type Page } from '../api/client.js';
import type { Filing, FilingCheck, FilingContext } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import type { Metric } from '../api/shapes.js';
import type { Saving } from './autosave.js';
import type { Entries } from './edits.js';

interface Checked {
  readonly filing: Filing;
  readonly codes: readonly string[];
  readonly entries: Entries;
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly context: FilingContext;
  readonly saving: Saving;
}

/**
 * What stands against the filing. The server decides; while figures are on their way to it, the same rules run here, so
 * that a fault shows as it is typed, and without a network.
 */
export function useChecks({ filing, codes, entries, metrics, context, saving }: Checked): readonly FilingCheck[] {
  const { data: rules } = useQuery<readonly Rule[] | null, Problem>({
    queryKey: ['rules'],
    queryFn: async () => (await api.find<Page<Rule>>('/rules?limit=200'))?.items ?? null,
    staleTime: Infinity,
    enabled: filing.actions.includes('edit'),
  });
  const isAhead = saving.state !== 'saved';
  return useMemo(() => {
    if (!isAhead || !rules) return filing.checks;
    const figures = codes.flatMap((code): [string, string][] => {
      const value = entries.get(code)?.value ?? null;
      return value === null ? [] : [[code, value]];
    });
    const states = codes.flatMap((code): [string, CellState][] => {
      const state = entries.get(code)?.state ?? 'blank';
      return state === 'value' ? [] : [[code, state]];
    });
    const history = Object.entries(context.history).map(([code, past]): [string, Map<string, string>] => [
      code,
      new Map(past.flatMap(({ period, value }): [string, string][] => (value === null ? [] : [[period, value]]))),
    ]);
    const subject = {
      period: filing.period,
      codes,
      figures: new Map(figures),
      states: new Map(states),
      history: new Map(history),
      peers: null,
    };
    const known = new Map([...metrics].map(([code, metric]) => [code, { ...metric, unit: metric.unit ?? '' }]));
    return checkFiling(subject, rules, known);
  }, [isAhead, rules, filing, codes, entries, metrics, context]);
}
