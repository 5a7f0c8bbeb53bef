const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const ORGANISATION = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Check character of an organisation code (GB 11714). */
function organisationCheck(code) {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...code].reduce((total, char, i) => total + ORGANISATION.indexOf(char) * weights[i], 0);
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/** A code of the division 990101, which does not exist, with right check characters (GB 32100-2015). */
function inventedUscc(number) {
  const organisation = `MADM${String(number).padStart(4, '0')}`;
  const body = `91990101${organisation}${organisationCheck(organisation)}`;
  const sum = [...body].reduce((total, char, k) => total + ALPHABET.indexOf(char) * (3 ** k % 31), 0);
  return body + ALPHABET[(31 - (sum % 31)) % 31];
}

/** The two codes that the hostile import files are written for. */
const IMPORT_CODES = ['91500106MA5U0A1B7P', '91500106M00000019C'];

/**
 * Banks: name, size class, loans at the end of 2022 (亿元), green share at the end of 2025 (%), green growth a year (%),
 * bad green loans (%), listed loans and small-business loans (% of green), level of assessment.
 */
export const BANKS = [
  ['青禾银行示范支行', '中型', 105, 23.5, 14.6, 0, 33, 20, 92],
  ['云岭银行示范分行', '大型', 160, 26.4, 19.5, 0, 41, 23, 96],
  ['嘉穗银行示范分行', '大型', 150, 25, 17.4, 0, 38, 22, 95],
  ['江峡银行示范分行', '大型', 122, 22.5, 13.8, 0.008, 34, 21, 91],
  ['松屏银行示范支行', '中型', 100, 22, 13.6, 0.008, 32, 19, 90],
  ['白鹭银行示范支行', '中型', 98, 21.6, 14, 0.016, 31, 18, 90],
  ['丹枫银行示范支行', '中型', 76, 15.4, 1.5, 0.024, 28, 17, 86],
  ['示范农村商业银行', '大型', 140, 16.8, 15.5, 0.024, 36, 25, 89],
  ['望川银行示范支行', '中型', 95, 19.6, 12.5, 0.024, 27, 18, 87],
  ['春晖银行示范支行', '中型', 88, 19.3, 11.7, 0.016, 30, 16, 88],
  ['明漪银行示范支行', '中型', 85, 18.5, 11.7, 0.032, 25, 17, 85],
  ['远岫银行示范支行', '中型', 92, 17.4, 10.9, 0.024, 26, 15, 86],
  ['衡麓银行示范支行', '中型', 82, 16.6, 10.1, 0.048, 24, 14, 85],
  ['南榆银行示范支行', '中型', 78, 16, 9.4, 0.032, 22, 16, 83],
  ['清渠银行示范支行', '中型', 74, 15.1, 9.4, 0.04, 23, 13, 82],
  ['海棠银行示范支行', '小型', 70, 14.5, 8.6, 0.064, 20, 14, 83],
  ['东篱银行示范支行', '小型', 66, 12.6, 7, 0.096, 19, 12, 80],
  ['秋实银行示范支行', '小型', 62, 11.2, 6.2, 0.12, 16, 11, 78],
  ['凌霄银行示范支行', '小型', 58, 10.4, 5.5, 0.144, 15, 10, 76],
  ['石榴银行示范支行', '小型', 50, 9, 3.9, 0.28, 12, 9, 72],
  ['金沛村镇银行', '小型', 16, 5.6, -3, 1.3, 5, 12, 62],
  ['沅芷银行示范支行', '中型', 76, 17.4, 10.9, 0.04, 24, 15, 82],
  ['岚溪银行示范支行', '小型', 0, 12, 0, 0, 15, 14, 80],
  ['竹里银行示范支行', '小型', 60, 12.2, 7.8, 0.064, 18, 12, 79],
].map(([name, segment, loans, share, growth, bad, listed, small, level]) => ({
  name,
  segment,
  type: 'bank',
  loans,
  share,
  growth,
  bad,
  listed,
  small,
  level,
}));

