// The one way in: installs what is missing, builds what changed, then does what was asked. Built-ins only, until the
// packages are there. What children print goes to stderr, so that the command line's stdout stays clean.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [what = 'help', ...args] = process.argv.slice(2);
const from = process.cwd();

const [major, minor] = process.versions.node.split('.').map((part) => Number.parseInt(part, 10));
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`GreenRank 需要 Node.js 20.19 或更高版本，当前为 ${process.versions.node}。`);
  process.exit(2);
}

function filesUnder(place) {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  return readdirSync(place)
    .sort()
    .flatMap((name) => filesUnder(path.join(place, name)));
}

/** sha256 of node's version, the file names and their bytes: a checkout changes times, not contents. */
function stamp(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const file of inputs.flatMap(filesUnder)) {
    if (!file.endsWith('.test.ts')) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

async function once(marker, inputs, work) {
  const now = stamp(inputs);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === now) return;
  await work();
  mkdirSync(path.dirname(marker), { recursive: true });
  writeFileSync(marker, now);
}

function run(file, argv, { env = {}, stdout = 2, failure = undefined } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, {
      stdio: ['ignore', stdout, failure ? 'pipe' : 2],
      env: { ...process.env, ...env },
    });
    let errors = '';
    child.stderr?.on('data', (data) => {
      errors += data;
      process.stderr.write(data);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new Failed(failure?.(errors) ?? `${path.basename(argv[0] ?? file)} ended with code ${code}`, code ?? 1));
    });
  });
}

class Failed extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

const node = (script, argv = [], options = {}) => run(process.execPath, [path.join(root, script), ...argv], options);

function npmFailure(errors) {
  const wanted =
    /(?:404|ETARGET|notarget|request to|GET) .*?((?:@[\w.-]+(?:\/|%2f))?[\w.-]+)(?:@[\w.-]+)?(?: |$)/im.exec(
      errors,
    )?.[1];
  return [
    `安装依赖未完成${wanted ? `（${decodeURIComponent(wanted)}）` : ''}：无法从 npm 登记处取得软件包。`,
    '请检查网络或代理（npm config get registry），再运行一次同一条命令；已下载的部分会接着用。',
  ].join('\n');
}

async function install() {
  const npm = process.env.npm_execpath;
  const argv = ['install', '--no-save', '--loglevel=error'];
  console.error('正在安装依赖（首次约半分钟）……');
  if (npm?.endsWith('.js')) await run(process.execPath, [npm, ...argv], { failure: npmFailure });
  else await run('npm', argv, { failure: npmFailure });
}

async function buildPages() {
  console.error('正在构建页面……');
  await node('node_modules/vite/bin/vite.js', ['build', '--logLevel', 'error'], { env: { NODE_ENV: 'production' } });
}

/** Two starts at once build once; the lock of a dead process is taken over. */
async function locked(work) {
  const file = path.join(root, '.run.lock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      let holder = 0;
      try {
        holder = Number.parseInt(readFileSync(file, 'utf8'), 10) || 0;
        if (holder) process.kill(holder, 0);
        else if (Date.now() - statSync(file).mtimeMs > 5_000) rmSync(file, { force: true });
      } catch (gone) {
        if (gone.code !== 'EPERM') rmSync(file, { force: true });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** An unpacked archive of `npm run pack`: nothing is installed or built there, and nobody is asked for anything. */
const isPacked = existsSync(path.join(root, 'packed.json'));

async function ready({ pages = false, build = true } = {}) {
  process.chdir(root);
  if (isPacked) return;
  await locked(async () => {
    await once('node_modules/.installed', ['package.json', 'package-lock.json', '.npmrc'], install);
    if (build)
      await once('dist/.built', ['src', '.swcrc', 'nest-cli.json', 'package-lock.json'], () =>
        node('node_modules/@nestjs/cli/bin/nest.js', ['build']),
      );
    if (pages)
      await once(
        'web-dist/.built',
        ['web', 'src', 'docs/handbook.md', 'vite.config.ts', 'package-lock.json'],
        buildPages,
      );
  });
}

async function enter(entry) {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path.join(root, 'dist', 'src', entry)).href); // same process: no signal to forward
}

async function check() {
  await node('node_modules/typescript/bin/tsc', ['-p', '.'], { stdout: 1 });
  await node('node_modules/typescript/bin/tsc', ['-p', 'web'], { stdout: 1 });
  await node('node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'], { stdout: 1 });
}

/** Every story has a database and queues of its own, so as many run at once as there are cores. */
const WORKERS = '--maxWorkers=100%';

const jest = (argv, env = {}) =>
  node('node_modules/jest/bin/jest.js', [...argv, ...args], {
    stdout: 1,
    env: { NODE_OPTIONS: '--experimental-vm-modules --no-warnings', ...env },
  });

const actions = {
  async start() {
    await ready({ pages: true });
    await enter('main.js');
  },
  async worker() {
    await ready();
    await enter('worker.js');
  },
  async cli() {
    await ready();
    process.chdir(from); // paths on the command line are meant from where it was typed
    process.argv.splice(1, 2, 'greenrank');
    await enter('cli.js');
  },
  async build() {
    await ready({ pages: true });
  },
  async pack() {
    await ready({ pages: true });
    await node('scripts/pack.mjs', args, { stdout: 1 });
  },
  async check() {
    await ready({ build: false });
    await check();
  },
  async test() {
    await ready({ pages: true });
    await check();
    await jest([WORKERS]);
  },
  async 'test:services'() {
    await ready({ pages: true });
    if (!process.env.DATABASE_URL || !process.env.REDIS_URL)
      throw new Failed('npm run test:services 需要 DATABASE_URL 和 REDIS_URL。', 2);
    await jest(['test/stories', WORKERS], { GREENRANK_DEMO: process.env.GREENRANK_DEMO ?? 'on' });
  },
  async 'test:browser'() {
    await ready({ pages: true });
    await jest(['test/browser', '--testPathIgnorePatterns', '/node_modules/']);
  },
  async bench() {
    await ready();
    await node('bench/run.mjs', args, { stdout: 1 });
  },
};

const action = actions[what];
if (!action) {
  console.error(`用法：node scripts/run.mjs ${Object.keys(actions).join('|')}`);
  process.exit(2);
}
try {
  await action();
} catch (error) {
  console.error(error instanceof Failed ? error.message : error);
  process.exit(error instanceof Failed ? error.code : 1);
}
