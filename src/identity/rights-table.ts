import { ROLE_TITLES, ROLES } from '../lifecycle/lifecycle.js';
import { APART, RIGHTS, rightTitle, rolesFor } from './rights.js';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly access: 'public' | { readonly resource: string; readonly action: string };
}

/** Pads a Markdown table as the formatter does: Chinese letters take two places. */
function table(rows: readonly (readonly string[])[]): string {
  const width = (text: string): number =>
    [...text].reduce((sum, letter) => sum + (/[\u1100-\u115f\u2e80-\uffe6]/.test(letter) ? 2 : 1), 0);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text + ' '.repeat((widths[column] as number) - width(text))).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((n) => '-'.repeat(n)).join(' | ')} |`, ...body.map(line)].join('\n');
}

/** The matrix for people: `docs/rights.md`. A dot: may; the guards, the buttons and the tests read the same table. */
export function rightsTable(routes: readonly Route[]): string {
  const acts = Object.entries(RIGHTS).flatMap(([resource, actions]) =>
    Object.keys(actions).map((action) => ({ resource, action })),
  );
  const ways = ({ resource, action }: { resource: string; action: string }): string =>
    routes
      .filter(({ access }) => access !== 'public' && access.resource === resource && access.action === action)
      .map(({ method, path }) => `${method} ${path}`)
      .join('<br>');
  const marks = ({ resource, action }: { resource: string; action: string }): string[] =>
    ROLES.map((role) => (rolesFor(resource, action).includes(role) ? '●' : ''));
  return `${[
    '# Who may do what',
    'Made from `src/identity/rights.ts` by `node scripts/make-rights.mjs`; a test compares. An institution’s roles reach their own institution only, whatever the row says: the database sees to that too.',
    table([
      ['', ...ROLES.map((role) => ROLE_TITLES[role])],
      ...acts.map((act) => [rightTitle(`${act.resource}:${act.action}`), ...marks(act)]),
    ]),
    '## Two persons',
    table([
      ['First', 'Then another person', 'Why'],
      ...APART.map(({ first, second, why }) => [rightTitle(first), rightTitle(second), why]),
    ]),
    '## Routes',
    table([
      ['Right', 'Name', 'Routes'],
      ...acts.map((act) => [`${act.resource}:${act.action}`, rightTitle(`${act.resource}:${act.action}`), ways(act)]),
      [
        'public',
        '',
        routes
          .filter(({ access }) => access === 'public')
          .map(({ method, path }) => `${method} ${path}`)
          .join('<br>'),
      ],
    ]),
  ].join('\n\n')}\n`;
}
