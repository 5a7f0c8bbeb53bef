import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { FilingItem, FilingView } from '../../src/filings/filing.query.js';
import { projectRoot } from '../../src/forms/catalogue.service.js';
import type { Page } from '../../src/platform/pages.js';

/*
 * One data folder, from the first start to the last, with a kill in between: what `npm start` runs, as processes.
 * The tests go on where the one before stopped.
 */
const LONG = 240_000;
const AS_LOADED = { accepted: 45, submitted: 6, returned: 3, draft: 4 };

let data: string;
let port: number;
let address: string;
const running = new Set<Run>();

beforeAll(async () => {
  // A short path: a socket's may have about 100 bytes.
  data = realpathSync(mkdtempSync(path.join(existsSync('/tmp') ? '/tmp' : tmpdir(), 'greenrank-process-')));
  chmodSync(data, 0o755);
  port = await freePort();
  address = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  for (const run of running) run.child.kill('SIGKILL');
  for (const pid of postgres()) process.kill(pid, 'SIGKILL');
  await until('the database is gone', async () => postgres().length === 0);
  rmSync(data, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  /** What it said so far, stdout and stderr. */
  said(): string;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

type Environment = Record<string, string>;

/** Runs a built entry as a process of its own, embedded unless told otherwise. */
function run(entry: string, args: readonly string[], environment: Environment = {}, input = ''): Run {
  const {
    DATABASE_URL: _d,
    REDIS_URL: _r,
    GREENRANK_DEMO: _g,
    GREENRANK_DEMO_PASSWORD: _p,
    GREENRANK_NOW: _n,
    NODE_OPTIONS: _o,
    ...others
  } = process.env;
  const child = spawn(process.execPath, [path.join(projectRoot(), 'dist', 'src', entry), ...args], {
    env: { ...others, GREENRANK_DATA: data, HOST: '127.0.0.1', PORT: `${port}`, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin?.end(input);
  const made: Run = {
    child,
    said: () => said,
    ended: new Promise((resolve) =>
      child.once('close', (code, signal) => {
        running.delete(made);
        resolve({ code, signal });
      }),
    ),
  };
  running.add(made);
  return made;
}

const starts = (environment?: Environment): Run => run('main.js', [], environment);

async function freePort(): Promise<number> {
  const server = await listening(0);
  const { port: free } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return free;
}

const listening = (at: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(at, '127.0.0.1', () => resolve(server));
  });

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const began = Date.now(); Date.now() - began < LONG - 20_000; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not in time: ${what}\n${[...running].map((each) => each.said().slice(-2_000)).join('\n')}`);
}

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

/** Everything that runs on this machine; where there is no /proc, as `ps` tells it. */
function processes(): Seen[] {
  const whole = (text: string | undefined): number => Number.parseInt(text ?? '', 10);
  if (!existsSync('/proc/self/stat'))
    return execFileSync('ps', ['-axo', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => {
        const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
        return pid === undefined ? [] : [{ pid: whole(pid), parent: whole(parent), state, command }];
      });
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, state = '', parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return [{ pid: whole(name), parent: whole(parent), state, command }];
      } catch {
        return []; // it has just ended
      }
    });
}

/** Processes of the embedded database on this folder: the postmaster and its children. */
function postgres(): number[] {
  const all = processes().filter(({ state }) => !state.startsWith('Z'));
  const place = path.join(data, 'pgdata');
  const masters = all.filter(({ command }) => command.includes(place) && command.includes('postgres'));
  const children = all.filter(({ parent }) => masters.some(({ pid }) => pid === parent));
  return [...masters, ...children].map(({ pid }) => pid);
}

/** Power off: everything at once, nothing is asked. */
async function killEverything(server: Run): Promise<void> {
  const all = [server.child.pid as number, ...postgres()];
  expect(all.length).toBeGreaterThan(3);
  for (const pid of all)
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // a child went with its parent
    }
  expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' });
  await until('postgres is gone', async () => postgres().length === 0);
}

/** What the database itself says, past the server. */
async function rows<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  const password = readFileSync(path.join(data, 'database.secret'), 'utf8').trim();
  const client = new pg.Client({
    host: path.join(data, 'run'),
    port: 5432,
    user: 'postgres',
    password,
    database: 'greenrank',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Whatever was committed and must be there for ever. */
const committed = async (): Promise<string[]> =>
  (
    await rows<{ mark: string }>(
      `select 'revision ' || hash as mark from revision union all select 'accepted ' || id from filing where state = 'accepted'
       union all select format('figure %s %s %s', institution_id, period, metric) from observation
       union all select 'act ' || id || ' ' || encode(leaf, 'hex') from audit.entry`,
    )
  ).map(({ mark }) => mark);

async function expectNothingLost(before: readonly string[]): Promise<void> {
  const now = new Set(await committed());
  expect(before.filter((mark) => !now.has(mark))).toEqual([]);
}

const acceptedSoFar = async (): Promise<number> => {
  if (!existsSync(path.join(data, 'run', '.s.PGSQL.5432'))) return 0;
  const found = await rows<{ n: number }>(`select count(*)::int as n from filing where state = 'accepted'`).catch(
    () => [],
  );
  return found[0]?.n ?? 0; // no server, no database or no table yet
};

const health = async (): Promise<number> => {
  const answer = await fetch(`${address}/api/health`).catch(() => null);
  await answer?.text();
  return answer?.status ?? 0;
};

const ready = (server: Run): Promise<void> =>
  until('health answers 200', async () => {
    if (server.child.exitCode !== null) throw new Error(`the server ended:\n${server.said()}`);
    return (await health()) === 200;
  });

/** Somebody who came in, by one click or with a password. */
class Visitor {
  private constructor(private readonly cookie: string) {}

  static async enters(way: 'demo' | 'login', who: object): Promise<Visitor> {
    const answer = await fetch(`${address}/api/v1/auth/${way}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(who),
    });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return new Visitor(answer.headers.get('set-cookie')?.split(';')[0] ?? '');
  }

  async asks<T>(method: 'GET' | 'POST' | 'PATCH', place: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${address}/api/v1${place}`, {
      method,
      headers: { cookie: this.cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }
}

async function openQuarter(officer: Visitor): Promise<Record<string, number>> {
  const { items } = await officer.asks<Page<FilingItem>>('GET', '/filings?period=2026Q3&limit=200');
  const count: Record<string, number> = {};
  for (const { state } of items) count[state] = (count[state] ?? 0) + 1;
  return count;
}

describe('settings that cannot be', () => {
  it.each([
    ['DATABASE_URL alone', { DATABASE_URL: 'postgres://a:b@localhost/c' }, ['环境变量 REDIS_URL']],
    ['REDIS_URL alone', { REDIS_URL: 'redis://localhost' }, ['环境变量 DATABASE_URL']],
    [
      'five faults at once',
      {
        PORT: 'abc',
        GREENRANK_DEMO: 'maybe',
        GREENRANK_DEMO_PASSWORD: 'short',
        GREENRANK_NOW: 'yesterday',
        REDIS_URL: 'http://x',
      },
      [
        '环境变量 PORT',
        '环境变量 GREENRANK_DEMO：',
        '环境变量 GREENRANK_DEMO_PASSWORD',
        '环境变量 GREENRANK_NOW',
        '环境变量 REDIS_URL',
      ],
    ],
    [
      'a test clock in official mode',
      { GREENRANK_DEMO: 'off', GREENRANK_NOW: '2026-10-20T09:00:00+08:00' },
      ['环境变量 GREENRANK_NOW'],
    ],
  ])('%s: named, exit 1, and nothing was started', async (_, environment, named) => {
    const server = starts(environment as Environment);
    expect(await server.ended).toEqual({ code: 1, signal: null });
    for (const name of named) expect(server.said()).toContain(name);
    expect(server.said()).not.toMatch(/at .*\.js:\d+/);
    expect(existsSync(path.join(data, 'pgdata'))).toBe(false);
  });

  it('a worker needs both services', async () => {
    const worker = run('worker.js', []);
    expect(await worker.ended).toEqual({ code: 2, signal: null });
    expect(worker.said()).toContain('DATABASE_URL 和 REDIS_URL');
  });
});

describe('the first start', () => {
  let before: string[];

  it(
    'is cut off by kill -9 of everything while the demonstration is loaded',
    async () => {
      const server = starts();
      await until('some filings were accepted', async () => (await acceptedSoFar()) > 20);
      expect(await health()).toBe(503);
      await expect(Visitor.enters('demo', { username: 'filer' })).rejects.toThrow('503');
      before = await committed();
      expect(before.length).toBeGreaterThan(500);
      await killEverything(server);
    },
    LONG,
  );

  it(
    'goes on by itself, and Ctrl-C in the midst of it ends it cleanly',
    async () => {
      const server = starts();
      await until(
        'it has gone on',
        async () =>
          server.said().includes('正在装入历史报表') &&
          (await acceptedSoFar()) > before.filter((mark) => mark.startsWith('accepted')).length + 20,
      );
      await expectNothingLost(before);
      server.child.kill('SIGINT');
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(server.said()).toContain('正在结束');
      expect(postgres()).toEqual([]);
    },
    LONG,
  );

  it(
    'ends as if nothing had happened: health 200, all of the district, six rankings, and what to do next',
    async () => {
      const server = starts();
      await ready(server);
      await until('it has said so', async () => server.said().includes('按 Ctrl+C 结束'));
      await expectNothingLost(before);
      const officer = await Visitor.enters('demo', { username: 'officer' });
      expect(await openQuarter(officer)).toEqual(AS_LOADED);
      const { items } = await officer.asks<Page<EvaluationView>>('GET', '/evaluations');
      expect(items.map(({ state }) => state).sort()).toEqual(['computed', 'final', 'final', 'final', 'final', 'final']);
      expect(
        await rows(
          `select count(*)::int as n from filing f join institution i on i.id = f.institution_id where i.register = 'district'`,
        ),
      ).toEqual([{ n: 59 * 14 + 4 + 58 }]);
      // Two kills made no act twice.
      expect(await rows('select filing_id from revision group by 1 having count(*) > 1')).toEqual([]);
      const said = server.said();
      expect(said).toContain(address);
      expect(said.match(/^ {2}1\. .+ \d+\.\d\d/gm)?.length).toBeGreaterThanOrEqual(6);
      expect(said).toContain('公开数据方法演示'.slice(0, 4));
      const password = /口令 (\S+) 登录/.exec(said)?.[1] ?? '';
      const kept = path.join(data, 'demo-password');
      expect(readFileSync(kept, 'utf8').trim()).toBe(password);
      expect(statSync(kept).mode & 0o777).toBe(0o600);
      await Visitor.enters('login', { username: 'leader', password });
    },
    LONG,
  );
});

describe('beside a running server', () => {
  it(
    'a second start on the same folder is refused, and the first one goes on',
    async () => {
      const second = starts({ PORT: `${await freePort()}` });
      expect(await second.ended).toEqual({ code: 1, signal: null });
      expect(second.said()).toContain('数据目录正在使用');
      expect(second.said()).not.toMatch(/at .*\.js:\d+/);
      expect(await health()).toBe(200);
    },
    LONG,
  );

  it(
    '`user add` takes a password from standard input, and that person can sign in',
    async () => {
      const password = 'twelve and more characters';
      const add = run(
        'cli.js',
        ['user', 'add', 'zhao', '--role', 'officer', '--department', 'finance_bureau', '--name', '赵'],
        {},
        `${password}\n`,
      );
      expect([await add.ended, add.said()]).toEqual([{ code: 0, signal: null }, '已添加用户 zhao\n']);
      await expect(Visitor.enters('login', { username: 'zhao', password: 'twelve and more' })).rejects.toThrow('401');
      const zhao = await Visitor.enters('login', { username: 'zhao', password });
      expect((await zhao.asks<{ user: { name: string } }>('GET', '/auth/me')).user.name).toBe('赵');
      const short = run('cli.js', ['user', 'add', 'qian', '--role', 'officer'], {}, 'short\n');
      expect((await short.ended).code).toBe(1);
      expect(await health()).toBe(200);
    },
    LONG,
  );
});

describe('the sealed audit', () => {
  const verify = async (...args: string[]): Promise<[number | null, string]> => {
    const command = run('cli.js', ['audit', 'verify', ...args]);
    return [(await command.ended).code, command.said()];
  };

  it(
    '`audit verify` recomputes it beside the running server: two kills and all, whole, until one entry is changed',
    async () => {
      const unsealed = 'select 1 from audit.entry where id > (select max(last_id) from audit.seal)';
      await until('all is sealed', async () => (await rows(unsealed)).length === 0);
      const [code, said] = await verify();
      expect([code, said]).toEqual([0, expect.stringContaining('没有给出 --anchor')]);
      const root = /^root ([0-9a-f]{64})$/m.exec(said)?.[1] ?? '';
      expect(await verify('--anchor', root)).toEqual([0, expect.stringContaining('给出的根在日志里')]);
      const [changed] = await rows<{ id: string }>(
        `update audit.entry set body = replace(body, '"filing.accept"', '"filing.return"')
         where id = (select max(id) from audit.entry where action = 'filing.accept') returning id`,
      );
      expect(await verify('--anchor', root)).toEqual([1, `记录 ${changed?.id} 的内容被改动：与封存时的摘要不符\n`]);
      await rows(
        `update audit.entry set body = replace(body, '"filing.return"', '"filing.accept"') where id = ${changed?.id}`,
      );
      expect((await verify('--anchor', root))[0]).toBe(0);
      expect(await health()).toBe(200);
    },
    LONG,
  );
});

describe('kill -9 of everything under load', () => {
  it(
    'loses nothing that was acknowledged; what was asked for is done by the next start',
    async () => {
      const [server] = running;
      if (!server) throw new Error('no server');
      const filer = await Visitor.enters('demo', { username: 'filer' });
      const officer = await Visitor.enters('demo', { username: 'officer' });
      const { institution } = await filer.asks<{ institution: { uscc: string } }>('GET', '/auth/me');
      const filing = await filer.asks<FilingView>('POST', '/filings', {
        institution: institution.uscc,
        form: 'bank-quarterly',
        period: '2026Q3',
      });
      let acknowledged = 0;
      const typing = (async () => {
        for (let n = 1; ; n++) {
          await filer.asks('PATCH', `/filings/${filing.id}`, {
            figures: { BK_LOAN_BAL: { value: `${n}`, version: n - 1 } },
          });
          acknowledged = n;
        }
      })().catch(() => undefined);
      await until('something was typed', async () => acknowledged >= 5);
      const asked = await officer.asks<EvaluationView>('POST', '/evaluations', {
        scheme: 'bank-first-year',
        version: 1,
        period: '2025',
      });
      const before = await committed();
      await killEverything(server);
      await typing;

      const again = starts({ GREENRANK_DEMO_PASSWORD: 'chosen for this start' });
      await ready(again);
      await expectNothingLost(before);
      const back = await Visitor.enters('login', { username: 'filer', password: 'chosen for this start' });
      const { figures } = await back.asks<FilingView>('GET', `/filings/${filing.id}`);
      // The last one may have been stored without its answer getting through.
      expect([acknowledged, acknowledged + 1]).toContain(figures.BK_LOAN_BAL?.version);
      expect(figures.BK_LOAN_BAL?.value).toBe(`${figures.BK_LOAN_BAL?.version}`);
      const judge = await Visitor.enters('demo', { username: 'officer' });
      const evaluation = (): Promise<EvaluationView> => judge.asks('GET', `/evaluations/${asked.id}`);
      await until('the evaluation has ended', async () => !['queued', 'running'].includes((await evaluation()).state));
      const { items } = await judge.asks<Page<EvaluationView>>('GET', '/evaluations');
      const same = items.find(({ scheme, id }) => scheme === 'bank-first-year' && id !== asked.id);
      expect(await evaluation()).toMatchObject({ state: 'computed', error: null, hash: same?.hash });
      expect(await openQuarter(judge)).toEqual({ ...AS_LOADED, draft: AS_LOADED.draft + 1 });
    },
    LONG,
  );

  it(
    'SIGTERM ends the server, and its database with it',
    async () => {
      const [server] = running;
      server?.child.kill('SIGTERM');
      expect(await server?.ended).toEqual({ code: 0, signal: null });
      expect(postgres()).toEqual([]);
    },
    LONG,
  );
});

describe('a start that is refused', () => {
  it(
    'on a port that is taken says so, and leaves no database behind',
    async () => {
      const taken = await listening(port);
      try {
        const server = starts();
        expect(await server.ended).toEqual({ code: 1, signal: null });
        expect(server.said()).toContain(`端口 ${port} 已被占用`);
        expect(server.said()).not.toMatch(/at .*\.js:\d+/);
        expect(postgres()).toEqual([]);
      } finally {
        taken.close();
      }
    },
    LONG,
  );

  it(
    'in official mode on the data of a demonstration',
    async () => {
      const server = starts({ GREENRANK_DEMO: 'off' });
      expect(await server.ended).toEqual({ code: 1, signal: null });
      expect(server.said()).toContain('此数据库装的是演示数据');
      expect(server.said()).not.toContain('已就绪');
      expect(postgres()).toEqual([]);
    },
    LONG,
  );
});
