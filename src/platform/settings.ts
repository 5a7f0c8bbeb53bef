import path from 'node:path';
import { DomainError, type Violation } from '../problems/problems.js';

/** Everything the environment decides, validated once at start. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** `embedded`: own PostgreSQL, queue on it. `services`: PostgreSQL and Redis by address. */
  readonly mode: 'embedded' | 'services';
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Folder of the embedded database, the secrets and the demonstration's password. */
  readonly dataDir: string;
  /** Folder of the auditor's `anchors.txt`; null: none is written. */
  readonly anchorsDir: string | null;
  readonly demo: boolean;
  readonly demoPassword: string | null;
  /** Business time at the start of the process; null: the real one. */
  readonly now: Date | null;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads the settings of interfaces.md section 2.
 * @throws SETTINGS_INVALID, naming every faulty variable
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: Violation[] = [];
  const fault = (path: string, found: string, expected: string): void => {
    faults.push({
      path,
      rule: 'setting',
      found,
      expected,
      message: `环境变量 ${path}：应为${expected}，收到“${found}”`,
    });
  };
  const value = (name: string): string | null => env[name]?.trim() || null;

  const portText = value('PORT') ?? '3000';
  const port = /^\d{1,5}$/.test(portText) ? Number.parseInt(portText, 10) : -1;
  if (port < 0 || port > 65535) fault('PORT', portText, ' 0–65535 的整数');

  const databaseUrl = value('DATABASE_URL');
  const redisUrl = value('REDIS_URL');
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    fault('DATABASE_URL', '（已隐去）', ' postgres:// 开头的地址');
  if (redisUrl && !/^rediss?:\/\//.test(redisUrl)) fault('REDIS_URL', '（已隐去）', ' redis:// 开头的地址');
  if (databaseUrl && !redisUrl) fault('REDIS_URL', '未设置', '与 DATABASE_URL 同时设置（或两者都不设，用内置数据库）');
  if (redisUrl && !databaseUrl) fault('DATABASE_URL', '未设置', '与 REDIS_URL 同时设置（或两者都不设，用内置数据库）');
  const mode = databaseUrl && redisUrl ? 'services' : 'embedded';

  const demoText = value('GREENRANK_DEMO');
  if (demoText !== null && demoText !== 'on' && demoText !== 'off') fault('GREENRANK_DEMO', demoText, ' on 或 off');
  const demo = demoText === null ? mode === 'embedded' : demoText === 'on';

  const demoPassword = value('GREENRANK_DEMO_PASSWORD');
  if (demoPassword !== null && [...demoPassword].length < 8)
    fault('GREENRANK_DEMO_PASSWORD', `${[...demoPassword].length} 个字符`, '至少 8 个字符');

  const nowText = value('GREENRANK_NOW');
  const now = nowText === null ? null : new Date(nowText);
  if (nowText !== null && (!INSTANT.test(nowText) || Number.isNaN(now?.getTime())))
    fault('GREENRANK_NOW', nowText, '带时区的时刻，如 2026-10-20T09:00:00+08:00');
  if (nowText !== null && !demo) fault('GREENRANK_NOW', nowText, '仅在演示模式下设置（测试时钟不得用于正式环境）');

  const dataDir = value('GREENRANK_DATA') ?? '.data';
  if (faults.length > 0) throw new DomainError('SETTINGS_INVALID', 422, '启动设置有误', faults);
  return {
    port,
    host: value('HOST') ?? '127.0.0.1',
    mode,
    databaseUrl,
    redisUrl,
    dataDir,
    anchorsDir: value('GREENRANK_ANCHORS') ?? (mode === 'embedded' ? path.join(dataDir, 'anchors') : null),
    demo,
    demoPassword,
    now,
  };
}

/** The settings of this process, for whoever is injected with them. */
export const SETTINGS = 'settings';
