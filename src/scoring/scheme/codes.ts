import type { Faults } from './faults.js';

/** The row of `scores.csv` that shows the total. */
const RESERVED = 'total';

/** Codes of nodes and adjustments: each once, none called `total`. */
export class Codes {
  private readonly places = new Map<string, 'node' | 'adjustment'>();

  add(code: string, path: string, kind: 'node' | 'adjustment', faults: Faults): void {
    if (code === '') return;
    if (code === RESERVED) faults.add(path, 'code', code, `别的代码，${RESERVED} 是总分`, '这个代码有固定含义');
    else if (this.places.has(code)) faults.add(path, 'double-code', code, '每个代码一次', `代码 ${code} 重复`);
    if (!this.places.has(code)) this.places.set(code, kind);
  }

  isNode(code: string): boolean {
    return this.places.get(code) === 'node';
  }

  nodes(): readonly string[] {
    return [...this.places].filter(([, kind]) => kind === 'node').map(([code]) => code);
  }
}
