import { existsSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { DomainError } from '../problems/problems.js';
import { createOwner, holdFolder, isServices, type Login, ownerOfUrl, withClient } from './connections.service.js';
import { startEmbeddedPostgres } from './embedded-postgres.service.js';
import type { Settings } from './settings.js';

/** The database that this process works on. */
export interface Installation {
  readonly owner: Login;
  /** Settles when the embedded server went away by itself; never for a server of others. */
  readonly lost: Promise<void>;
  /** Releases it; stops the embedded server when this process holds the folder or started it. */
  close(): Promise<void>;
}

const NEVER = new Promise<void>(() => undefined);

/** Both services answer. @throws SERVICE_UNREACHABLE naming the variable whose service does not */
async function reachable(owner: Login, redisUrl: string): Promise<void> {
  const refuse = (name: string, error: Error): never => {
    throw new DomainError('SERVICE_UNREACHABLE', 503, `环境变量 ${name}：连接不上（${error.message}）`);
  };
  await withClient(owner, async () => undefined).catch((error: Error) => refuse('DATABASE_URL', error));
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5_000 });
  redis.on('error', () => undefined); // connect() tells
  await redis.connect().catch((error: Error) => refuse('REDIS_URL', error));
  redis.disconnect();
}

/**
 * Opens the database of these settings: the one DATABASE_URL names, or the embedded one.
 * @param how `hold`: this process is the main one and no other may be on the folder; `join`: a command beside it
 * @throws DATA_IN_USE, EMBEDDED_POSTGRES_…, SERVICE_UNREACHABLE
 */
export async function openInstallation(settings: Settings, how: 'hold' | 'join'): Promise<Installation> {
  if (isServices(settings)) {
    const owner = ownerOfUrl(settings.databaseUrl);
    if (how === 'hold') await reachable(owner, settings.redisUrl);
    return { owner, lost: NEVER, close: async () => undefined };
  }
  const dataDir = path.resolve(settings.dataDir);
  if (how === 'join' && !existsSync(path.join(dataDir, 'pgdata')))
    throw new DomainError('DATA_MISSING', 503, `数据目录 ${dataDir} 里还没有数据库，请先运行 npm start`);
  const server = await startEmbeddedPostgres(dataDir);
  if (how === 'join')
    return {
      owner: await createOwner(server),
      lost: NEVER,
      close: async () => (server.started ? server.stop() : undefined),
    };
  const hold = await holdFolder(server);
  if (!hold)
    throw new DomainError(
      'DATA_IN_USE',
      409,
      `数据目录正在使用：${dataDir}。请先结束另一个 npm start，或用 GREENRANK_DATA 换一个目录。`,
    );
  let isClosing = false;
  return {
    owner: await createOwner(server),
    lost: new Promise((resolve) => hold.once('end', () => !isClosing && resolve())),
    close: async () => {
      isClosing = true;
      await hold.end().catch(() => undefined);
      await server.stop();
    },
  };
}
