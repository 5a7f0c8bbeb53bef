import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { FiledCell, Filing } from '../api/filing-shapes.js';
import { Problem, unreachable } from '../api/problem.js';
import type { Patch } from './autosave.js';
import { Draft } from './draft.js';
import { entryAt } from './edits.js';
import type { Entry } from './typed-text.js';

const figure = (value: string): Entry => ({ value, state: 'value' });
const CODES = ['A', 'B', 'C'];

/** A server of one filing that keeps versions of cells as ours does. */
function aServer() {
  const cells: Record<string, FiledCell> = Object.fromEntries(
    CODES.map((code) => [code, { value: null, state: 'blank', version: 0, source: null }]),
  );
  let version = 1;
  const filing = (): Filing =>
    ({ id: 'f', version, figures: { ...cells }, checks: [], actions: ['edit'], maySubmit: true }) as unknown as Filing;
  const set = (code: string, value: string): void => {
    cells[code] = { value, state: 'value', version: (cells[code]?.version ?? 0) + 1, source: null };
    version++;
  };
  const patches: Patch[] = [];
  const server = {
    /** What the next requests meet instead of an answer. */
    troubles: [] as (Problem | 'answer lost')[],
    patches,
    cells,
    set,
    filing,
    read: async () => filing(),
    send: async (patch: Patch): Promise<Filing> => {
      patches.push(patch);
      const trouble = server.troubles.shift();
      if (trouble instanceof Problem) throw trouble;
      const given = Object.entries(patch.figures ?? {});
      if (given.some(([code, cell]) => cell.version !== cells[code]?.version))
        throw new Problem({ title: '已被他人修改', code: 'CELLS_STALE' }, 412);
      for (const [code, cell] of given) set(code, cell.value ?? '');
      if (trouble === 'answer lost') throw unreachable();
      return filing();
    },
  };
  return server;
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

it('sends 800 ms after the last change, all in one request, each cell with its version', async () => {
  const server = aServer();
  server.set('B', '5');
  const draft = new Draft(server.filing(), server);
  draft.write('填写', new Map([['A', figure('1')]]));
  await pass(700);
  draft.write('填写', new Map([['B', figure('2')]]));
  await pass(700);
  expect(server.patches).toEqual([]);
  expect(draft.isUnsent).toBe(true);
  await pass(100);
  expect(server.patches).toEqual([
    { figures: { A: { value: '1', state: 'value', version: 0 }, B: { value: '2', state: 'value', version: 1 } } },
  ]);
  expect(draft.state().saving.state).toBe('saved');
  expect(draft.isUnsent).toBe(false);
});

it('a minute without a network loses nothing', async () => {
  const server = aServer();
  const draft = new Draft(server.filing(), server);
  server.troubles = Array.from({ length: 6 }, unreachable);
  draft.write('填写', new Map([['A', figure('1')]]));
  await pass(30_000);
  draft.write(
    '填写',
    new Map([
      ['B', figure('2')],
      ['C', figure('3')],
    ]),
  );
  expect(draft.state().saving).toMatchObject({ state: 'retrying', cells: 3 });
  await pass(60_000);
  expect(server.troubles).toEqual([]);
  expect([server.cells.A?.value, server.cells.B?.value, server.cells.C?.value]).toEqual(['1', '2', '3']);
  expect(draft.state().saving.state).toBe('saved');
});

it('a lost answer is not taken for a change by somebody else', async () => {
  const server = aServer();
  const draft = new Draft(server.filing(), server);
  server.troubles = ['answer lost'];
  draft.write('填写', new Map([['A', figure('1')]]));
  await pass(10_000);
  expect(draft.state().stale).toEqual([]);
  expect(draft.state().saving.state).toBe('saved');
  draft.write('填写', new Map([['A', figure('2')]]));
  await pass(1_000);
  expect(server.cells.A).toMatchObject({ value: '2', version: 2 });
});

it.each([
  ['mine', '1'],
  ['theirs', '9'],
] as const)('a cell that somebody else changed asks; the others are saved; %s → %s', async (whose, value) => {
  const server = aServer();
  const draft = new Draft(server.filing(), server);
  server.set('A', '9');
  draft.write(
    '填写',
    new Map([
      ['A', figure('1')],
      ['B', figure('2')],
    ]),
  );
  await pass(2_000);
  expect(server.cells.B?.value).toBe('2');
  const [asks] = draft.state().stale;
  expect(asks).toMatchObject({ code: 'A', mine: { value: '1' }, theirs: { value: '9' } });
  if (asks) draft.decide(asks, whose);
  await pass(2_000);
  expect(server.cells.A?.value).toBe(value);
  expect(entryAt(draft.state().edits.entries, 'A').value).toBe(value);
  expect(draft.state().stale).toEqual([]);
});

it('a refused cell shows its problem and the rest is saved', async () => {
  const server = aServer();
  const draft = new Draft(server.filing(), server);
  const violation = { path: 'figures.A', rule: 'CELL_DECIMALS', found: '', expected: '', message: '小数位过多' };
  server.troubles = [new Problem({ code: 'CELLS_INVALID', violations: [violation] }, 422)];
  draft.write(
    '填写',
    new Map([
      ['A', figure('1.5')],
      ['B', figure('2')],
    ]),
  );
  await pass(2_000);
  expect(entryAt(draft.state().edits.entries, 'A').fault).toMatchObject({ raw: '1.5', message: '小数位过多' });
  expect(server.cells.B?.value).toBe('2');
  expect(server.cells.A?.value).toBeNull();
});

it('a text at fault is not sent, and an undo of a paste is sent as one change', async () => {
  const server = aServer();
  const draft = new Draft(server.filing(), server);
  const fault: Entry = { value: null, state: 'value', fault: { raw: 'abc', message: '不是数字', offer: null } };
  draft.write(
    '粘贴',
    new Map([
      ['A', figure('1')],
      ['B', figure('2')],
      ['C', fault],
    ]),
  );
  await pass(1_000);
  expect(Object.keys(server.patches[0]?.figures ?? {})).toEqual(['A', 'B']);
  expect(draft.undo()).toBe('粘贴');
  await pass(1_000);
  expect(server.cells.A?.value).toBe('');
  expect(server.patches).toHaveLength(2);
});

it('what the server prefilled is one step of undo; what is unsent here stands', async () => {
  const server = aServer();
  const draft = new Draft(server.filing(), server);
  draft.write('填写', new Map([['A', figure('1')]]));
  server.set('B', '7');
  draft.adopt(server.filing(), '从上季预填');
  expect(entryAt(draft.state().edits.entries, 'A').value).toBe('1');
  expect(entryAt(draft.state().edits.entries, 'B').value).toBe('7');
  expect(draft.undo()).toBe('从上季预填');
  await pass(1_000);
  expect(server.cells.B?.value).toBe('');
});

it('a form that was submitted elsewhere stops the saving and says so', async () => {
  const server = aServer();
  const draft = new Draft(server.filing(), server);
  server.troubles = [new Problem({ title: '当前状态不允许此操作', code: 'FILING_REFUSED' }, 409)];
  draft.write('填写', new Map([['A', figure('1')]]));
  await pass(60_000);
  expect(server.patches).toHaveLength(1);
  expect(draft.state().saving).toMatchObject({ state: 'stopped', cells: 1 });
});
