import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { type Login, OWNER } from '../platform/connections.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';
import { keyForBackup } from './backup-key.service.js';
import { BackupRuns } from './backup-runs.service.js';
import { dailyName, isDue, isLeftOver, outdated } from './daily.js';
import { Snapshot } from './snapshot.service.js';

const LOOK_EVERY_MS = 5 * 60_000;

/** The backups that a running program makes by itself, or when it is asked to. */
@Injectable()
export class Backups implements OnModuleDestroy {
  private readonly log = new Logger('backup');
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  /** What is under way. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly runs: BackupRuns,
    private readonly acts: Acts,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(OWNER) private readonly owner: Login,
  ) {}

  /** From now on one a day; for the main process, once. Nothing without a folder. */
  everyDay(): void {
    if (this.settings.backupsDir === null) return;
    const tick = (): void => {
      this.work = this.look()
        .catch(this.tellFailure)
        .finally(() => {
          if (!this.ending.signal.aborted) this.timer = setTimeout(tick, LOOK_EVERY_MS);
        });
    };
    tick();
  }

  async onModuleDestroy(): Promise<void> {
    this.ending.abort();
    if (this.timer !== null) clearTimeout(this.timer);
    await this.work;
  }

  /** Makes the daily backup if it is due. @returns whether one was tried */
  async look(): Promise<boolean> {
    const isWanted = async (): Promise<boolean> => isDue(new Date(), await this.runs.lastDaily());
    if (!(await isWanted())) return false;
    const file = dailyName(new Date());
    let snapshot: Snapshot;
    try {
      snapshot = await Snapshot.take(this.owner);
    } catch (error) {
      if ((error as DomainError).code === 'BACKUP_RUNNING') return false;
      await this.runs.recordFailed(file, (error as Error).message);
      throw error;
    }
    try {
      if (!(await isWanted())) return false; // another process was faster
      await this.make(snapshot, file);
      return true;
    } finally {
      await snapshot.close();
    }
  }

  /**
   * Begins one now, and does not wait for its end.
   * @returns the name that it will have
   * @throws BACKUP_NO_FOLDER, BACKUP_RUNNING, BACKUP_KEY_MISSING, BACKUP_UNREADABLE
   */
  async start(actor: Actor): Promise<{ file: string }> {
    if (this.settings.backupsDir === null)
      throw new DomainError('BACKUP_NO_FOLDER', 409, '没有备份目录，请设环境变量 GREENRANK_BACKUPS');
    const taken: Snapshot[] = [];
    try {
      const answer = await this.acts.perform({ action: 'backup.run', actor, creates: true }, async (act) => {
        keyForBackup(this.settings, this.tell);
        taken.push(await Snapshot.take(this.owner));
        const file = dailyName(new Date());
        act.subject = file;
        return { file };
      });
      for (const snapshot of taken)
        this.work = this.make(snapshot, answer.file)
          .catch(this.tellFailure)
          .finally(() => snapshot.close());
      return answer;
    } catch (error) {
      for (const snapshot of taken) await snapshot.close();
      throw error;
    }
  }

  /** Writes, records, clears away. A failure is recorded too. */
  private async make(snapshot: Snapshot, file: string): Promise<void> {
    const folder = path.resolve(this.settings.backupsDir as string);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const name of await readdir(folder)) if (isLeftOver(name)) await rm(path.join(folder, name));
      const key = keyForBackup(this.settings, this.tell);
      const written = await snapshot.write(path.join(folder, file), key, this.ending.signal);
      await this.runs.recordDone(file, written);
    } catch (error) {
      await this.runs.recordFailed(file, this.ending.signal.aborted ? '程序结束，备份中止' : (error as Error).message);
      throw error;
    }
    for (const name of outdated(await readdir(folder), this.settings.backupsKept)) await rm(path.join(folder, name));
  }

  private readonly tellFailure = (error: Error): void => {
    if (!this.ending.signal.aborted) this.log.error({ message: `备份未成：${error.message}` });
  };

  private readonly tell = (text: string): void => void process.stdout.write(`${text}\n`);
}