/** Insurers: name, line, premium a quarter (万元), green share (%), growth a year (%), level of assessment. */
export const INSURERS = [
  ['安禾财产保险示范支公司', '财产险', 5200, 22, 24, 91],
  ['融川财产保险示范支公司', '财产险', 6800, 19, 21, 88],
  ['景澄财产保险示范支公司', '财产险', 4300, 17, 26, 86],
  ['润田农业保险示范支公司', '财产险', 2100, 38, 14, 90],
  ['砺行财产保险示范支公司', '财产险', 3600, 14, 15, 83],
  ['佑山财产保险示范支公司', '财产险', 2900, 12, 12, 81],
  ['海晏财产保险示范支公司', '财产险', 2400, 11, 9, 80],
  ['同舟财产保险示范支公司', '财产险', 1800, 9, 6, 77],
  ['天柘财产保险示范支公司', '财产险', 1300, 7, -4, 70],
  ['澄心人寿保险示范支公司', '人身险', 9800, 2.6, 18, 87],
  ['颐年人寿保险示范支公司', '人身险', 8600, 2.1, 13, 84],
  ['明溪人寿保险示范支公司', '人身险', 7400, 1.8, 10, 80],
  ['松龄养老保险示范支公司', '人身险', 5100, 1.5, 8, 79],
  ['康桥健康保险示范支公司', '人身险', 4200, 1.2, 2, 72],
].map(([name, segment, premium, share, growth, level]) => ({
  name,
  segment,
  type: 'insurer',
  premium,
  share,
  growth,
  level,
}));

/** Securities branches: name, how much of each kind of business it does (0–3), level of assessment. */
export const SECURITIES = [
  ['鹿鸣证券示范营业部', [3, 2, 3, 3], 92],
  ['澜石证券示范营业部', [3, 3, 1, 2], 90],
  ['采薇证券示范营业部', [2, 1, 2, 3], 88],
  ['桐川证券示范营业部', [2, 2, 2, 1], 87],
  ['渡川证券示范营业部', [1, 1, 2, 2], 85],
  ['望岳证券示范营业部', [1, 0, 1, 2], 83],
  ['青峦证券示范营业部', [1, 1, 0, 1], 82],
  ['砚山证券示范营业部', [0, 1, 1, 1], 80],
  ['汀兰证券示范营业部', [1, 0, 0, 1], 78],
  ['星野证券示范营业部', [0, 0, 1, 1], 76],
  ['临皋证券示范营业部', [0, 0, 0, 1], 72],
  ['岫云证券示范营业部', [0, 0, 0, 0], 58],
].map(([name, activity, level]) => ({ name, segment: '证券分支机构', type: 'securities', activity, level }));

/** New types: name, type, green balance at the end of 2022 (万元), growth a year (%), green share (%), level. */
export const NEW_TYPES = [
  ['示范惠田小额贷款有限公司', 'micro_lender', '小额贷款', 2600, 22, 14, 90],
  ['示范润禾小额贷款有限公司', 'micro_lender', '小额贷款', 1900, 15, 11, 84],
  ['示范启帆小额贷款有限公司', 'micro_lender', '小额贷款', 1200, -5, 7, 72],
  ['示范区融资担保有限公司', 'financing_guarantee', '融资担保', 18000, 19, 16, 93],
  ['示范青枫融资担保有限公司', 'financing_guarantee', '融资担保', 7600, 11, 12, 82],
  ['示范链信商业保理有限公司', 'commercial_factoring', '商业保理', 6400, 24, 21, 86],
  ['示范通汇商业保理有限公司', 'commercial_factoring', '商业保理', 4100, 9, 13, 78],
  ['示范恒泽典当行有限公司', 'pawnbroker', '典当', 320, 12, 6, 77],
  ['示范宝源典当行有限公司', 'pawnbroker', '典当', 210, -8, 4, 66],
  ['示范绿源融资租赁有限公司', 'financial_leasing', '融资租赁', 26000, 20, 31, 88],
].map(([name, type, segment, green, growth, share, level]) => ({ name, type, segment, green, growth, share, level }));

export const institutions = [...BANKS, ...INSURERS, ...SECURITIES, ...NEW_TYPES].map((each, i) => ({
  ...each,
  uscc: IMPORT_CODES[i] ?? inventedUscc(i + 1),
  openedOn: each.name.startsWith('岚溪')
    ? '2025-09-15'
    : `${1996 + ((i * 7) % 24)}-${['03-18', '06-09', '09-26'][i % 3]}`,
}));

export const named = (name) => institutions.find((each) => each.name.startsWith(name)).uscc;
