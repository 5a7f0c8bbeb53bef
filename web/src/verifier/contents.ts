import type { Bundle } from '../../../src/scoring/bundle/read-bundle.js';
import { element } from './element.js';

const STATUS: Readonly<Record<string, string>> = {
  ranked: '',
  vetoed: '一票否决',
  ineligible: '不参评',
  small_cohort: '分组机构数不足',
  insufficient_data: '数据不足',
};

const HEAD = ['分组', '名次', '机构代码', '机构', '总分', '等次', '情况'];

/** What the bundle says, whether or not it verifies: counts, scheme, the ranking with every score. */
export function contentsOf(bundle: Bundle, isRedacted: boolean): readonly Node[] {
  const facts: [string, string][] = [
    ['报告期', textOf(bundle.period)],
    ['评价方案', nameOfScheme(textOf(bundle.scheme))],
    ['机构', `${countOf(bundle.institutions)} 家`],
    ['数字', `${countOf(bundle.figures)} 个`],
    ['定性评分', `${countOf(bundle.assessments)} 个`],
  ];
  const { owner, rows } = rankingOf(bundle, isRedacted);
  return [
    element('h2', {}, '存证包里写的结果'),
    element('dl', { class: 'facts' }, ...facts.map(([term, fact]) => element('div', {}, dt(term), dd(fact)))),
    ...(isRedacted
      ? [
          element(
            'p',
            { class: 'note' },
            owner === null
              ? '这是脱敏存证包，没有任何机构的明文。'
              : `这是给 ${owner} 的脱敏存证包，只有本机构的结果是明文。`,
          ),
        ]
      : []),
    ...(rows.length === 0 ? [] : [ranking(rows)]),
    element('h3', {}, '评价方案全文'),
    element('pre', { class: 'scheme', tabindex: '0' }, textOf(bundle.scheme)),
  ];
}

const dt = (text: string): HTMLElement => element('dt', {}, text);
const dd = (text: string): HTMLElement => element('dd', {}, text);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const countOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

function nameOfScheme(document: string): string {
  const of = (key: string): string =>
    new RegExp(`^["']?${key}["']?:[ ]*["']?([^"'\\n#]+)`, 'm').exec(document)?.[1]?.trim() ?? '';
  return [of('title'), of('scheme'), of('version') && `第 ${of('version')} 版`].filter(Boolean).join('　');
}

/** Rows of ranking.csv; of a redacted bundle the reader's own. */
function rankingOf(bundle: Bundle, isRedacted: boolean): { owner: string | null; rows: readonly string[][] } {
  const holder = (isRedacted ? bundle.own : bundle) as {
    results?: { ranking?: unknown };
    institution?: unknown;
  } | null;
  const ranking = holder?.results?.ranking;
  return {
    owner: typeof holder?.institution === 'string' ? holder.institution : null,
    rows: Array.isArray(ranking) ? ranking.filter((row) => Array.isArray(row)).map((row) => row.map(textOf)) : [],
  };
}

function ranking(rows: readonly string[][]): HTMLElement {
  const cells = ([cohort, rank, code, name, score, grade, status, reason]: string[]): string[] => [
    cohort ?? '',
    rank || '—',
    code ?? '',
    name ?? '',
    score || '—',
    grade ?? '',
    [STATUS[status ?? ''] ?? status ?? '', reason ?? ''].filter(Boolean).join('：'),
  ];
  return element(
    'div',
    { class: 'scroll', tabindex: '0' },
    element(
      'table',
      { 'data-testid': 'ranking' },
      element('thead', {}, element('tr', {}, ...HEAD.map((title) => element('th', { scope: 'col' }, title)))),
      element(
        'tbody',
        {},
        ...rows.map((row) => element('tr', {}, ...cells(row).map((cell) => element('td', {}, cell)))),
      ),
    ),
  );
}
