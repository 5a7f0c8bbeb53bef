import path from 'node:path';
import { keyForRestore } from '../backups/backup-key.service.js';
import { checkBackup, restore as restoreBackup } from '../backups/restore.service.js';
import { openInstallation } from '../platform/installation.service.js';
import { readSettings } from '../platform/settings.js';
import { readOptions } from './options.command.js';
import { done, runCommand, showHelp } from './report.command.js';

const HELP = `greenrank restore FILE
  把备份恢复到一个空的数据库：GREENRANK_DATA 指定的新数据目录，或 DATABASE_URL 指定的空数据库。
  先核对文件的每一个字节，再写入；写完逐表核对，并复算最近一次排名。有一项不符，数据库就不能使用。
  钥匙：环境变量 GREENRANK_BACKUP_KEY，或新数据目录里的 backup.key（从原处拷来）。`;

/** @returns exit code: 0 restored and proven, 1 refused or not proven, 2 wrong usage */
export const restore = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, async () => {
    const { help, positionals } = readOptions(args, { positionals: 1 });
    if (help) return showHelp(HELP);
    const file = path.resolve(positionals[0] ?? '');
    const settings = readSettings(process.env);
    const key = keyForRestore(settings);
    const backup = await checkBackup(file, key);
    const installation = await openInstallation(settings, 'hold');
    try {
      const { tables, rows, proofs } = await restoreBackup(installation.owner, file, key, backup);
      process.stdout.write(
        [
          `已恢复 ${backup.at} 的备份：${tables} 张表 ${rows} 行，逐表行数与校验和一致`,
          ...proofs,
          '备份之后的操作不在其中。',
          '',
        ].join('\n'),
      );
    } finally {
      await installation.close();
    }
    return done();
  });
