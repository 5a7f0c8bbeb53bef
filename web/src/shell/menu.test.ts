import { expect, it } from '@jest/globals';
import type { Me } from '../api/shapes.js';
import { menuFor } from './menu.js';

const me = (roles: Me['roles'], rights: Me['rights']): Me => ({ roles, rights }) as Me;
const titles = (who: Me): string[] => menuFor(who).flatMap(({ entries }) => entries.map(({ title }) => title));

it.each<[string, Me, string[]]>([
  [
    'a right opens its page',
    me(['security_admin'], { user: ['read', 'coverage'], token: ['read'] }),
    ['工作台', '用户', '谁能办', '令牌'],
  ],
  ['a right on the thing is not yet the right to look at it', me([], { user: ['coverage'] }), ['工作台', '谁能办']],
  [
    'an address stands once, whatever the roles',
    me(['filer', 'officer'], {}),
    ['工作台', '报送进度', '填报任务', '收表', '审核', '报表与规则', '导入', '机构', '评价', '排名', '评价结果'],
  ],
])('%s', (_, who, expected) => expect(titles(who)).toEqual(expected));
