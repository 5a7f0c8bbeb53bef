import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnModuleInit } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { type JobPayload, Outbox } from '../platform/outbox.service.js';
import { WORKER_OPTIONS } from '../platform/queue.service.js';
import { Mailer } from './mailer.service.js';
import { Mails } from './mails.service.js';
import { QUEUE } from './notices.service.js';

/** May run twice and die anywhere: claim, send, settle. A mail that was claimed twice and never settled is given up. */
@Processor(QUEUE, WORKER_OPTIONS)
export class MailProcessor extends WorkerHost implements OnModuleInit {
  private readonly log = new Logger('mail');

  constructor(
    private readonly mails: Mails,
    private readonly mailer: Mailer,
    private readonly outbox: Outbox,
    @InjectQueue(QUEUE) private readonly queue: Queue,
  ) {
    super();
  }

  onModuleInit(): void {
    this.outbox.register(this.queue);
    this.worker.on('error', (error) => this.log.warn({ message: 'queue unreachable', error: error.message }));
  }

  async process({ data }: Job<JobPayload<{ readonly notice: string }>>): Promise<void> {
    const mail = await this.mails.claim(data.notice, data.outbox);
    if (!mail) return;
    const attempted = await this.mailer.send(mail);
    const isWorthAnother = await this.mails.settle(mail, attempted, data.outbox);
    if (attempted.outcome === 'sent') return;
    this.log.warn({ message: 'mail not delivered', notice: mail.notice, outcome: attempted.outcome });
    if (isWorthAnother) throw new Error(attempted.error);
  }
}
