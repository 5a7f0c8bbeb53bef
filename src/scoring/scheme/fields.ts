import { Decimal } from '../../numbers/decimal.js';
import { type Written, writtenText } from './document.js';
import { type Faults, under } from './faults.js';

const DECIMAL = /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
export const isDecimal = (text: string): boolean => DECIMAL.test(text);

const WHOLE = /^[-+]?[0-9]{1,9}$/;

/** An item of a list, or a value under a key, with its place. */
export interface Placed {
  readonly written: Written;
  readonly path: string;
}

/** What a decimal must satisfy; `says` is shown as expected. */
export interface DecimalRule {
  readonly holds: (value: Decimal) => boolean;
  readonly says: string;
}

/**
 * Reads the keys of one map. Each reader names its key, so whatever nobody asked for is an unknown key (`finish`).
 * A fault is noted and null given back: reading goes on, and all faults are listed at once.
 */
export class Fields {
  private readonly known = new Set<string>();

  constructor(
    private readonly entries: ReadonlyMap<string, Written>,
    readonly path: string,
    readonly faults: Faults,
  ) {}

  /** @returns null, with a fault, when `placed` is no map */
  static of(placed: Placed, faults: Faults, expected = '{ … }'): Fields | null {
    if (placed.written.kind === 'map') return new Fields(placed.written.entries, placed.path, faults);
    faults.add(placed.path, 'shape', writtenText(placed.written), expected, '这里应是一组键');
    return null;
  }

  at(key: string): string {
    return under(this.path, key);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** The value as written; null when it does not stand there. */
  take(key: string): Placed | null {
    this.known.add(key);
    const written = this.entries.get(key);
    return written ? { written, path: this.at(key) } : null;
  }

  found(key: string): string {
    const written = this.entries.get(key);
    return written ? writtenText(written) : '';
  }

  refuse(key: string, rule: string, expected: string, what: string): null {
    this.faults.add(this.at(key), rule, this.found(key), expected, what);
    return null;
  }

  /** A key that has no meaning here is refused, never ignored. */
  forbid(key: string, what: string): void {
    if (this.take(key)) this.refuse(key, 'not-here', '不写', what);
  }

  require(key: string, expected: string): Placed | null {
    return this.take(key) ?? this.refuse(key, 'required', expected, `缺少 ${key}`);
  }

  /** A text; a number counts as the text that was written. */
  text(key: string): string | null {
    const placed = this.take(key);
    return placed ? textOf(placed, this.faults) : null;
  }

  /** A text that only people read: left empty it counts as not written. */
  label(key: string): string {
    const placed = this.take(key);
    if (!placed || writtenText(placed.written) === '' || placed.written.kind === 'null') return '';
    return textOf(placed, this.faults) ?? '';
  }

  requiredText(key: string): string | null {
    return this.require(key, '文字') ? this.text(key) : null;
  }

  decimal(key: string, rule?: DecimalRule): Decimal | null {
    const placed = this.take(key);
    return placed ? decimalOf(placed, this.faults, rule) : null;
  }

  /** `standard` when the key does not stand there. */
  decimalOr(key: string, standard: Decimal, rule?: DecimalRule): Decimal | null {
    return this.take(key) ? this.decimal(key, rule) : standard;
  }

  requiredDecimal(key: string, rule?: DecimalRule): Decimal | null {
    return this.require(key, rule?.says ?? '十进制数') ? this.decimal(key, rule) : null;
  }

  whole(key: string, least: number, most = 999_999_999): number | null {
    const placed = this.take(key);
    if (!placed) return null;
    const { written } = placed;
    const value = written.kind === 'number' && WHOLE.test(written.text) ? Number.parseInt(written.text, 10) : null;
    if (value !== null && value >= least && value <= most) return value;
    const range = most === 999_999_999 ? `≥ ${least} 的整数` : `${least}–${most} 的整数`;
    return this.refuse(key, 'whole', range, `${key} 应是 ${range}`);
  }

  truth(key: string): boolean | null {
    const placed = this.take(key);
    if (!placed) return null;
    if (placed.written.kind === 'boolean') return placed.written.text.toLowerCase() === 'true';
    return this.refuse(key, 'truth', 'true 或 false', `${key} 应是 true 或 false`);
  }

  choice<T extends string>(key: string, options: readonly T[]): T | null {
    const placed = this.take(key);
    if (!placed) return null;
    const option = options.find((candidate) => placed.written.kind === 'text' && placed.written.text === candidate);
    return (
      option ?? this.refuse(key, 'choice', options.join(' | '), `${key} 没有“${this.found(key).slice(0, 40)}”这个选项`)
    );
  }

  /** A formula: a text, or a number as written. */
  formula(key: string): string | null {
    const placed = this.take(key);
    if (!placed) return null;
    if (placed.written.kind === 'text' || placed.written.kind === 'number') return placed.written.text;
    return this.refuse(key, 'formula', '公式', `${key} 应是公式`);
  }

  map(key: string): Fields | null {
    const placed = this.take(key);
    return placed ? Fields.of(placed, this.faults) : null;
  }

  list(key: string): readonly Placed[] | null {
    const placed = this.take(key);
    if (!placed) return null;
    if (placed.written.kind !== 'list') return this.refuse(key, 'shape', '[ … ]', `${key} 应是列表`);
    return placed.written.items.map((written, i) => ({ written, path: `${placed.path}[${i}]` }));
  }

  texts(key: string): readonly string[] | null {
    const items = this.list(key);
    return items ? items.flatMap((item) => textOf(item, this.faults) ?? []) : null;
  }

  /** All entries, each with its key; for maps whose keys are names. */
  all(): readonly (Placed & { readonly key: string })[] {
    return [...this.entries].map(([key, written]) => {
      this.known.add(key);
      return { key, written, path: this.at(key) };
    });
  }

  /** Refuses every key that nobody read. */
  finish(): void {
    for (const [key, written] of this.entries)
      if (!this.known.has(key))
        this.faults.add(
          this.at(key),
          'unknown-key',
          writtenText(written),
          [...this.known].join(' '),
          `没有 ${key} 这个键`,
        );
  }
}

export function textOf({ written, path }: Placed, faults: Faults): string | null {
  if ((written.kind === 'text' || written.kind === 'number') && written.text !== '') return written.text;
  faults.add(path, 'text', writtenText(written), '文字', '这里应是文字');
  return null;
}

export function decimalOf({ written, path }: Placed, faults: Faults, rule?: DecimalRule): Decimal | null {
  const expected = rule?.says ?? '十进制数';
  if (written.kind !== 'number' || !DECIMAL.test(written.text)) {
    faults.add(path, 'decimal', writtenText(written), expected, '这里应是十进制数');
    return null;
  }
  const value = new Decimal(written.text.replace(/^\+/, '').replace(/\.$/, ''));
  if (!rule || rule.holds(value)) return value;
  faults.add(path, 'domain', written.text, expected, '数值超出允许范围');
  return null;
}

export const POSITIVE: DecimalRule = { holds: (value) => value.gt(0), says: '> 0' };
export const NOT_NEGATIVE: DecimalRule = { holds: (value) => value.gte(0), says: '≥ 0' };
export const PERCENT: DecimalRule = { holds: (value) => value.gte(0) && value.lte(100), says: '0–100' };
export const SHARE: DecimalRule = { holds: (value) => value.gte(0) && value.lte(1), says: '0–1' };
/** More than 0, at most six decimals: an exact number of millionths. */
export const WEIGHT: DecimalRule = {
  holds: (value) => value.gt(0) && value.decimalPlaces() <= 6,
  says: '> 0，至多六位小数',
};
