import { createHash } from 'node:crypto';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { inBoundedThread, type RefusedOutcome, refusedOutcome } from '../imports/bounded.thread.js';
import { type ImportFile, sourceSheets } from '../imports/read-import.js';
import { DomainError } from '../problems/problems.js';
import { OWN_LIMITS, type OwnFile } from './own-sheet.js';

const JOB = 'read-own';

interface ReadingJob {
  readonly job: typeof JOB;
  readonly file: ImportFile;
}

const isReadingJob = (data: unknown): data is ReadingJob =>
  typeof data === 'object' && data !== null && (data as { job?: unknown }).job === JOB;

/** A thread runs built JavaScript only: from TypeScript sources (tests) the build beside them is taken. */
const threadFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/src/trial/read-own.worker.js', import.meta.url)
    : new URL(import.meta.url);

/**
 * All that a workbook or a CSV says, on a thread of its own, bounded in time and memory; what it means is not asked.
 * @throws DomainError 422 as `readImport`, and OWN_TOO_BIG beyond `OWN_LIMITS`
 */
export const readOwnInThread = (file: ImportFile): Promise<OwnFile> =>
  inBoundedThread<OwnFile>(threadFile(), { job: JOB, file } satisfies ReadingJob, file.name);

const tooBig = (found: string, expected: string): DomainError =>
  new DomainError('OWN_TOO_BIG', 422, `表太大：${found}，请只留要看的部分后重新拖入`, [
    { path: 'file', rule: 'OWN_TOO_BIG', found, expected, message: '表太大' },
  ]);

/** @throws DomainError as `readOwnInThread` */
export function readOwnFile(file: ImportFile): OwnFile {
  const sheets = sourceSheets(file)
    .sheets.filter(({ rows }) => rows.length > 0)
    .map(({ name, rows }) => ({
      name: name ?? '',
      // Holes of the reader's sparse rows would not come through JSON.
      rows: rows.map(({ number, cells }) => ({ number, cells: Array.from(cells, (cell) => cell ?? null) })),
    }));
  const rows = sheets.reduce((sum, sheet) => sum + sheet.rows.length, 0);
  if (rows > OWN_LIMITS.rows) throw tooBig(`${rows} 行`, `≤ ${OWN_LIMITS.rows} 行`);
  const widest = Math.max(0, ...sheets.flatMap((sheet) => sheet.rows.map(({ cells }) => cells.length)));
  if (widest > OWN_LIMITS.columns) throw tooBig(`${widest} 列`, `≤ ${OWN_LIMITS.columns} 列`);
  const cells = sheets.reduce((sum, sheet) => sum + sheet.rows.reduce((of, row) => of + row.cells.length, 0), 0);
  if (cells > OWN_LIMITS.cells) throw tooBig(`${cells} 格`, `≤ ${OWN_LIMITS.cells} 格`);
  if (sheets.length === 0)
    throw new DomainError('IMPORT_EMPTY', 422, '文件里没有内容', [
      { path: file.name, rule: 'IMPORT_EMPTY', found: '没有内容', expected: '表头和数据', message: '文件里没有内容' },
    ]);
  return { name: file.name, sha256: createHash('sha256').update(file.bytes).digest('hex'), sheets };
}

function outcomeOf({ file }: ReadingJob): OwnFile | RefusedOutcome {
  try {
    return readOwnFile({ name: file.name, bytes: file.bytes });
  } catch (error) {
    return refusedOutcome(error);
  }
}

if (!isMainThread && isReadingJob(workerData)) parentPort?.postMessage(outcomeOf(workerData));
