import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { projectRoot } from '../platform/project.service.js';
import type {
  DemoAccount,
  DemoAssessment,
  DemoEvaluation,
  DemoFlag,
  DemoInstitution,
  DemoOpenState,
  DemoScheme,
} from './demo-rows.js';

const folder = path.join(projectRoot(), 'config', 'demo');
const csv = <T>(name: string): T[] =>
  parse(readFileSync(path.join(folder, name)), { columns: true, bom: true, skip_empty_lines: true }) as T[];
const yaml = (name: string): unknown => parseYaml(readFileSync(path.join(folder, name), 'utf8'));

/** The files of the invented district and of the published figures beside it. */
export const demoFiles = {
  institutions: () => csv<DemoInstitution>('institutions.csv'),
  flags: () => csv<DemoFlag>('flags.csv'),
  accounts: () => (yaml('accounts.yaml') as { accounts: DemoAccount[] }).accounts,
  evaluations: () => (yaml('evaluations.yaml') as { evaluations: DemoEvaluation[] }).evaluations,
  schemes: () => (yaml('schemes.yaml') as { schemes: DemoScheme[] }).schemes,
  assessments: () => csv<DemoAssessment>('assessments.csv'),
  openQuarter: () => csv<DemoOpenState>('open-quarter.csv'),
  published: () => csv<DemoInstitution & { type_from: string }>('published/institutions.csv'),
  /** A file of figures as an institution would upload it. */
  figures: (institution: string) => {
    const file = path.join(folder, 'figures', `${institution}.csv`);
    return existsSync(file) ? { name: path.basename(file), bytes: new Uint8Array(readFileSync(file)) } : null;
  },
  publishedFigures: () => csv<Record<string, string>>('published/figures.csv'),
  scheme: (code: string) => readFileSync(path.join(projectRoot(), 'config', 'schemes', `${code}.yaml`), 'utf8'),
};
