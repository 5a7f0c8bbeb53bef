import { Worker } from 'node:worker_threads';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { PinnedInput } from '../evaluations/pin.service.js';
import { DomainError, type Violation } from '../problems/problems.js';
import type { Attribution, Slice } from '../scoring/explain/attribution.js';
import type { Reversal } from '../scoring/robustness/reversals.js';
import type { Robustness } from '../scoring/robustness/robustness.js';
import type { Grid, Improvements } from '../scoring/what-if/smallest-change.js';
import type { Moved } from '../scoring/what-if/what-if.js';
import { threadFile } from './counting-threads.service.js';

/** What would move if some figures or weights were others. */
export interface WhatIfOrder {
  readonly task: 'what-if';
  readonly pin: PinnedInput;
  readonly set: readonly {
    readonly institution: string;
    readonly period: string;
    readonly metric: string;
    /** Plain decimal; null: not filed. */
    readonly value: string | null;
  }[];
  /** By node, decimals as text. */
  readonly weights: Readonly<Record<string, string>>;
  /** The institution that asks about itself; null: staff. */
  readonly own: string | null;
}

export interface RobustnessOrder {
  readonly task: 'robustness';
  readonly pin: PinnedInput;
  readonly replications: number;
  readonly weights: number;
  readonly seed: number;
}

/** What one figure alone would have to be. */
export interface ImprovementOrder {
  readonly task: 'improvements';
  readonly pin: PinnedInput;
  readonly institution: string;
  /** Whether the institution asks about itself. */
  readonly isOwn: boolean;
  /** By metric, of those in the catalogue. */
  readonly grids: Readonly<Record<string, Grid>>;
}

/** Why totals changed between two evaluations. */
export interface AttributionOrder {
  readonly task: 'attribution';
  readonly before: PinnedInput;
  readonly after: PinnedInput;
  readonly slice: Slice;
}

interface Short {
  readonly 'what-if': { readonly order: WhatIfOrder; readonly answer: Tried };
  readonly improvements: { readonly order: ImprovementOrder; readonly answer: Improvements };
  readonly attribution: { readonly order: AttributionOrder; readonly answer: readonly Attribution[] };
}
export type ShortTask = keyof Short;
export type ShortOrder = Short[ShortTask]['order'];
export type AnalysisOrder = ShortOrder | RobustnessOrder;

export interface Tried {
  readonly moved: readonly Moved[];
  /** Hash of the bundle as it would be, the evaluation's own if nothing changes; null for an institution. */
  readonly hash: string | null;
}

export interface Found extends Robustness {
  /** null: too many institutions to take them out one by one. */
  readonly reversals: readonly Reversal[] | null;
}

export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export interface AnalysisAnswer {
  readonly id?: number;
  readonly progress?: Progress;
  readonly short?: Short[ShortTask]['answer'];
  readonly found?: Found;
  readonly error?: {
    readonly message: string;
    readonly stack?: string;
    readonly domain: { readonly code: string; readonly violations: Violation[] } | null;
  };
}

/** The work was stopped because nobody wants it any longer. */
export class Stopped extends Error {}

/** Analyses on threads of their own, beside the official scoring and off the event loop. */
@Injectable()
export class AnalysisThreads implements OnModuleDestroy {
  private readonly running = new Set<Worker>();
  private kept: Worker | null = null;
  private next = 1;
  private readonly waiting = new Map<
    number,
    { resolve(answer: Short[ShortTask]['answer']): void; reject(error: Error): void }
  >();

  /** On one thread that stays: the work is short, and somebody waits. @throws DomainError of the core */
  short<T extends ShortTask>(task: T, order: Omit<Short[T]['order'], 'task'>): Promise<Short[T]['answer']> {
    const worker = this.keptThread();
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ ...order, task, id });
    });
  }

  /**
   * On a new thread that ends with it.
   * @param tick is told how far it is; answers whether it is still wanted
   * @throws Stopped when it is not; DomainError of the core; Error when the thread dies
   */
  async robustness(
    order: Omit<RobustnessOrder, 'task'>,
    tick: (progress: Progress) => Promise<boolean>,
  ): Promise<Found> {
    const worker = new Worker(threadFile('analysis.thread'), { execArgv: [] });
    this.running.add(worker);
    try {
      return await new Promise<Found>((resolve, reject) => {
        worker.on('message', ({ progress, found, error }: AnalysisAnswer) => {
          if (progress)
            tick(progress)
              .then((isWanted) => isWanted || reject(new Stopped()))
              .catch(reject);
          else if (found) resolve(found);
          else if (error) reject(errorOf(error));
        });
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('the analysis thread ended')));
        worker.postMessage({ ...order, task: 'robustness', id: 0 });
      });
    } finally {
      this.running.delete(worker);
      await worker.terminate();
    }
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.running, ...(this.kept ? [this.kept] : [])].map((worker) => worker.terminate()));
  }

  private keptThread(): Worker {
    if (this.kept) return this.kept;
    const worker = new Worker(threadFile('analysis.thread'), { execArgv: [] });
    worker.on('message', ({ id = 0, short, error }: AnalysisAnswer) => {
      const caller = this.waiting.get(id);
      this.waiting.delete(id);
      if (short) caller?.resolve(short);
      else if (error) caller?.reject(errorOf(error));
    });
    const lost = (): void => {
      if (this.kept === worker) this.kept = null;
      for (const { reject } of this.waiting.values()) reject(new Error('the analysis thread ended'));
      this.waiting.clear();
    };
    worker.on('error', lost);
    worker.on('exit', lost);
    worker.unref();
    this.kept = worker;
    return worker;
  }
}

function errorOf({ message, stack, domain }: NonNullable<AnalysisAnswer['error']>): Error {
  if (domain) return new DomainError(domain.code, 422, message, domain.violations);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
