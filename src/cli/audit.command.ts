import { verifyAudit } from '../audit/verify-audit.service.js';
import { loginOf } from '../platform/connections.service.js';
import { openInstallation } from '../platform/installation.service.js';
import { readSettings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';
import { readOptions, UsageError } from './options.command.js';
import { done, runCommand, say, showHelp } from './report.command.js';

const HELP = `greenrank audit verify [--anchor ROOT]
  从每条记录重算整个审计日志：摘要、封存批次、批次之间的链；有改动则指出每类的第一处。
  --anchor  别处保存的根（64 位十六进制：回执、通报或审计员的 anchors.txt 里的那一串）。
            末尾连同封存批次一起被删，或历史被整个改写，只有对照它才看得出来。
  环境变量 DATABASE_URL 指定数据库；不设则用 GREENRANK_DATA（默认 .data）里的内置数据库。`;

const DAMAGED = 1;
const ROOT = /^[0-9a-f]{64}$/;

/** @returns exit code: 0 the log is what was written, 1 damaged, each kind on stderr, 2 wrong usage */
export const audit = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, async () => {
    const [action, ...rest] = args;
    if (action === '--help' || action === '-h') return showHelp(HELP);
    if (action !== 'verify') throw new UsageError(action === undefined ? '缺少 verify' : `没有“audit ${action}”`);
    const { help, values } = readOptions(rest, { optional: ['anchor'] });
    if (help) return showHelp(HELP);
    const anchor = values.anchor?.toLowerCase() ?? null;
    if (anchor !== null && !ROOT.test(anchor)) throw new UsageError('--anchor 应为 64 位十六进制的根');
    return verify(anchor);
  });

async function verify(anchor: string | null): Promise<number> {
  const installation = await openInstallation(readSettings(process.env), 'join');
  try {
    const { entries, unsealed, seals, root, faults } = await verifyAudit(
      loginOf(installation.owner, 'backup'),
      anchor,
    ).catch(notMigrated);
    for (const { message, count } of faults) say(count === 1 ? message : `${message}（此类共 ${count} 处）`);
    if (faults.length > 0) return DAMAGED;
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    print(`审计日志完好：${entries} 条记录，封存 ${seals} 批，待封存 ${unsealed} 条`);
    if (root !== null) print(`root ${root}`);
    print(
      anchor === null
        ? '没有给出 --anchor：末尾若连同封存批次一起被删，或历史被整个改写，这样核对不出来。'
        : '给出的根在日志里：到它为止的记录一条不少。',
    );
    return done();
  } finally {
    await installation.close();
  }
}

/** No such table, no such login: this version was never here. @throws DATABASE_OLD, or the error as it came */
function notMigrated(error: Error & { code?: string }): never {
  if (error.code === '42P01' || error.code === '28P01')
    throw new DomainError('DATABASE_OLD', 409, '数据库还没有升级到本版本，请先运行 greenrank migrate');
  throw error;
}
