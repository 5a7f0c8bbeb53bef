import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputOf, type Scenario } from '../../test/scenario.js';
import { violationLine } from '../cli/report.command.js';
import { Decimal } from '../numbers/decimal.js';
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

/** Whole indices of another program, with its scores and ranks; compared where they lie beside the repository. */
const GOLDEN = '../shared/golden/cases';

(existsSync(GOLDEN) ? describe : describe.skip)('indices that COINr has computed', () => {
  it.each(existsSync(GOLDEN) ? folders(GOLDEN) : ['../shared/golden'])(
    '%s: scores within the tolerance, ranks identical',
    (name) => {
      const read = (file: string): string => readFileSync(join(GOLDEN, name, file), 'utf8');
      const result = evaluate(inputOf(scenario(join(GOLDEN, name))));
      const tolerance = new Decimal(read('tolerance.txt').trim()).div(1e6);
      const compare = (file: string, rows: readonly string[][], numbers: readonly number[]): void => {
        const expected = read(`expected/${file}`).trim().split('\n').slice(1);
        expect(rows.length).toBe(expected.length);
        for (const [i, line] of expected.entries())
          for (const [k, cell] of line.split(',').entries()) {
            const ours = rows[i]?.[k] ?? '';
            if (cell === '' || !numbers.includes(k)) expect([line, ours]).toEqual([line, cell]);
            else
              expect(`${ours} ${new Decimal(ours).minus(cell).abs().lte(tolerance)} ${line}`).toBe(
                `${ours} true ${line}`,
              );
          }
      };
      compare('ranking.csv', rankingRows(result), [4]);
      compare('scores.csv', scoreRows(result), [2, 3, 4, 5, 6]);
    },
  );
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
