import { cents, QUARTERS, rate, seeded, split, wan } from './random.mjs';

const P19 = ['EE', 'CP', 'CE', 'EC', 'IN', 'SV'];
/** Shares of the purposes, after published breakdowns: infrastructure leads, clean energy follows. */
const MIX_2019 = [15, 5, 20, 11, 45, 4];
const MIX_2025 = [8, 9, 5, 20, 10, 41, 3, 2, 2];

/** Growth of the balance by lending alone, quarter by quarter; the growth of the year is met at the end of 2025. */
function growthPath(bank, draw) {
  return QUARTERS.map((quarter) => {
    const year = quarter.slice(0, 4);
    const drift = { 2023: 1.12, 2024: 1.06, 2025: 1, 2026: 0.92 }[year];
    return (1 + bank.growth / 100) ** 0.25 - 1 + (bank.growth * (drift - 1)) / 400 + draw.about(0, 0.006);
  });
}

/** In this quarter the change of the catalogue's edition moves loans in and out. */
const EDITION_QUARTER = '2025Q4';

function reclassified(bank, quarter, green, draw) {
  if (bank.name.startsWith('丹枫') && quarter === EDITION_QUARTER) return Math.round(green * 0.235);
  if (quarter === EDITION_QUARTER) return Math.round(green * draw.about(-0.002, 0.006));
  return draw.chance(0.06) ? Math.round(green * draw.about(0, 0.003)) : 0;
}

/** A share that a bank keeps from quarter to quarter: it moves a fifth of the way that it could. */
const steady = (draw, low, high) => (low + high) / 2 + (draw.between(low, high) - (low + high) / 2) * 0.2;

/** What fills the form and hardly matters to a ranking. */
function sideFigures(bank, { loans, green, npl, count }, draw) {
  const isRural = bank.name.startsWith('示范农村');
  const direct = Math.floor(green * steady(draw, 0.34, 0.42));
  const indirect = Math.floor(green * steady(draw, 0.2, 0.28));
  const projects = (direct + indirect) / 1e6;
  const bonds = isRural ? cents(draw.about(480000, 9000)) : 0;
  const customers = Math.floor(count * draw.between(0.72, 0.8));
  const listed = Math.floor((green * (bank.listed + draw.about(0, 0.8))) / 100);
  return {
    BK_DEP_BAL: wan(Math.round(loans * draw.between(1.12, 1.22))),
    BK_GL_CUST: String(customers),
    BK_GL_DIRECT: wan(direct),
    BK_GL_INDIR: wan(indirect),
    BK_GL_MSE: wan(Math.floor((green * (bank.small + draw.about(0, 0.5))) / 100)),
    BK_GL_MFG: wan(Math.floor(green * steady(draw, 0.1, 0.16))),
    BK_GL_LIST: wan(listed),
    BK_GL_LISTCNT: String(Math.min(customers, Math.max(1, Math.round(listed / 2.4e5)))),
    BK_TRANS_BAL: wan(Math.round(loans * steady(draw, 0.004, 0.008))),
    BK_CRED_RATE: rate(draw.about(3.35, 0.06)),
    BK_LOAN_RATE: rate(draw.about(3.78, 0.05)),
    BK_CRST_BAL: wan(Math.floor(green * steady(draw, 0.03, 0.06))),
    BK_LYD_NEW: wan(draw.chance(0.6) ? Math.round(green * draw.between(0.002, 0.006)) : 0),
    BK_LPT_NEW: wan(draw.chance(0.4) ? Math.round(green * draw.between(0.001, 0.003)) : 0),
    BK_GB_HOLD: wan(Math.floor(bonds * 0.041)),
    BK_BOND_HOLD: wan(bonds),
    BK_GB_OD: '0',
    BK_GB_ISS: '0',
    BK_GB_OUT: '0',
    ...(bank.segment === '大型' && draw.chance(0.25)
      ? { BK_GB_UW: wan(cents(draw.whole(2, 12) * 1000)), BK_GB_UWCNT: '1' }
      : { BK_GB_UW: '0', BK_GB_UWCNT: '0' }),
    BK_GB_LOCAL: wan(draw.chance(0.2) ? cents(draw.whole(1, 8) * 500) : 0),
    BK_GWM_BAL: wan(Math.round(green * steady(draw, 0.01, 0.03))),
    BK_GOFF_BAL: wan(Math.round(green * steady(draw, 0.02, 0.05))),
    ENV_COAL: wan(Math.round(projects * draw.between(310000, 340000))),
    ENV_CO2: wan(Math.round(projects * draw.between(780000, 840000))),
    ENV_COD: wan(Math.round(projects * draw.between(900, 1100))),
    ENV_NH3N: wan(Math.round(projects * draw.between(90, 120))),
    ENV_SO2: wan(Math.round(projects * draw.between(600, 760))),
    ENV_NOX: wan(Math.round(projects * draw.between(500, 640))),
    ENV_H2O: wan(Math.round(projects * draw.between(120000, 150000))),
    BK_LOAN_NPL: wan(Math.max(npl, Math.round(loans * draw.between(0.006, 0.011)))),
  };
}

