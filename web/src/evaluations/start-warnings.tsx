import { useQuery } from '@tanstack/react-query';
import { isQuarter, isYear } from '../../../src/calendar/period.js';
import type { Violation } from '../../../src/problems/problems.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { SchemeSummary } from '../api/shapes.js';
import { versionAddress } from '../schemes/schemes.query.js';

interface StartWarningsProps {
  readonly scheme: SchemeSummary | undefined;
  readonly period: string | undefined;
}

/** What an evaluation of this period by this version would be warned of, said before it starts. */
export function StartWarnings({ scheme, period = '' }: StartWarningsProps) {
  const fits = scheme?.cadence === 'annual' ? isYear(period) : isQuarter(period);
  const { data } = useQuery<{ trial: boolean; items: readonly Violation[] }, Problem>({
    queryKey: ['schemes', 'warnings', scheme?.code, scheme?.version, period],
    queryFn: () => api.get(`${versionAddress(scheme as SchemeSummary)}/warnings?period=${period}`),
    enabled: scheme !== undefined && fits,
  });
  if (!fits || !data || data.items.length === 0) return null;
  return (
    <ul className="notice-bar start-warnings" role="status" data-testid="start-warnings">
      {data.items.map(({ rule, message }) => (
        <li key={rule}>{message}。</li>
      ))}
    </ul>
  );
}
