import '@fastify/cookie';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ACCESS, type Access } from '../platform/public.decorator.js';
import { DomainError } from '../problems/problems.js';
import { type ActionOn, type Resource, rolesFor } from './rights.js';
import { cookieName, Sessions } from './sessions.service.js';
import { Tokens } from './tokens.service.js';

/** Declares which row of the table of rights a route needs. */
export const Can = <R extends Resource>(resource: R, action: ActionOn<R>) =>
  SetMetadata(ACCESS, { resource, action } satisfies Access);

export type SignedIn = FastifyRequest & { actor?: Actor };

/** The session's token in the cookie of this connection. */
export const sessionToken = (request: SignedIn): string | undefined => request.cookies[cookieName(request)];

const BEARER = /^Bearer ([A-Za-z0-9_-]{1,200})$/;

export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<SignedIn>();
  if (!actor) throw new Error('a public route has no actor');
  return actor;
});

/** The version that an `If-Match` header names: a number in quotes. @throws IF_MATCH_INVALID */
export function matchedVersion(header: string): number {
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header);
  if (!match) throw new DomainError('IF_MATCH_INVALID', 412, 'If-Match 应为带引号的版本号，如 "3"');
  return Number.parseInt(match[1] as string, 10);
}

/** The version in `If-Match`. @throws IF_MATCH_MISSING, IF_MATCH_INVALID */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) throw new DomainError('IF_MATCH_MISSING', 428, '须在 If-Match 中写明所依据的版本');
  return matchedVersion(header);
});

/** Deny by default: without a declaration, a session and a role that the table names, nobody passes. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<SignedIn>();
    refuseForeignOrigin(request);
    if (access === 'public') return true;
    const actor = await this.actorOf(request);
    if (!actor) throw new DomainError('NOT_SIGNED_IN', 401, '请先登录');
    request.actor = actor;
    if (!access || !may(actor, access)) throw new DomainError('FORBIDDEN', 403, '角色无此权限');
    return true;
  }

  private actorOf(request: SignedIn): Promise<Actor | null> {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.sessions.actorOf(sessionToken(request));
    return this.tokens.actorOf(BEARER.exec(authorization)?.[1] ?? '');
  }
}

/** By role, and for a program also by the scopes of its token; it may always ask who it is. */
function may(actor: Actor, { resource, action }: Exclude<Access, 'public'>): boolean {
  if (!rolesFor(resource, action).some((role) => actor.roles.includes(role))) return false;
  const scope = `${resource}:${action}`;
  return actor.token === undefined || scope === 'account:read' || actor.token.scopes.includes(scope);
}

/** Writes come from our own pages or from programs, which send no Origin (reliability 3.11). */
function refuseForeignOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin;
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) || origin === undefined) return;
  const own = [`http://${request.headers.host}`, `https://${request.headers.host}`];
  if (!own.includes(origin)) throw new DomainError('FOREIGN_ORIGIN', 403, '请求来自其他网站，已拒绝');
}
