import { expect, it } from '@jest/globals';
import { entryAt, MOST_STEPS, redone, undone, untouched, written } from './edits.js';
import type { Entry } from './typed-text.js';

const figure = (value: string): Entry => ({ value, state: 'value' });
const codes = Array.from({ length: 120 }, (_, n) => `M_${n}`);

it('a paste of 120 cells is one step: one undo takes it back, one redo does it again', () => {
  const begun = written(untouched(new Map()), '填写', new Map([['M_0', figure('1')]]));
  const pasted = written(begun, '粘贴', new Map(codes.map((code, n) => [code, figure(`${n + 10}`)])));
  expect(pasted.past).toHaveLength(2);
  const back = undone(pasted);
  expect(back?.step.after.size).toBe(120);
  expect(entryAt(back?.edits.entries ?? new Map(), 'M_0')).toEqual(figure('1'));
  expect(entryAt(back?.edits.entries ?? new Map(), 'M_119').state).toBe('blank');
  const again = back && redone(back.edits);
  expect(entryAt(again?.edits.entries ?? new Map(), 'M_119')).toEqual(figure('129'));
});

it('what changes nothing is no step, and a new entry forgets what was undone', () => {
  const one = written(untouched(new Map()), '填写', new Map([['A', figure('1')]]));
  expect(written(one, '填写', new Map([['A', figure('1')]]))).toBe(one);
  const back = undone(one)?.edits;
  expect(back && redone(written(back, '填写', new Map([['B', figure('2')]])))).toBeNull();
});

it(`keeps ${MOST_STEPS} steps`, () => {
  let edits = untouched(new Map());
  for (let n = 0; n < MOST_STEPS + 20; n++) edits = written(edits, '填写', new Map([['A', figure(`${n}`)]]));
  let count = 0;
  for (let back = undone(edits); back; back = undone(edits)) {
    edits = back.edits;
    count++;
  }
  expect(count).toBe(MOST_STEPS);
  expect(entryAt(edits.entries, 'A')).toEqual(figure('19'));
});
