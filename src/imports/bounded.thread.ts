import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DomainError, type ProblemStatus, type Violation } from '../problems/problems.js';

/** What one thread may cost. Beyond it the file is refused; the process goes on. */
export interface ThreadBounds {
  readonly timeoutMs: number;
  readonly maxOldGenerationSizeMb: number;
}

export const USUAL_BOUNDS: ThreadBounds = { timeoutMs: 10_000, maxOldGenerationSizeMb: 192 };
/** Each thread holds three times as much at worst; more of it reads a large file hardly faster. */
const YOUNG_GENERATION_MB = 16;

/**
 * Threads at once. They only count: more of them than cores end no sooner and hold more memory together. Who waits is
 * not yet on the clock.
 */
const AT_ONCE = Math.min(4, Math.max(2, availableParallelism()));
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    // The turn is handed on, or given back.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** A domain error on its way from thread to thread. */
export interface RefusedOutcome {
  readonly refused: {
    readonly code: string;
    readonly status: ProblemStatus;
    readonly message: string;
    readonly violations: readonly Violation[];
  };
}

/** @throws whatever is no domain error */
export function refusedOutcome(error: unknown): RefusedOutcome {
  if (!(error instanceof DomainError)) throw error;
  const { code, status, message, violations } = error;
  return { refused: { code, status, message, violations } };
}

const tooSlow = (file: string, { timeoutMs }: ThreadBounds): DomainError => {
  const message = `读取文件超过 ${timeoutMs / 1000} 秒，已停止，请拆分文件或检查内容`;
  const expected = `≤ ${timeoutMs / 1000} 秒`;
  const violation = { path: file, rule: 'IMPORT_TIMEOUT', found: '超时', expected, message };
  return new DomainError('IMPORT_TIMEOUT', 422, message, [violation]);
};

const tooBig = (file: string, { maxOldGenerationSizeMb }: ThreadBounds): DomainError => {
  const message = '读取文件所需内存过大，已停止，请拆分文件';
  const expected = `≤ ${maxOldGenerationSizeMb} MB`;
  const violation = { path: file, rule: 'IMPORT_MEMORY', found: '内存不足', expected, message };
  return new DomainError('IMPORT_MEMORY', 422, message, [violation]);
};

/**
 * Runs a thread to its one answer, bounded in time and memory, so that no file can hold up or end the process.
 * @param file its name, for the messages
 * @throws DomainError 422 as the thread says, and IMPORT_TIMEOUT, IMPORT_MEMORY
 */
export function inBoundedThread<T extends object>(
  thread: URL,
  workerData: object,
  file: string,
  bounds: ThreadBounds = USUAL_BOUNDS,
): Promise<T> {
  return inTurn(() => answerOf<T>(thread, workerData, file, bounds));
}

function answerOf<T extends object>(thread: URL, workerData: object, file: string, bounds: ThreadBounds): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(thread, {
      workerData,
      resourceLimits: {
        maxOldGenerationSizeMb: bounds.maxOldGenerationSizeMb,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
      execArgv: [],
    });
    const timer = setTimeout(() => {
      reject(tooSlow(file, bounds));
      void worker.terminate();
    }, bounds.timeoutMs);
    worker.once('message', (outcome: T | RefusedOutcome) => {
      clearTimeout(timer);
      if ('refused' in outcome) {
        const { code, status, message, violations } = outcome.refused;
        reject(new DomainError(code, status, message, violations));
      } else resolve(outcome);
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooBig(file, bounds) : error);
    });
    worker.once('exit', (code) => {
      clearTimeout(timer);
      // After a message or an error the promise is settled already, and this changes nothing.
      reject(new Error(`the thread ended with ${code} and no answer`));
    });
  });
}
