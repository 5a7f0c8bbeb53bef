import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { blockText, parseBlock } from './block.js';
import type { Draft } from './draft.js';
import { type Entries, entryAt } from './edits.js';
import type { FigureRow } from './grid-rows.js';
import { type Command, commandOf } from './keys.js';
import { pasteWords, planPaste } from './paste.js';
import { at, isInside, moved, nextInput, type Place, rectangleOf, type Selection, type Size } from './selection.js';
import { BLANK, type Entry, readTyped, typedText } from './typed-text.js';

/** 本期 is typed into; 上季 and 上年同期 are read, and copied from. */
export const FIGURE_COLUMNS = 3;

export interface SheetInput {
  /** The rows that are unfolded. */
  readonly rows: readonly FigureRow[];
  readonly entries: Entries;
  readonly draft: Draft;
  readonly readOnly: boolean;
  /** The text of a place as it is copied. */
  readonly textAt: (place: Place) => string;
  /** Said aloud and shown for a moment. */
  readonly say: (words: string, isRefusal?: boolean) => void;
  readonly onProblem: () => void;
  readonly onOffer: () => void;
  /** Called with the cells that were written. */
  readonly onWritten: (codes: readonly string[]) => void;
}

export interface Typing {
  readonly code: string;
  readonly text: string;
}

export interface Sheet {
  readonly selection: Selection;
  readonly typing: Typing | null;
  readonly isSelected: (place: Place) => boolean;
  readonly isFocus: (place: Place) => boolean;
  readonly go: (place: Place, extend?: boolean) => void;
  readonly goTo: (code: string) => void;
  readonly type: (code: string, text: string) => void;
  readonly endTyping: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onCopy: (event: ClipboardEvent) => void;
  readonly onCut: (event: ClipboardEvent) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
  readonly host: React.RefObject<HTMLDivElement | null>;
}

