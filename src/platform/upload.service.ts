import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../problems/problems.js';

/** One uploaded file and the texts that came with it. */
export interface Upload {
  readonly name: string;
  readonly bytes: Buffer;
  /** As the sender calls it; nothing is trusted to it. */
  readonly mediaType: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** @throws UNPARSABLE for a form that is cut off or malformed: the parser's own errors carry no status then */
const parsed = async <T>(reading: Promise<T>): Promise<T> => {
  try {
    return await reading;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== undefined) throw error;
    throw new DomainError('UNPARSABLE', 400, '上传的表单不完整或格式有误，请重新上传');
  }
};

/**
 * The file of a form, in the field `file`; other fields before it.
 * @throws MEDIA_TYPE, UNPARSABLE, IMPORT_UPLOAD without a file, IMPORT_SIZE for one that was cut off at the limit
 */
export async function uploadOf(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) throw new DomainError('MEDIA_TYPE', 415, '请以 multipart/form-data 上传文件');
  const file = await parsed(request.file({ throwFileSizeLimit: false }));
  if (!file) throw new DomainError('IMPORT_UPLOAD', 422, '没有收到文件（字段名 file）');
  const bytes = await parsed(file.toBuffer());
  if (file.file.truncated) throw new DomainError('IMPORT_SIZE', 422, '文件超过 20 MB，请拆分后上传');
  const fields = Object.entries(file.fields).flatMap(([name, field]): [string, string][] =>
    field && 'value' in field && typeof field.value === 'string' ? [[name, field.value]] : [],
  );
  return { name: file.filename, bytes, mediaType: file.mimetype, fields: Object.fromEntries(fields) };
}
