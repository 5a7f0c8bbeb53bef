import { existsSync } from 'node:fs';
import path from 'node:path';
import { DomainError, type Violation } from '../problems/problems.js';
import { movedToOf } from './moved-to.service.js';

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
  /** GREENRANK_DEMO says so, whatever has begun since. */
  readonly demoForced: boolean;
  /** The demonstration's folder, whose `moved-to` led to `dataDir`; null: nothing has moved. */
  readonly movedFrom: string | null;
  readonly demoPassword: string | null;
  /** Business time at the start of the process; null: the real one. */
  readonly now: Date | null;
  /** `asvs`: length and a list of common ones; `dengbao3`: three classes of characters and 90 days besides. */
  readonly security: SecurityProfile;
  /** Addresses of the proxies in front, whose word on the caller's address and on TLS is taken. */
  readonly proxies: readonly string[];
  /** Sign-in by the provider of the house; null: by password alone. */
  readonly oidc: OidcSettings | null;
  /** The passphrase of backups; null: in embedded mode one is made and kept in the data folder. */
  readonly backupKey: string | null;
  /** Folder of the daily backups; null: none are made. */
  readonly backupsDir: string | null;
  /** GREENRANK_BACKUPS names that folder: then no answer of the district does. */
  readonly backupsNamed: boolean;
  /** How many daily backups are kept. */
  readonly backupsKept: number;
  /** Where mails go out; null: people are told inside the product alone. */
  readonly mail: MailSettings | null;
}

export type SecurityProfile = 'asvs' | 'dengbao3';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says. */
  readonly title: string;
  /** Address under which people reach the product, without a slash at the end. */
  readonly publicUrl: string;
}

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps); else STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: string | null;
  /** The address that mails come from. */
  readonly from: string;
  /** Address under which people reach the product, without a slash at the end; in every mail. */
  readonly publicUrl: string;
}

/** A mail address as we take it: one, without a name, no list, nothing that could end a header line. */
export const MAIL_ADDRESS = /^[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads the settings of interfaces.md section 2.
 * @param movedTo where real use began for a data folder: `npm start` and the commands follow it alike
 * @throws SETTINGS_INVALID, naming every faulty variable
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  movedTo: (dataDir: string) => string | null = movedToOf,
): Settings {
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
  const named = value('GREENRANK_DATA') ?? '.data';
  const moved = mode === 'embedded' && demoText !== 'on' ? movedTo(named) : null;
  if (moved !== null && !existsSync(moved))
    fault('GREENRANK_DATA', named, `可用的目录：它的 moved-to 指向 ${moved}，而那里什么也没有（是否移动或改名了？）`);
  const dataDir = moved ?? named;
  const demo = demoText === null ? mode === 'embedded' && moved === null : demoText === 'on';

  const demoPassword = value('GREENRANK_DEMO_PASSWORD');
  if (demoPassword !== null && [...demoPassword].length < 8)
    fault('GREENRANK_DEMO_PASSWORD', `${[...demoPassword].length} 个字符`, '至少 8 个字符');

  const nowText = value('GREENRANK_NOW');
  const now = nowText === null ? null : new Date(nowText);
  if (nowText !== null && (!INSTANT.test(nowText) || Number.isNaN(now?.getTime())))
    fault('GREENRANK_NOW', nowText, '带时区的时刻，如 2026-10-20T09:00:00+08:00');
  if (nowText !== null && !demo) fault('GREENRANK_NOW', nowText, '仅在演示模式下设置（测试时钟不得用于正式环境）');

  const security = value('GREENRANK_SECURITY') ?? 'asvs';
  if (security !== 'asvs' && security !== 'dengbao3') fault('GREENRANK_SECURITY', security, ' asvs 或 dengbao3');

  const oidc = readOidc(value, fault);
  const mail = readMail(value, fault);
  const keptText = value('GREENRANK_BACKUPS_KEPT') ?? '14';
  const backupsKept = /^\d{1,4}$/.test(keptText) ? Number.parseInt(keptText, 10) : 0;
  if (backupsKept < 1) fault('GREENRANK_BACKUPS_KEPT', keptText, ' 1–9999 的整数');

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
    demoForced: demoText === 'on',
    movedFrom: moved === null ? null : named,
    demoPassword,
    now,
    security: security === 'dengbao3' ? 'dengbao3' : 'asvs',
    proxies: (value('GREENRANK_PROXY') ?? '').split(',').flatMap((address) => address.trim() || []),
    oidc,
    backupKey: value('GREENRANK_BACKUP_KEY'),
    backupsDir: value('GREENRANK_BACKUPS') ?? (mode === 'embedded' ? `${dataDir}/backups` : null),
    backupsNamed: value('GREENRANK_BACKUPS') !== null,
    backupsKept,
    mail,
  };
}

