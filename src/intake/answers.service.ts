import { Injectable } from '@nestjs/common';
import { strToU8, zipSync } from 'fflate';
import { MarkedWorkbooks } from '../imports/marked-workbooks.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { DomainError, notFound } from '../problems/problems.js';
import { IntakeQuery } from './intake.query.js';

/** What goes back to the institutions: marked workbooks, and the words to each. */
@Injectable()
export class IntakeAnswers {
  constructor(
    private readonly query: IntakeQuery,
    private readonly markedWorkbooks: MarkedWorkbooks,
  ) {}

  /** One workbook, its faulty cells red. @throws NOT_FOUND, and as the marking for a file that cannot be read at all */
  async workbook(actor: Actor, batch: string, id: string): Promise<{ name: string; bytes: Uint8Array }> {
    const [file] = await this.query.faulty(actor, batch, id);
    if (!file) throw notFound();
    return this.markedWorkbooks.mark(actor, file, file.issues, file.template);
  }

  /** All of a batch as one zip, with the replies as a text. A file that cannot be read has its reply alone. @throws NOT_FOUND */
  async zip(actor: Actor, batch: string): Promise<Uint8Array> {
    const view = await this.query.one(actor, batch);
    const replies = view.files.flatMap(({ reply }) => reply ?? []);
    const entries: Record<string, Uint8Array> = {
      '回复.txt': strToU8(`\uFEFF${replies.join('\n\n') || '没有要退回的文件。'}\n`),
    };
    const faulty = view.files.some(({ state }) => state === 'faulty')
      ? await this.query.faulty(actor, batch, null)
      : [];
    for (const file of faulty)
      try {
        const { name, bytes } = await this.markedWorkbooks.mark(actor, file, file.issues, file.template);
        entries[freeName(name, entries)] = bytes;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
      }
    // Workbooks are packed already.
    return zipSync(entries, { level: 0 });
  }
}

/** A name that no other entry has, and no folder. */
export function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  const clean = name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
  if (!Object.hasOwn(taken, clean)) return clean;
  const [, stem = clean, end = ''] = /^(.*?)(\.[^.]*)?$/s.exec(clean) ?? [];
  let n = 2;
  while (Object.hasOwn(taken, `${stem}(${n})${end}`)) n++;
  return `${stem}(${n})${end}`;
}
