import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { rolesFor } from '../identity/rights.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';

/** Reads past the row filter of whoever asks what is then redacted for him. */
export const REDACTOR = systemActor('disclosure');
const KEY_BYTES = 32;

/**
 * The secret of an evaluation, from which the salts of what it does not tell are made (reliability 3.12). It never
 * leaves the server; the table is closed to the institution login. An input like the figures: bytes repeat.
 */
@Injectable()
export class RunKeys {
  constructor(private readonly database: Database) {}

  /** In the transaction that starts the evaluation. */
  static async make(tx: Tx, evaluationId: string): Promise<void> {
    await tx.run('insert into evaluation_key (evaluation_id, key) values ($1, $2) on conflict do nothing', [
      evaluationId,
      randomBytes(KEY_BYTES),
    ]);
  }

  /** Made now for an evaluation that was started before there were keys. Not inside a transaction of somebody else. */
  async of(evaluationId: string): Promise<Buffer> {
    const { key } = await this.database.transaction(REDACTOR, async (tx) => {
      const read = () =>
        tx.row<{ key: Buffer }>('select key from evaluation_key where evaluation_id = $1', [evaluationId]);
      const there = await read();
      if (there) return there;
      await RunKeys.make(tx, evaluationId);
      return (await read()) as { key: Buffer };
    });
    return key;
  }
}

/** @returns 32 bytes in hex, of which one name says nothing about another */
export const saltOf = (key: Buffer, name: string): string =>
  createHmac('sha256', key).update(name, 'utf8').digest('hex');

/** SHA-256(salt ‖ text), hex. @param salt hex */
export const saltedHash = (salt: string, text: string): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');

/** Who may see everybody's figures. A program only if its token says so too. */
export const holdsFullBundle = ({ institutionId, roles, token }: Actor): boolean =>
  institutionId === null &&
  rolesFor('evaluation', 'full-bundle').some((role) => roles.includes(role)) &&
  (token === undefined || token.scopes.includes('evaluation:full-bundle'));
