import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { parse } from 'yaml';
import { DocumentReader } from '../forms/document-reader.js';
import { projectRoot } from '../platform/project.service.js';
import { DomainError, type Violation } from '../problems/problems.js';

const NAME = 'flags.yaml';

export interface FlagKind {
  /** What schemes read: `flag("environmental_penalty")`. */
  readonly code: string;
  readonly title: string;
  readonly note: string;
  /** Codes of the departments whose word it is; none: nobody enters it. */
  readonly departments: readonly string[];
}

/** 事项的种类, as the bureau configures them. */
@Injectable()
export class FlagKinds {
  readonly all: readonly FlagKind[];

  /** @throws CATALOGUE_INVALID with every fault of the file */
  constructor() {
    const faults: Violation[] = [];
    const at = new DocumentReader(parse(readFileSync(join(projectRoot(), 'config', NAME), 'utf8')), NAME, faults);
    at.text('title');
    this.all = at.entries('kinds').map((entry) => {
      const kind = {
        code: entry.text('code'),
        title: entry.text('title'),
        note: entry.text('note'),
        departments: entry.has('departments') ? entry.texts('departments') : [],
      };
      if (!/^[a-z][a-z0-9_]{1,39}$/.test(kind.code)) entry.fault('code', kind.code, '小写字母、数字、下划线');
      entry.nothingElse();
      return kind;
    });
    at.nothingElse();
    if (faults.length > 0)
      throw new DomainError(
        'CATALOGUE_INVALID',
        422,
        `配置有 ${faults.length} 处错误：\n${faults.map((fault) => fault.message).join('\n')}`,
        faults,
      );
  }

  of(code: string): FlagKind | null {
    return this.all.find((kind) => kind.code === code) ?? null;
  }

  /** The code itself for one that the file does not have. */
  title(code: string): string {
    return this.of(code)?.title ?? code;
  }
}
