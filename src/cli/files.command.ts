import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '../forms/catalogue.service.js';
import type { MetricCatalogue } from '../scoring/types.js';

/** A file that the command line names could not be read. */
export class FileError extends Error {}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The file's text, a byte order mark kept. @throws FileError when it is not there or no UTF-8 */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new FileError(`无法读取文件 ${path}`);
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw new FileError(`文件 ${path} 不是 UTF-8`);
  }
}

/** @throws FileError */
export function writeTexts(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  } catch {
    throw new FileError(`无法写入 ${folder}`);
  }
}

/** SHA-256, hex, of the UTF-8 bytes after those that `salt` writes in hex. */
export const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');

/** Kind and unit of every metric of the catalogue, as the scoring core wants them. */
export const metricFacts = (): MetricCatalogue => loadCatalogue().facts();
