import path from 'node:path';
import { Acts } from '../audit/acts.service.js';
import { keyForBackup } from '../backups/backup-key.service.js';
import { BackupRuns } from '../backups/backup-runs.service.js';
import { Snapshot } from '../backups/snapshot.service.js';
import { Database } from '../platform/database.service.js';
import { openInstallation } from '../platform/installation.service.js';
import { readSettings } from '../platform/settings.js';
import { readOptions } from './options.command.js';
import { done, runCommand, say, showHelp } from './report.command.js';

const HELP = `greenrank backup FILE
  把整个数据库（同一时刻的快照）加密写入一个文件；程序可以照常运行。已有的文件不会被覆盖。
  钥匙：环境变量 GREENRANK_BACKUP_KEY；不设则用数据目录里的 backup.key（没有就生成一把）。
  环境变量 DATABASE_URL 指定数据库；不设则用 GREENRANK_DATA（默认 .data）里的内置数据库。`;

/** @returns exit code: 0 done, 1 refused, 2 wrong usage */
export const backup = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, async () => {
    const { help, positionals } = readOptions(args, { positionals: 1 });
    if (help) return showHelp(HELP);
    const file = path.resolve(positionals[0] ?? '');
    const settings = readSettings(process.env);
    const installation = await openInstallation(settings, 'join');
    try {
      const key = keyForBackup(settings, say);
      const snapshot = await Snapshot.take(installation.owner);
      const database = await Database.open(installation.owner, null);
      try {
        const written = await snapshot.write(file, key);
        await new BackupRuns(database, new Acts(database)).recordDone(file, written);
        const { tables, rows, bytes, root } = written;
        process.stdout.write(
          `已备份 ${tables.length} 张表 ${rows} 行（${bytes} 字节）：${file}\n审计最近一次封存的根：${root ?? '（尚未封存）'}\n`,
        );
      } finally {
        await snapshot.close();
        await database.close();
      }
    } finally {
      await installation.close();
    }
    return done();
  });
