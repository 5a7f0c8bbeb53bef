import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { inBoundedThread, type RefusedOutcome, refusedOutcome } from './bounded.thread.js';
import { type ImportFile, sheetOf } from './read-import.js';
import type { SourceSheet } from './source-sheet.js';

const JOB = 'read-bare-sheet';

interface ReadingJob {
  readonly job: typeof JOB;
  readonly file: ImportFile;
}

const isReadingJob = (data: unknown): data is ReadingJob =>
  typeof data === 'object' && data !== null && (data as { job?: unknown }).job === JOB;

const threadFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/src/imports/read-bare-sheet.worker.js', import.meta.url)
    : new URL(import.meta.url);

/** `sheetOf` on a thread of its own. @throws DomainError 422 as that, and IMPORT_TIMEOUT, IMPORT_MEMORY */
export async function readBareSheetInThread(file: ImportFile): Promise<SourceSheet> {
  const job = { job: JOB, file } satisfies ReadingJob;
  return (await inBoundedThread<{ sheet: SourceSheet }>(threadFile(), job, file.name)).sheet;
}

function outcomeOf({ file }: ReadingJob): { sheet: SourceSheet } | RefusedOutcome {
  try {
    return { sheet: sheetOf(file) };
  } catch (error) {
    return refusedOutcome(error);
  }
}

if (!isMainThread && isReadingJob(workerData)) parentPort?.postMessage(outcomeOf(workerData));
