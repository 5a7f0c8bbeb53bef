import { createHash, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { projectRoot } from '../platform/project.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';
import { passwordFaults, passwordRuleInWords } from './password-rule.js';

/** argon2id with OWASP's first choice: 19 MiB, 2 passes. */
const ARGON = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 4;

/** Letters and digits that nobody confuses on paper. */
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 16;

let common: ReadonlySet<string> | null = null;
const commonPasswords = (): ReadonlySet<string> => {
  const file = path.join(projectRoot(), 'config', 'security', 'common-passwords.txt');
  common ??= new Set(readFileSync(file, 'utf8').split('\n'));
  return common;
};

let running = 0;
const waiting: (() => void)[] = [];
/** Each hash takes 19 MiB and a core: more than four at once would let strangers fill the memory. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** A hash of nothing anybody knows: an unknown user costs as much as a wrong password. */
const DECOY = hash('no account has this password', ARGON);

/** 80 bits on paper, `ABCD-EFGH-JKLM-NPQR`. */
export function oneTimeCode(): string {
  const letters = Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]);
  return (letters.join('').match(/.{4}/g) as string[]).join('-');
}

/** As typed: with or without dashes, blanks and capitals. */
export const codeHash = (code: string): Buffer =>
  createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest();

/** How passwords are judged and kept. */
@Injectable()
export class Passwords {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  get rule(): string {
    return passwordRuleInWords(this.settings.security);
  }

  /** Days after which a password must be changed; null: never. */
  get maxDays(): number | null {
    return this.settings.security === 'dengbao3' ? 90 : null;
  }

  /** @throws PASSWORD_WEAK with every fault */
  refuseWeak(password: string, username: string): void {
    const faults = passwordFaults(password, username, { profile: this.settings.security, common: commonPasswords() });
    if (faults.length > 0) throw new DomainError('PASSWORD_WEAK', 422, '口令不合要求', faults);
  }

  hash = (password: string): Promise<string> => inTurn(() => hash(password, ARGON));

  /** @param hashed null: takes as long, and is false */
  isRight = (password: string, hashed: string | null): Promise<boolean> =>
    inTurn(async () => (await verify(hashed ?? (await DECOY), password)) && hashed !== null);
}
