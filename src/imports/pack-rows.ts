import type { CellState, ImportRow } from './import-reading.js';

/**
 * Rows as a few long strings and one list of numbers. Handing 100,000 objects from thread to thread costs the
 * receiver about a second of its event loop; this form costs it a tenth.
 */
export interface PackedRows {
  /** Every different text of the repeating fields; the numbers point into it. */
  readonly texts: readonly (string | null)[];
  /** `FIELDS` numbers per row: places of institution, period, metric, sheet, column, source in `texts`; the row. */
  readonly numbers: Uint32Array;
  /** One per row, parted by a line feed, which no decimal holds; `STATE_SIGNS` for a cell without figure. */
  readonly values: string;
  /** One per row, parted by NUL, which `shownRaw` leaves in none. */
  readonly raws: string;
}

const FIELDS = 7;

/** No decimal looks like one of these. */
const STATE_SIGNS = { blank: '', not_applicable: '/', not_available: '..' } as const;
const STATES: ReadonlyMap<string, CellState> = new Map(
  Object.entries(STATE_SIGNS).map(([state, sign]) => [sign, state as CellState]),
);

export function packRows(rows: readonly ImportRow[]): PackedRows {
  const places = new Map<string | null, number>();
  const place = (text: string | null): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, places.size);
    return places.size - 1;
  };
  const numbers = new Uint32Array(rows.length * FIELDS);
  rows.forEach(({ institution, period, metric, sheet, column, source, row }, index) => {
    const at = index * FIELDS;
    numbers[at] = place(institution);
    numbers[at + 1] = place(period);
    numbers[at + 2] = place(metric);
    numbers[at + 3] = place(sheet);
    numbers[at + 4] = place(column);
    numbers[at + 5] = place(source);
    numbers[at + 6] = row;
  });
  return {
    texts: [...places.keys()],
    numbers,
    values: rows.map(({ value, state }) => (state === 'value' ? (value ?? '') : STATE_SIGNS[state])).join('\n'),
    raws: rows.map(({ raw }) => raw).join('\0'),
  };
}

export function unpackRows({ texts, numbers, values, raws }: PackedRows): ImportRow[] {
  const raw = raws.split('\0');
  const value = values.split('\n');
  return Array.from({ length: numbers.length / FIELDS }, (_, index) => {
    const at = index * FIELDS;
    const text = (field: number): string | null => texts[numbers[at + field] as number] as string | null;
    const row = numbers[at + 6] as number;
    const column = text(4) as string;
    const sign = value[index] as string;
    const state = STATES.get(sign) ?? 'value';
    return {
      institution: text(0) as string,
      period: text(1) as string,
      metric: text(2) as string,
      value: state === 'value' ? sign : null,
      state,
      sheet: text(3),
      row,
      column,
      cell: `${column}${row}`,
      raw: raw[index] as string,
      source: text(5),
    };
  });
}
