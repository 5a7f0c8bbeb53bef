import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { DomainError, type ProblemStatus, type Violation } from '../problems/problems.js';
import type { ImportContext, ImportReading } from './import-reading.js';
import { type PackedRows, packRows, unpackRows } from './pack-rows.js';
import { type ImportFile, readImport } from './read-import.js';

/** What one reading may cost. Beyond it the file is refused; the process goes on. */
export interface ReadingBounds {
  readonly timeoutMs: number;
  readonly maxOldGenerationSizeMb: number;
}

const USUAL_BOUNDS: ReadingBounds = { timeoutMs: 10_000, maxOldGenerationSizeMb: 256 };
/** Fewer collections of young objects: most of what a reading makes lives until it ends. */
const YOUNG_GENERATION_MB = 48;

const JOB = 'read-import';

interface ReadingJob {
  readonly job: typeof JOB;
  readonly file: ImportFile;
  readonly context: ImportContext;
}

type Outcome =
  | { readonly reading: Omit<ImportReading, 'rows'>; readonly rows: PackedRows }
  | {
      readonly refused: {
        readonly code: string;
        readonly status: ProblemStatus;
        readonly message: string;
        readonly violations: readonly Violation[];
      };
    };

const isReadingJob = (data: unknown): data is ReadingJob =>
  typeof data === 'object' && data !== null && (data as { job?: unknown }).job === JOB;

/** A thread runs built JavaScript only: from TypeScript sources (tests) the build beside them is taken. */
const threadFile = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/src/imports/read-import.worker.js', import.meta.url)
    : new URL(import.meta.url);

const tooSlow = (file: ImportFile, { timeoutMs }: ReadingBounds): DomainError => {
  const message = `读取文件超过 ${timeoutMs / 1000} 秒，已停止，请拆分文件或检查内容`;
  const expected = `≤ ${timeoutMs / 1000} 秒`;
  const violation = { path: file.name, rule: 'IMPORT_TIMEOUT', found: '超时', expected, message };
  return new DomainError('IMPORT_TIMEOUT', 422, message, [violation]);
};

const tooBig = (file: ImportFile, { maxOldGenerationSizeMb }: ReadingBounds): DomainError => {
  const message = '读取文件所需内存过大，已停止，请拆分文件';
  const expected = `≤ ${maxOldGenerationSizeMb} MB`;
  const violation = { path: file.name, rule: 'IMPORT_MEMORY', found: '内存不足', expected, message };
  return new DomainError('IMPORT_MEMORY', 422, message, [violation]);
};

/**
 * `readImport` on a thread of its own, bounded in time and memory, so that no file can hold up or end the process.
 * @throws DomainError 422 as `readImport`, and IMPORT_TIMEOUT, IMPORT_MEMORY
 */
export function readImportInThread(
  file: ImportFile,
  context: ImportContext,
  bounds: ReadingBounds = USUAL_BOUNDS,
): Promise<ImportReading> {
  return new Promise((resolve, reject) => {
    const { maxOldGenerationSizeMb } = bounds;
    const worker = new Worker(threadFile(), {
      workerData: { job: JOB, file, context } satisfies ReadingJob,
      resourceLimits: { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      execArgv: [],
    });
    const timer = setTimeout(() => {
      reject(tooSlow(file, bounds));
      void worker.terminate();
    }, bounds.timeoutMs);
    worker.once('message', (outcome: Outcome) => {
      clearTimeout(timer);
      if ('reading' in outcome) resolve({ ...outcome.reading, rows: unpackRows(outcome.rows) });
      else {
        const { code, status, message, violations } = outcome.refused;
        reject(new DomainError(code, status, message, violations));
      }
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooBig(file, bounds) : error);
    });
    worker.once('exit', (code) => {
      clearTimeout(timer);
      // After a message or an error the promise is settled already, and this changes nothing.
      reject(new Error(`the reading thread ended with ${code} and no answer`));
    });
  });
}

function outcomeOf({ file, context }: ReadingJob): Outcome {
  try {
    const { rows, ...reading } = readImport(file, context);
    return { reading, rows: packRows(rows) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, status, message, violations } = error;
    return { refused: { code, status, message, violations } };
  }
}

if (!isMainThread && isReadingJob(workerData)) parentPort?.postMessage(outcomeOf(workerData));
