import { Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DomainError, notFound, type Violation } from '../problems/problems.js';
import { expectedInChinese } from './validation-words.js';

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

/** A missing or wrong kind of value is told before its size. */
const rank = (rule: string): number => (/^is(Defined|String|Int|Object|Array|Boolean)$/.test(rule) ? 0 : 1);

/** As it came; a number that JSON cannot write (1e400) by its name. */
const foundText = (value: unknown): string => {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return (text ?? '（缺）').slice(0, 200);
};

function violationsOf(errors: readonly ValidationError[], parent = ''): Violation[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    // One fault a field: what is no text need not be told its length too.
    const own = Object.entries(error.constraints ?? {})
      .sort(([a], [b]) => rank(a) - rank(b))
      .slice(0, 1)
      .map(([rule, message]) => {
        const expected = expectedInChinese(rule, message);
        const problem = rule === 'whitelistValidation' ? `不认识的字段“${path}”` : `字段“${path}”应为${expected}`;
        return { path, rule, found: foundText(error.value), expected, message: problem };
      });
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