/** Cursor, selection, typing and clipboard of the grid. */
export function useSheet(input: SheetInput): Sheet {
  const { rows, entries, draft, readOnly, textAt, say, onProblem, onOffer, onWritten } = input;
  const [selection, setSelection] = useState<Selection>(at({ row: 0, column: 0 }));
  const [typing, setTyping] = useState<Typing | null>(null);
  const host = useRef<HTMLDivElement>(null);
  /** Set by an act of the keyboard or a jump: the focus follows the selection once. */
  const follow = useRef(false);
  /** While the focus is moved to where the selection is already, its arrival selects nothing. */
  const following = useRef(false);
  /** After Esc the next Tab is the browser's. */
  const leaving = useRef(false);
  const size: Size = { rows: rows.length, columns: FIGURE_COLUMNS };
  const cellAt = (row: number): Extract<FigureRow, { kind: 'cell' }> | null => {
    const found = rows[row];
    return found?.kind === 'cell' ? found : null;
  };
  const isInput = ({ row, column }: Place): boolean => !readOnly && column === 0 && cellAt(row) !== null;
  const { focus } = selection;

  useEffect(() => {
    if (!follow.current) return;
    follow.current = false;
    const place = host.current?.querySelector<HTMLElement>(`[data-place="${focus.row}:${focus.column}"]`);
    following.current = true;
    place?.focus({ preventScroll: true });
    following.current = false;
    place?.closest('td')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (place instanceof HTMLInputElement) place.select();
  });

  const select = (next: Selection): void => {
    follow.current = true;
    setSelection(next);
  };

  /** @returns whether the cursor may leave: a text that offers a conversion keeps it */
  const commit = (): boolean => {
    if (!typing) return true;
    const row = rows.find((each) => each.kind === 'cell' && each.code === typing.code);
    setTyping(null);
    if (row?.kind !== 'cell') return true;
    const { entry, note } = readTyped(typing.text, row.metric);
    draft.write('填写', new Map([[typing.code, entry]]));
    onWritten([typing.code]);
    if (note) say(`${row.metric.title}：${note}`);
    return entry.fault === undefined;
  };

  const inputsOf = (chosen: Selection): string[] => {
    const { top, bottom, left } = rectangleOf(chosen);
    if (left > 0 || readOnly) return [];
    return rows.slice(top, bottom + 1).flatMap((row) => (row.kind === 'cell' ? [row.code] : []));
  };

  const write = (title: string, changes: ReadonlyMap<string, Entry>): void => {
    draft.write(title, changes);
    onWritten([...changes.keys()]);
  };

  const clear = (title: string): void => {
    const codes = inputsOf(selection);
    if (codes.length > 0) write(title, new Map(codes.map((code) => [code, BLANK])));
  };

  const fillDown = (): void => {
    const { top, bottom } = rectangleOf(selection);
    const [first, ...rest] = inputsOf(selection);
    const from = bottom === top ? cellAt(top - 1)?.code : first;
    const onto = bottom === top ? (first === undefined ? [] : [first]) : rest;
    if (from === undefined || onto.length === 0) return;
    write('向下填充', new Map(onto.map((code) => [code, entryAt(entries, from)])));
    say(`已向下填充${onto.length}格`);
  };

  const perform = (command: Command, event: KeyboardEvent): void => {
    if (command.do !== 'next' && command.do !== 'escape') leaving.current = false;
    if (command.do === 'next') {
      if (command.by === 'cell' && leaving.current) {
        leaving.current = false;
        return;
      }
      if (command.by === 'cell' && readOnly) return;
      const mayLeave = commit();
      const target = nextInput(focus, command.step, size, isInput, command.by);
      // At the end of the grid Tab goes on to what follows.
      if (!target && command.by === 'cell' && mayLeave) return;
      event.preventDefault();
      select(at(mayLeave && target ? target : focus));
      return;
    }
    event.preventDefault();
    switch (command.do) {
      case 'move':
        select(moved(selection, command.down, command.right, size, command.extend));
        break;
      case 'edge': {
        const place = command.edge === 'first' ? { row: 0, column: 0 } : { row: size.rows - 1, column: 0 };
        select(command.extend ? { anchor: selection.anchor, focus: place } : at(place));
        break;
      }
      case 'all':
        select({ anchor: { row: 0, column: 0 }, focus: { row: size.rows - 1, column: 0 } });
        break;
      case 'edit': {
        const cell = cellAt(focus.row);
        if (cell && isInput(focus) && !typing)
          setTyping({ code: cell.code, text: typedText(entryAt(entries, cell.code)) });
        break;
      }
      case 'escape':
        if (typing) {
          setTyping(null);
          follow.current = true;
        } else {
          leaving.current = true;
          say('按 Tab 离开表格');
        }
        break;
      case 'clear':
        clear('清空');
        break;
      case 'undo':
      case 'redo': {
        const title = command.do === 'undo' ? draft.undo() : draft.redo();
        const verb = command.do === 'undo' ? '撤销' : '重做';
        follow.current = true;
        say(title === null ? `没有可${verb}的操作` : `已${verb}：${title}`);
        break;
      }
      case 'fill-down':
        fillDown();
        break;
      case 'next-problem':
        commit();
        onProblem();
        break;
      case 'take-offer':
        commit();
        onOffer();
        break;
      case 'saved':
        commit();
        void draft.flush();
        say('已自动保存，无需手动保存');
        break;
    }
  };

  const copy = (event: ClipboardEvent): boolean => {
    if (typing || !(event.target as Element).closest('[data-place]')) return false;
    const { top, bottom, left, right } = rectangleOf(selection);
    const block = rows
      .slice(top, bottom + 1)
      .map((_, row) =>
        Array.from({ length: right - left + 1 }, (_each, column) => textAt({ row: top + row, column: left + column })),
      );
    event.clipboardData.setData('text/plain', blockText(block));
    event.preventDefault();
    return true;
  };

  return {
    selection,
    typing,
    host,
    isSelected: (place) => isInside(rectangleOf(selection), place),
    isFocus: (place) => focus.row === place.row && focus.column === place.column,
    go: (place, extend = false) => {
      if (following.current) return;
      leaving.current = false;
      select(extend ? { anchor: selection.anchor, focus: place } : at(place));
    },
    goTo: (code) => {
      const row = rows.findIndex((each) => each.kind === 'cell' && each.code === code);
      if (row >= 0) select(at({ row, column: 0 }));
    },
    type: (code, text) => setTyping({ code, text }),
    endTyping: () => void commit(),
    onKeyDown: (event) => {
      if (!(event.target as Element).closest('[data-place]')) return;
      const { key, shiftKey: shift, altKey: alt } = event;
      const ctrl = event.ctrlKey || event.metaKey;
      const pressed = { key, ctrl, shift, alt, composing: event.nativeEvent.isComposing };
      const command = commandOf(pressed, typing !== null);
      if (command) perform(command, event);
    },
    onCopy: (event) => void copy(event),
    onCut: (event) => {
      if (copy(event)) clear('剪切');
    },
    onPaste: (event) => {
      if (readOnly || !(event.target as Element).closest('[data-place]')) return;
      const text = event.clipboardData.getData('text/plain');
      const block = parseBlock(text);
      // With the caret in the cell a single value goes into its text.
      if (typing && block.length === 1 && block[0]?.length === 1) return;
      event.preventDefault();
      setTyping(null);
      const inputAt = (row: number, column: number) => (column === 0 ? cellAt(row) : null);
      const paste = planPaste(block, rectangleOf(selection), size, inputAt);
      if (typeof paste === 'string') {
        say(paste, true);
        return;
      }
      write(`粘贴${paste.changes.size}格`, paste.changes);
      say(pasteWords(paste), paste.faulty > 0);
      const { top, left } = rectangleOf(selection);
      const last = { row: Math.min(size.rows, top + block.length) - 1, column: left };
      if (block.length > 1) select({ anchor: { row: top, column: left }, focus: last });
      else follow.current = true;
    },
  };
}
