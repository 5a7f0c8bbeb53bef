import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DemoEntry } from '../identity/demo-entry.service.js';
import { Readiness } from '../platform/health.controller.js';
import { readSettings } from '../platform/settings.js';
import { OfficialStart } from './official-start.service.js';

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'greenrank-official-'));
  data = path.join(folder, 'data');
  mkdirSync(data);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const official = (): string => `${data}-official`;

function start(env: Record<string, string> = {}): OfficialStart {
  const settings = readSettings({ GREENRANK_DATA: data, ...env });
  const readiness = new Readiness();
  readiness.ready = true;
  return new OfficialStart(settings, new DemoEntry(settings, null as never, readiness, null), readiness);
}
const press = (env?: Record<string, string>) => start(env).begin('127.0.0.1', 'localhost');

it('makes the folder with a code that its owner alone reads, and notes it last', () => {
  const { folder: made, code, codeFile } = press();
  expect([made, codeFile]).toEqual([official(), path.join(official(), 'admin-code')]);
  expect(readFileSync(codeFile, 'utf8')).toBe(`${code}\n`);
  expect(statSync(codeFile).mode & 0o777).toBe(0o600);
  expect(readdirSync(data)).toEqual(['moved-to']);
  expect(readFileSync(path.join(data, 'moved-to'), 'utf8')).toBe(`${official()}\n`);
});

it.each<[string, () => void]>([
  ['after the folder', () => mkdirSync(official())],
  [
    'after the code',
    () => {
      mkdirSync(official());
      writeFileSync(path.join(official(), 'admin-code'), 'ABCD-EFGH-JKLM-NPQR\n');
    },
  ],
  [
    'in the midst of writing the code',
    () => {
      mkdirSync(official());
      writeFileSync(path.join(official(), 'admin-code.4711'), 'AB');
    },
  ],
])('killed %s: it is still the demonstration, and a second press finishes it', (_, left) => {
  left();
  expect(readSettings({ GREENRANK_DATA: data })).toMatchObject({ demo: true, dataDir: data });
  expect(press().code).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  expect(readSettings({ GREENRANK_DATA: data })).toMatchObject({ demo: false, dataDir: official(), movedFrom: data });
});

it('a press that was cut off before the demonstration was told gives the same code again', () => {
  const { code } = press();
  rmSync(path.join(data, 'moved-to'));
  expect(press().code).toBe(code);
});

it('a folder with a database keeps it, and its accounts', () => {
  mkdirSync(path.join(official(), 'pgdata'), { recursive: true });
  expect(press()).toMatchObject({ code: null });
  expect(readdirSync(official())).toEqual(['pgdata']);
});

it.each<[string, Record<string, string>, () => void, string]>([
  ['somebody else’s folder', {}, () => writeOther(), '里面是别的文件'],
  ['GREENRANK_DEMO=on', { GREENRANK_DEMO: 'on' }, () => undefined, 'GREENRANK_DEMO=on'],
  ['the test clock', { GREENRANK_NOW: '2026-10-15T09:00:00+08:00' }, () => undefined, '测试时钟'],
  [
    'a database of its own',
    { GREENRANK_DEMO: 'on', DATABASE_URL: 'postgres://g@h/d', REDIS_URL: 'redis://h' },
    () => undefined,
    'DATABASE_URL',
  ],
])('%s: refused in words, and nothing is written', (_, env, prepare, words) => {
  prepare();
  const before = existsSync(official()) ? readdirSync(official()) : null;
  expect(() => press(env)).toThrow(words);
  expect(start(env).place('127.0.0.1', 'localhost').objection).toContain(words);
  expect(existsSync(official()) ? readdirSync(official()) : null).toEqual(before);
  expect(existsSync(path.join(data, 'moved-to'))).toBe(false);
});

const writeOther = (): void => {
  mkdirSync(official());
  writeFileSync(path.join(official(), '年度报告.docx'), '');
};

it.each([
  ['10.0.0.7', 'localhost'],
  ['127.0.0.1', 'evil.example'],
])('from %s under the name %s there is nothing', (address, name) => {
  expect(() => start().begin(address, name)).toThrow('没有找到');
  expect(() => start().place(address, name)).toThrow('没有找到');
});

it('where the folder is gone the start says so, and the demonstration can still be asked for', () => {
  press();
  rmSync(official(), { recursive: true });
  expect(() => readSettings({ GREENRANK_DATA: data })).toThrow('启动设置有误');
  expect(readSettings({ GREENRANK_DATA: data, GREENRANK_DEMO: 'on' })).toMatchObject({ demo: true, dataDir: data });
});
