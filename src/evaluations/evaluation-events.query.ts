import { Injectable, type MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { EvaluationQuery } from './evaluation.query.js';

const POLL_MS = 250;
const RUNNING = ['queued', 'running'];

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly state?: string; readonly hash?: string | null };
}

/** Progress of a run as Server-Sent Events; resumed by `Last-Event-ID`. */
@Injectable()
export class EvaluationEvents {
  constructor(
    private readonly database: Database,
    private readonly evaluations: EvaluationQuery,
  ) {}

  /** First the present state; then what happens; closes after `end`. @throws NOT_FOUND before anything is sent */
  async stream(actor: Actor, id: string, lastEventId: string | undefined): Promise<Observable<MessageEvent>> {
    const present = await this.evaluations.one(actor, id);
    const isOver = !RUNNING.includes(present.state);
    const resumed = lastEventId !== undefined && /^\d{1,18}$/.test(lastEventId) ? lastEventId : null;
    let last = resumed ?? (await this.startingPoint(actor, id, isOver));
    return new Observable<MessageEvent>((subscriber) => {
      let timer: NodeJS.Timeout | null = null;
      subscriber.next({ id: last, type: 'state', data: { state: present.state } });
      const end = { state: present.state, hash: present.hash };
      const poll = async (): Promise<void> => {
        for (const event of await this.after(actor, id, last)) {
          last = event.id;
          // A run that is over ended in its present state: published and made final since.
          const data = event.type === 'end' && isOver ? end : event.data;
          subscriber.next({ id: event.id, type: event.type, data });
          if (event.type === 'end') {
            subscriber.complete();
            return;
          }
        }
        if (isOver) {
          subscriber.next({ id: last, type: 'end', data: end });
          subscriber.complete();
        } else if (!subscriber.closed) timer = setTimeout(run, POLL_MS);
      };
      const run = (): void => {
        poll().catch((error: unknown) => subscriber.error(error));
      };
      run();
      return () => {
        if (timer !== null) clearTimeout(timer);
      };
    });
  }

  /** Before the end of a run that is over, after all that has happened in one that goes on. */
  private async startingPoint(actor: Actor, id: string, isOver: boolean): Promise<string> {
    const row = await this.database.transaction(actor, (tx) =>
      tx.row<{ id: string }>(
        `select coalesce(case when $2 then max(id) filter (where type = 'end') - 1 end, max(id), 0) as id
         from evaluation_event where evaluation_id = $1`,
        [id, isOver],
      ),
    );
    return row?.id ?? '0';
  }

  private after(actor: Actor, id: string, last: string): Promise<EventRow[]> {
    return this.database.transaction(actor, (tx) =>
      tx.rows<EventRow>(
        'select id, type, data from evaluation_event where evaluation_id = $1 and id > $2 order by id limit 500',
        [id, last],
      ),
    );
  }
}
