import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { Page } from '../../src/platform/pages.js';
import { LONG, Machine, type Visitor } from './machine.js';

/*
 * The drill (reliability I1–I3): the demonstration is saved while it serves, comes back on a new data folder by the
 * command line, and serves there. Then everything that must be refused. The tests go on where the one before stopped.
 */
let old: Machine;
let place: string;
let file: string;
let key: string;
const fresh: Machine[] = [];

beforeAll(async () => {
  place = mkdtempSync(path.join(tmpdir(), 'greenrank-drill-'));
  file = path.join(place, 'drill.backup');
  old = await Machine.open();
});
afterAll(async () => {
  for (const machine of [old, ...fresh]) await machine.close();
  rmSync(place, { recursive: true, force: true });
});

async function aNewFolder(): Promise<Machine> {
  const machine = await Machine.open();
  fresh.push(machine);
  return machine;
}

/** All rankings as an officer sees them. */
async function seen(officer: Visitor) {
  const { items } = await officer.asks<Page<EvaluationView>>('GET', '/evaluations');
  const rankings: unknown[] = [];
  for (const { id, hash, state, cohorts } of items)
    for (const { code } of cohorts)
      rankings.push({
        id,
        hash,
        state,
        code,
        rows: await officer.asks('GET', `/evaluations/${id}/ranking?cohort=${code}`),
      });
  return rankings;
}

/** The audit as it stands in the table. */
const leaves = async (machine: Machine): Promise<string[]> =>
  (await machine.rows<{ leaf: string }>(`select id || encode(leaf, 'hex') as leaf from audit.entry order by id`)).map(
    ({ leaf }) => leaf,
  );

describe('the drill', () => {
  let rankings: unknown[];
  let entries: string[];
  let root: string;

  it(
    'a backup is written by the command line while the server serves',
    async () => {
      const server = old.starts();
      await old.ready(server);
      const officer = await old.enters('demo', { username: 'officer' });
      rankings = await seen(officer);
      expect(rankings.length).toBeGreaterThanOrEqual(6);
      let answered = 0;
      let isOver = false;
      const asking = (async () => {
        for (; !isOver; answered++) await officer.asks('GET', '/filings?limit=200');
      })();
      const backup = old.run('cli.js', ['backup', file]);
      expect([await backup.ended, backup.said()]).toEqual([
        { code: 0, signal: null },
        expect.stringMatching(/备份的钥匙已生成：.*backup\.key.*\n已备份 \d\d 张表 \d+ 行/),
      ]);
      root = /审计最近一次封存的根：([0-9a-f]{64})/.exec(backup.said())?.[1] ?? '';
      isOver = true;
      await asking;
      expect(answered).toBeGreaterThan(0);
      entries = await leaves(old);
      key = readFileSync(path.join(old.data, 'backup.key'), 'utf8').trim();
      expect(statSync(path.join(old.data, 'backup.key')).mode & 0o777).toBe(0o600);
      expect(await officer.asks('GET', '/backups/last')).toMatchObject({ file, ageHours: 0 });
      const again = old.run('cli.js', ['backup', file]);
      expect((await again.ended).code).toBe(1);
      expect(again.said()).toContain('已存在，不会覆盖');
      // What is done afterwards is not in it.
      await officer.asks('POST', '/evaluations', { scheme: 'bank-first-year', version: 1, period: '2025' });
    },
    LONG,
  );

  it(
    'comes back on a new folder by the command line, proven, and serves the same rankings',
    async () => {
      const machine = await aNewFolder();
      const restore = machine.run('cli.js', ['restore', file], { GREENRANK_BACKUP_KEY: key });
      expect(await restore.ended).toEqual({ code: 0, signal: null });
      expect(restore.said()).toMatch(/逐表行数与校验和一致\n(.*\n)*最近一次排名（.+）复算一致：[0-9a-f]{64}\n/);
      expect(machine.postgres()).toEqual([]);
      const server = machine.starts();
      await machine.ready(server);
      const officer = await machine.enters('demo', { username: 'officer' });
      expect(await seen(officer)).toEqual(rankings);
      const audit = machine.run('cli.js', ['audit', 'verify', '--anchor', root]);
      expect(await audit.ended).toEqual({ code: 0, signal: null });
      expect(audit.said()).toContain('给出的根在日志里');
      // Everything that stood there when the snapshot was taken; the records of backup and restore came after it.
      const kept = await leaves(machine);
      const saved = entries.findIndex((leaf, i) => kept[i] !== leaf);
      expect(saved).toBeGreaterThan(entries.length - 5);
      server.child.kill('SIGTERM');
      expect(await server.ended).toEqual({ code: 0, signal: null });
    },
    LONG,
  );

  it(
    'over data it is refused, whether a server runs on them or not, and they stay',
    async () => {
      const [restored] = fresh as [Machine];
      const beside = old.run('cli.js', ['restore', file]);
      expect((await beside.ended).code).toBe(1);
      expect(beside.said()).toContain('数据目录正在使用');
      const over = restored.run('cli.js', ['restore', file], { GREENRANK_BACKUP_KEY: key });
      expect((await over.ended).code).toBe(1);
      expect(over.said()).toContain('只能恢复到空的数据库');
      const server = restored.starts();
      await restored.ready(server);
      expect(await seen(await restored.enters('demo', { username: 'officer' }))).toEqual(rankings);
      server.child.kill('SIGTERM');
      await server.ended;
    },
    LONG,
  );
});

