import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnModuleInit } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { type JobPayload, Outbox } from '../platform/outbox.service.js';
import { WORKER_OPTIONS } from '../platform/queue.service.js';
import { Intake, QUEUE } from './intake.service.js';

/** Reads the files of a batch. May run twice and die anywhere: each file is settled once. */
@Processor(QUEUE, WORKER_OPTIONS)
export class IntakeProcessor extends WorkerHost implements OnModuleInit {
  private readonly log = new Logger('intake');

  constructor(
    private readonly intake: Intake,
    private readonly outbox: Outbox,
    @InjectQueue(QUEUE) private readonly queue: Queue,
  ) {
    super();
  }

  onModuleInit(): void {
    this.outbox.register(this.queue);
    this.worker.on('error', (error) => this.log.warn({ message: 'queue unreachable', error: error.message }));
  }

  async process({ data }: Job<JobPayload<{ readonly batch: string }>>): Promise<void> {
    await this.intake.readAll(data.batch, data.outbox);
  }
}
