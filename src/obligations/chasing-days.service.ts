import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import { dayOf, minuteOf } from '../calendar/day.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { Outbox } from '../platform/outbox.service.js';
import { dueNow, reminding, stepToday } from './chasing.js';
import { Chasing } from './chasing.service.js';
import { type ChasingConfig, loadChasingConfig } from './chasing-config.service.js';
import { type Chased, ProgressQuery } from './progress.query.js';

/** Queue of the day's reminders. */
export const QUEUE = 'chasing';
const CHASER = systemActor('chasing');
const LOOK_EVERY_MS = 5 * 60_000;
/** Reminded in one act: a killed worker loses no more than one of these. */
const BATCH = 100;

interface Due {
  readonly id: string;
  readonly step: string;
}

/** Reminders by themselves (config/chasing.yaml): a job each day, by business time; each step of an obligation once. */
@Injectable()
export class ChasingDays implements OnModuleDestroy {
  private readonly log = new Logger('chasing');
  readonly config: ChasingConfig = loadChasingConfig();
  private timer: NodeJS.Timeout | null = null;
  private work: Promise<unknown> = Promise.resolve();
  private isEnding = false;

  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly query: ProgressQuery,
    private readonly chasing: Chasing,
  ) {}

  /** From now on; for the main process, once. */
  everyDay(): void {
    const tick = (): void => {
      this.work = this.look()
        .catch((error: Error) => this.log.error({ message: 'chasing failed', error: error.message }))
        .finally(() => {
          if (!this.isEnding) this.timer = setTimeout(tick, LOOK_EVERY_MS);
        });
    };
    tick();
  }

  async onModuleDestroy(): Promise<void> {
    this.isEnding = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.work;
  }

  /** Puts today's job into the queue if its hour has come, somebody is to be reminded, and nobody has put it there. */
  async look(): Promise<boolean> {
    const isWanted = await this.database.transaction(CHASER, async (tx) => {
      if (localTime(tx.now) < this.config.at) return false;
      if (await tx.row('select 1 from reminder_day where day = $1', [dayOf(tx.now)])) return false;
      return (await this.dueToday(tx)).length > 0;
    });
    if (!isWanted) return false;
    return this.acts.perform({ action: 'obligation.chase-day', actor: CHASER }, async (act) => {
      const day = dayOf(act.now);
      act.subject = day;
      const first = await act.tx.run(
        'insert into reminder_day (day, begun_at) values ($1, $2) on conflict do nothing',
        [day, act.now],
      );
      if (first === 1) await act.enqueue(QUEUE, 'day', { day });
      act.record(null, { begun: first === 1 });
      return first === 1;
    });
  }

  /** The job of a day. May run twice and die anywhere: what is reminded is reminded, the rest follows. */
  async remindDay(day: string, outbox: string): Promise<void> {
    const due = await this.database.transaction(CHASER, async (tx) => (dayOf(tx.now) === day ? this.dueToday(tx) : []));
    const steps = [...new Set(due.map(({ step }) => step))];
    for (const step of steps) {
      const ids = due.filter((each) => each.step === step).map(({ id }) => id);
      for (let from = 0; from < ids.length; from += BATCH)
        await this.acts.perform({ action: 'obligation.chase', actor: CHASER }, (act) =>
          this.chasing.remindWithin(act, ids.slice(from, from + BATCH), step),
        );
    }
    await this.database.transaction(CHASER, (tx) => Outbox.done(tx, outbox));
  }

  /** Whom today's step falls on and who was not reminded by it. */
  private async dueToday(tx: Tx): Promise<Due[]> {
    const rows = await tx.rows<{ id: string }>(
      `select o.id from obligation o
       where o.due between $1::timestamptz - interval '100 days' and $1::timestamptz + interval '100 days'
         and o.closed_at is null and o.exempt_at is null and not o.provisional and o.kind <> 'backfill'`,
      [tx.now],
    );
    const all = rows.length === 0 ? [] : await this.query.of(tx, { ids: rows.map(({ id }) => id) });
    const wanted = all.flatMap((each) => {
      const step = this.stepOf(each, tx.now);
      return step === null ? [] : [{ id: each.id, step, due: dueNow(each) as Date }];
    });
    const done = await tx.rows<{ id: string; step: string; due: Date }>(
      `select obligation_id as id, step, due from reminder where obligation_id = any($1::uuid[]) and step <> 'hand'`,
      [wanted.map(({ id }) => id)],
    );
    const key = (each: { id: string; step: string; due: Date }): string =>
      `${each.id} ${each.step} ${each.due.getTime()}`;
    const known = new Set(done.map(key));
    return wanted.filter((each) => !known.has(key(each)));
  }

  private stepOf(each: Chased, now: Date): string | null {
    const due = dueNow(each);
    return due === null || reminding(each) === null ? null : stepToday(due, now, this.config);
  }
}

/** `09:30` in Shanghai. */
const localTime = (now: Date): string => minuteOf(now).slice(11);
