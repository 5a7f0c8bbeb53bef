import { Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DomainError, notFound, type Violation } from '../problems/problems.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id in the address. What is no id leads nowhere, like an id that is not there. @throws NOT_FOUND */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!UUID.test(value)) throw notFound();
    return value.toLowerCase();
  }
}

/** Sets the ETag of an edited thing and hands it on. */
export function withEtag<T extends { readonly version: number }>(reply: FastifyReply, thing: T): T {
  reply.header('etag', `"${thing.version}"`);
  return thing;
}

function violationsOf(errors: readonly ValidationError[], parent = ''): Violation[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      path,
      rule,
      found: (JSON.stringify(error.value) ?? '（缺）').slice(0, 200),
      expected: message,
      message: rule === 'whitelistValidation' ? `不认识的字段“${path}”` : `字段“${path}”不符合要求`,
    }));
    return [...own, ...violationsOf(error.children ?? [], path)];
  });
}

/** Every body and query is checked once, here; unknown fields are refused by name. */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => new DomainError('INVALID', 422, '内容未通过校验', violationsOf(errors)),
  });
