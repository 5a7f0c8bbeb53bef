/** What a key asks of the grid. */
export type Command =
  | { readonly do: 'move'; readonly down: number; readonly right: number; readonly extend: boolean }
  | { readonly do: 'next'; readonly step: 1 | -1; readonly by: 'cell' | 'row' }
  | { readonly do: 'edge'; readonly edge: 'first' | 'last'; readonly extend: boolean }
  | {
      readonly do:
        | 'edit'
        | 'escape'
        | 'clear'
        | 'undo'
        | 'redo'
        | 'fill-down'
        | 'next-problem'
        | 'saved'
        | 'take-offer'
        | 'all';
    };

/** The parts of a keyboard event that count; Ctrl is Command on a Mac. */
export interface KeyPressed {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** An input method is still composing. */
  readonly composing: boolean;
}

const ARROWS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const WITH_CTRL: Readonly<Record<string, Command>> = {
  y: { do: 'redo' },
  d: { do: 'fill-down' },
  s: { do: 'saved' },
  a: { do: 'all' },
  Enter: { do: 'take-offer' },
};

/**
 * @param editing whether the caret is in the cell: then arrows, Home, End, Delete, Ctrl+Z are the text's
 * @returns null: the key is the browser's
 */
export function commandOf({ key, ctrl, shift, alt, composing }: KeyPressed, editing: boolean): Command | null {
  if (composing || alt) return null;
  if (key === 'Escape') return { do: 'escape' };
  if (key === 'F2') return { do: 'edit' };
  if (key === 'F8') return { do: 'next-problem' };
  if (key === 'Tab' && !ctrl) return { do: 'next', step: shift ? -1 : 1, by: 'cell' };
  if (key === 'Enter' && !ctrl) return { do: 'next', step: shift ? -1 : 1, by: 'row' };
  if (ctrl && key.toLowerCase() === 's') return { do: 'saved' };
  if (editing) return ctrl && key === 'Enter' ? { do: 'take-offer' } : null;
  if (ctrl && key.toLowerCase() === 'z') return { do: shift ? 'redo' : 'undo' };
  if (ctrl && key === 'Home') return { do: 'edge', edge: 'first', extend: shift };
  if (ctrl && key === 'End') return { do: 'edge', edge: 'last', extend: shift };
  if (ctrl) return WITH_CTRL[key.length === 1 ? key.toLowerCase() : key] ?? null;
  if (key === 'Delete') return { do: 'clear' };
  const arrow = ARROWS[key];
  return arrow ? { do: 'move', down: arrow[0], right: arrow[1], extend: shift } : null;
}
