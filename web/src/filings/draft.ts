import type { FiledCell, Filing } from '../api/filing-shapes.js';
import { Autosave, type AutosaveEvents, asEntry, type Saving } from './autosave.js';
import { type Edits, type Entries, entryAt, redone, undone, untouched, written } from './edits.js';
import { type Entry, sameEntry } from './typed-text.js';

/** A cell that somebody else changed while it was changed here. */
export interface Stale {
  readonly code: string;
  readonly mine: Entry;
  readonly theirs: FiledCell;
}

export interface DraftState {
  /** As the server answered last. */
  readonly filing: Filing;
  readonly edits: Edits;
  readonly saving: Saving;
  readonly stale: readonly Stale[];
  /** Check key → text as typed, above what the server has. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What the server and the clock do for a draft. */
export type DraftServer = Pick<AutosaveEvents, 'send' | 'read'>;

const entriesOf = (filing: Filing): Entries =>
  new Map(Object.entries(filing.figures).map(([code, cell]) => [code, asEntry(cell)]));

/** A filing while it is filled in: entries, undo, saving. Pages subscribe; each change is a new state. */
export class Draft {
  private current: DraftState;
  private readonly listeners = new Set<() => void>();
  private readonly autosave: Autosave;

  constructor(filing: Filing, server: DraftServer) {
    this.autosave = new Autosave({
      send: (patch) => server.send(patch),
      read: () => server.read(),
      saved: (answer) => this.adopt(answer, null),
      refused: (code, message) => this.refuse(code, message),
      stale: (code, theirs) => this.ask(code, theirs),
      changed: () => this.set({ saving: this.autosave.saving }),
    });
    this.autosave.learn(filing.figures);
    this.current = {
      filing,
      edits: untouched(entriesOf(filing)),
      saving: this.autosave.saving,
      stale: [],
      texts: new Map(),
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly state = (): DraftState => this.current;

  /** Whether leaving the page would lose something. */
  get isUnsent(): boolean {
    return this.autosave.unsent > 0;
  }

  /** One step of undo. */
  write(title: string, changes: Entries): void {
    const edits = written(this.current.edits, title, changes);
    if (edits === this.current.edits) return;
    this.keep(edits, edits.past.at(-1)?.after ?? new Map());
  }

  /** @returns what was taken back, null when nothing was left */
  undo(): string | null {
    const back = undone(this.current.edits);
    if (!back) return null;
    this.keep(back.edits, back.step.before);
    return back.step.title;
  }

  redo(): string | null {
    const again = redone(this.current.edits);
    if (!again) return null;
    this.keep(again.edits, again.step.after);
    return again.step.title;
  }

  justify(key: string, text: string): void {
    this.set({ texts: new Map([...this.current.texts, [key, text]]) });
    this.autosave.justify(key, text.trim() === '' ? null : text);
  }

  /**
   * Another state of the filing: the answer to an act, or read again. Cells that are still unsent, at fault or asking
   * keep what stands here.
   * @param title makes what changed one step of undo: 从上季预填
   */
  adopt(filing: Filing, title: string | null): void {
    if (filing.version < this.current.filing.version) return;
    const asking = new Set(this.current.stale.map(({ code }) => code));
    const { entries } = this.current.edits;
    const changes = new Map(
      [...entriesOf(filing)].filter(([code, entry]) => {
        const mine = entryAt(entries, code);
        return !sameEntry(mine, entry) && !mine.fault && !asking.has(code) && !this.autosave.isUnsent(code);
      }),
    );
    this.autosave.learn(filing.figures);
    const edits =
      title === null
        ? { ...this.current.edits, entries: new Map([...entries, ...changes]) }
        : written(this.current.edits, title, changes);
    this.set({ filing, edits });
  }

  /** The answer to a cell that asked. */
  decide({ code, mine, theirs }: Stale, whose: 'mine' | 'theirs'): void {
    this.set({ stale: this.current.stale.filter((each) => each.code !== code) });
    if (whose === 'theirs') {
      const entries = new Map([...this.current.edits.entries, [code, asEntry(theirs)]]);
      this.set({ edits: { ...this.current.edits, entries } });
    } else this.autosave.change(new Map([[code, mine]]));
  }

  /** What waits is sent now. */
  flush(): Promise<void> {
    return this.autosave.flush();
  }

  private keep(edits: Edits, changes: Entries): void {
    this.set({ edits, stale: this.current.stale.filter(({ code }) => !changes.has(code)) });
    this.autosave.change(changes);
  }

  private refuse(code: string, message: string): void {
    const entry = entryAt(this.current.edits.entries, code);
    const fault = { raw: entry.value ?? '', message, offer: null };
    const entries = new Map([...this.current.edits.entries, [code, { value: null, state: 'value', fault } as Entry]]);
    this.set({ edits: { ...this.current.edits, entries } });
  }

  private ask(code: string, theirs: FiledCell): void {
    const mine = entryAt(this.current.edits.entries, code);
    this.set({ stale: [...this.current.stale.filter((each) => each.code !== code), { code, mine, theirs }] });
  }

  private set(change: Partial<DraftState>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}
