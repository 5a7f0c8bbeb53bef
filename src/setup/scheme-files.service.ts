import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Cadence } from '../calendar/period.js';
import { INSTITUTION_TYPE_TITLES } from '../forms/metric.js';
import { projectRoot } from '../platform/project.service.js';
import { SchemeReading } from '../schemes/scheme-reading.service.js';

/** A scheme that comes with the product, ready to be stored as a draft. */
export interface OfferedScheme {
  readonly code: string;
  readonly version: number;
  readonly title: string;
  readonly cadence: Cadence;
  /** 银行、保险机构. */
  readonly types: string;
  /** Needs no figures of earlier years: ticked unless somebody says otherwise. */
  readonly isForFirstYear: boolean;
  readonly document: string;
}

/** Of the demonstration with published figures, and of no district. */
const PUBLISHED = /^published-/;

/** The documents of `config/schemes`. */
@Injectable()
export class SchemeFiles {
  private offered: readonly OfferedScheme[] | null = null;

  constructor(private readonly reading: SchemeReading) {}

  all(): readonly OfferedScheme[] {
    this.offered ??= this.read();
    return this.offered;
  }

  private read(): OfferedScheme[] {
    const folder = path.join(projectRoot(), 'config', 'schemes');
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .flatMap((name) => {
        const document = readFileSync(path.join(folder, name), 'utf8');
        const { scheme } = this.reading.read(document);
        if (!scheme || PUBLISHED.test(scheme.code)) return [];
        const { code, version, title, cadence, institutionTypes } = scheme;
        const titles = Object.entries(INSTITUTION_TYPE_TITLES);
        const types = titles.filter(([type]) => institutionTypes?.includes(type) ?? true).map(([, title]) => title);
        const isForFirstYear = /首年/.test(title) || /first-year/.test(code);
        return [{ code, version, title, cadence, types: types.join('、'), isForFirstYear, document }];
      });
  }
}
