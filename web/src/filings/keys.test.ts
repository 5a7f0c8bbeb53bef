import { expect, it } from '@jest/globals';
import { commandOf } from './keys.js';

const press = (key: string, more: Partial<Parameters<typeof commandOf>[0]> = {}) => ({
  key,
  ctrl: false,
  shift: false,
  alt: false,
  composing: false,
  ...more,
});

it('arrows move, with Shift they extend, and in the text they are the text’s', () => {
  expect(commandOf(press('ArrowDown'), false)).toEqual({ do: 'move', down: 1, right: 0, extend: false });
  expect(commandOf(press('ArrowUp', { shift: true }), false)).toEqual({ do: 'move', down: -1, right: 0, extend: true });
  expect(commandOf(press('ArrowLeft'), true)).toBeNull();
  expect(commandOf(press('z', { ctrl: true }), true)).toBeNull();
  expect(commandOf(press('Delete'), true)).toBeNull();
});

it('Enter and Tab leave the cell, with Shift the other way', () => {
  expect(commandOf(press('Enter', { shift: true }), true)).toEqual({ do: 'next', step: -1, by: 'row' });
  expect(commandOf(press('Tab'), false)).toEqual({ do: 'next', step: 1, by: 'cell' });
});

it('the Enter that ends a composition is the input method’s', () => {
  expect(commandOf(press('Enter', { composing: true }), true)).toBeNull();
});

it.each([
  ['z', false, 'undo'],
  ['Z', true, 'redo'],
  ['y', false, 'redo'],
  ['d', false, 'fill-down'],
  ['s', false, 'saved'],
])('Ctrl+%s', (key, shift, command) => {
  expect(commandOf(press(key, { ctrl: true, shift }), false)).toEqual({ do: command });
});

it('what it does not know is the browser’s', () => {
  expect(commandOf(press('c', { ctrl: true }), false)).toBeNull();
  expect(commandOf(press('r', { ctrl: true }), false)).toBeNull();
  expect(commandOf(press('5'), false)).toBeNull();
});
