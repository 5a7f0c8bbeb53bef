import { Injectable, type MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { AnalysisQuery, type AnalysisView } from './analysis.query.js';

const POLL_MS = 250;
const RUNNING = ['queued', 'running'];

/** Progress of the latest analysis of an evaluation as Server-Sent Events; the id of an event is the row's version. */
@Injectable()
export class AnalysisEvents {
  constructor(
    private readonly database: Database,
    private readonly query: AnalysisQuery,
  ) {}

  /** First the present state; then what happens; closes after `end`. @throws NOT_FOUND before anything is sent */
  async stream(actor: Actor, evaluation: string): Promise<Observable<MessageEvent>> {
    const first = await this.read(actor, evaluation);
    return new Observable<MessageEvent>((subscriber) => {
      let timer: NodeJS.Timeout | null = null;
      let last = -1;
      let state = '';
      const tell = (analysis: AnalysisView & { readonly version: number }): void => {
        const id = `${analysis.version}`;
        if (analysis.state !== state) subscriber.next({ id, type: 'state', data: { state: analysis.state } });
        state = analysis.state;
        if (analysis.version > last && state === 'running')
          subscriber.next({ id, type: 'progress', data: { cohort: null, ...analysis.progress } });
        last = analysis.version;
        if (RUNNING.includes(state)) timer = setTimeout(poll, POLL_MS);
        else {
          subscriber.next({ id, type: 'end', data: { state, hash: null } });
          subscriber.complete();
        }
      };
      const poll = (): void => {
        this.read(actor, evaluation)
          .then((analysis) => subscriber.closed || tell(analysis))
          .catch((error: unknown) => subscriber.error(error));
      };
      tell(first);
      return () => {
        if (timer !== null) clearTimeout(timer);
      };
    });
  }

  private read(actor: Actor, evaluation: string): Promise<AnalysisView & { readonly version: number }> {
    return this.database.transaction(actor, async (tx) => {
      await this.query.computed(tx, evaluation);
      return this.query.latest(tx, evaluation);
    });
  }
}
