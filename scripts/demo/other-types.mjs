import { cents, QUARTERS, rate, seeded, split, wan } from './random.mjs';

const quality = (draw, innovation, seed) => ({
  QL_STAFF: String(1 + (seed % 3)),
  QL_KPI: rate(2 + (seed % 5)),
  QL_INNO: draw.chance(innovation) ? '1' : '0',
  QL_PENALTY: '0',
});

const quarterly = (figuresOf) => new Map(QUARTERS.map((quarter, i) => [quarter, figuresOf(i)]));
/** Growth to the power of the quarters passed. */
const grown = (start, growth, i) => start * (1 + growth / 100) ** (i / 4);

/** Premiums of an insurer; the three parts less what is counted twice make the green premium. */
export function insurerFigures(insurer) {
  const draw = seeded(`insurer ${insurer.uscc}`);
  const isProperty = insurer.segment === '财产险';
  const perPolicy = isProperty ? draw.between(0.35, 0.6) : draw.between(0.08, 0.12);
  return quarterly((i) => {
    const season = [1.12, 1.02, 0.95, 0.91][i % 4];
    const premium = cents(grown(insurer.premium, 6, i) * season * draw.about(1, 0.02));
    const shareThen = insurer.share / ((1 + insurer.growth / 100) / 1.06) ** 3;
    const green = Math.round((premium * grown(shareThen, ((1 + insurer.growth / 100) / 1.06 - 1) * 100, i)) / 100);
    const twice = Math.floor(green * draw.between(0.01, 0.03));
    const [esg, industry, living] = split(green + twice, isProperty ? [34, 26, 40] : [72, 18, 10]);
    const claims = Math.floor(premium * draw.between(0.5, 0.62));
    const greenClaims = Math.floor(Math.min(claims, green) * draw.between(0.36, 0.5));
    const pollution = isProperty ? Math.floor(esg * draw.between(0.12, 0.2)) : 0;
    const policies = Math.max(1, Math.round(green / cents(perPolicy)));
    return {
      IN_PREM_TOT: wan(premium),
      IN_CLM_TOT: wan(claims),
      IN_GI_PREM: wan(green),
      IN_GI_CNT: String(policies),
      IN_GI_SI: wan(Math.round(green * draw.between(820, 960))),
      IN_GI_CLMCNT: String(Math.max(1, Math.round(policies * draw.between(0.03, 0.05)))),
      IN_GI_CLM: wan(greenClaims),
      IN_GI_CUST: String(Math.max(1, Math.round(policies * draw.between(0.82, 0.93)))),
      IN_GI_ESG: wan(esg),
      IN_GI_IND: wan(industry),
      IN_GI_LIFE: wan(living),
      IN_GI_DUP: wan(twice),
      IN_ENV_PREM: wan(pollution),
      IN_ENV_CUST: String(
        isProperty ? Math.round((insurer.premium / 130) * (insurer.level / 85) * draw.between(0.95, 1.05)) : 0,
      ),
      IN_ENV_SI: wan(Math.round(pollution * draw.between(160, 200))),
      IN_NEV_PREM: wan(isProperty ? Math.floor(living * draw.between(0.6, 0.8)) : 0),
      IN_AGRI_PREM: wan(insurer.name.includes('农业') ? Math.round(premium * 0.55) : Math.floor(green * 0.04)),
      IN_CARB_PREM: wan(isProperty && draw.chance(0.3) ? cents(draw.whole(2, 18)) : 0),
      IN_GINV_BAL: wan(cents(grown(insurer.premium * (isProperty ? 0.8 : 2.4) * (insurer.level / 80), 8, i))),
      IN_SVC_CNT: String(draw.whole(2, 5) + Math.round((insurer.level - 65) / (isProperty ? 2 : 4))),
      ...quality(draw, insurer.level / 600, insurer.level),
    };
  });
}

/** Business of a securities branch comes in single deals: a kind it does more often has more quarters with one. */
export function securitiesFigures(branch) {
  const draw = seeded(`securities ${branch.uscc}`);
  const [bonds, equity, listing, service] = branch.activity;
  const deal = (activity, low, high) => (draw.chance(activity * 0.28) ? cents(draw.whole(low, high) * 100) : 0);
  return quarterly(() => {
    const underwritten = deal(bonds, 20, 220);
    const securitised = deal(bonds - 1, 20, 120);
    const done = listing > 1 && draw.chance(0.08) ? 1 : 0;
    return {
      SE_UW_TOT: wan(underwritten + securitised + deal(2, 100, 600)),
      SE_GB_UW: wan(underwritten),
      SE_GB_UWCNT: underwritten > 0 ? '1' : '0',
      SE_ABS_UW: wan(securitised),
      SE_GB_LOCAL: wan(Math.floor(underwritten * 0.4)),
      SE_GB_INV: '0',
      SE_EQ_FIN: wan(deal(equity, 10, 70)),
      SE_IPO_TUT: String(Math.max(0, listing - 1 + draw.whole(0, 1))),
      SE_IPO_DONE: String(done),
      SE_GP_SALE: wan(cents(draw.about(900 + 420 * service, 90))),
      SE_CARB_TRD: wan(service > 2 ? cents(draw.whole(20, 120)) : 0),
      SE_EDU_CNT: String(Math.max(0, service - 1 + draw.whole(0, 1))),
      ...quality(draw, 0.04 * service, branch.level),
    };
  });
}

