import type { FilingCheck } from '../api/filing-shapes.js';
import type { Metric } from '../api/shapes.js';
import { type Entries, entryAt } from './edits.js';
import { type Slip, slipOf } from './unit-slip.js';

/** Something that a filer should look at, at its first cell. */
export interface CellProblem {
  readonly code: string;
  readonly kind: 'fault' | 'block' | 'slip' | 'justify';
  /** One sentence. */
  readonly message: string;
  readonly check: FilingCheck | null;
}

export const keyOf = (check: FilingCheck): string => check.key ?? `${check.rule}:${check.cells[0] ?? ''}`;

/** Whether a text stands for the check: under its key, or under its rule for all of that rule. */
export const isJustified = (check: FilingCheck, textOf: (key: string) => string): boolean =>
  textOf(keyOf(check)).trim() !== '' || textOf(check.rule).trim() !== '';

export interface Looked {
  readonly codes: readonly string[];
  readonly entries: Entries;
  readonly checks: readonly FilingCheck[];
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly textOf: (key: string) => string;
  readonly lastOf: (code: string) => string | null;
  /** Cells of which the filer said that their unit is right. */
  readonly confirmed: ReadonlySet<string>;
}

/** What looks like a wrong unit, of one cell. */
export function slipAt(
  code: string,
  { entries, metrics, lastOf, confirmed }: Omit<Looked, 'codes' | 'checks' | 'textOf'>,
): Slip | null {
  const metric = metrics.get(code);
  if (!metric || confirmed.has(code) || !/[万亿]/.test(metric.unit ?? '')) return null;
  return slipOf(entryAt(entries, code).value, lastOf(code), metric.decimals);
}

/** Everything open, in the order of the form. Blank cells are none: they never stop a form. */
export function problemsOf(looked: Looked): CellProblem[] {
  const order = new Map(looked.codes.map((code, index) => [code, index]));
  const all: CellProblem[] = [];
  for (const code of looked.codes) {
    const { fault } = entryAt(looked.entries, code);
    const title = looked.metrics.get(code)?.title ?? code;
    if (fault) all.push({ code, kind: 'fault', message: `${title}（${code}）：${fault.message}`, check: null });
    const slip = slipAt(code, looked);
    if (slip)
      all.push({
        code,
        kind: 'slip',
        message: `${title}（${code}）${slip.ratio}于上季，单位是否有误？`,
        check: null,
      });
  }
  for (const check of looked.checks) {
    const code = check.cells.find((each) => order.has(each)) ?? '';
    if (check.severity === 'block') all.push({ code, kind: 'block', message: check.message, check });
    if (check.severity === 'justify' && !isJustified(check, looked.textOf))
      all.push({ code, kind: 'justify', message: check.message, check });
  }
  return all.sort((a, b) => (order.get(a.code) ?? 0) - (order.get(b.code) ?? 0));
}

/** The next problem behind a cell, from the top again after the last. */
export function nextProblem(
  problems: readonly CellProblem[],
  codes: readonly string[],
  from: string | null,
): CellProblem | null {
  const here = from === null ? -1 : codes.indexOf(from);
  return problems.find((each) => codes.indexOf(each.code) > here) ?? problems[0] ?? null;
}

export interface Verdict {
  readonly may: boolean;
  /** What stops it whatever is explained. */
  readonly errors: number;
  /** ✕ 还不能提交：1处错误. */
  readonly title: string;
  /** The first thing to do, or what is left open. */
  readonly detail: string;
  readonly first: CellProblem | null;
}

/** One sentence: may be submitted, or may not. A soft failure without its text keeps a form back, as on the server. */
export function verdictOf(problems: readonly CellProblem[], filled: number, blank: number): Verdict {
  const of = (...kinds: readonly CellProblem['kind'][]) => problems.filter(({ kind }) => kinds.includes(kind));
  const [errors, open, slips] = [of('fault', 'block'), of('justify'), of('slip')];
  const first = errors[0] ?? open[0] ?? slips[0] ?? null;
  if (errors.length > 0 || open.length > 0) {
    const counts = [
      ...(errors.length > 0 ? [`${errors.length}处错误`] : []),
      ...(open.length > 0 ? [`${open.length}处待说明`] : []),
    ];
    const title = `${errors.length > 0 ? '✕' : '▲'} 还不能提交：${counts.join('，')}`;
    return { may: false, errors: errors.length, title, detail: first?.message ?? '', first };
  }
  if (filled === 0)
    return {
      may: false,
      errors: 0,
      title: '还不能提交：未填任何数字',
      detail: '请填写本期数字；没有业务可在工作台做无业务零报。',
      first: null,
    };
  if (first)
    return { may: true, errors: 0, title: `可以提交，${slips.length}处单位待核对`, detail: first.message, first };
  const detail = blank > 0 ? `没有错误，${blank}格未填。` : '全部填齐，没有错误。';
  return { may: true, errors: 0, title: '✓ 可以提交', detail, first: null };
}
