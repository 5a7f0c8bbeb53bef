import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

/** For tests of whole processes: the first start loads a district. */
export const LONG = 240_000;

export interface Run {
  readonly child: ChildProcess;
  /** What it said so far, stdout and stderr. */
  said(): string;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

export type Environment = Record<string, string>;

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

export const listening = (at: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(at, '127.0.0.1', () => resolve(server));
  });

export async function freePort(): Promise<number> {
  const server = await listening(0);
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
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

/** One data folder, one port, and what is run on them as processes of their own. */
export class Machine {
  private readonly running = new Set<Run>();

  private constructor(
    readonly data: string,
    readonly port: number,
  ) {}

  static async open(): Promise<Machine> {
    // A short path: a socket's may have about 100 bytes.
    const data = realpathSync(mkdtempSync(path.join(existsSync('/tmp') ? '/tmp' : tmpdir(), 'greenrank-process-')));
    chmodSync(data, 0o755);
    return new Machine(data, await freePort());
  }

  /** Whatever still runs, and its data. */
  async close(): Promise<void> {
    for (const run of this.running) run.child.kill('SIGKILL');
    for (const pid of this.postgres()) process.kill(pid, 'SIGKILL');
    await this.until('the database is gone', async () => this.postgres().length === 0);
    rmSync(this.data, { recursive: true, force: true });
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What runs now, in the order in which it was begun. */
  get runs(): readonly Run[] {
    return [...this.running];
  }

  /** Runs a built entry, embedded unless told otherwise. */
  run(entry: string, args: readonly string[], environment: Environment = {}, input = ''): Run {
    const others = Object.entries(process.env).filter(
      ([name]) => !/^(DATABASE_URL|REDIS_URL|NODE_OPTIONS|GREENRANK_.*)$/.test(name),
    );
    const built = path.resolve('dist', 'src', entry);
    const flags = entry === 'main.js' ? ['--max-semi-space-size=4'] : []; // as `npm start` does
    const child = spawn(process.execPath, [...flags, built, ...args], {
      env: {
        ...Object.fromEntries(others),
        GREENRANK_DATA: this.data,
        HOST: '127.0.0.1',
        PORT: `${this.port}`,
        ...environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    child.stdin?.end(input);
    const made: Run = {
      child,
      said: () => said,
      ended: new Promise((resolve) =>
        child.once('close', (code, signal) => {
          this.running.delete(made);
          resolve({ code, signal });
        }),
      ),
    };
    this.running.add(made);
    return made;
  }

  starts(environment?: Environment): Run {
    return this.run('main.js', [], environment);
  }

  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (const began = Date.now(); Date.now() - began < LONG - 20_000; ) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not in time: ${what}\n${this.runs.map((each) => each.said().slice(-2_000)).join('\n')}`);
  }

  /** Processes of the embedded database on this folder: the postmaster and its children. */
  postgres(): number[] {
    const all = processes().filter(({ state }) => !state.startsWith('Z'));
    const place = path.join(this.data, 'pgdata');
    const masters = all.filter(({ command }) => command.includes(place) && command.includes('postgres'));
    const children = all.filter(({ parent }) => masters.some(({ pid }) => pid === parent));
    return [...masters, ...children].map(({ pid }) => pid);
  }

  /** What the database itself says, past the server. */
  async rows<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
    const password = readFileSync(path.join(this.data, 'database.secret'), 'utf8').trim();
    const host = path.join(this.data, 'run');
    const client = new pg.Client({ host, port: 5432, user: 'postgres', password, database: 'greenrank' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async health(): Promise<number> {
    const answer = await fetch(`${this.address}/api/health`).catch(() => null);
    await answer?.text();
    return answer?.status ?? 0;
  }

  ready(server: Run): Promise<void> {
    return this.until('health answers 200', async () => {
      if (server.child.exitCode !== null) throw new Error(`the server ended:\n${server.said()}`);
      return (await this.health()) === 200;
    });
  }

  /** By one click or with a password. */
  async enters(way: 'demo' | 'login', who: object): Promise<Visitor> {
    const answer = await fetch(`${this.address}/api/v1/auth/${way}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(who),
    });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return new Visitor(this.address, answer.headers.get('set-cookie')?.split(';')[0] ?? '');
  }
}

/** Somebody who came in. */
export class Visitor {
  constructor(
    private readonly address: string,
    private readonly cookie: string,
  ) {}

  async asks<T>(method: 'GET' | 'POST' | 'PATCH', place: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.address}/api/v1${place}`, {
      method,
      headers: { cookie: this.cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }
}