/** Opening + new − gone = closing, in whole hundredths. `growth` is a year's, in percent. */
function rollForward(company, draw) {
  let balance = cents(company.green);
  return (i, turnover) => {
    const gone = Math.round(balance * turnover);
    const net = Math.round(balance * ((1 + company.growth / 100) ** 0.25 - 1 + draw.about(0, 0.008)));
    const placed = Math.max(0, gone + net);
    balance += placed - gone;
    return { balance, placed, gone, all: Math.round((balance / company.share) * 100 * draw.between(0.98, 1.02)), i };
  };
}

const count = (balance, average) => Math.max(1, Math.round(balance / cents(average)));

function lenderFigures(company, draw, roll) {
  return quarterly((i) => {
    const { balance, placed, gone, all } = roll(i, draw.between(0.22, 0.28));
    const loans = count(balance, 46);
    return {
      ML_BAL: wan(all),
      ML_NEW: wan(placed + Math.round(all * 0.2)),
      ML_REC: wan(gone + Math.round(all * 0.18)),
      ML_CNT: String(count(all, 38) + loans),
      ML_G_BAL: wan(balance),
      ML_G_NEW: wan(placed),
      ML_G_REC: wan(gone),
      ML_G_CNT: String(loans),
      ML_G_NPL: wan(Math.floor(balance * draw.between(0.008, 0.02))),
      ML_RATE: rate(draw.about(11.2, 0.4)),
      ...quality(draw, 0.08, company.level),
    };
  });
}

function guaranteeFigures(company, draw, roll) {
  return quarterly((i) => {
    const { balance, placed, gone, all } = roll(i, draw.between(0.13, 0.17));
    const paid = Math.floor(gone * 0.01);
    return {
      GU_OUT_BAL: wan(all),
      GU_NETAST: wan(cents(company.green * 1.6)),
      GU_NEW: wan(placed + Math.round(all * 0.12)),
      GU_REL: wan(gone + Math.round(all * 0.1)),
      GU_COMP: wan(paid + Math.round(all * 0.0008)),
      GU_SMALL_BAL: wan(Math.floor(all * draw.between(0.82, 0.9))),
      GU_GG_BAL: wan(balance),
      GU_GG_NEW: wan(placed),
      GU_GG_REL: wan(gone - paid),
      GU_GG_COMP: wan(paid),
      GU_GG_CUST: String(count(balance, 210)),
      GU_FEE: rate(draw.about(0.92, 0.03)),
      ...quality(draw, 0.1, company.level),
    };
  });
}

function leasingFigures(company, draw, roll) {
  return quarterly((i) => {
    const { balance, placed, gone, all } = roll(i, draw.between(0.07, 0.09));
    const part = balance / 1e6;
    return {
      LE_BAL: wan(all),
      LE_NEW: wan(placed + Math.round(all * 0.06)),
      LE_G_BAL: wan(balance),
      LE_G_NEW: wan(placed),
      LE_G_REC: wan(gone),
      LE_G_CNT: String(count(balance, 1500)),
      LE_G_NPA: wan(Math.floor(balance * 0.004)),
      LE_G_FUND: wan(Math.floor(placed * 0.3)),
      ENV_COAL: wan(Math.round(part * 240000)),
      ENV_CO2: wan(Math.round(part * 610000)),
      ENV_COD: '0',
      ENV_NH3N: '0',
      ENV_SO2: wan(Math.round(part * 400)),
      ENV_NOX: wan(Math.round(part * 300)),
      ENV_H2O: '0',
      ...quality(draw, 0.1, company.level),
    };
  });
}

function factoringFigures(company, draw, roll) {
  return quarterly((i) => {
    const { balance, placed, gone, all } = roll(i, draw.between(0.3, 0.36));
    return {
      FA_BAL: wan(all),
      FA_NEW: wan(placed + Math.round(all * 0.25)),
      FA_G_BAL: wan(balance),
      FA_G_NEW: wan(placed),
      FA_G_REC: wan(gone),
      FA_G_CUST: String(count(balance, 320)),
      FA_G_OD: wan(Math.floor(balance * draw.between(0, 0.01))),
      ...quality(draw, 0.08, company.level),
    };
  });
}

function pawnFigures(company, draw, roll) {
  return quarterly((i) => {
    const { balance, placed, gone, all } = roll(i, draw.between(0.42, 0.5));
    const dead = Math.floor(gone * 0.02);
    const granted = placed + Math.round(all * 0.5);
    const tickets = count(placed, 8);
    return {
      PW_TOT: wan(granted),
      PW_BAL: wan(all),
      PW_CNT: String(count(granted, 6) + tickets),
      PW_G_NEW: wan(placed),
      PW_G_BAL: wan(balance),
      PW_G_REDEEM: wan(gone - dead),
      PW_G_DEAD: wan(dead),
      PW_G_CNT: String(tickets),
      ...quality(draw, 0.03, company.level),
    };
  });
}

const MAKERS = {
  micro_lender: lenderFigures,
  financing_guarantee: guaranteeFigures,
  financial_leasing: leasingFigures,
  commercial_factoring: factoringFigures,
  pawnbroker: pawnFigures,
};

export function newTypeFigures(company) {
  const draw = seeded(`${company.type} ${company.uscc}`);
  return MAKERS[company.type](company, draw, rollForward(company, draw));
}
