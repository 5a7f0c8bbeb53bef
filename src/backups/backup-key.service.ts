import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';

const keyFile = (settings: Settings): string => path.join(path.resolve(settings.dataDir), 'backup.key');

const missing = (advice: string): DomainError =>
  new DomainError('BACKUP_KEY_MISSING', 409, `没有备份的钥匙：${advice}`);

/**
 * The passphrase of new backups: GREENRANK_BACKUP_KEY, else the file `backup.key` of the data folder, made at first use.
 * @param tell is told, in Chinese, when one was made
 * @throws BACKUP_KEY_MISSING in services mode without the variable
 */
export function keyForBackup(settings: Settings, tell: (text: string) => void): string {
  if (settings.backupKey) return settings.backupKey;
  if (settings.mode === 'services') throw missing('请设环境变量 GREENRANK_BACKUP_KEY（16 个字符以上，另处保管）');
  const file = keyFile(settings);
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    tell(
      `备份的钥匙已生成：${file}。没有它，任何备份都打不开：请现在抄存一份，放在别处，不要与备份、也不要与这台机器放在一起。`,
    );
  }
  return readFileSync(file, 'utf8').trim();
}

/** The passphrase of a backup that is there. @throws BACKUP_KEY_MISSING */
export function keyForRestore(settings: Settings): string {
  if (settings.backupKey) return settings.backupKey;
  const file = keyFile(settings);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  throw missing(`恢复要用做备份时的那一把，请设环境变量 GREENRANK_BACKUP_KEY，或把 backup.key 放到 ${file}`);
}
