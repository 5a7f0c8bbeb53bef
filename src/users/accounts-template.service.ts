import { writeXlsx } from 'hucre/xlsx';
import { departmentTitle } from '../identity/departments.js';
import { ROLE_TITLES } from '../lifecycle/lifecycle.js';
import { ACCOUNT_COLUMNS } from './accounts-sheet.js';

const WIDTHS = [20, 14, 24, 24, 20, 14];

/** The workbook that an officer fills: one header row, and a sheet that says what goes where. */
export async function accountsTemplate(): Promise<Uint8Array> {
  return writeXlsx({
    sheets: [
      {
        name: '账号',
        columns: ACCOUNT_COLUMNS.map((header, i) => ({ header, key: header, width: WIDTHS[i] ?? 16 })),
        data: [],
      },
      {
        name: '说明',
        rows: [
          ['列', '怎么填'],
          ['用户名', '2–64 个字母、数字、点、下划线或连字符；登录时用'],
          ['姓名', '真实姓名'],
          ['角色', `${Object.values(ROLE_TITLES).join('、')}；多个用顿号隔开`],
          ['机构', '填报人和复核人必填：统一社会信用代码'],
          ['部门', `部门人员填部门名称，如 ${departmentTitle('ecology')}；空为${departmentTitle('finance_bureau')}`],
          ['止日', '授权的最后一天，如 2027-12-31；空为长期'],
        ],
      },
    ],
  });
}
