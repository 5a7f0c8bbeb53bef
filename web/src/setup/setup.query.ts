import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Violation } from '../../../src/problems/problems.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { SESSION } from '../api/session.query.js';
import type { SchemeState } from '../api/shapes.js';

export interface Answers {
  readonly name: string;
  readonly bureau: string;
  readonly departments: readonly { readonly code: string; readonly title: string }[];
  readonly people: readonly string[];
  readonly deadlines: { readonly filingWorkingDays: number | null; readonly departmentWorkingDays: number | null };
  readonly disclosure: 'sealed' | 'open';
  readonly firstYearSchemes: readonly string[];
  readonly backups: string | null;
}

export type Question = keyof Answers | 'register';

export interface QuestionState {
  readonly question: Question;
  readonly isAnswered: boolean;
  readonly mayAnswer: boolean;
  readonly by: readonly string[];
}

export interface SetupView {
  readonly version: number;
  readonly file: string;
  readonly faults: readonly Violation[];
  readonly demo: boolean;
  readonly answers: Answers;
  readonly questions: readonly QuestionState[];
  readonly institutions: {
    readonly total: number;
    readonly types: readonly { readonly title: string; readonly count: number }[];
  };
  readonly accounts: readonly { readonly username: string; readonly name: string; readonly hasEntered: boolean }[];
  readonly usualDeadlines: { readonly filing: number; readonly department: number };
  readonly schemes: readonly {
    readonly code: string;
    readonly version: number;
    readonly title: string;
    readonly types: string;
    readonly isForFirstYear: boolean;
    readonly state: SchemeState | null;
  }[];
  readonly backups: { readonly folder: string | null; readonly isNamed: boolean; readonly needsRestart: boolean };
  readonly quarters: readonly { readonly period: string; readonly obligations: number }[];
}

const SETUP = ['setup'] as const;

export const useSetup = (isOn = true): UseQueryResult<SetupView, Problem> =>
  useQuery<SetupView, Problem>({ queryKey: SETUP, queryFn: () => api.get('/setup'), enabled: isOn });

/** Saves answers, based on what is shown; titles in the head follow. */
export function useAnswer(version: number): UseMutationResult<SetupView, Problem, Partial<Answers>> {
  const queries = useQueryClient();
  return useMutation<SetupView, Problem, Partial<Answers>>({
    mutationFn: ({ firstYearSchemes, ...answers }) =>
      firstYearSchemes === undefined
        ? api.patch('/setup', answers, version)
        : api.post('/setup/schemes', { codes: firstYearSchemes }),
    onSuccess: (view) => {
      queries.setQueryData(SETUP, view);
      void queries.invalidateQueries({ queryKey: SESSION });
    },
    // Somebody else was faster: what he said is shown.
    onError: ({ status }) => status === 412 && void queries.invalidateQueries({ queryKey: SETUP }),
  });
}
