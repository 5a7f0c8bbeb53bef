import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { parse } from 'yaml';
import { DocumentReader } from '../forms/document-reader.js';
import { projectRoot } from '../platform/project.service.js';
import { DomainError, type Violation } from '../problems/problems.js';
import type { RiskPoints, SecondPersonRule } from './risk.js';

const NAME = 'review/review.yaml';

/** 审核的规矩, as the bureau configures them: risk points, second person, reasons of a return. */
@Injectable()
export class ReviewRules {
  readonly points: RiskPoints;
  readonly second: SecondPersonRule;
  readonly returnReasons: readonly { readonly code: string; readonly title: string }[];

  /** @throws CATALOGUE_INVALID with every fault of the file */
  constructor() {
    const faults: Violation[] = [];
    const at = new DocumentReader(parse(readFileSync(join(projectRoot(), 'config', NAME), 'utf8')), NAME, faults);
    at.text('title');
    this.second = {
      confirmAtRisk: at.whole('confirmAtRisk', 0, 100),
      sampleEvery: at.whole('sampleEvery', 1, 1000),
      sampleWaiverEvery: at.whole('sampleWaiverEvery', 1, 1000),
    };
    const risk = at.child('risk');
    const points = (key: keyof RiskPoints): number => risk.whole(key, 0, 100);
    this.points = {
      unitSlip: points('unitSlip'),
      justified: points('justified'),
      justifiedAtMost: points('justifiedAtMost'),
      late: points('late'),
      returned: points('returned'),
      returnedAtMost: points('returnedAtMost'),
      amendment: points('amendment'),
      waiver: points('waiver'),
    };
    risk.nothingElse();
    this.returnReasons = at.entries('returnReasons').map((entry) => {
      const reason = { code: entry.text('code'), title: entry.text('title') };
      entry.nothingElse();
      return reason;
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
}
