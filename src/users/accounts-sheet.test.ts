import { readAccounts } from './accounts-sheet.js';

const sheet = (...rows: string[][]) => ({
  name: 'x',
  rows: rows.map((cells, i) => ({ number: i + 1, cells, hidden: false })),
  hiddenColumns: new Set<number>(),
  rectangular: false,
});
const HEADER = ['用户名', '姓名', '角色', '机构', '部门', '止日'];

it('reads roles and departments by their Chinese names', () => {
  const { rows, faults } = readAccounts(
    sheet(
      HEADER,
      ['zhang.san', '张三', '经办人、审核员', '', '区财政局', '2027-12-31'],
      ['li4', '李四', 'filer', '9X', '', ''],
    ),
  );
  expect(faults).toEqual([]);
  expect(rows).toEqual([
    {
      line: 2,
      username: 'zhang.san',
      name: '张三',
      roles: ['officer', 'reviewer'],
      department: 'finance_bureau',
      to: '2027-12-31',
    },
    { line: 3, username: 'li4', name: '李四', roles: ['filer'], institution: '9X' },
  ]);
});

it('a faulty row hides no other, and says where', () => {
  const { rows, faults } = readAccounts(
    sheet(HEADER, ['张', '', '经办', '', '区园林局', '2027-02-31x'], ['wang5', '王五', '核验员', '', '', '']),
  );
  expect(faults.map((fault) => fault.path)).toEqual([
    '第2行 用户名',
    '第2行 姓名',
    '第2行 角色',
    '第2行 部门',
    '第2行 止日',
  ]);
  expect(rows.map((row) => row.username)).toEqual(['wang5']);
});

it('asks for the template when a column is missing', () => {
  expect(readAccounts(sheet(['用户名', '姓名'])).faults.map((fault) => fault.expected)).toEqual(['角色']);
  expect(readAccounts(sheet()).faults).toHaveLength(3);
});
