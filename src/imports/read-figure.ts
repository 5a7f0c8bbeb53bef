import { Decimal, plain, quantise } from '../numbers/decimal.js';
import { cleanWord } from './clean-text.js';
import type { CellProblem, ImportMetric, ImportWarning } from './import-reading.js';
import type { MarkedCell, SourceCell } from './source-sheet.js';

/** Something to say about a figure's cell. */
export interface FigureRemark {
  readonly code: CellProblem | ImportWarning;
  readonly message: string;
  readonly expected: string;
}

export interface FigureReading {
  /** Plain decimal in the metric's unit; null = blank, or at fault. */
  readonly value: string | null;
  readonly problem: FigureRemark | null;
  readonly warnings: readonly FigureRemark[];
}

/** Digits before the point that a figure may have: numeric(28,12). */
const WHOLE_DIGITS = 16;
/** What a binary number surely holds; Excel keeps no more. */
const BINARY_DIGITS = 15;
/** Beyond this a text is no figure that anybody typed; keeps the arithmetic short. */
const LONGEST = 64;

const FIGURE = /^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
/** The first group starts with no 0, so that 0,123 is not taken for 123. */
const GROUPED = /^[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?$/;

/** What is told of broken cells before anybody asks what they should hold. */
export const CELL_FAULTS: Readonly<
  Record<NonNullable<MarkedCell['fault']>, readonly [message: string, expected: string]>
> = {
  CELL_DAMAGED: ['单元格已损坏，读不出内容', '可读的内容'],
  CELL_FORMULA_ERROR: ['公式结果是错误值', '公式得出数值'],
  CELL_FORMULA_NO_VALUE: ['公式没有计算结果，请在 Excel 中打开、保存后重新上传', '带计算结果的公式，或数值'],
  CELL_MERGED: ['单元格被合并，无法确定内容属于哪一行', '不合并单元格'],
  CELL_TWICE: ['同一单元格在文件中出现两次', '只出现一次'],
};

const NONE: readonly FigureRemark[] = [];

const refused = (code: CellProblem, message: string, expected: string): FigureReading => ({
  value: null,
  problem: { code, message, expected },
  warnings: NONE,
});

const BLANK: FigureReading = { value: null, problem: null, warnings: NONE };

const CANONICAL = /^-?(?:0|[1-9][0-9]{0,15})(?:\.([0-9]{0,11}[1-9]))?$/;

/**
 * Whether a text is already what `plain` would make of it: most are, and need no arithmetic then.
 * Of a number cell only up to 15 digits, so that noise of binary numbers is looked at.
 */
function isCanonical(text: string, decimals: number, numberCell: boolean): boolean {
  const match = CANONICAL.exec(text);
  return (
    match !== null &&
    (match[1]?.length ?? 0) <= decimals &&
    text !== '-0' &&
    !(numberCell && text.length > BINARY_DIGITS)
  );
}

/** Whether a binary number of `value`'s size could not hold the metric's decimals, and does not end in noise. */
function lostDigits(value: Decimal, decimals: number): boolean {
  return value.precision() >= BINARY_DIGITS && value.e + 1 + decimals > BINARY_DIGITS;
}

interface Literal {
  readonly value: Decimal;
  readonly percent: boolean;
}

/** The digits as written. @returns null when the text is no figure */
function literalOf(text: string): Literal | null {
  const percent = text.endsWith('%');
  const digits = percent ? cleanWord(text.slice(0, -1)) : text;
  if (FIGURE.test(digits)) return { value: new Decimal(digits.length > LONGEST ? Infinity : digits), percent };
  if (digits.length > LONGEST) return null;
  return GROUPED.test(digits) ? { value: new Decimal(digits.replaceAll(',', '')), percent } : null;
}

/**
 * One cell as a figure of `metric`: cleaned, converted, rounded half up to the metric's decimals, bounded. Negative
 * figures pass: whether they may be is for the filing rule V04.
 *
 * @param factor  from the unit that the file states to the metric's unit
 * @param stated  the unit that the file states; null when it states none
 */
export function readFigure(
  cell: SourceCell,
  metric: ImportMetric,
  factor: Decimal,
  stated: string | null,
): FigureReading {
  const marked = typeof cell === 'object' ? cell : null;
  const text = cleanWord(marked ? marked.text : ((cell as string | undefined) ?? ''));
  if (marked?.fault) return refused(marked.fault, ...CELL_FAULTS[marked.fault]);
  const simple = marked === null || (marked.nature === 'number' && marked.format === 'plain' && !marked.formula);
  if (simple && factor.eq(1) && isCanonical(text, metric.decimals, marked !== null)) {
    return { value: text, problem: null, warnings: NONE };
  }
  const warnings: FigureRemark[] = [];
  if (marked?.formula) {
    warnings.push({ code: 'W_FORMULA_VALUE', message: '取公式的计算结果', expected: '直接填数，或确认结果' });
  }
  if (text === '') return warnings.length === 0 ? BLANK : { value: null, problem: null, warnings };
  if (marked?.format === 'date' && marked.nature === 'number') {
    return refused('CELL_DATE', `“${metric.title}”应填数值，单元格却是日期`, '数值');
  }
  const literal = marked?.nature === 'boolean' ? null : literalOf(text);
  if (!literal) return refused('CELL_NOT_NUMBER', `“${metric.title}”不是可识别的数值`, '数值，如 1234.56 或 1,234.56');
  let { value } = literal;
  if (!value.isFinite() || value.e >= WHOLE_DIGITS + 4) return outOfRange(metric);
  const numberCell = marked?.nature === 'number';
  if (literal.percent || (numberCell && marked.format === 'percent')) {
    if (metric.unit !== '%')
      return refused('CELL_PERCENT', `“${metric.title}”的单位是${metric.unit}，不能填百分数`, metric.unit);
    if (!literal.percent) value = value.times(100);
  }
  if (numberCell && marked.format === 'scaled') {
    const message = '单元格的显示格式缩小了数值，按实际存储的数值取用';
    warnings.push({ code: 'W_SCALED_FORMAT', message, expected: `${plain(value)} ${metric.unit}` });
  }
  const noisy = numberCell && value.precision() > BINARY_DIGITS;
  if (noisy) value = value.toSignificantDigits(BINARY_DIGITS, Decimal.ROUND_HALF_UP);
  value = value.times(factor);
  if (noisy && lostDigits(value, metric.decimals)) {
    const message = `“${metric.title}”超过 15 位有效数字，Excel 的数值格式存不下，请改用文本格式填写`;
    return refused('CELL_PRECISION', message, '≤ 15 位有效数字，或文本');
  }
  const rounded = quantise(value, metric.decimals);
  if (rounded.e >= WHOLE_DIGITS) return outOfRange(metric);
  const figure = plain(rounded);
  if (stated !== null && !factor.eq(1)) {
    const message = `单位由${stated}换算为${metric.unit}`;
    warnings.push({ code: 'W_UNIT_CONVERTED', message, expected: `${figure} ${metric.unit}` });
  }
  if (!rounded.eq(value)) {
    warnings.push({
      code: 'W_ROUNDED',
      message: `按“${metric.title}”的 ${metric.decimals} 位小数四舍五入`,
      expected: figure,
    });
  }
  return { value: figure, problem: null, warnings };
}

const outOfRange = (metric: ImportMetric): FigureReading =>
  refused('CELL_RANGE', `“${metric.title}”超出可填范围`, `小数点前不超过 ${WHOLE_DIGITS} 位`);
