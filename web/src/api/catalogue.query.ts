import { useQuery } from '@tanstack/react-query';
import type { Calendars, YearCalendar } from '../../../src/calendar/working-days.js';
import { api } from './client.js';
import type { Problem } from './problem.js';
import type { Metric } from './shapes.js';

const AN_HOUR = 3_600_000;

/** Metrics by code. Empty until they are there: a page then shows codes alone. */
export function useMetrics(): ReadonlyMap<string, Metric> {
  const { data } = useQuery<ReadonlyMap<string, Metric>, Problem>({
    queryKey: ['metrics'],
    queryFn: async () => new Map((await api.all<Metric>('/metrics')).map((metric) => [metric.code, metric])),
    staleTime: AN_HOUR,
  });
  return data ?? new Map();
}

interface InstitutionName {
  readonly uscc: string;
  readonly name: string;
}

/** Names of institutions by USCC, as far as the reader may see them. */
export function useInstitutionNames(): ReadonlyMap<string, string> {
  const { data } = useQuery<ReadonlyMap<string, string>, Problem>({
    queryKey: ['institution-names'],
    queryFn: async () =>
      new Map((await api.all<InstitutionName>('/institutions')).map(({ uscc, name }) => [uscc, name])),
    staleTime: AN_HOUR,
  });
  return data ?? new Map();
}

/** Public holidays by year. Empty until they are there: then weekends alone count. */
export function useCalendars(): Calendars {
  const { data } = useQuery<Calendars, Problem>({
    queryKey: ['calendars'],
    queryFn: async () =>
      new Map((await api.all<YearCalendar>('/calendars')).map((calendar) => [calendar.year, calendar])),
    staleTime: AN_HOUR,
  });
  return data ?? NO_CALENDARS;
}

const NO_CALENDARS: Calendars = new Map();
