import { Decimal, parseFigure, plain, quantise } from '../../../src/numbers/decimal.js';
import type { CellState } from '../api/filing-shapes.js';
import { short } from '../figures/figure-text.js';

/** What a typed text lacks to be an entry: it stays in the cell and is not saved. */
export interface EntryFault {
  readonly raw: string;
  readonly message: string;
  /** The figure that it probably means, in the metric's unit: one key takes it. */
  readonly offer: string | null;
}

/** What stands in a cell: one of the four entries, or a text at fault. */
export interface Entry {
  /** Plain decimal in the metric's unit; null unless `state` is `value`. */
  readonly value: string | null;
  readonly state: CellState;
  readonly fault?: EntryFault;
}

export interface Reading {
  readonly entry: Entry;
  /** What was changed on the way: 按4位小数四舍五入. */
  readonly note: string | null;
}

/** What of a metric decides how a text is read. */
export interface TypedMetric {
  readonly unit: string | null;
  readonly decimals: number;
}

export const BLANK: Entry = { value: null, state: 'blank' };
const NOT_APPLICABLE: Entry = { value: null, state: 'not_applicable' };
const NOT_AVAILABLE: Entry = { value: null, state: 'not_available' };

const FULL_WIDTH = /[\uff01-\uff5e]/g;
const BLANKS = /[\s\u00a0\u200b-\u200d\u2060\u3000\ufeff]/g;
/** Between digits only, so that a lone comma is no figure. */
const SEPARATORS = /(?<=[0-9]),(?=[0-9])/g;
const SCALES: Readonly<Record<string, string>> = {
  万亿: '1e12',
  千亿: '1e11',
  百亿: '1e10',
  亿: '1e8',
  千万: '1e7',
  百万: '1e6',
  万: '1e4',
  千: '1e3',
  百: '1e2',
  '': '1',
};
const SCALED = /^([+-]?[0-9]*\.?[0-9]+)(万亿|千亿|百亿|亿|千万|百万|万|千|百)?([^0-9.]*)$/;
const UNIT = /^(万亿|亿|千万|百万|万|千|百)?(.*)$/;

/** Half width, without blanks and without the separators of thousands. */
export const cleanTyped = (text: string): string =>
  text
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(BLANKS, '')
    .replace(/^[¥￥]/, '')
    .replace(SEPARATORS, '');

/** A typed or pasted text as what it enters: a figure, blank, `/`, `..`; else a fault, with an offer where one is meant. */
export function readTyped(text: string, metric: TypedMetric): Reading {
  const clean = cleanTyped(text);
  if (clean === '') return { entry: BLANK, note: null };
  if (clean === '/') return { entry: NOT_APPLICABLE, note: null };
  if (clean === '..' || clean === '…') return { entry: NOT_AVAILABLE, note: null };
  const figure = parseFigure(clean.replace(/^\+/, '').replace(/^(-?)\./, '$10.'));
  if (figure === 'range') return fault(text, '数字超出范围：小数点前至多16位');
  if (figure !== 'not-a-number') return rounded(figure, metric);
  return scaled(text, clean, metric);
}

const fault = (raw: string, message: string, offer: string | null = null): Reading => ({
  entry: { value: null, state: 'value', fault: { raw: raw.trim().slice(0, 40), message, offer } },
  note: null,
});

function rounded(figure: Decimal, metric: TypedMetric): Reading {
  const kept = quantise(figure, metric.decimals);
  const note = kept.eq(figure)
    ? null
    : metric.decimals === 0
      ? '已四舍五入为整数'
      : `已按${metric.decimals}位小数四舍五入`;
  return { entry: { value: plain(kept), state: 'value' }, note };
}

/** `1.2亿`, `300万`, `5%`: in the metric's own unit it is taken, else offered. */
function scaled(raw: string, clean: string, metric: TypedMetric): Reading {
  const unit = metric.unit ?? '';
  const [, digits, scale = '', base = ''] = SCALED.exec(clean) ?? [];
  const number =
    digits === undefined ? 'not-a-number' : parseFigure(digits.replace(/^\+/, '').replace(/^(-?)\./, '$10.'));
  if (typeof number === 'string') return fault(raw, `不是数字：应为${unit}数，或 / 不适用、.. 暂缺`);
  if (scale + base === unit) return rounded(number, metric);
  const [, own = '', counted = ''] = UNIT.exec(unit) ?? [];
  if (base !== '' && base !== counted) return fault(raw, `单位“${scale}${base}”不能换算为${unit}`);
  if (unit === '%' || unit === '') return fault(raw, `不是数字：本项以${unit || '数字'}计`);
  const value = number.times(new Decimal(SCALES[scale] ?? '1')).div(new Decimal(SCALES[own] ?? '1'));
  const offer = plain(quantise(value, metric.decimals));
  return fault(raw, `${raw.trim()} 即 ${short(offer, metric.decimals)} ${unit}？`, offer);
}

/** As it is typed again: `1234.5`, `/`, `..`, empty, or the text at fault. */
export function typedText(entry: Entry): string {
  if (entry.fault) return entry.fault.raw;
  if (entry.state === 'not_applicable') return '/';
  return entry.state === 'not_available' ? '..' : (entry.value ?? '');
}

export const sameEntry = (a: Entry, b: Entry): boolean =>
  a.value === b.value && a.state === b.state && a.fault?.raw === b.fault?.raw;
