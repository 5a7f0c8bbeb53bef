import { institutions } from './institutions.mjs';
import { seeded } from './random.mjs';

const ALL = ['finance_bureau', 'dev_reform', 'ecology', 'economy', 'housing'];
const BANK_PANELS = {
  policy: ALL,
  institution: ['finance_bureau', 'dev_reform', 'ecology'],
  support: ['dev_reform', 'economy', 'housing'],
};

/** Who scores what, by scheme: node → departments, as the schemes say. */
export const PANELS = [
  { scheme: 'bank-142', period: '2025Q4', types: ['bank'], panels: BANK_PANELS },
  { scheme: 'bank-first-year', period: '2025', types: ['bank'], panels: BANK_PANELS },
  {
    scheme: 'insurer-annual',
    period: '2025',
    types: ['insurer'],
    panels: { policy: ALL, service: ['finance_bureau', 'ecology', 'economy'] },
  },
  {
    scheme: 'securities-annual',
    period: '2025',
    types: ['securities'],
    panels: { policy: ['finance_bureau', 'dev_reform', 'economy'] },
  },
  {
    scheme: 'new-types-annual',
    period: '2025',
    types: ['micro_lender', 'financing_guarantee', 'financial_leasing', 'commercial_factoring', 'pawnbroker'],
    panels: { policy: ['finance_bureau', 'dev_reform', 'economy'], service: ['finance_bureau', 'economy', 'housing'] },
  },
];

/** Points that the finance bureau adds for cases and takes for late filing. */
const ADJUSTMENTS = [
  ['bank-142', '云岭银行', 'innovation', '4'],
  ['bank-142', '嘉穗银行', 'innovation', '2'],
  ['bank-142', '示范农村商业银行', 'innovation', '1'],
  ['bank-142', '石榴银行', 'late', '1'],
  ['bank-142', '金沛村镇银行', 'late', '2'],
  ['bank-first-year', '云岭银行', 'innovation', '1'],
  ['bank-first-year', '嘉穗银行', 'innovation', '1'],
  ['bank-first-year', '示范农村商业银行', 'innovation', '1'],
  ['bank-first-year', '秋实银行', 'late', '1'],
  ['bank-first-year', '石榴银行', 'late', '1'],
  ['bank-first-year', '金沛村镇银行', 'late', '2'],
  ['insurer-annual', '安禾财产', 'innovation', '2'],
  ['insurer-annual', '天柘财产', 'late', '2'],
  ['insurer-annual', '康桥健康', 'late', '1'],
  ['securities-annual', '鹿鸣证券', 'innovation', '2'],
  ['securities-annual', '岫云证券', 'late', '1'],
  ['new-types-annual', '示范区融资担保', 'innovation', '2'],
  ['new-types-annual', '示范宝源典当行', 'late', '1'],
];

/** Scores are kept as whole hundredths until they are written. */
export function assessments() {
  const rows = [];
  for (const { scheme, period, types, panels } of PANELS) {
    for (const institution of institutions.filter((each) => types.includes(each.type))) {
      // Opened in 2025: the panel does not score it.
      if (institution.openedOn > '2025-01-01') continue;
      const draw = seeded(`assessment ${scheme} ${institution.uscc}`);
      for (const [node, departments] of Object.entries(panels)) {
        for (const assessor of departments) {
          const score = Math.min(100, Math.max(40, Math.round(draw.about(institution.level, 2.4) * 2) / 2));
          rows.push({ scheme, period, institution: institution.uscc, node, assessor, score: Math.round(score * 100) });
        }
      }
    }
    for (const [of, name, node, points] of ADJUSTMENTS.filter(([of]) => of === scheme)) {
      const { uscc } = institutions.find((each) => each.name.startsWith(name));
      rows.push({
        scheme: of,
        period,
        institution: uscc,
        node,
        assessor: 'finance_bureau',
        score: Number.parseInt(points, 10) * 100,
      });
    }
  }
  return rows;
}
