import { basename } from 'node:path';
import type { Violation } from '../problems/problems.js';
import { readAssessments } from '../scoring/inputs/read-assessments.js';
import { readFigures } from '../scoring/inputs/read-figures.js';
import { readInstitutions } from '../scoring/inputs/read-institutions.js';
import type { Assessment, EvaluationInput, Institution } from '../scoring/types.js';
import { metricFacts, readText } from './files.command.js';

/** Reads the files that an evaluation is made from; faults of the tables are collected, to be told with the scheme's. */
export function readInput(values: Readonly<Record<string, string>>, faults: Violation[]): EvaluationInput {
  const { scheme = '', data = '', period = '' } = values;
  const document = readText(scheme);
  const figures = readFigures(readText(data), basename(data));
  faults.push(...figures.faults);
  return {
    document,
    metrics: metricFacts(),
    figures: figures.figures,
    institutions: readTableOf(values.institutions, faults) ?? figures.institutions.map(unlisted),
    assessments: readScores(values.assessments, faults),
    period,
  };
}

/** Without an institutions table: everybody in the data, type unknown, name = code. */
const unlisted = (code: string): Institution => ({ code, name: code, type: null, flags: [], attributes: {} });

function readTableOf(path: string | undefined, faults: Violation[]): readonly Institution[] | null {
  if (path === undefined) return null;
  const name = basename(path);
  const read = readInstitutions(readText(path), name);
  faults.push(...read.faults);
  if (read.institutions.length === 0 && read.faults.length === 0)
    faults.push({ path: `${name}:1`, rule: 'empty', found: '', expected: '至少一个机构', message: '机构表是空的' });
  return read.institutions;
}

function readScores(path: string | undefined, faults: Violation[]): readonly Assessment[] {
  if (path === undefined) return [];
  const read = readAssessments(readText(path), basename(path));
  faults.push(...read.faults);
  return read.assessments;
}
