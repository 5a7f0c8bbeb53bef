import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError, notFound } from '../problems/problems.js';
import type { Tx } from './database.service.js';
import type { Upload } from './upload.service.js';

/** What the first bytes say; the name and the sender's word count for nothing. */
const KINDS: readonly { readonly mediaType: string; readonly magic: readonly number[] }[] = [
  { mediaType: 'application/pdf', magic: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  { mediaType: 'image/png', magic: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mediaType: 'image/jpeg', magic: [0xff, 0xd8, 0xff] },
];

export interface Attachment {
  readonly fileName: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly content: Buffer;
}

/** Scans and evidence, kept in the database with their hash; never changed, never deleted. */
@Injectable()
export class Attachments {
  /** In the caller's transaction. @returns id and hash. @throws ATTACHMENT_TYPE for anything but PDF, PNG, JPEG */
  async add(tx: Tx, upload: Upload, institutionId: string | null): Promise<{ id: string; sha256: string }> {
    const kind = KINDS.find(({ magic }) => magic.every((byte, i) => upload.bytes[i] === byte));
    if (!kind)
      throw new DomainError('ATTACHMENT_TYPE', 422, '扫描件应为 PDF、PNG 或 JPEG', [
        {
          path: 'file',
          rule: 'ATTACHMENT_TYPE',
          found: upload.name,
          expected: 'PDF、PNG、JPEG',
          message: '扫描件应为 PDF、PNG 或 JPEG',
        },
      ]);
    const sha256 = createHash('sha256').update(upload.bytes).digest('hex');
    const row = (await tx.row<{ id: string }>(
      `insert into attachment (institution_id, file_name, media_type, sha256, content, uploaded_by, uploaded_at)
       values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [institutionId, upload.name.slice(0, 255), kind.mediaType, sha256, upload.bytes, tx.actor.id, tx.now],
    )) as { id: string };
    return { id: row.id, sha256 };
  }

  /** @throws NOT_FOUND */
  async read(tx: Tx, id: string): Promise<Attachment> {
    const found = await tx.row<Attachment>(
      'select file_name as "fileName", media_type as "mediaType", sha256, content from attachment where id = $1',
      [id],
    );
    if (!found) throw notFound();
    return found;
  }
}
