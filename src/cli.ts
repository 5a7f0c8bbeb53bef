import { DomainError } from './problems/problems.js';

/** A command takes its arguments and returns the exit code: 0 done, 1 refused with reasons on stderr, 2 wrong usage. */
type Command = (args: readonly string[]) => Promise<number>;

/** Loaded when asked for: `score` and `verify` start no database and no framework. */
const COMMANDS: Readonly<Record<string, { readonly help: string; load(): Promise<Command> }>> = {
  score: { help: '按方案给一份数据打分排名', load: async () => (await import('./cli/score.command.js')).score },
  check: { help: '检查评价方案', load: async () => (await import('./cli/check.command.js')).check },
  verify: { help: '复算存证包', load: async () => (await import('./cli/verify.command.js')).verify },
  robustness: {
    help: '稳健性分析：名次在多大范围里变动',
    load: async () => (await import('./cli/robustness.command.js')).robustness,
  },
  whatif: { help: '改几个数试算，谁的名次会动', load: async () => (await import('./cli/whatif.command.js')).whatif },
  audit: { help: '核对审计日志', load: async () => (await import('./cli/audit.command.js')).audit },
  migrate: { help: '升级数据库', load: async () => (await import('./cli/migrate.command.js')).migrate },
  user: { help: '添加用户，发一次性代码', load: async () => (await import('./cli/user.command.js')).user },
  backup: { help: '备份整个数据库', load: async () => (await import('./cli/backup.command.js')).backup },
  restore: { help: '把备份恢复到空的数据库', load: async () => (await import('./cli/restore.command.js')).restore },
};

const help = (): string =>
  [
    '用法：npm run -s greenrank -- 命令 [参数]',
    ...Object.entries(COMMANDS).map(([name, command]) => `  ${name.padEnd(12)}${command.help}`),
    '每个命令都有 --help。',
  ].join('\n');

async function run([name = '', ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === 'help') {
    process.stdout.write(`${help()}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    process.stderr.write(`${name === '' ? '' : `没有命令“${name}”\n`}${help()}\n`);
    return 2;
  }
  try {
    return await (await command.load())(args);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const lines = error.violations.map(
      (each) => `${each.path}：${each.rule}：${each.message}（实际 ${each.found}，应为 ${each.expected}）`,
    );
    process.stderr.write(`${[error.message, ...lines].join('\n')}\n`);
    return 1;
  }
}

process.exitCode = await run(process.argv.slice(2));
