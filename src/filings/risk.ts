/** One reason why a filing deserves a closer look. */
export interface RiskPart {
  readonly code: 'unit_slip' | 'justified' | 'late' | 'returned' | 'amendment' | 'waiver';
  readonly title: string;
  readonly points: number;
}

/** Points of each reason; `config/review/review.yaml`. */
export interface RiskPoints {
  readonly unitSlip: number;
  readonly justified: number;
  readonly justifiedAtMost: number;
  readonly late: number;
  readonly returned: number;
  readonly returnedAtMost: number;
  readonly amendment: number;
  readonly waiver: number;
}

/** What a submitted filing shows of itself. */
export interface RiskFacts {
  /** Codes of the rules that hold only by a justification, one for each failure. */
  readonly justified: readonly string[];
  readonly late: boolean;
  /** How often the bureau returned it. */
  readonly returns: number;
  readonly isAmendment: boolean;
  readonly waiver: boolean;
  /** 收表: nobody explained what the rules ask. */
  readonly received: boolean;
}

/** The rule that suspects a slip of the unit. */
const UNIT_SLIP = 'V08';

/** 风险分 0–100: the sum of its parts, at most 100. The queue is sorted by it; from `confirmAtRisk` a second person confirms. */
export function riskOf(facts: RiskFacts, points: RiskPoints): { score: number; parts: RiskPart[] } {
  const parts: RiskPart[] = [];
  const add = (code: RiskPart['code'], title: string, value: number): void => {
    if (value > 0) parts.push({ code, title, points: value });
  };
  const soft = facts.justified.filter((rule) => rule !== UNIT_SLIP).length;
  add('unit_slip', '疑似计量单位错位', facts.justified.includes(UNIT_SLIP) ? points.unitSlip : 0);
  add(
    'justified',
    facts.received ? `${soft} 处待说明，随工作簿收下` : `${soft} 处凭说明提交`,
    Math.min(soft * points.justified, points.justifiedAtMost),
  );
  add('late', '逾期提交', facts.late ? points.late : 0);
  add('returned', `被退回 ${facts.returns} 次`, Math.min(facts.returns * points.returned, points.returnedAtMost));
  add('amendment', '更正已采纳的报表', facts.isAmendment ? points.amendment : 0);
  add('waiver', '填报与签署为同一人', facts.waiver ? points.waiver : 0);
  return {
    score: Math.min(
      parts.reduce((sum, part) => sum + part.points, 0),
      100,
    ),
    parts,
  };
}

/** When a second person is asked for; `config/review/review.yaml`. */
export interface SecondPersonRule {
  readonly confirmAtRisk: number;
  readonly sampleEvery: number;
  readonly sampleWaiverEvery: number;
}

/** What decides whether one reviewer's acceptance is enough. */
export interface SecondFacts {
  readonly risk: number;
  /** It changes figures that an evaluation has pinned. */
  readonly amendedAfterCutOff: boolean;
  readonly waiver: boolean;
  /** Its number in the order of acceptances of its period, from 1; null: history, which is not sampled. */
  readonly nth: number | null;
}

/**
 * Why a second person confirms the acceptance, in Chinese; none: one reviewer is enough. The sample is every tenth
 * acceptance of a period, counted over all reviewers, so that it is one in ten exactly and nobody draws it.
 */
export function secondPersonWhy(facts: SecondFacts, rule: SecondPersonRule): { why: string[]; sampled: boolean } {
  const every = facts.waiver ? rule.sampleWaiverEvery : rule.sampleEvery;
  const sampled = facts.nth !== null && facts.nth % every === 0;
  const why = [
    ...(facts.risk >= rule.confirmAtRisk ? [`风险分 ${facts.risk}，达到 ${rule.confirmAtRisk}`] : []),
    ...(facts.amendedAfterCutOff ? ['更正了已用于评价的数据'] : []),
    ...(sampled ? [`抽样复核（每${every}份抽1份）`] : []),
  ];
  return { why, sampled };
}
