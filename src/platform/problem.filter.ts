import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type ProblemStatus, type Violation } from '../problems/problems.js';

const OTHERS: Readonly<Record<number, { code: string; title: string }>> = {
  400: { code: 'UNPARSABLE', title: '请求无法解析' },
  401: { code: 'NOT_SIGNED_IN', title: '请先登录' },
  403: { code: 'FORBIDDEN', title: '角色无此权限' },
  404: { code: 'NOT_FOUND', title: '没有找到该内容，或您无权查看' },
  413: { code: 'TOO_LARGE', title: '内容过大' },
  415: { code: 'MEDIA_TYPE', title: '不支持的内容类型' },
  422: { code: 'INVALID', title: '内容未通过校验' },
  429: { code: 'TOO_MANY_REQUESTS', title: '请求过于频繁，请稍后再试' },
  503: { code: 'UNAVAILABLE', title: '服务暂不可用，请稍后重试' },
};

/** PostgreSQL's word for what the caller sent: a text or number that no column can hold. */
const UNFIT = /^22/;
/** The database is away, full or shutting down. */
const AWAY = /^(08|53|57P|58)/;

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly violations: readonly Violation[];
  readonly headers: Readonly<Record<string, string>>;
}

function problemOf(error: unknown): Problem {
  const known = (status: ProblemStatus): Problem => ({
    status,
    ...(OTHERS[status] as { code: string; title: string }),
    violations: [],
    headers: {},
  });
  if (error instanceof DomainError)
    return {
      status: error.status,
      code: error.code,
      title: error.message,
      violations: error.violations,
      headers: error.headers,
    };
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number })?.statusCode;
  if (status !== undefined && OTHERS[status]) return known(status as ProblemStatus);
  if (status === 405 || status === 406 || status === 414) return known(404);
  const sqlState = (error as { code?: unknown })?.code;
  if (typeof sqlState === 'string') {
    if (UNFIT.test(sqlState)) return known(422);
    // The login has no business with that table: the second lock held where the first did not.
    if (sqlState === '42501') return known(403);
    if (AWAY.test(sqlState) || ['ECONNREFUSED', 'ECONNRESET', 'ENOENT'].includes(sqlState)) return known(503);
    // Two acts met on the same thing and neither saw the other in time.
    if (sqlState === '23505' || sqlState === '40P01' || sqlState === '40001')
      return { ...known(422), status: 409, code: 'CONFLICT', title: '该内容刚被他人改动，请刷新后重试' };
  }
  return { status: 500, code: 'INTERNAL', title: '系统内部错误，已记录', violations: [], headers: {} };
}

/** RFC 9457. */
const documentOf = (problem: Problem, request: FastifyRequest): string =>
  JSON.stringify({
    type: `/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    instance: String(request.id),
    ...(problem.violations.length > 0 ? { violations: problem.violations } : {}),
  });

/** What the server refuses before any route is found: an address that cannot be decoded, or is too long. */
export function refuseAddress(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  void reply
    .status(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(documentOf(problem, request));
}

/** The one way from errors to answers: problem documents (RFC 9457), never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.status >= 500 && !(error instanceof DomainError))
      this.log.error({ message: (error as Error)?.message, request: request.id, stack: (error as Error)?.stack });
    if (reply.sent) return;
    void reply
      .status(problem.status)
      .headers({ ...problem.headers, 'cache-control': 'no-store' })
      .type('application/problem+json; charset=utf-8')
      .send(documentOf(problem, request));
  }
}
