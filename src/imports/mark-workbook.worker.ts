import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { TemplateContents } from '../templates/template-workbook.js';
import { inBoundedThread, refusedOutcome } from './bounded.thread.js';
import { type MarkedIssue, markedWorkbook } from './marked-workbook.js';
import type { ImportFile } from './read-import.js';

const JOB = 'mark-workbook';

interface MarkingJob {
  readonly job: typeof JOB;
  readonly file: ImportFile;
  readonly issues: readonly MarkedIssue[];
  readonly contents: TemplateContents | null;
}

const isMarkingJob = (data: unknown): data is MarkingJob =>
  typeof data === 'object' && data !== null && (data as { job?: unknown }).job === JOB;

const threadFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/src/imports/mark-workbook.worker.js', import.meta.url)
    : new URL(import.meta.url);

/** `markedWorkbook` on a thread of its own. @throws DomainError 422 as that, and IMPORT_TIMEOUT, IMPORT_MEMORY */
export async function markWorkbookInThread(
  file: ImportFile,
  issues: readonly MarkedIssue[],
  contents: TemplateContents | null,
): Promise<Uint8Array> {
  const job = { job: JOB, file, issues, contents } satisfies MarkingJob;
  const { bytes } = await inBoundedThread<{ bytes: Uint8Array }>(threadFile(), job, file.name, {
    timeoutMs: 20_000,
    maxOldGenerationSizeMb: 256,
  });
  return bytes;
}

async function mark({ file, issues, contents }: MarkingJob): Promise<void> {
  try {
    parentPort?.postMessage({ bytes: await markedWorkbook(file, issues, contents) });
  } catch (error) {
    parentPort?.postMessage(refusedOutcome(error));
  }
}

if (!isMainThread && isMarkingJob(workerData)) void mark(workerData);
