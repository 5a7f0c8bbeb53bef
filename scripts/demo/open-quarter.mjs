import { institutions } from './institutions.mjs';

export const OPEN_QUARTER = '2026Q3';

/** What is not accepted yet in the open quarter, by the beginning of the name; the other 45 are. */
const STATES = [
  ['青禾银行', 'untouched'],
  ['云岭银行', 'untouched'],
  ['松屏银行', 'submitted'],
  ['白鹭银行', 'submitted'],
  ['南榆银行', 'submitted'],
  ['融川财产保险', 'submitted'],
  ['桐川证券', 'submitted'],
  ['示范青枫融资担保', 'submitted'],
  ['望川银行', 'returned', '绿色贷款笔数比上季减少较多，请核对是否漏报已展期贷款', 'BK_GL_CNT;BK_GL_CUST'],
  ['同舟财产保险', 'returned', '环境污染责任保险投保企业数与保费不相称，请附保单清单', 'IN_ENV_CUST;IN_ENV_PREM'],
  ['示范启帆小额贷款', 'returned', '绿色贷款余额缺少认定依据，请补充台账', 'ML_G_BAL'],
  ['安禾财产保险', 'draft'],
  ['春晖银行', 'draft'],
  ['望岳证券', 'draft'],
  ['示范宝源典当行', 'draft'],
];

/**
 * This bank wrote 元 where 万元 belong: every amount is ten thousand times too large. It left its zeros blank, so that
 * the roll-forward, which would stop it, has nothing to add up.
 */
export const SLIPPED = '南榆银行';

export const openQuarter = institutions.map(({ name, uscc }) => {
  const [, state = 'accepted', reason = '', cells = ''] = STATES.find(([start]) => name.startsWith(start)) ?? [];
  return { institution: uscc, state, reason, cells };
});

/** A text of at most two decimals, ten thousand times as large. */
const tenThousandfold = (text) => {
  const [whole, fraction = ''] = text.split('.');
  return `${whole}${fraction.padEnd(4, '0')}`.replace(/^(-?)0+(?=[0-9])/, '$1');
};

/**
 * The figures of the open quarter as the institution's state needs them.
 * @param isAmount whether a metric is in 万元
 * @returns null when nothing has been filled
 */
export function filledAs(institution, figures, isAmount) {
  const { state } = openQuarter.find((each) => each.institution === institution.uscc);
  if (state === 'untouched') return null;
  const entries = Object.entries(figures);
  if (state === 'draft') return Object.fromEntries(entries.slice(0, Math.ceil(entries.length * 0.6)));
  if (!institution.name.startsWith(SLIPPED)) return figures;
  const filled = entries.filter(([, text]) => text !== '0');
  return Object.fromEntries(filled.map(([code, text]) => [code, isAmount(code) ? tenThousandfold(text) : text]));
}
