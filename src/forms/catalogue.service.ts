import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { projectRoot } from '../platform/project.service.js';
import { DomainError } from '../problems/problems.js';
import { assembleCatalogue, type Catalogue } from './catalogue.js';
import type { ConfigurationFile } from './read-form.js';

/** @throws CATALOGUE_INVALID when the file is missing or no YAML */
function readYaml(dir: string, name: string): ConfigurationFile {
  const path = join(dir, name);
  if (!existsSync(path)) throw new DomainError('CATALOGUE_INVALID', 422, `缺少配置文件 ${path}`);
  const document = parseDocument(readFileSync(path, 'utf8'), { version: '1.2' });
  const fault = document.errors[0];
  if (fault) throw new DomainError('CATALOGUE_INVALID', 422, `配置文件 ${path} 不是正确的 YAML：${fault.message}`);
  return { name, content: document.toJS() };
}

function readFolder(dir: string, folder: string, except: string[] = []): ConfigurationFile[] {
  if (!existsSync(join(dir, folder)))
    throw new DomainError('CATALOGUE_INVALID', 422, `缺少配置文件夹 ${join(dir, folder)}`);
  const names = readdirSync(join(dir, folder)).filter((name) => name.endsWith('.yaml') && !except.includes(name));
  return names.sort().map((name) => readYaml(dir, `${folder}/${name}`));
}

/**
 * Reads metrics, forms, rules and calendars from the configuration folder.
 * @param dir by default `config` of the project
 * @throws CATALOGUE_INVALID with every fault, each with file and path
 */
export function loadCatalogue(dir: string = join(projectRoot(), 'config')): Catalogue {
  return assembleCatalogue({
    metrics: readFolder(dir, 'metrics', ['editions.yaml']),
    editions: readYaml(dir, 'metrics/editions.yaml'),
    forms: readFolder(dir, 'forms'),
    rules: readFolder(dir, 'rules'),
    calendars: readFolder(dir, 'calendars'),
  });
}

/** The catalogue as it was read at start, for whoever is injected with it. */
export const CATALOGUE = 'catalogue';
