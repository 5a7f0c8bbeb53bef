import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import {
  inBoundedThread,
  type RefusedOutcome,
  refusedOutcome,
  type ThreadBounds,
  USUAL_BOUNDS,
} from './bounded.thread.js';
import type { ImportContext, ImportReading } from './import-reading.js';
import { type PackedRows, packRows, unpackRows } from './pack-rows.js';
import { type ImportFile, readImport } from './read-import.js';

const JOB = 'read-import';

interface ReadingJob {
  readonly job: typeof JOB;
  readonly file: ImportFile;
  readonly context: ImportContext;
}

interface Outcome {
  readonly reading: Omit<ImportReading, 'rows'>;
  readonly rows: PackedRows;
}

const isReadingJob = (data: unknown): data is ReadingJob =>
  typeof data === 'object' && data !== null && (data as { job?: unknown }).job === JOB;

/** A thread runs built JavaScript only: from TypeScript sources (tests) the build beside them is taken. */
const threadFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/src/imports/read-import.worker.js', import.meta.url)
    : new URL(import.meta.url);

/**
 * `readImport` on a thread of its own, bounded in time and memory.
 * @throws DomainError 422 as `readImport`, and IMPORT_TIMEOUT, IMPORT_MEMORY
 */
export async function readImportInThread(
  file: ImportFile,
  context: ImportContext,
  bounds: ThreadBounds = USUAL_BOUNDS,
): Promise<ImportReading> {
  const job = { job: JOB, file, context } satisfies ReadingJob;
  const outcome = await inBoundedThread<Outcome>(threadFile(), job, file.name, bounds);
  return { ...outcome.reading, rows: unpackRows(outcome.rows) };
}

function outcomeOf({ file, context }: ReadingJob): Outcome | RefusedOutcome {
  try {
    const { rows, ...reading } = readImport(file, context);
    return { reading, rows: packRows(rows) };
  } catch (error) {
    return refusedOutcome(error);
  }
}

if (!isMainThread && isReadingJob(workerData)) parentPort?.postMessage(outcomeOf(workerData));
