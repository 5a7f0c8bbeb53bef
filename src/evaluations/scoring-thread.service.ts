import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError, type Violation } from '../problems/problems.js';
import type { Redaction } from '../scoring/bundle/redact.js';
import type { CohortPlan, ResultRecord } from '../scoring/types.js';
import type { PinnedInput } from './pin.service.js';

/**
 * What the thread is asked: `plan` settles everybody, `cohort` scores one, `finish` assembles the scored records,
 * `bundle` packs the stored ones, redacted if it says for whom, `verify` does it all again, `disclose` looks for what a
 * sealed publication would give away.
 */
export interface ScoringOrder {
  readonly task: 'plan' | 'cohort' | 'finish' | 'bundle' | 'verify' | 'disclose';
  readonly pin: PinnedInput;
  readonly cohort?: string;
  readonly records?: readonly ResultRecord[];
  readonly redaction?: Redaction;
}

export interface ScoringAnswer {
  readonly cohorts?: readonly CohortPlan[];
  readonly records?: readonly ResultRecord[];
  /** The bundle's text. */
  readonly bundle?: string;
  /** The hash of the full bundle. */
  readonly hash?: string;
  readonly givenAway?: readonly Violation[];
}

interface ThreadReply {
  readonly id: number;
  readonly answer?: ScoringAnswer;
  readonly error?: {
    readonly message: string;
    readonly stack?: string;
    readonly domain: { readonly code: string; readonly violations: Violation[] } | null;
  };
}

/** The built file: a thread cannot load TypeScript, and tests run from the sources. */
const THREAD = fileURLToPath(import.meta.url).endsWith('.ts')
  ? path.join(
      path.dirname(fileURLToPath(import.meta.url)),
      '..',
      '..',
      'dist',
      'src',
      'evaluations',
      'scoring.thread.js',
    )
  : path.join(path.dirname(fileURLToPath(import.meta.url)), 'scoring.thread.js');

/** Scoring on a thread of its own: a busy event loop could not renew a job's lock (design 3). */
@Injectable()
export class ScoringThread implements OnModuleDestroy {
  private worker: Worker | null = null;
  private next = 1;
  private readonly waiting = new Map<number, { resolve(answer: ScoringAnswer): void; reject(error: Error): void }>();

  /** @throws DomainError of the core (SCHEME_REFUSED, TABLE_REFUSED); Error when the thread dies */
  run(order: ScoringOrder): Promise<ScoringAnswer> {
    const worker = this.thread();
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ ...order, id });
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.terminate();
  }

  private thread(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(THREAD, { execArgv: [] });
    worker.on('message', (reply: ThreadReply) => {
      const caller = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (reply.answer) caller?.resolve(reply.answer);
      else if (reply.error) caller?.reject(errorOf(reply.error));
    });
    const lost = (reason: string) => () => {
      if (this.worker === worker) this.worker = null;
      for (const { reject } of this.waiting.values()) reject(new Error(reason));
      this.waiting.clear();
    };
    worker.on('error', lost('the scoring thread failed'));
    worker.on('exit', lost('the scoring thread ended'));
    worker.unref();
    this.worker = worker;
    return worker;
  }
}

function errorOf({ message, stack, domain }: NonNullable<ThreadReply['error']>): Error {
  if (domain) return new DomainError(domain.code, 422, message, domain.violations);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
