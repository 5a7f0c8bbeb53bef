import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { INSTITUTION_TYPE_TITLES } from '../forms/metric.js';
import { departmentTitle } from '../identity/departments.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { projectRoot } from '../platform/project.service.js';
import { DomainError, type Violation } from '../problems/problems.js';
import { type DisclosurePreview, disclosurePreview } from '../scoring/disclosure/preview.js';
import { type Methodology, methodologyOf } from '../scoring/methodology/methodology.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import type { Scheme as ReadScheme } from '../scoring/scheme/scheme.js';
import { type DifferenceLine, schemeDifference } from '../scoring/scheme-difference/difference.js';
import { outOfBounds } from './document-bounds.js';
import type { Scheme } from './scheme.entity.js';
import { SchemeQuery } from './scheme.query.js';
import type { Effect, SchemeState, Standing } from './scheme-states.js';

export interface SchemeCheck {
  readonly ok: boolean;
  readonly errors: readonly Violation[];
  readonly warnings: readonly Violation[];
}

/** A document as text. One that came as an object is written as JSON, which is a part of YAML 1.2. */
export const documentText = (document: unknown): string =>
  typeof document === 'string' ? document : JSON.stringify(document, null, 2);

/** 评价办法说明 of a stored version, with how it stands. */
export interface MethodologyView extends Methodology, Effect {
  readonly state: SchemeState;
  readonly standing: Standing;
}

/** What documents say: checked, compared, told in words. Stores nothing. */
@Injectable()
export class SchemeReading {
  /** The JSON Schema for editors. */
  readonly schema = JSON.parse(
    readFileSync(path.join(projectRoot(), 'config', 'scheme.schema.json'), 'utf8'),
  ) as object;

  constructor(
    private readonly query: SchemeQuery,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** A document with its parsed scheme, if it is one. */
  read(document: unknown): ReturnType<typeof checkScheme> {
    const text = documentText(document);
    const fault = outOfBounds(text);
    return fault ? { ok: false, errors: [fault], warnings: [] } : checkScheme(text, this.catalogue.facts());
  }

  /** What stands against a document, and what it is warned of. */
  check(document: unknown): SchemeCheck {
    const { ok, errors, warnings } = this.read(document);
    return { ok, errors, warnings };
  }

  /** @throws SCHEME_REFUSED when one of them is no scheme; the paths say which */
  difference(before: unknown, after: unknown): readonly DifferenceLine[] {
    const [old, now] = [this.read(before), this.read(after)];
    if (!old.scheme || !now.scheme)
      throw new DomainError('SCHEME_REFUSED', 422, '要比较的文档未通过检查', [
        ...old.errors.map((error) => ({ ...error, path: `before.${error.path}` })),
        ...now.errors.map((error) => ({ ...error, path: `after.${error.path}` })),
      ]);
    return schemeDifference(old.scheme, now.scheme, departmentTitle);
  }

  /** @throws NOT_FOUND */
  async versionsDifference(
    actor: Actor,
    [code, version]: readonly [string, number],
    [otherCode, otherVersion]: readonly [string, number],
  ): Promise<readonly DifferenceLine[]> {
    const after = await this.query.entity(actor, code, version);
    const before = await this.query.entity(actor, otherCode, otherVersion);
    return schemeDifference(this.stored(before), this.stored(after), departmentTitle);
  }

  /** @throws NOT_FOUND, for an institution also of a draft */
  async methodology(actor: Actor, code: string, version: number): Promise<MethodologyView> {
    const stored = await this.query.entity(actor, code, version);
    const scheme = this.stored(stored);
    const { warnings } = this.read(stored.document);
    const { state, standing, documentNumber, effectiveFrom, effectiveTo } = stored;
    return {
      ...methodologyOf(stored.document, scheme, warnings, this.catalogue.facts(), {
        metric: (metric) => this.catalogue.metrics.get(metric)?.title ?? metric,
        department: departmentTitle,
        type: (type) => (INSTITUTION_TYPE_TITLES as Readonly<Record<string, string>>)[type] ?? type,
      }),
      state,
      standing,
      documentNumber,
      effectiveFrom,
      effectiveTo,
    };
  }

  /**
   * What an institution would see of a result by this scheme, for each way to publish it.
   * @throws NOT_FOUND, for an institution also of a draft
   */
  async disclosure(actor: Actor, code: string, version: number): Promise<DisclosurePreview> {
    const stored = await this.query.entity(actor, code, version);
    return disclosurePreview(stored.document, this.stored(stored), this.catalogue.facts());
  }

  /** @throws SCHEME_REFUSED when a catalogue that has changed since no longer carries it */
  private stored({ document }: Scheme): ReadScheme {
    const { scheme, errors } = checkScheme(document, this.catalogue.facts());
    if (!scheme) throw new DomainError('SCHEME_REFUSED', 422, '评价方案未通过检查', errors);
    return scheme;
  }
}
