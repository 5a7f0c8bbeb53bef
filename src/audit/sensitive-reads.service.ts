import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { concatMap, type Observable } from 'rxjs';
import type { SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { Acts } from './acts.service.js';

const REMEMBERED = 'greenrank:remembered';

interface Remembering {
  readonly action: string;
  readonly whose: 'everybody' | 'staff';
}

/** The same person reading the same thing again within this time leaves no second entry. */
const BURST_MS = 60_000;

interface Read {
  readonly action: string;
  readonly subject: string | null;
  /** USCC. */
  readonly institution: string | null;
  /** The filters, without the place in the list. */
  readonly asked: Readonly<Record<string, unknown>>;
}

/** Writes down the reads of `@Remembered` routes once they have succeeded, and before anything is sent. */
@Injectable()
export class SensitiveReads implements NestInterceptor {
  /** When which read was last written down by this process, oldest first. */
  private readonly recent = new Map<string, number>();

  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
    private readonly acts: Acts,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const remembering = this.reflector.get<Remembering | undefined>(REMEMBERED, context.getHandler());
    const request = context.switchToHttp().getRequest<SignedIn>();
    const { actor } = request;
    if (!remembering || !actor) return next.handle();
    if (remembering.whose === 'staff' && actor.institutionId !== null) return next.handle();
    return next.handle().pipe(
      concatMap(async (answer: unknown) => {
        const { id } = request.params as { id?: string };
        const { cursor: _cursor, limit: _limit, ...asked } = request.query as Record<string, unknown>;
        const subject = id?.toLowerCase() ?? null;
        await this.remember(actor, { action: remembering.action, subject, institution: usccOf(answer), asked });
        return answer;
      }),
    );
  }

  private async remember(actor: Actor, read: Read): Promise<void> {
    const key = JSON.stringify([actor.id, actor.token?.id, read]);
    if (!this.isNew(key)) return;
    try {
      await this.database.transaction(actor, async (tx) => {
        const found = await tx.row<{ id: string }>('select id from institution where uscc = $1', [read.institution]);
        await this.acts.note(actor, read.action, read.subject, found?.id ?? null, read.asked);
      });
    } catch (error) {
      this.recent.delete(key);
      throw error;
    }
  }

  private isNew(key: string): boolean {
    const now = performance.now();
    for (const [old, at] of this.recent) {
      if (now - at < BURST_MS) break;
      this.recent.delete(old);
    }
    if (this.recent.has(key)) return false;
    this.recent.set(key, now);
    return true;
  }
}

function usccOf(answer: unknown): string | null {
  const { institution } = (typeof answer === 'object' && answer !== null ? answer : {}) as { institution?: unknown };
  return typeof institution === 'string' ? institution : null;
}

/**
 * A read that leaves an audit entry (reliability G9): who read what of whom. Its subject is the `id` of the address;
 * an answer about one institution names it in `institution` (USCC).
 * @param whose `staff`: what an institution reads are its own things, which nobody needs to know
 */
export const Remembered = (action: string, whose: Remembering['whose']) =>
  // Route by route, not for all: an event stream behind an interceptor answers 200 before it knows whether it may.
  applyDecorators(SetMetadata(REMEMBERED, { action, whose } satisfies Remembering), UseInterceptors(SensitiveReads));
