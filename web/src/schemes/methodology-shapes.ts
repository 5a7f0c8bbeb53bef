import type { Methodology } from '../../../src/scoring/methodology/methodology.js';
import type { SchemeSummary } from '../api/shapes.js';

/** 评价办法说明 of a version, with how it stands. */
export type MethodologyView = Methodology &
  Pick<SchemeSummary, 'state' | 'standing' | 'documentNumber' | 'effectiveFrom' | 'effectiveTo'>;
