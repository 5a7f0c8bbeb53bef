import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputOf, type Scenario } from '../../test/scenario.js';
import { violationLine } from '../cli/report.command.js';
import { DomainError, type Violation } from '../problems/problems.js';
import { evaluate } from './evaluate.js';
import { readFigures } from './inputs/read-figures.js';
import { checkScheme } from './scheme/check-scheme.js';
import { csv, RANKING_HEADER, rankingRows, SCORES_HEADER, scoreRows } from './tables.js';

const CASES = 'test/fixtures/cases';
const REFUSED = join(CASES, 'refused');

function scenario(folder: string): Scenario {
  const read = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;
  return {
    document: read('scheme.yaml') ?? '',
    data: read('data.csv') ?? '',
    institutions: read('institutions.csv'),
    assessments: read('assessments.csv'),
    period: (read('args.txt') ?? '').trim(),
  };
}

const folders = (parent: string): string[] =>
  readdirSync(parent).filter((name) => existsSync(join(parent, name, 'scheme.yaml')));

/** What the command line prints on stderr. */
function refusal(files: Scenario): string {
  const violations: Violation[] = [...readFigures(files.data, 'data.csv').faults];
  violations.push(...checkScheme(files.document, {}).errors);
  if (violations.length === 0) {
    try {
      evaluate(inputOf(files));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      violations.push(...error.violations);
    }
  }
  return violations.map(violationLine).join('\n');
}

describe('the worked cases of the scheme language', () => {
  it.each(folders(CASES))('%s: both tables to the character', (name) => {
    const result = evaluate(inputOf(scenario(join(CASES, name))));
    const expected = (file: string): string => readFileSync(join(CASES, name, 'expected', file), 'utf8');
    expect(csv([RANKING_HEADER, ...rankingRows(result)])).toBe(expected('ranking.csv'));
    expect(csv([SCORES_HEADER, ...scoreRows(result)])).toBe(expected('scores.csv'));
  });
});

describe('documents and tables with a planted fault', () => {
  it.each(folders(REFUSED))('%s: every expected line is printed', (name) => {
    const printed = refusal(scenario(join(REFUSED, name)));
    const expected = readFileSync(join(REFUSED, name, 'expect.txt'), 'utf8')
      .split('\n')
      .filter(Boolean);
    expect(expected.length).toBeGreaterThan(0);
    for (const line of expected) expect(printed).toMatch(new RegExp(line, 'u'));
  });
});