function purposes(quarter, green, draw) {
  const vary = (mix) => mix.map((share) => share * draw.between(0.94, 1.06));
  const [old, current] = [split(green, vary(MIX_2019)), split(green, vary(MIX_2025))];
  const named =
    quarter < EDITION_QUARTER
      ? old.map((part, i) => [`BK_GL_P19_${P19[i]}`, wan(part)])
      : current.map((part, i) => [`BK_GL_P25_${i + 1}`, wan(part)]);
  return Object.fromEntries(named);
}

/** One bank's figures of every quarter it has existed in: period → metric → text. */
export function bankFigures(bank) {
  const draw = seeded(`bank ${bank.uscc}`);
  const isNew = bank.openedOn > '2025-01-01';
  const path = growthPath(bank, draw);
  const yearEnd = QUARTERS.indexOf(EDITION_QUARTER);
  const loanPath = QUARTERS.map(() => draw.about(0.0165, 0.004));
  const product = (rates) => rates.slice(0, yearEnd + 1).reduce((all, each) => all * (1 + each), 1);
  let loans = cents(bank.loans * 10000);
  let green = isNew ? 0 : Math.round((loans * product(loanPath) * bank.share) / 100 / product(path));
  const [staff, weight] = [draw.whole(3, 9), draw.whole(3, 7)];
  return new Map(
    QUARTERS.flatMap((quarter, i) => {
      if (isNew && quarter < '2025Q3') return [];
      loans = isNew ? Math.round((loans + cents(46000)) * 1.02) : Math.round(loans * (1 + loanPath[i]));
      const reclass = isNew ? 0 : reclassified(bank, quarter, green, draw);
      const writtenOff = draw.chance(0.05) ? Math.round(green * 0.0002) : 0;
      const repaid = Math.round(green * draw.between(0.07, 0.11));
      const net = isNew ? Math.round(loans * 0.03) : Math.round(green * path[i]);
      const granted = Math.max(0, repaid + net);
      green = green + granted - repaid - writtenOff + reclass;
      // The two largest cleared their last bad loans at the end of 2025.
      const bad = bank.bad === 0 && bank.segment === '大型' && quarter < EDITION_QUARTER ? 0.01 : bank.bad;
      const npl = Math.floor((green * bad * draw.between(0.9, 1.1)) / 100);
      const mention = Math.floor(green * draw.between(0.002, 0.006));
      const count = Math.max(3, Math.round(green / cents(draw.between(1050, 1150))));
      const figures = {
        BK_LOAN_BAL: wan(loans),
        BK_LOAN_NEW: wan(granted + Math.round(loans * draw.between(0.12, 0.17))),
        BK_GL_BAL: wan(green),
        BK_GL_NEW: wan(granted),
        BK_GL_REPAY: wan(repaid),
        BK_GL_WO: wan(writtenOff),
        BK_GL_RECLASS: wan(reclass),
        BK_GL_CNT: String(count),
        BK_GL_ORD: wan(green - mention - npl),
        BK_GL_SML: wan(mention),
        BK_GL_NPL: wan(npl),
        ...purposes(quarter, green, draw),
        ...sideFigures(bank, { loans, green, npl, count }, draw),
        QL_STAFF: String(staff + Math.floor(i / 6)),
        QL_KPI: rate(weight + Math.floor(i / 8)),
        QL_INNO: draw.chance(0.12) ? '1' : '0',
        QL_PENALTY: bank.name.startsWith('沅芷') && quarter === '2025Q3' ? '1' : '0',
      };
      return [[quarter, figures]];
    }),
  );
}
