import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnModuleInit } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { type JobPayload, Outbox } from '../platform/outbox.service.js';
import { WORKER_OPTIONS } from '../platform/queue.service.js';
import { ChasingDays, QUEUE } from './chasing-days.service.js';

/** The reminders of one day. What throws is tried again by the queue, and after that by the outbox. */
@Processor(QUEUE, WORKER_OPTIONS)
export class ChasingProcessor extends WorkerHost implements OnModuleInit {
  private readonly log = new Logger('chasing');

  constructor(
    private readonly days: ChasingDays,
    private readonly outbox: Outbox,
    @InjectQueue(QUEUE) private readonly queue: Queue,
  ) {
    super();
  }

  onModuleInit(): void {
    this.outbox.register(this.queue);
    this.worker.on('error', (error) => this.log.warn({ message: 'queue unreachable', error: error.message }));
  }

  async process({ data }: Job<JobPayload<{ readonly day: string }>>): Promise<void> {
    await this.days.remindDay(data.day, data.outbox);
  }
}
