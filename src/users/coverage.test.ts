import { coverage, type Holder } from './coverage.js';
import { THREE_PEOPLE } from './three-people.js';

const bureau: Holder[] = THREE_PEOPLE.map((roles, i) => ({
  id: `${i}`,
  name: `第${i + 1}人`,
  roles,
  institution: null,
}));
const bank: Holder[] = [
  { id: 'f', name: '填', roles: ['filer'], institution: '甲行' },
  { id: 'c', name: '复', roles: ['checker'], institution: '甲行' },
];
const problems = (holders: readonly Holder[], institutions = ['甲行']): Record<string, string> =>
  Object.fromEntries(coverage(holders, institutions).flatMap((row) => (row.problem ? [[row.act, row.problem]] : [])));

it('three people can do everything but what the leading group does on paper', () => {
  expect(problems([...bureau, ...bank])).toEqual({
    'evaluation:finalise': '没有领导账号：可由经办人凭纸质文件代录，另一人确认',
    'evaluation:annul': '没有领导账号：可由经办人凭纸质文件代录，另一人确认',
  });
});

it('names an act that only its maker could check', () => {
  const alone: Holder[] = [{ id: 'a', name: '张三', roles: ['officer', 'verifier'], institution: null }];
  expect(problems([...alone, ...bank])).toMatchObject({
    'scheme:review': '只有 张三 一人，而方案由另一名经办人审定：须再授予一人',
    'evaluation:verify': '只有 张三 一人，而发起人不得核验自己发起的评价：须再授予一人',
    'filing:accept': '没有人能办，请授予审核员角色',
  });
});

it('names the institutions that have nobody for it', () => {
  expect(problems([...bureau, ...bank], ['甲行', '乙行', '丙行'])['filing:submit']).toBe(
    '2 家机构没有人能办：乙行、丙行，请为其新建账号',
  );
});