describe('a file that is not as it was written', () => {
  const flipped = (at: (size: number) => number) => (bytes: Buffer) => {
    const place = at(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(place) ^ 0x10, place);
    return bytes;
  };
  it.each([
    ['a bit of the first chunk', flipped(() => 1_000)],
    ['a bit in the middle', flipped((size) => Math.floor(size / 2))],
    ['a bit of the last byte', flipped((size) => size - 1)],
    ['cut to the half', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
    ['cut between two chunks', (bytes: Buffer) => bytes.subarray(0, 35 + 2 * (65_536 + 16))],
  ])(
    '%s: refused in words, and no data folder is begun',
    async (_, damage) => {
      const machine = await aNewFolder();
      const damaged = path.join(place, 'damaged.backup');
      writeFileSync(damaged, damage(readFileSync(file)));
      const restore = machine.run('cli.js', ['restore', damaged], { GREENRANK_BACKUP_KEY: key });
      expect(await restore.ended).toEqual({ code: 1, signal: null });
      expect(restore.said()).toMatch(/损坏|不完整/);
      expect(restore.said()).not.toMatch(/at .*\.js:\d+/);
      expect(existsSync(path.join(machine.data, 'pgdata'))).toBe(false);
    },
    LONG,
  );

  it(
    'with another key, without one, or not there: refused in words',
    async () => {
      const machine = await aNewFolder();
      for (const [args, environment, words] of [
        [[file], { GREENRANK_BACKUP_KEY: `${key}x` }, '钥匙不对'],
        [[file], {}, '没有备份的钥匙'],
        [[path.join(place, 'nowhere')], { GREENRANK_BACKUP_KEY: key }, '无法读取'],
      ] as const) {
        const restore = machine.run('cli.js', ['restore', ...args], environment);
        expect((await restore.ended).code).toBe(1);
        expect(restore.said()).toContain(words);
        expect(restore.said()).not.toMatch(/at .*\.js:\d+/);
      }
      const usage = machine.run('cli.js', ['restore']);
      expect((await usage.ended).code).toBe(2);
      expect(existsSync(path.join(machine.data, 'pgdata'))).toBe(false);
      // The key may also be brought in the folder.
      copyFileSync(path.join(old.data, 'backup.key'), path.join(machine.data, 'backup.key'));
      expect(await machine.run('cli.js', ['restore', file]).ended).toEqual({ code: 0, signal: null });
    },
    LONG,
  );
});

describe('official mode', () => {
  let official: Machine;
  const OFFICIAL = { GREENRANK_DEMO: 'off' };
  beforeAll(async () => {
    official = await aNewFolder();
  });

  it(
    'saves at its first start, and says where and with which key',
    async () => {
      const server = official.starts(OFFICIAL);
      await official.ready(server);
      await official.until('a backup is recorded', async () => {
        const runs = await official.rows<{ error: string | null }>('select error from backup_run');
        return runs.some(({ error }) => error === null);
      });
      expect(server.said()).toContain(`每日备份写入 ${path.join(official.data, 'backups')}`);
      expect(server.said()).toContain('备份的钥匙已生成');
      expect(server.said()).not.toContain('提醒');
      await official.rows(`insert into setting (key, value) values ('restore-unproven', '')`);
      server.child.kill('SIGTERM');
      expect(await server.ended).toEqual({ code: 0, signal: null });
    },
    LONG,
  );

  it(
    'does not serve from a database whose restore was not proven',
    async () => {
      const server = official.starts(OFFICIAL);
      expect(await server.ended).toEqual({ code: 1, signal: null });
      expect(server.said()).toContain('恢复没有完成核对');
      expect(official.postgres()).toEqual([]);
    },
    LONG,
  );

  it(
    'refuses a database that does not keep what it acknowledged, and a short key, naming each',
    async () => {
      const unsafe = ['fsync = off', 'full_page_writes = off', 'synchronous_commit = off'];
      appendFileSync(path.join(official.data, 'pgdata', 'postgresql.conf'), `\n${unsafe.join('\n')}\n`);
      const server = official.starts({ ...OFFICIAL, GREENRANK_BACKUP_KEY: 'fifteen letters' });
      expect(await server.ended).toEqual({ code: 1, signal: null });
      for (const name of ['fsync', 'full_page_writes', 'synchronous_commit（登录 greenrank_staff）'])
        expect(server.said()).toMatch(new RegExp(`PostgreSQL ${name}：应为 on.*，实际为 off`));
      expect(server.said()).toContain('环境变量 GREENRANK_BACKUP_KEY：应为至少 16 个字符，实际为 15 个字符');
      expect(server.said()).not.toContain('已就绪');
      expect(official.postgres()).toEqual([]);
    },
    LONG,
  );
});
