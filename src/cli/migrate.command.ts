import { openInstallation } from '../platform/installation.service.js';
import { migrate as migrateDatabase } from '../platform/migrate.service.js';
import { readSettings } from '../platform/settings.js';

const HELP = `用法：greenrank migrate
把数据库升级到本版本：建立各登录名、队列和数据表。可重复运行。
环境变量 DATABASE_URL 指定数据库；不设则用 GREENRANK_DATA（默认 .data）里的内置数据库。`;

/** @returns the exit code */
export async function migrate(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if (args.length > 0) {
    process.stderr.write(`${HELP}\n`);
    return 2;
  }
  const installation = await openInstallation(readSettings(process.env), 'join');
  try {
    const done = await migrateDatabase(installation.owner);
    process.stdout.write(done.length === 0 ? '数据库已是最新\n' : `已执行：${done.join('、')}\n`);
    return 0;
  } finally {
    await installation.close();
  }
}
