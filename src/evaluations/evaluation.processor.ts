import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnModuleInit } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { type JobPayload, Outbox } from '../platform/outbox.service.js';
import { WORKER_OPTIONS } from '../platform/queue.service.js';
import { DomainError } from '../problems/problems.js';
import { QUEUE, Runs } from './runs.service.js';
import { ScoringThread } from './scoring-thread.service.js';

type EvaluationJob = Job<JobPayload<{ readonly evaluation: string; readonly cohort?: string }>>;

/** May run twice and die anywhere: claim, compute, store only while the claim is ours. */
@Processor(QUEUE, WORKER_OPTIONS)
export class EvaluationProcessor extends WorkerHost implements OnModuleInit {
  private readonly log = new Logger('evaluation');

  constructor(
    private readonly runs: Runs,
    private readonly scoring: ScoringThread,
    private readonly outbox: Outbox,
    @InjectQueue(QUEUE) private readonly queue: Queue,
  ) {
    super();
  }

  onModuleInit(): void {
    this.outbox.register(this.queue);
    this.worker.on('error', (error) => this.log.warn({ message: 'queue unreachable', error: error.message }));
  }

  async process(job: EvaluationJob): Promise<void> {
    const { evaluation, outbox } = job.data;
    try {
      if (job.name === 'plan') await this.plan(evaluation, outbox);
      else if (job.name === 'cohort') await this.cohort(evaluation, job.data.cohort ?? '', outbox);
      else await this.finish(evaluation, outbox);
    } catch (error) {
      const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      if (!(error instanceof DomainError) && !isLast) throw error;
      this.log.error({ message: 'evaluation failed', evaluation, error: (error as Error).stack });
      await this.runs.fail(evaluation, reasonOf(error as Error), outbox);
    }
  }

  private async plan(evaluation: string, outbox: string): Promise<void> {
    const claim = await this.runs.claim(evaluation, outbox); // raises the fence
    if (!claim) return;
    const { cohorts = [] } = await this.scoring.run({ task: 'plan', pin: claim.pin });
    await this.runs.storePlan(claim, cohorts, outbox);
  }

  private async cohort(evaluation: string, cohort: string, outbox: string): Promise<void> {
    const claim = await this.runs.claimCohort(evaluation, cohort, outbox);
    if (!claim) return;
    const { records = [] } = await this.scoring.run({ task: 'cohort', pin: claim.pin, cohort });
    await this.runs.storeCohort(claim, records, outbox);
  }

  private async finish(evaluation: string, outbox: string): Promise<void> {
    const claim = await this.runs.claim(evaluation, outbox);
    if (!claim) return;
    const scored = await this.runs.records(evaluation);
    const { records = [], hash = '' } = await this.scoring.run({ task: 'finish', pin: claim.pin, records: scored });
    await this.runs.storeEnd(claim, records, hash, outbox);
  }
}

const reasonOf = (error: Error): string =>
  error instanceof DomainError
    ? [
        error.message,
        ...error.violations.slice(0, 5).map((violation) => `${violation.path}：${violation.message}`),
      ].join('\n')
    : `计算中断：${error.message}`;
