import { createWorker, open } from './application.js';
import { refuseUnproven } from './backups/restore.service.js';
import { openInstallation } from './platform/installation.service.js';
import { refuseUnsafe } from './platform/official.service.js';
import { readSettings } from './platform/settings.js';
import { DomainError } from './problems/problems.js';

/** Takes jobs until it is told to end. Any number of them, on any number of machines. */
async function work(): Promise<void> {
  const settings = readSettings(process.env);
  if (!settings.databaseUrl || !settings.redisUrl)
    throw new DomainError(
      'WORKER_SERVICES',
      422,
      'npm run worker 需要 DATABASE_URL 和 REDIS_URL（内置模式下 npm start 自带后台作业）',
    );
  const { owner } = await openInstallation(settings, 'hold');
  if (!settings.demo) for (const doubt of await refuseUnsafe(settings, owner)) console.warn(doubt);
  await refuseUnproven(owner);
  const opened = await open(settings, owner);
  const app = await createWorker(opened);
  const end = (): void => {
    setTimeout(() => process.exit(1), 25_000).unref();
    void app
      .close()
      .then(() => opened.connection.close())
      .then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  console.log('绿评后台作业进程已就绪，按 Ctrl+C 结束');
}

work().catch((error: unknown) => {
  console.error(
    error instanceof DomainError ? [error.message, ...error.violations.map((v) => `  ${v.message}`)].join('\n') : error,
  );
  process.exit(error instanceof DomainError && error.code === 'WORKER_SERVICES' ? 2 : 1);
});
