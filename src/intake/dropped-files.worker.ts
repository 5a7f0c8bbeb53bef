import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { inBoundedThread, refusedOutcome, USUAL_BOUNDS } from '../imports/bounded.thread.js';
import { sourceSheets } from '../imports/read-import.js';
import { type ForeignSheet, firstCells } from './read-foreign.js';
import { type DroppedFile, filesOfZip } from './workbook-zip.js';

const JOB = 'dropped-files';

interface DroppedJob {
  readonly job: typeof JOB;
  readonly file: DroppedFile;
  /** `unzip`: the files of a zip. `sheets`: the first cells of a workbook that is no template of ours. */
  readonly what: 'unzip' | 'sheets';
}

const isDroppedJob = (data: unknown): data is DroppedJob =>
  typeof data === 'object' && data !== null && (data as { job?: unknown }).job === JOB;

const threadFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/src/intake/dropped-files.worker.js', import.meta.url)
    : new URL(import.meta.url);

/** `filesOfZip` on a thread of its own. @throws as that, and IMPORT_TIMEOUT, IMPORT_MEMORY */
export async function unzipInThread(file: DroppedFile): Promise<readonly DroppedFile[]> {
  const job = { job: JOB, file, what: 'unzip' } satisfies DroppedJob;
  return (await inBoundedThread<{ files: DroppedFile[] }>(threadFile(), job, file.name, USUAL_BOUNDS)).files;
}

/** The beginnings of a workbook's sheets, on a thread of its own. @throws as `sourceSheets`, and IMPORT_TIMEOUT, IMPORT_MEMORY */
export async function sheetsInThread(file: DroppedFile): Promise<readonly ForeignSheet[]> {
  const job = { job: JOB, file, what: 'sheets' } satisfies DroppedJob;
  return (await inBoundedThread<{ sheets: ForeignSheet[] }>(threadFile(), job, file.name, USUAL_BOUNDS)).sheets;
}

function outcomeOf({ file, what }: DroppedJob): object {
  try {
    return what === 'unzip' ? { files: filesOfZip(file) } : { sheets: sourceSheets(file).sheets.map(firstCells) };
  } catch (error) {
    return refusedOutcome(error);
  }
}

if (!isMainThread && isDroppedJob(workerData)) parentPort?.postMessage(outcomeOf(workerData));
