import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createApplication, open } from './application.js';
import { Backups } from './backups/backups.service.js';
import { refuseUnproven } from './backups/restore.service.js';
import { dayOf } from './calendar/day.js';
import { Demo } from './demo/demo.service.js';
import { EvaluationQuery } from './evaluations/evaluation.query.js';
import { RankingQuery } from './evaluations/ranking.query.js';
import { type Form, formWarnings } from './forms/form.js';
import { People } from './identity/people.service.js';
import { ChasingDays } from './obligations/chasing-days.service.js';
import { isConnectionLoss } from './platform/connections.service.js';
import { systemActor } from './platform/database.service.js';
import { Readiness } from './platform/health.controller.js';
import { type Installation, openInstallation } from './platform/installation.service.js';
import { migrate } from './platform/migrate.service.js';
import { refuseUnsafe } from './platform/official.service.js';
import { Restart } from './platform/restart.service.js';
import { readSettings, type Settings } from './platform/settings.js';
import { DomainError } from './problems/problems.js';
import { FIRST_ADMIN, FirstAdmin } from './setup/first-admin.service.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

type Application = Awaited<ReturnType<typeof createApplication>>;

/** The demonstration's password: given by GREENRANK_DEMO_PASSWORD, else made once and kept beside the data. */
function demoPassword(settings: Settings): string {
  if (settings.demoPassword) return settings.demoPassword;
  const file = path.join(settings.dataDir, 'demo-password');
  mkdirSync(settings.dataDir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(9).toString('base64url'), { mode: 0o600 });
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

async function loadDemonstration(app: Application, settings: Settings): Promise<string | null> {
  const demo = app.get(Demo);
  if (!settings.demo) {
    await demo.refuseMarked();
    return null;
  }
  const readiness = app.get(Readiness);
  let last = 0;
  const isLoaded = await demo.load((step) => {
    readiness.step = step;
    if (Date.now() - last > 2_000) say(`  ${step}……`);
    if (Date.now() - last > 2_000) last = Date.now();
  });
  if (!isLoaded) return null;
  const password = demoPassword(settings);
  await demo.setPassword(password);
  return password;
}

async function tellRankings(app: Application): Promise<void> {
  const reader = systemActor('front');
  const { items } = await app.get(EvaluationQuery).list(reader, { limit: '20' });
  for (const evaluation of [...items].reverse()) {
    if (evaluation.hash === null) continue;
    say(`\n${evaluation.title} ${evaluation.periodTitle}${evaluation.label === null ? '' : '（非正式评价）'}`);
    for (const cohort of evaluation.cohorts) {
      const { items: rows } = await app
        .get(RankingQuery)
        .list(reader, evaluation.id, { cohort: cohort.code, limit: '3' });
      for (const row of rows)
        if (row.rank !== null)
          say(`  ${row.rank}. ${row.name}  ${row.score}  ${row.grade ?? ''}${row.tied ? '（并列）' : ''}`);
    }
  }
}

/** What was filed is saved once a day; an invented district is not. */
function keepBackups(app: Application, { backupsDir, backupsKept }: Settings): void {
  if (backupsDir === null) say('没有每日备份：请设环境变量 GREENRANK_BACKUPS（备份目录）和 GREENRANK_BACKUP_KEY。');
  else say(`每日备份写入 ${path.resolve(backupsDir)}，保留最近 ${backupsKept} 份；请定期拷到别处。`);
  app.get(Backups).everyDay();
}

/** Forms that an institution may lawfully refuse, each warning once. */
function tellDoubtfulForms(forms: readonly Form[], today: string): void {
  const titles = new Map<string, string[]>();
  for (const form of forms)
    for (const warning of formWarnings(form, today))
      titles.set(warning, [...(titles.get(warning) ?? []), `《${form.title}》`]);
  for (const [warning, named] of titles) console.warn(`提示：${named.join('')}${warning}。`);
}

/** What is open, in the order in which it was opened. */
const opened: (() => Promise<void>)[] = [];
let closing = Promise.resolve();
/** In order: no new requests, jobs given back, connections closed, the embedded server stopped. Waits for a close under way. */
function close(): Promise<void> {
  closing = closing.then(async () => {
    for (const step of opened.splice(0).reverse()) await step();
  });
  return closing;
}

/** A second signal changes nothing. */
let isEnding = false;
function endOnSignal(): void {
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    say('\n正在结束……');
    const limit = setTimeout(() => process.exit(1), 25_000);
    limit.unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
}

/** Said before a database is started for nothing. @throws EADDRINUSE */
function refuseTakenPort({ port, host }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/** @returns who tells when this process is to start anew */
async function start(): Promise<Restart> {
  const settings = readSettings(process.env);
  await refuseTakenPort(settings);
  const opening: Promise<Installation> = openInstallation(settings, 'hold');
  opened.push(async () => (await opening).close());
  const installation = await opening;
  if (isEnding) return new Restart(); // nobody will ask
  void installation.lost.then(() => {
    console.error('内置数据库意外停止，程序随之结束；已保存的数据不受影响，请重新运行 npm start。');
    process.exit(1);
  });
  if (settings.movedFrom !== null)
    say(
      `${path.resolve(settings.movedFrom)} 里的演示已转入正式使用，数据在 ${settings.dataDir}（仍要看演示：GREENRANK_DEMO=on npm start）。`,
    );
  try {
    await migrate(installation.owner);
    if (!settings.demo) for (const doubt of await refuseUnsafe(settings, installation.owner)) say(doubt);
    await refuseUnproven(installation.owner);
    const parts = await open(settings, installation.owner);
    opened.push(() => parts.connection.close());
    const app = await createApplication(parts);
    opened.push(() => app.close());
    const admin = settings.demo || settings.mode !== 'embedded' ? null : await app.get(FirstAdmin).make();
    await app.listen({ port: settings.port, host: settings.host });
    const password = await loadDemonstration(app, settings);
    app.get(Readiness).ready = true;
    await tellRankings(app);
    const address = `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${settings.port}`;
    say(`\n绿评 GreenRank 已就绪：${address}`);
    if (password !== null)
      say(`演示模式：打开首页，点一下身份即可进入；或用账号（如 officer）和口令 ${password} 登录。`);
    if (admin !== null)
      say(
        `首次正式启动，已建安全管理员 ${FIRST_ADMIN}，一次性代码 ${admin.code}（7 天内有效，也写在 ${admin.file}）：登录时作口令用，随后设置自己的口令，再到“开办”页。`,
      );
    else if (password === null && !(await app.get(People).hasAny()))
      say(
        '还没有用户。请在另一个窗口添加安全管理员：npm run -s greenrank -- user add 用户名 --role security_admin（口令从标准输入读取）；其余账号由他登录后在“用户”页新建。',
      );
    if (password === null) keepBackups(app, parts.settings);
    const today = dayOf(settings.now ?? new Date());
    tellDoubtfulForms([...parts.catalogue.forms.values()], today);
    app.get(ChasingDays).everyDay();
    if (settings.now !== null) say('测试时钟：业务时间由 GREENRANK_NOW 设定。');
    say('按 Ctrl+C 结束');
    return app.get(Restart);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** One run after another in this process: the demonstration, and what it became when real use began. */
async function serve(): Promise<void> {
  endOnSignal();
  while (!isEnding) {
    await (await start()).asked;
    if (isEnding) return;
    say('\n正在转入正式环境……');
    await close();
  }
}

// A connection that the database's end cuts is noticed where it is used; anything else unforeseen ends the program.
process.on('uncaughtException', (error: Error & { code?: string }) => {
  if (isConnectionLoss(error)) return;
  console.error(error);
  process.exit(1);
});

serve().catch((error: unknown) => {
  if (isEnding) return; // what the start was doing when it was told to end is of no interest
  if ((error as { code?: string }).code === 'EADDRINUSE')
    console.error(`端口 ${process.env.PORT ?? 3000} 已被占用，请设 PORT，例如 PORT=3001 npm start。`);
  else if (error instanceof DomainError)
    console.error([error.message, ...error.violations.map((violation) => `  ${violation.message}`)].join('\n'));
  else console.error(error);
  process.exit(1);
});