const OIDC = ['GREENRANK_OIDC_ISSUER', 'GREENRANK_OIDC_CLIENT_ID', 'GREENRANK_OIDC_CLIENT_SECRET', 'GREENRANK_URL'];

/** All four or none; plain HTTP is for this machine alone. */
function readOidc(
  value: (name: string) => string | null,
  fault: (path: string, found: string, expected: string) => void,
): OidcSettings | null {
  const [issuer, clientId, clientSecret, publicUrl] = OIDC.map(value);
  if (issuer === null && clientId === null && clientSecret === null) return null;
  if (!issuer || !clientId || !clientSecret || !publicUrl) {
    for (const name of OIDC) if (value(name) === null) fault(name, '未设置', `与 ${OIDC.join('、')} 同时设置`);
    return null;
  }
  for (const [name, address] of [
    ['GREENRANK_OIDC_ISSUER', issuer],
    ['GREENRANK_URL', publicUrl],
  ] as const)
    if (!/^(https:\/\/[^\s]+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/\S*)?)$/.test(address))
      fault(name, address, ' https:// 开头的地址');
  return {
    issuer,
    clientId,
    clientSecret,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    title: value('GREENRANK_OIDC_TITLE') ?? '统一身份认证',
  };
}

/** A password may hold a plain `%`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const MAIL = ['GREENRANK_SMTP', 'GREENRANK_MAIL_FROM', 'GREENRANK_URL'];

/** All three or no mails; the address of the product alone is for sign-in. */
function readMail(
  value: (name: string) => string | null,
  fault: (path: string, found: string, expected: string) => void,
): MailSettings | null {
  const [server, from, publicUrl] = MAIL.map(value);
  if (server === null && from === null) return null;
  if (!server || !from || !publicUrl) {
    for (const name of MAIL) if (value(name) === null) fault(name, '未设置', `与 ${MAIL.join('、')} 同时设置`);
    return null;
  }
  if (!MAIL_ADDRESS.test(from)) fault('GREENRANK_MAIL_FROM', from, '一个邮箱地址，如 lvping@example.gov.cn');
  if (!/^https?:\/\/[^\s]+$/.test(publicUrl)) fault('GREENRANK_URL', publicUrl, ' https:// 开头的地址');
  const address = URL.canParse(server) ? new URL(server) : null;
  if (address === null || !/^smtps?:$/.test(address.protocol) || address.hostname === '') {
    fault('GREENRANK_SMTP', '（已隐去）', ' smtp://用户:口令@主机:端口 或 smtps:// 开头的地址');
    return null;
  }
  const secure = address.protocol === 'smtps:';
  return {
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: address.port === '' ? (secure ? 465 : 587) : Number.parseInt(address.port, 10),
    secure,
    user: decoded(address.username) || null,
    password: decoded(address.password) || null,
    from,
    publicUrl: publicUrl.replace(/\/+$/, ''),
  };
}

/** The settings of this process, for whoever is injected with them. */
export const SETTINGS = 'settings';
