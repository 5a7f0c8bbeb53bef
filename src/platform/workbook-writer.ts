import {
  type Cell,
  type CellStyle,
  type CellValue,
  colToLetter,
  type DataValidation,
  type WriteOptions,
  type WriteSheet,
  writeXlsx,
} from 'hucre/xlsx';
import { Decimal } from '../numbers/decimal.js';
import { defused } from './spreadsheet-text.js';

/** Digits that a spreadsheet's binary number surely keeps; longer figures go out as text. */
const BINARY_DIGITS = 15;

const FONT = { name: '微软雅黑', size: 10 } as const;
const LINE = { style: 'thin', color: { rgb: 'D0D7DE' } } as const;
const BORDER = { top: LINE, bottom: LINE, left: LINE, right: LINE } as const;
const solid = (rgb: string) => ({ type: 'pattern', pattern: 'solid', fgColor: { rgb } }) as const;

/** How cells look; one object each, since the writer keeps a style per object. */
export const STYLES = {
  head: {
    font: { ...FONT, bold: true },
    fill: solid('DDE5EE'),
    border: BORDER,
    alignment: { vertical: 'center', wrapText: true },
    protection: { locked: true },
  },
  label: { font: FONT, fill: solid('F2F2F2'), border: BORDER, alignment: { vertical: 'center' }, numFmt: '@' },
  section: { font: { ...FONT, bold: true }, fill: solid('E6E9ED'), border: BORDER },
  text: { font: FONT, alignment: { vertical: 'top', wrapText: true } },
  strong: { font: { ...FONT, bold: true }, alignment: { vertical: 'top' } },
  code: { font: FONT, numFmt: '@', alignment: { vertical: 'top' } },
  link: { font: { ...FONT, color: { rgb: '0B5CAD' }, underline: true }, alignment: { vertical: 'top' } },
} as const satisfies Record<string, CellStyle>;

const known = new Map<string, CellStyle>();
function once(key: string, style: CellStyle): CellStyle {
  const stored = known.get(key) ?? style;
  known.set(key, stored);
  return stored;
}

/** `#,##0.00##`: figures of 4 decimals show 2 to 4 of them, counts none. */
export const figureFormat = (decimals: number): string =>
  decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(Math.min(2, decimals))}${'#'.repeat(Math.max(0, decimals - 2))}`;

const FILLS = { input: 'FFFBE0', faulty: 'FFC7CE', locked: 'F2F2F2' } as const;

/** A cell that is filled in, `faulty` ones red; the others grey and locked. */
export const figureStyle = (decimals: number, kind: 'input' | 'faulty' | 'locked' | 'plain'): CellStyle =>
  once(`${kind} ${decimals}`, {
    font: kind === 'faulty' ? { ...FONT, color: { rgb: 'A8071A' } } : FONT,
    ...(kind === 'plain' ? {} : { fill: solid(FILLS[kind]) }),
    border: BORDER,
    alignment: { horizontal: 'right' },
    numFmt: figureFormat(decimals),
    protection: { locked: kind === 'locked' },
  });

/** Red, whatever the cell is: of a workbook that is not ours. */
export const faultyStyle = (numFmt?: string): CellStyle =>
  once(`faulty of ${numFmt ?? ''}`, {
    font: { ...FONT, color: { rgb: 'A8071A' } },
    fill: solid('FFC7CE'),
    ...(numFmt === undefined ? {} : { numFmt }),
  });

export const plainStyle = (numFmt: string): CellStyle => once(`plain ${numFmt}`, { font: FONT, numFmt });

/** A figure's text as a number, where a binary number keeps every digit; else the text, defused. */
export function figureValue(text: string): string | number {
  if (!/^-?[0-9]+(\.[0-9]+)?$/.test(text)) return defused(text);
  const value = new Decimal(text);
  return value.precision() <= BINARY_DIGITS ? value.toNumber() : text;
}

/** One sheet, filled cell by cell. Rows and columns count from 1, as people and issues name them. */
export class SheetDraft {
  private readonly cells = new Map<string, Partial<Cell>>();
  private readonly validations: DataValidation[] = [];
  private last = 0;

  constructor(
    readonly name: string,
    private readonly options: Omit<WriteSheet, 'name' | 'cells' | 'rows' | 'data' | 'dataValidations'> = {},
  ) {}

  /** Number of the last row that has a cell. */
  get rowCount(): number {
    return this.last;
  }

  /** Texts are defused: none is run as a formula. */
  put(
    row: number,
    column: number,
    value: string | number | boolean | null,
    style?: CellStyle,
    more: Partial<Cell> = {},
  ): void {
    this.last = Math.max(this.last, row);
    this.cells.set(`${row - 1},${column - 1}`, {
      value: (typeof value === 'string' ? defused(value) : value) as CellValue,
      ...(style === undefined ? {} : { style }),
      ...more,
    });
  }

  /** The next row, from column 1 on. @returns its number */
  add(values: readonly (string | number | null)[], style?: CellStyle): number {
    const row = this.last + 1;
    for (const [i, value] of values.entries()) this.put(row, i + 1, value, style);
    this.last = row;
    return row;
  }

  validate(validation: DataValidation): void {
    this.validations.push(validation);
  }

  asSheet(): WriteSheet {
    return { ...this.options, name: this.name, rows: [], cells: this.cells, dataValidations: this.validations };
  }
}

/** `D12`, counted from 1. */
export const address = (row: number, column: number): string => `${colToLetter(column - 1)}${row}`;

/** An .xlsx. Equal contents give equal bytes but for the time of writing. */
export function workbookBytes(
  sheets: readonly SheetDraft[],
  options: Omit<WriteOptions, 'sheets'> = {},
): Promise<Uint8Array> {
  return writeXlsx({ ...options, sheets: sheets.map((sheet) => sheet.asSheet()) });
}
