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
    if (error instanceof DomainError || (error as { statusCode?: number }).statusCode !== undefined) throw error;
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

/** Several uploaded files and the texts that came with them. */
export interface Uploads {
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * All files of a form, each in a field `file`, and its texts.
 * @param most files, and bytes of all of them together; `mayBeNone`: texts alone will do
 * @throws MEDIA_TYPE, UNPARSABLE, IMPORT_UPLOAD without a file, IMPORT_SIZE, UPLOAD_FILES
 */
export async function uploadsOf(
  request: FastifyRequest,
  most: { readonly files: number; readonly bytes: number; readonly mayBeNone?: true },
): Promise<Uploads> {
  if (!request.isMultipart()) throw new DomainError('MEDIA_TYPE', 415, '请以 multipart/form-data 上传文件');
  const files: { name: string; bytes: Buffer }[] = [];
  const fields: Record<string, string> = {};
  let left = most.bytes;
  const reading = async (): Promise<void> => {
    for await (const part of request.parts({ limits: { files: most.files + 1, fields: 12 } })) {
      if (part.type === 'field') {
        if (typeof part.value === 'string') fields[part.fieldname] = part.value;
        continue;
      }
      const bytes = await part.toBuffer().catch((error: { code?: string }) => {
        if (error.code === 'FST_REQ_FILE_TOO_LARGE') throw tooBig(part.filename);
        throw error;
      });
      left -= bytes.length;
      if (left < 0)
        throw new DomainError('IMPORT_SIZE', 422, `一次上传的文件合计不得超过 ${most.bytes / 1024 / 1024} MB`);
      if (files.length >= most.files)
        throw new DomainError('UPLOAD_FILES', 422, `一次至多上传 ${most.files} 个文件，请分批`);
      files.push({ name: part.filename, bytes });
    }
  };
  await parsed(reading());
  if (files.length === 0 && !most.mayBeNone) throw new DomainError('IMPORT_UPLOAD', 422, '没有收到文件（字段名 file）');
  return { files, fields };
}

const tooBig = (name: string): DomainError =>
  new DomainError('IMPORT_SIZE', 422, `文件“${name.slice(0, 100)}”超过 20 MB，请拆分后上传`);
