import type { CellState, FiledCell, Filing } from '../api/filing-shapes.js';
import { Problem } from '../api/problem.js';
import { type Entry, sameEntry } from './typed-text.js';

export interface Patch {
  readonly figures?: Readonly<
    Record<string, { readonly value: string | null; readonly state: CellState; readonly version: number }>
  >;
  /** Check key → text; null takes it away. */
  readonly justifications?: Readonly<Record<string, string | null>>;
}

export type Saving =
  | { readonly state: 'saved'; readonly at: Date | null }
  | { readonly state: 'waiting' | 'saving'; readonly cells: number }
  | { readonly state: 'retrying'; readonly cells: number; readonly problem: Problem }
  /** Nothing more will be sent: the form was submitted elsewhere, or the session ended. */
  | { readonly state: 'stopped'; readonly cells: number; readonly problem: Problem };

export interface AutosaveEvents {
  send(patch: Patch): Promise<Filing>;
  read(): Promise<Filing>;
  /** The server's filing after a save. */
  saved(filing: Filing): void;
  /** The server refuses this cell's content; the others go on. */
  refused(code: string, message: string): void;
  /** Somebody else changed the cell meanwhile. */
  stale(code: string, theirs: FiledCell): void;
  changed(): void;
}

export const DELAY_MS = 800;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
/** 401, 403, 404, 409: repeating would not help. */
const HOPELESS: readonly number[] = [401, 403, 404, 409];

export const asEntry = ({ value, state }: FiledCell): Entry => ({ value, state });

/**
 * Sends changed cells 800 ms after the last change, one request at a time, and again until they have arrived. Each cell
 * carries the version that it was changed from; what is refused or stale is taken out and the rest goes on.
 */
export class Autosave {
  saving: Saving = { state: 'saved', at: null };
  private readonly cells = new Map<string, Entry>();
  private readonly texts = new Map<string, string | null>();
  private readonly versions = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private busy: Promise<void> | null = null;
  private retries = 0;

  constructor(private readonly events: AutosaveEvents) {}

  /** Cells and texts that have not arrived. */
  get unsent(): number {
    return this.cells.size + this.texts.size;
  }

  isUnsent(code: string): boolean {
    return this.cells.has(code);
  }

  /** What the server holds now; the next change of these cells starts from it. */
  learn(figures: Readonly<Record<string, FiledCell>>): void {
    for (const [code, { version }] of Object.entries(figures)) this.versions.set(code, version);
  }

  change(cells: ReadonlyMap<string, Entry>): void {
    for (const [code, entry] of cells) {
      if (entry.fault) this.cells.delete(code);
      else this.cells.set(code, entry);
    }
    this.plan(DELAY_MS);
  }

  justify(key: string, text: string | null): void {
    this.texts.set(key, text);
    this.plan(DELAY_MS);
  }

  /** Sends at once what waits. Resolves when the answer is there, whatever it is. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.busy) await this.busy;
    if (this.unsent === 0) return;
    this.busy = this.deliver().finally(() => {
      this.busy = null;
    });
    await this.busy;
  }

  /** Ends the waiting; what is unsent is sent once more. */
  close(): void {
    void this.flush();
  }

  private plan(delay: number): void {
    if (this.unsent === 0) {
      if (this.saving.state !== 'saved') this.say({ state: 'saved', at: new Date() });
      return;
    }
    if (this.saving.state === 'saved') this.say({ state: 'waiting', cells: this.unsent });
    else if (this.saving.state !== 'stopped') this.say({ ...this.saving, cells: this.unsent });
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delay);
  }

  private async deliver(): Promise<void> {
    const cells = new Map(this.cells);
    const texts = new Map(this.texts);
    if (this.saving.state !== 'retrying') this.say({ state: 'saving', cells: this.unsent });
    const figures = Object.fromEntries(
      [...cells].map(([code, { value, state }]) => [code, { value, state, version: this.versions.get(code) ?? 0 }]),
    );
    try {
      const filing = await this.events.send({
        figures,
        ...(texts.size === 0 ? {} : { justifications: Object.fromEntries(texts) }),
      });
      this.settle(cells, texts);
      this.learn(filing.figures);
      this.retries = 0;
      this.events.saved(filing);
      if (this.unsent === 0) this.say({ state: 'saved', at: new Date() });
      else this.plan(DELAY_MS);
    } catch (problem) {
      if (problem instanceof Problem) await this.failed(problem, cells, texts);
      else throw problem;
    }
  }

  /** What was sent and not changed meanwhile has arrived. */
  private settle(cells: ReadonlyMap<string, Entry>, texts: ReadonlyMap<string, string | null>): void {
    for (const [code, entry] of cells) if (this.cells.get(code) === entry) this.cells.delete(code);
    for (const [key, text] of texts) if (this.texts.get(key) === text) this.texts.delete(key);
  }

  private async failed(
    problem: Problem,
    cells: ReadonlyMap<string, Entry>,
    texts: ReadonlyMap<string, string | null>,
  ): Promise<void> {
    if (problem.status === 412) {
      await this.others(cells);
      return;
    }
    if (problem.status === 422 || problem.status === 400) {
      if (!this.takeOut(problem, cells)) this.settle(new Map(), texts);
      this.plan(0);
      return;
    }
    if (HOPELESS.includes(problem.status)) {
      this.say({ state: 'stopped', cells: this.unsent, problem });
      return;
    }
    this.retries++;
    this.say({ state: 'retrying', cells: this.unsent, problem });
    const wait = Math.max((problem.retryAfter ?? 0) * 1_000, FIRST_RETRY_MS * 2 ** Math.min(this.retries - 1, 5));
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), Math.min(wait, LONGEST_RETRY_MS));
  }

  /** @returns whether a cell was named */
  private takeOut({ violations, title }: Problem, cells: ReadonlyMap<string, Entry>): boolean {
    const named = violations.flatMap(({ path, message }): [string, string][] => {
      const code = /^figures\.([^.]+)/.exec(path)?.[1];
      return code !== undefined && cells.has(code) ? [[code, message]] : [];
    });
    // Nothing named: with all of it refused, none is tried for ever.
    const out = named.length > 0 ? named : [...cells.keys()].map((code): [string, string] => [code, title]);
    for (const [code, message] of out) {
      this.cells.delete(code);
      this.events.refused(code, message);
    }
    return named.length > 0;
  }

  /** Versions of others: cells that hold what we wanted are saved, the rest ask. */
  private async others(cells: ReadonlyMap<string, Entry>): Promise<void> {
    try {
      const filing = await this.events.read();
      for (const [code, entry] of cells) {
        const theirs = filing.figures[code];
        if (!theirs || theirs.version === this.versions.get(code)) continue;
        if (this.cells.get(code) !== entry) continue;
        this.cells.delete(code);
        // Also the answer to our own request whose answer was lost.
        if (!sameEntry(asEntry(theirs), entry)) this.events.stale(code, theirs);
      }
      this.learn(filing.figures);
      this.events.saved(filing);
      this.plan(0);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.retries++;
      this.say({ state: 'retrying', cells: this.unsent, problem });
      this.timer = setTimeout(() => void this.flush(), FIRST_RETRY_MS * this.retries);
    }
  }

  private say(saving: Saving): void {
    this.saving = saving;
    this.events.changed();
  }
}
