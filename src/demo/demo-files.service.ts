import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { projectRoot } from '../forms/catalogue.service.js';
import type { InstitutionType } from '../forms/metric.js';
import type { Role } from '../lifecycle/lifecycle.js';

export interface DemoInstitution {
  readonly institution: string;
  readonly name: string;
  readonly type: InstitutionType;
  readonly opened_on: string;
  readonly segment: string;
}

export interface DemoAccountFile {
  readonly username: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly institution: string | null;
  readonly department: string | null;
  readonly unit: string;
}

export interface DemoEvaluation {
  readonly scheme: string;
  readonly version: number;
  readonly period: string;
  /** Set for an evaluation that is never official. */
  readonly label?: string;
}

/** What the open quarter looks like: how far each institution has come. */
export interface OpenQuarterRow {
  readonly institution: string;
  readonly state: 'accepted' | 'submitted' | 'returned' | 'draft' | 'untouched';
  readonly reason: string;
  readonly cells: string;
}

const folder = path.join(projectRoot(), 'config', 'demo');
const csv = <T>(name: string): T[] =>
  parse(readFileSync(path.join(folder, name)), { columns: true, bom: true, skip_empty_lines: true }) as T[];
const yaml = (name: string): unknown => parseYaml(readFileSync(path.join(folder, name), 'utf8'));

/** The files of the invented district and of the published figures beside it. */
export const demoFiles = {
  institutions: () => csv<DemoInstitution>('institutions.csv'),
  flags: () => csv<{ institution: string; flag: string; from: string; until: string; evidence: string }>('flags.csv'),
  accounts: () => (yaml('accounts.yaml') as { accounts: DemoAccountFile[] }).accounts,
  evaluations: () => (yaml('evaluations.yaml') as { evaluations: DemoEvaluation[] }).evaluations,
  assessments: () =>
    csv<{ scheme: string; period: string; institution: string; node: string; assessor: string; score: string }>(
      'assessments.csv',
    ),
  openQuarter: () => csv<OpenQuarterRow>('open-quarter.csv'),
  published: () => csv<DemoInstitution & { type_from: string }>('published/institutions.csv'),
  /** A file of figures as an institution would upload it. */
  figures: (institution: string) => {
    const file = path.join(folder, 'figures', `${institution}.csv`);
    return existsSync(file) ? { name: path.basename(file), bytes: new Uint8Array(readFileSync(file)) } : null;
  },
  publishedFigures: () => csv<Record<string, string>>('published/figures.csv'),
  scheme: (code: string) => readFileSync(path.join(projectRoot(), 'config', 'schemes', `${code}.yaml`), 'utf8'),
};
