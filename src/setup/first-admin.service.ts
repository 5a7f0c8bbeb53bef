import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import { oneTimeCode } from '../identity/passwords.service.js';
import { type OneTimeCode, People } from '../identity/people.service.js';
import { Database, systemActor } from '../platform/database.service.js';
import { writeWhole } from '../platform/moved-to.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';

export const FIRST_ADMIN = 'admin';
const NAME = 'admin-code';
const CODE = /^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/;
const FIRST_START = systemActor('first-start');

export const codeFile = (dataDir: string): string => path.join(path.resolve(dataDir), NAME);

/** The one-time code that the first start in this folder gives its administrator: the one that is there, or a new one. */
export function keptCode(dataDir: string): string {
  const file = codeFile(dataDir);
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (CODE.test(kept)) return kept;
  const code = oneTimeCode();
  mkdirSync(path.dirname(file), { recursive: true });
  writeWhole(file, `${code}\n`, 0o600);
  return code;
}

/** The first account of an installation, from which all others come. */
@Injectable()
export class FirstAdmin {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly people: People,
  ) {}

  /**
   * Makes the security administrator `admin` with a one-time code where nobody has an account yet. For the process that
   * holds the folder.
   * @returns null: there are accounts already
   */
  async make(): Promise<(OneTimeCode & { readonly file: string }) | null> {
    const file = codeFile(this.settings.dataDir);
    if (await this.people.hasAny()) {
      if (existsSync(file) && !(await this.isCodeOpen())) rmSync(file, { force: true });
      return null;
    }
    const code = keptCode(this.settings.dataDir);
    const given = await this.acts.perform({ action: 'user.create', actor: FIRST_START }, async (act) => {
      const id = await this.people.addWithin(act, {
        username: FIRST_ADMIN,
        name: '安全管理员',
        roles: ['security_admin'],
        institutionId: null,
        department: 'finance_bureau',
        password: null,
      });
      return this.people.giveCode(act, id, code);
    });
    return { ...given, file };
  }

  private isCodeOpen(): Promise<boolean> {
    return this.database.transaction(
      FIRST_START,
      async (tx) =>
        (await tx.row('select 1 from user_account where username = $1 and code_hash is not null', [FIRST_ADMIN])) !==
        null,
    );
  }
}
