import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { DemoEntry } from '../identity/demo-entry.service.js';
import { Readiness } from '../platform/health.controller.js';
import { writeMovedTo } from '../platform/moved-to.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';
import { codeFile, FIRST_ADMIN, keptCode } from './first-admin.service.js';

/** What the front page shows before and after real use begins. */
export interface OfficialPlace {
  /** Absolute. */
  readonly folder: string;
  /** Why it cannot begin; null: it can. */
  readonly objection: string | null;
}

export interface OfficialStarted {
  readonly folder: string;
  readonly username: string;
  /** Told here and in the folder; null: the folder has a database, whose accounts hold. */
  readonly code: string | null;
  readonly codeFile: string;
}

/**
 * 开始正式使用: a folder of its own beside the demonstration's. Each step finds what an earlier press left, and the
 * last one, `moved-to`, is what counts: before it the demonstration starts again, after it the official one.
 */
@Injectable()
export class OfficialStart {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly entry: DemoEntry,
    private readonly readiness: Readiness,
  ) {}

  /** @throws NOT_FOUND outside the demonstration and from other machines */
  place(address: string, hostname: string): OfficialPlace {
    this.entry.refuseOutside(address, hostname);
    return { folder: this.folder, objection: this.objection() };
  }

  /**
   * Makes the folder, with the administrator's code, and notes it in the demonstration's. Whoever called restarts.
   * @throws NOT_FOUND, STARTING, OFFICIAL_REFUSED; then nothing was written
   */
  begin(address: string, hostname: string): OfficialStarted {
    this.entry.refuseOutside(address, hostname);
    if (!this.readiness.ready) throw new DomainError('STARTING', 503, this.readiness.step);
    const objection = this.objection();
    if (objection !== null) throw new DomainError('OFFICIAL_REFUSED', 409, objection);
    const { folder } = this;
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const code = existsSync(path.join(folder, 'pgdata')) ? null : keptCode(folder);
    writeMovedTo(path.resolve(this.settings.dataDir), folder);
    this.readiness.ready = false;
    this.readiness.step = '正在转入正式环境';
    return { folder, username: FIRST_ADMIN, code, codeFile: codeFile(folder) };
  }

  private get folder(): string {
    return `${path.resolve(this.settings.dataDir)}-official`;
  }

  private objection(): string | null {
    if (this.settings.mode !== 'embedded')
      return '演示用的是外部数据库：请另建一个数据库，用 DATABASE_URL 指定它，并设 GREENRANK_DEMO=off 启动';
    if (this.settings.demoForced)
      return '启动时设了环境变量 GREENRANK_DEMO=on，重新启动后仍会是演示：请去掉它，重新启动后再点';
    if (this.settings.now !== null) return '测试时钟（GREENRANK_NOW）不得用于正式环境：请去掉它，重新启动后再点';
    const { folder } = this;
    if (!existsSync(folder)) return null;
    const there = readdirSync(folder);
    const isOurs = there.includes('pgdata') || there.every((name) => name.startsWith('admin-code'));
    return isOurs ? null : `文件夹 ${folder} 已经存在，里面是别的文件：请先移走或改名`;
  }
}
