import type { Violation } from '../problems/problems.js';

const shown = (value: unknown): string => (value === undefined ? '未填写' : JSON.stringify(value));

/**
 * Reads one node of a parsed configuration document by its keys and notes every fault, so that all are listed at
 * once. A fault yields a stand-in of the right type; the caller looks at `faults` before it uses anything.
 */
export class DocumentReader {
  private readonly used = new Set<string>();

  constructor(
    private readonly node: unknown,
    /** File, then keys with dots and [index]: `metrics/bank.yaml.metrics[3]`. */
    readonly path: string,
    readonly faults: Violation[],
  ) {}

  fault(key: string, found: unknown, expected: string): void {
    const path = key === '' ? this.path : `${this.path}.${key}`;
    const message = `${path}：应为${expected}，实为 ${shown(found)}`;
    this.faults.push({ path, rule: 'configuration', found: shown(found), expected, message });
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  text(key: string): string {
    const value = this.get(key);
    if (typeof value === 'string' && value.trim() === value && value !== '') return value;
    this.fault(key, value, '非空文字');
    return '';
  }

  whole(key: string, min: number, max: number): number {
    const value = this.get(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.fault(key, value, `${min} 至 ${max} 的整数`);
    return min;
  }

  /** A list of different whole numbers, not empty. */
  wholes(key: string, min: number, max: number): number[] {
    const list = this.get(key);
    const isFine = (item: unknown): item is number =>
      typeof item === 'number' && Number.isInteger(item) && item >= min && item <= max;
    if (Array.isArray(list) && list.length > 0 && list.every(isFine) && new Set(list).size === list.length) return list;
    this.fault(key, list, `${min} 至 ${max} 的整数的列表，不重复`);
    return [min];
  }

  /** Left out: false. */
  yes(key: string): boolean {
    const value = this.get(key) ?? false;
    if (typeof value !== 'boolean') this.fault(key, value, 'true 或 false');
    return value === true;
  }

  oneOf<T extends string>(key: string, allowed: readonly T[]): T {
    const value = this.get(key);
    const match = allowed.find((each) => each === value);
    if (match === undefined) this.fault(key, value, `${allowed.join('、')} 之一`);
    return match ?? (allowed[0] as T);
  }

  /** Left out or null: null. */
  maybeOneOf<T extends string>(key: string, allowed: readonly T[]): T | null {
    return (this.get(key) ?? null) === null ? null : this.oneOf(key, allowed);
  }

  /** Left out or null: null. */
  maybeText(key: string): string | null {
    return (this.get(key) ?? null) === null ? null : this.text(key);
  }

  /** A list of different texts, not empty. */
  texts(key: string): string[] {
    const list = this.get(key);
    if (!Array.isArray(list) || list.length === 0) {
      this.fault(key, list, '非空列表');
      return [];
    }
    const seen = new Set<string>();
    for (const [i, item] of list.entries()) {
      if (typeof item !== 'string' || item === '') this.fault(`${key}[${i}]`, item, '非空文字');
      else if (seen.has(item)) this.fault(`${key}[${i}]`, item, '不重复的条目');
      else seen.add(item);
    }
    return [...seen];
  }

  /** The entries of a list, each with its own path. */
  entries(key: string): DocumentReader[] {
    const list = this.get(key);
    if (!Array.isArray(list) || list.length === 0) {
      this.fault(key, list, '非空列表');
      return [];
    }
    return list.map((item, i) => new DocumentReader(item, `${this.path}.${key}[${i}]`, this.faults));
  }

  child(key: string): DocumentReader {
    return new DocumentReader(this.get(key), `${this.path}.${key}`, this.faults);
  }

  /** The keys that the node has, for a table whose keys are data. */
  keys(): string[] {
    return typeof this.node === 'object' && this.node !== null ? Object.keys(this.node) : [];
  }

  /** Notes keys that nothing has asked for. Call last. */
  nothingElse(): void {
    if (typeof this.node !== 'object' || this.node === null || Array.isArray(this.node)) {
      this.fault('', this.node, '键值对');
      return;
    }
    for (const key of Object.keys(this.node)) {
      if (!this.used.has(key)) this.fault(key, key, `已知的键（${[...this.used].join('、')}）`);
    }
  }

  private get(key: string): unknown {
    this.used.add(key);
    if (typeof this.node !== 'object' || this.node === null || Array.isArray(this.node)) return undefined;
    return Object.hasOwn(this.node, key) ? (this.node as Record<string, unknown>)[key] : undefined;
  }
}
