import { Inject, Injectable } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { DomainError, notFound, type Violation } from '../problems/problems.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import { outOfBounds } from './document-bounds.js';
import { Scheme, type SchemeState } from './scheme.entity.js';

export interface SchemeItem {
  readonly code: string;
  readonly version: number;
  readonly title: string;
  readonly cadence: 'annual' | 'quarterly';
  readonly state: SchemeState;
}

export interface SchemeCheck {
  readonly ok: boolean;
  readonly errors: readonly Violation[];
  readonly warnings: readonly Violation[];
}

/** A document as text. One that came as an object is written as JSON, which is a part of YAML 1.2. */
export const documentText = (document: unknown): string =>
  typeof document === 'string' ? document : JSON.stringify(document, null, 2);

/** Versions of scheme documents; no arithmetic. */
@Injectable()
export class Schemes {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** What stands against a document, and what it is warned of; nothing is stored. */
  check(document: unknown): SchemeCheck {
    const { ok, errors, warnings } = this.read(documentText(document));
    return { ok, errors, warnings };
  }

  private read(text: string): ReturnType<typeof checkScheme> {
    const fault = outOfBounds(text);
    return fault ? { ok: false, errors: [fault], warnings: [] } : checkScheme(text, this.catalogue.facts());
  }

  /**
   * Stores a document as a draft version.
   * @throws SCHEME_REFUSED with every fault; SCHEME_EXISTS
   */
  create(actor: Actor, document: unknown, register = 'district'): Promise<SchemeItem> {
    return this.acts.perform({ action: 'scheme.create', actor, creates: true }, (act) =>
      this.createWithin(act, documentText(document), register),
    );
  }

  private async createWithin(act: Act, text: string, register: string): Promise<SchemeItem> {
    const checked = this.read(text);
    if (!checked.scheme) throw new DomainError('SCHEME_REFUSED', 422, '评价方案未通过检查', checked.errors);
    const { code, version, title, cadence } = checked.scheme;
    const item: SchemeItem = { code, version, title: title === '' ? code : title, cadence, state: 'draft' };
    const rows = await act.tx.rows(
      `insert into scheme (code, version, title, cadence, register, state, document, created_by, created_at)
       values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8) on conflict do nothing returning code`,
      [code, version, item.title, cadence, register, text, act.actor.id, act.now],
    );
    if (rows.length === 0)
      throw new DomainError('SCHEME_EXISTS', 409, `方案 ${code} 第 ${version} 版已存在；请把 version 加一`);
    act.subject = `${code}@${version}`;
    act.record(null, item);
    return item;
  }

  /** Another officer reviews a draft. @throws NOT_FOUND, SCHEME_REVIEWED, SCHEME_OWN */
  review(actor: Actor, code: string, version: number): Promise<SchemeItem> {
    return this.acts.perform({ action: 'scheme.review', actor, subject: `${code}@${version}` }, async (act) => {
      const scheme = await act.tx.manager.findOne(Scheme, {
        where: { code, version },
        lock: { mode: 'pessimistic_write' },
      });
      if (!scheme) throw notFound();
      if (scheme.state !== 'draft') throw new DomainError('SCHEME_REVIEWED', 409, '该版本已经审定');
      if (scheme.createdBy === actor.id) throw new DomainError('SCHEME_OWN', 409, '起草人不得审定自己的方案');
      await act.tx.manager.update(Scheme, { code, version }, { state: 'reviewed', reviewedBy: actor.id });
      act.record({ state: 'draft' }, { state: 'reviewed' });
      return { ...itemOf(scheme), state: 'reviewed' };
    });
  }

  list(actor: Actor, query: PageQuery): Promise<Page<SchemeItem>> {
    const request = pageRequest(query, 'schemes', 2);
    return this.database.transaction(actor, async (tx) => {
      const items = await tx.rows<SchemeItem>(
        `select code, version, title, cadence, state from scheme
         where $1::text is null or (code, version) > ($1, $2::int) order by code, version limit $3`,
        [...(request.after ?? [null, null]), request.limit + 1],
      );
      return pageOf(items, request, 'schemes', (item) => [item.code, item.version]);
    });
  }

  versions(actor: Actor, code: string, query: PageQuery): Promise<Page<SchemeItem & { document: string }>> {
    const list = `scheme-versions:${code}`;
    const request = pageRequest(query, list);
    return this.database.transaction(actor, async (tx) => {
      const items = await tx.rows<SchemeItem & { document: string }>(
        `select code, version, title, cadence, state, document from scheme
         where code = $1 and ($2::int is null or version > $2) order by version limit $3`,
        [code, request.after?.[0] ?? null, request.limit + 1],
      );
      if (items.length === 0 && request.after === null) throw notFound();
      return pageOf(items, request, list, (item) => [item.version]);
    });
  }
}

const itemOf = ({ code, version, title, cadence, state }: Scheme): SchemeItem => ({
  code,
  version,
  title,
  cadence,
  state,
});
