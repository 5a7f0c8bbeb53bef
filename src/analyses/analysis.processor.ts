import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnModuleInit } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { type JobPayload, Outbox } from '../platform/outbox.service.js';
import { WORKER_OPTIONS } from '../platform/queue.service.js';
import { DomainError } from '../problems/problems.js';
import { AnalysisRuns, QUEUE } from './analysis-runs.service.js';
import { AnalysisThreads, type Progress, Stopped } from './analysis-threads.service.js';

type AnalysisJob = Job<JobPayload<{ readonly analysis: string }>>;

/** Often enough to be stopped soon and to move a bar. */
const TELL_EVERY_MS = 200;

/** May run twice and die anywhere: claim, compute, store only while the claim is ours. */
@Processor(QUEUE, WORKER_OPTIONS)
export class AnalysisProcessor extends WorkerHost implements OnModuleInit {
  private readonly log = new Logger('analysis');

  constructor(
    private readonly runs: AnalysisRuns,
    private readonly threads: AnalysisThreads,
    private readonly outbox: Outbox,
    @InjectQueue(QUEUE) private readonly queue: Queue,
  ) {
    super();
  }

  onModuleInit(): void {
    this.outbox.register(this.queue);
    this.worker.on('error', (error) => this.log.warn({ message: 'queue unreachable', error: error.message }));
  }

  async process(job: AnalysisJob): Promise<void> {
    const { analysis, outbox } = job.data;
    try {
      const claim = await this.runs.claim(analysis, outbox);
      if (!claim) return;
      let told = 0;
      const tick = async (progress: Progress): Promise<boolean> => {
        const now = performance.now();
        if (now - told < TELL_EVERY_MS) return true;
        told = now;
        return this.runs.tell(claim, progress);
      };
      await this.runs.store(claim, await this.threads.robustness(claim, tick), outbox);
    } catch (error) {
      if (error instanceof Stopped) return this.runs.drop(outbox);
      const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      if (!(error instanceof DomainError) && !isLast) throw error;
      this.log.error({ message: 'analysis failed', analysis, error: (error as Error).stack });
      await this.runs.fail(analysis, `计算中断：${(error as Error).message}`, outbox);
    }
  }
}
