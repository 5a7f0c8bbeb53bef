import type { Role } from '../../../src/lifecycle/lifecycle.js';

export interface MenuEntry {
  readonly title: string;
  readonly to: string;
  readonly roles: readonly Role[] | 'all';
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
      { title: '填报任务', to: '/filings', roles: ['filer', 'checker'], also: /^\/filings\// },
      { title: '报表', to: '/filings', roles: ['reviewer', 'officer'], also: /^\/filings\// },
      { title: '导入', to: '/import', roles: ['filer', 'officer'], also: /^\/imports\// },
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
      { title: '评价结果', to: '/results', roles: ['filer', 'checker'], also: /^\/evaluations\/[^/]+\/results\// },
    ],
  },
];

/** What these roles find in the side menu; groups without an entry fall away. */
export function menuFor(roles: readonly Role[]): MenuGroup[] {
  const seen = new Set<string>();
  return MENU.map((group) => ({
    title: group.title,
    entries: group.entries.filter((entry) => {
      const mine = entry.roles === 'all' || entry.roles.some((role) => roles.includes(role));
      if (!mine || seen.has(entry.to)) return false;
      seen.add(entry.to);
      return true;
    }),
  })).filter((group) => group.entries.length > 0);
}

export const isLit = (entry: MenuEntry, path: string): boolean =>
  entry.to === path || (entry.also?.test(path) ?? false);
