import { evaluate } from '../src/scoring/evaluate.js';
import { readAssessments } from '../src/scoring/inputs/read-assessments.js';
import { readFigures } from '../src/scoring/inputs/read-figures.js';
import { readInstitutions } from '../src/scoring/inputs/read-institutions.js';
import type {
  EvaluationInput,
  Figure,
  Institution,
  MetricCatalogue,
  NodeRecord,
  ResultRecord,
} from '../src/scoring/types.js';

/** Files of one evaluation as texts, as the command line reads them. */
export interface Scenario {
  readonly document: string;
  readonly data: string;
  readonly institutions?: string | undefined;
  readonly assessments?: string | undefined;
  readonly period?: string;
  readonly metrics?: MetricCatalogue;
}

const unlisted = (code: string): Institution => ({ code, name: code, type: null, flags: [], attributes: {} });

/** @throws when a table cannot be read, with its faults */
export function inputOf({
  document,
  data,
  institutions,
  assessments,
  period = '2025',
  metrics = {},
}: Scenario): EvaluationInput {
  const figures = readFigures(data, 'data.csv');
  const table = institutions === undefined ? null : readInstitutions(institutions, 'institutions.csv');
  const scores = assessments === undefined ? null : readAssessments(assessments, 'assessments.csv');
  const faults = [figures.faults, table?.faults ?? [], scores?.faults ?? []].flat();
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return {
    document,
    metrics,
    figures: figures.figures,
    institutions: table?.institutions ?? figures.institutions.map(unlisted),
    assessments: scores?.assessments ?? [],
    period,
  };
}

/** The same input with its figures as a plain list, each an object of its own that can be copied and told apart. */
export const listed = (input: EvaluationInput): EvaluationInput & { readonly figures: readonly Figure[] } => ({
  ...input,
  figures: [...input.figures].map(({ institution, period, metric, value, revision }) => ({
    institution,
    period,
    metric,
    value,
    revision,
  })),
});

/** Results by institution. */
export function scored(scenario: Scenario): Readonly<Record<string, ResultRecord>> {
  const { results } = evaluate(inputOf(scenario));
  return Object.fromEntries(results.map((result) => [result.institution, result]));
}

export function nodeOf(result: ResultRecord | undefined, code: string): NodeRecord {
  const node = result?.nodes.find((candidate) => candidate.code === code);
  if (!node) throw new Error(`no node ${code}`);
  return node;
}

/** `A 2025Q4 green=1 loans=2` per line → the long table. */
export function long(...lines: readonly string[]): string {
  const rows = lines.flatMap((line) => {
    const [institution, period, ...cells] = line.split(' ');
    return cells.map((cell) => `${institution},${period},${cell.replace('=', ',')}`);
  });
  return ['institution,period,metric,value', ...rows].join('\n');
}

/** A scheme of one indicator over the inputs x, y (stocks) and f (a flow). */
export function oneIndicator(indicator: string, more = '', cadence = 'annual'): string {
  return [
    'scheme: test',
    'version: 1',
    `cadence: ${cadence}`,
    'inputs:',
    '  x: { metric: x, kind: stock }',
    '  y: { metric: y, kind: stock }',
    '  f: { metric: f, kind: flow }',
    `indicators: [{ indicator: only, weight: 100, ${indicator} }]`,
    more,
  ].join('\n');
}
