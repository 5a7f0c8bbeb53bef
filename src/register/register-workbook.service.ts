import { INSTITUTION_TYPE_TITLES } from '../forms/metric.js';
import { address, SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import type { RegisteredInstitution } from './register.query.js';
import { ATTRIBUTE, REGISTER_COLUMNS } from './register-sheet.js';

const WIDTHS: Readonly<Record<string, number>> = {
  统一社会信用代码: 22,
  机构名称: 30,
  别名: 24,
  邮箱: 24,
  变更文号: 20,
};
/** Empty lines with drop-downs, below what is filled. */
const SPARE = 100;

const HINTS: readonly (readonly [string, string])[] = [
  ['统一社会信用代码', '18 位，按文本填写；按它认机构，名册里没有的为新增'],
  ['机构名称', '与营业执照一致。与名册不同即为更名，须写变更生效日和变更文号'],
  ['类型', Object.values(INSTITUTION_TYPE_TITLES).join('、')],
  ['类型起日', '从哪一天起是这一类型，如 2015-06-01；新机构不写时按开业日'],
  ['开业日', '如 2015-06-01；不清楚可空'],
  ['别名', '简称、群里的叫法，多个用顿号隔开；收表和试算按它认机构'],
  ['属性', '评价方案要读的机构属性；没有这样的列就不用填'],
  ['变更生效日、变更文号', '只在更名或变更类型时填'],
  ['联系人、电话、邮箱', '催报、退表找谁'],
  ['填报人、复核人', '要自己登录填报的机构才填；用户名 2–64 个字母、数字、点、下划线或连字符'],
  ['只有一个人', '填报人和复核人写同一用户名、同一姓名；须先由经办人批准“一人机构豁免”'],
  ['空格', '空单元格不改、不清已有内容'],
];

/** The workbook that an officer fills; filled with what stands, to be changed and sent back. */
export function registerWorkbook(
  institutions: readonly RegisteredInstitution[],
  attributes: readonly string[],
): Promise<Uint8Array> {
  const at = REGISTER_COLUMNS.indexOf('别名') + 1;
  const titles = [
    ...REGISTER_COLUMNS.slice(0, at),
    ...attributes.map((each) => `${ATTRIBUTE}${each}`),
    ...REGISTER_COLUMNS.slice(at),
  ];
  const sheet = new SheetDraft('机构名册', {
    columns: titles.map((title) => ({ width: WIDTHS[title] ?? 14 })),
    freezePane: { rows: 1, columns: 2 },
  });
  sheet.add(titles, STYLES.head);
  for (const each of institutions.filter(({ closedOn }) => closedOn === null)) {
    const texts = textsOf(each);
    sheet.add(
      titles.map((title) => texts[title] ?? ''),
      STYLES.code,
    );
  }
  const type = titles.indexOf('类型') + 1;
  const last = institutions.length + 1 + SPARE;
  // Codes and days stay text: a spreadsheet would round the one and turn the other into a number.
  for (let row = sheet.rowCount + 1; row <= last; row++)
    for (const [i] of titles.entries()) sheet.put(row, i + 1, null, STYLES.code);
  sheet.validate({
    range: `${address(2, type)}:${address(last, type)}`,
    type: 'list',
    values: Object.values(INSTITUTION_TYPE_TITLES),
    showErrorMessage: true,
    errorTitle: '类型',
    errorMessage: '请从列表中选择',
  });
  const hints = new SheetDraft('说明', { columns: [{ width: 24 }, { width: 80 }] });
  hints.add(['列', '怎么填'], STYLES.head);
  for (const hint of HINTS) hints.add([...hint], STYLES.text);
  return workbookBytes([sheet, hints], { properties: { title: '机构名册', creator: '绿评' } });
}

function textsOf({
  uscc,
  name,
  type,
  typeFrom,
  openedOn,
  aliases,
  attributes,
  contact,
  accounts,
}: RegisteredInstitution) {
  const one = (role: 'filer' | 'checker') => accounts.find(({ roles }) => roles.includes(role));
  const [filer, checker] = [one('filer'), one('checker')];
  return {
    统一社会信用代码: uscc,
    机构名称: name,
    类型: type === null ? '' : INSTITUTION_TYPE_TITLES[type],
    类型起日: typeFrom ?? '',
    开业日: openedOn ?? '',
    别名: aliases.join('、'),
    ...Object.fromEntries(Object.entries(attributes).map(([key, text]) => [`${ATTRIBUTE}${key}`, text])),
    联系人: contact.name ?? '',
    电话: contact.phone ?? '',
    邮箱: contact.email ?? '',
    填报人用户名: filer?.username ?? '',
    填报人姓名: filer?.name ?? '',
    复核人用户名: checker?.username ?? '',
    复核人姓名: checker?.name ?? '',
  } as Readonly<Record<string, string>>;
}
