import { anqingRule, pp60Rule, rel60Rule } from './around-base.js';
import { benchPlusRule } from './bench-plus.js';
import { efficacyRule } from './efficacy.js';
import { rankStepRule } from './rank-step.js';
import { meanCapRule, ratioToBestRule } from './ratios.js';
import type { BenchmarkRule } from './rule.js';
import { targetRule } from './target.js';

/** All inner rules; a new one is a file and a row. */
export const BENCHMARK_RULES: readonly BenchmarkRule[] = [
  rel60Rule,
  pp60Rule,
  anqingRule,
  ratioToBestRule,
  meanCapRule,
  rankStepRule,
  benchPlusRule,
  efficacyRule,
  targetRule,
];
