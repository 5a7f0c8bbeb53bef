import type { Role } from '../../../src/lifecycle/lifecycle.js';
import { may } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';

export interface MenuEntry {
  readonly title: string;
  /** In the narrow menu, where four characters do not fit. */
  readonly short?: string;
  readonly to: string;
  /** Who finds it: these roles, or whoever has this right (`user:read`). */
  readonly roles: readonly Role[] | 'all' | `${string}:${string}`;
  /** Paths that light this entry, beside its own. */
  readonly also?: RegExp;
}

export interface MenuGroup {
  readonly title: string | null;
  readonly entries: readonly MenuEntry[];
}

/** The site map of ux 3, as far as its pages exist. */
const MENU: readonly MenuGroup[] = [
  { title: null, entries: [{ title: '工作台', to: '/home', roles: 'all' }] },
  {
    title: '报送',
    entries: [
      { title: '报送进度', to: '/progress', roles: ['reviewer', 'officer', 'leader'], also: /^\/progress\// },
      { title: '填报任务', short: '填报', to: '/filings', roles: ['filer', 'checker'], also: /^\/filings\// },
      { title: '收表', to: '/intake', roles: ['officer'], also: /^\/intake\// },
      { title: '审核', to: '/review', roles: ['reviewer', 'officer'], also: /^\/review\// },
      { title: '报表', to: '/filings', roles: ['reviewer', 'officer'], also: /^\/filings\// },
      { title: '报表与规则', short: '规则', to: '/forms', roles: ['reviewer', 'officer'] },
      { title: '导入', to: '/import', roles: ['filer', 'officer'], also: /^\/imports\// },
      { title: '填报任务', to: '/obligations', roles: 'obligation:decide' },
      { title: '机构', to: '/institutions', roles: ['reviewer', 'officer'], also: /^\/institutions\// },
    ],
  },
  {
    title: '评价',
    entries: [
      {
        title: '评价',
        to: '/evaluations',
        roles: ['officer', 'verifier', 'leader', 'auditor'],
        also: /^\/evaluations\/[^/]+$/,
      },
      { title: '用我自己的表', short: '试算', to: '/trial', roles: 'trial:run' },
      { title: '评价方案', short: '方案', to: '/schemes', roles: 'scheme:read', also: /^\/schemes\// },
    ],
  },
  {
    title: '结果',
    entries: [
      {
        title: '排名',
        to: '/ranking',
        roles: ['officer', 'verifier', 'leader', 'auditor'],
        also: /^\/evaluations\/[^/]+\/(ranking|results\/.*)$/,
      },
      {
        title: '评价结果',
        short: '结果',
        to: '/results',
        roles: ['filer', 'checker'],
        also: /^\/evaluations\/[^/]+\/results\//,
      },
    ],
  },
  {
    title: '协同',
    entries: [
      { title: '代录', to: '/on-behalf', roles: 'on_behalf:read' },
      { title: '消息', to: '/messages', roles: 'notice:read' },
    ],
  },
  {
    title: '系统',
    entries: [
      { title: '开办', to: '/setup', roles: 'setup:answer' },
      { title: '用户', to: '/users', roles: 'user:read' },
      { title: '谁能办', to: '/users/coverage', roles: 'user:coverage' },
      { title: '令牌', to: '/tokens', roles: 'token:read' },
      { title: '审计', to: '/audit', roles: 'audit:read', also: /^\/audit\// },
      { title: '备份', to: '/admin/backups', roles: 'backup:read' },
    ],
  },
];

/** What this person finds in the side menu; groups without an entry fall away. */
export function menuFor(me: Me): MenuGroup[] {
  const seen = new Set<string>();
  return MENU.map((group) => ({
    title: group.title,
    entries: group.entries.filter(({ to, roles }) => {
      if (!finds(me, roles) || seen.has(to)) return false;
      seen.add(to);
      return true;
    }),
  })).filter((group) => group.entries.length > 0);
}

function finds(me: Me, roles: MenuEntry['roles']): boolean {
  if (roles === 'all') return true;
  if (typeof roles !== 'string') return roles.some((role) => me.roles.includes(role));
  const [resource = '', action = ''] = roles.split(':');
  return may(me, resource, action);
}

export const isLit = (entry: MenuEntry, path: string): boolean =>
  entry.to === path || (entry.also?.test(path) ?? false);

/** Pages that need the width: there the menu is icons with a word. */
export const isNarrow = (path: string): boolean => /^\/filings\/[^/]+$/.test(path);
