import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import type { District } from '../district/district.js';
import { changed, DISTRICT, type DistrictFile } from '../district/district-file.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { requestContext } from '../platform/request-context.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';
import { Schemes } from '../schemes/schemes.service.js';
import { ANSWERED_BY, isKept, QUESTIONS } from './questions.js';
import { SchemeFiles } from './scheme-files.service.js';
import { SetupQuery, type SetupView } from './setup.query.js';

const refused = (code: string, path: string, found: string, expected: string, message: string): DomainError =>
  new DomainError(code, 422, message, [{ path, rule: code, found, expected, message }]);

/** The answers to the questions of 开办: each may come on its own, in any order, and be given anew. */
@Injectable()
export class Setup {
  constructor(
    private readonly acts: Acts,
    private readonly query: SetupQuery,
    private readonly schemes: Schemes,
    private readonly schemeFiles: SchemeFiles,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DISTRICT) private readonly district: DistrictFile,
  ) {}

  /**
   * @param version of the file that the answers were based on
   * @throws SETUP_DEMO, FORBIDDEN for a question of somebody else, SETUP_STALE, DISTRICT_INVALID, BACKUPS_UNWRITABLE
   */
  answer(actor: Actor, version: number, answers: Partial<District>): Promise<SetupView> {
    for (const question of QUESTIONS)
      if (isKept(question) && answers[question] !== undefined && !mayAnswer(actor, question))
        throw new DomainError('FORBIDDEN', 403, '这个问题由其他角色回答');
    return this.acts.perform({ action: 'setup.answer', actor }, async (act) => {
      // One writer at a time: the file has no lock of its own.
      await act.tx.run('select pg_advisory_xact_lock(5)');
      this.refuseDemonstration();
      if (version !== this.district.version)
        throw new DomainError('SETUP_STALE', 412, '开办设置已被他人修改，请刷新后重试');
      if (answers.backups) refuseUnwritable(answers.backups);
      this.keep(act, answers);
      return this.query.within(act.tx, actor);
    });
  }

  /**
   * Stores schemes that come with the product as drafts; one that is stored already stays as it is.
   * @throws SETUP_DEMO, SCHEME_UNKNOWN
   */
  takeSchemes(actor: Actor, codes: readonly string[]): Promise<SetupView> {
    return this.acts.perform({ action: 'setup.answer', actor }, async (act) => {
      await act.tx.run('select pg_advisory_xact_lock(5)');
      this.refuseDemonstration();
      for (const code of new Set(codes)) {
        const offered = this.schemeFiles.all().find((each) => each.code === code);
        if (!offered) throw refused('SCHEME_UNKNOWN', 'codes', code, '随本系统提供的方案', `没有方案“${code}”`);
        const there = await act.tx.row('select 1 from scheme where code = $1 and version = $2', [
          offered.code,
          offered.version,
        ]);
        if (!there) await ofItsOwn(() => this.schemes.create(actor, offered.document));
      }
      this.keep(act, { firstYearSchemes: [...new Set(codes)] });
      return this.query.within(act.tx, actor);
    });
  }

  /** Last in the act: what is written is undone by nothing but another answer. */
  private keep(act: Act, answers: Partial<District>): void {
    const { before, after } = changed(this.district, answers);
    this.district.write(answers);
    act.subject = 'district';
    act.record(before, after);
  }

  private refuseDemonstration(): void {
    if (this.settings.demo)
      throw new DomainError('SETUP_DEMO', 409, '演示区不能改写；请在演示首页点“开始正式使用”，再在那里开办');
  }
}

/** A request's idempotency key is for one thing that it makes; this request makes several. */
const ofItsOwn = <T>(make: () => Promise<T>): Promise<T> => {
  const request = requestContext.getStore();
  return request ? requestContext.run({ ...request, idempotency: null }, make) : make();
};

const mayAnswer = (actor: Actor, question: keyof typeof ANSWERED_BY): boolean =>
  ANSWERED_BY[question].some((role) => actor.roles.includes(role));

/** @throws BACKUPS_UNWRITABLE when no file can be made there */
function refuseUnwritable(folder: string): void {
  const probe = path.join(folder, `.greenrank-${randomBytes(4).toString('hex')}`);
  try {
    // Not recursive: under /proc Node would try for ever, and a mistyped path should not grow a tree.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    writeFileSync(probe, '');
  } catch (error) {
    throw refused(
      'BACKUPS_UNWRITABLE',
      'backups',
      folder,
      '可以写入的目录',
      `不能写入目录 ${folder}（${(error as Error).message}）`,
    );
  } finally {
    rmSync(probe, { force: true });
  }
}
