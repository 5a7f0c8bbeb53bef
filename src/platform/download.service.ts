import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A file to be saved, never shown inside our pages. @param name may be Chinese */
export function download(reply: FastifyReply, name: string, type: string, bytes: Uint8Array): StreamableFile {
  reply.header('x-content-type-options', 'nosniff');
  return new StreamableFile(bytes, {
    type,
    disposition: `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    length: bytes.byteLength,
  });
}
