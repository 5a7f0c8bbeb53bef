import { cleanWord } from '../imports/clean-text.js';
import type { OwnMetric } from './own-sheet.js';

/** What headers add to a title and what does not change the metric. */
const WORDS_WITHOUT_WEIGHT = /其中|期末|季末|本季度|本季|本期|当季|当期|本币外币|本外币|人民币|当前|合计|数额/g;
const NUMBERING = /^(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[、.．)]/;
const PUNCTUATION = /[()[\]{}<>《》【】「」、,;:：。.·\-—–_/\\*#“”"'\s]/g;

/** A header or a title in the form in which they are compared. */
export const foldTitle = (text: string): string =>
  cleanWord(text.normalize('NFKC'))
    .replace(/\s+/g, '')
    .replace(NUMBERING, '')
    .replace(PUNCTUATION, '')
    .replace(WORDS_WITHOUT_WEIGHT, '')
    .replace(/绿贷|绿色信贷/g, '绿色贷款')
    .toLowerCase();

export interface MetricFound {
  readonly metric: OwnMetric;
  /** Near, not the same: to be looked at. */
  readonly isGuess: boolean;
}

/** Below it two titles have too little in common to be proposed. */
const NEAR = 0.8;

const pairsOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2));

/** Dice's coefficient over pairs of characters: 1 = the same. */
function nearness(a: string, b: string): number {
  const [left, right] = [pairsOf(a), pairsOf(b)];
  if (left.length === 0 || right.length === 0) return 0;
  const rest = [...right];
  let common = 0;
  for (const pair of left) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    common++;
    rest.splice(at, 1);
  }
  return (2 * common) / (left.length + right.length);
}

/** Metrics by code, title and alias, as headers write them. */
export class MetricTitles {
  private readonly byTitle = new Map<string, OwnMetric[]>();

  constructor(readonly metrics: readonly OwnMetric[]) {
    for (const metric of metrics) {
      if (metric.kind === 'derived' || metric.kind === 'counted') continue;
      for (const text of new Set([metric.code, metric.title, ...metric.aliases].map(foldTitle)))
        this.byTitle.set(text, [...(this.byTitle.get(text) ?? []), metric]);
    }
  }

  /**
   * @param type of most institutions of the sheet: several types file 绿色贷款余额, each under its own code
   * @returns null when no title is near
   */
  find(header: string, type: string | null): MetricFound | null {
    const folded = foldTitle(header);
    if (folded === '') return null;
    // 绿色贷款 alone means its balance, 贷款余额 that of 各项贷款.
    const texts = [folded, `${folded}余额`, folded.replace(/额$/, '余额'), `各项${folded}`, `各项${folded}余额`];
    const meant = texts.flatMap((text) => this.byTitle.get(text) ?? []);
    const metric = this.chosen(meant, type);
    if (metric) return { metric, isGuess: false };
    let best: { near: number; text: string } | null = null;
    let second = 0;
    for (const text of this.byTitle.keys()) {
      const near = nearness(folded, text);
      if (near > (best?.near ?? 0)) {
        second = best?.near ?? 0;
        best = { near, text };
      } else second = Math.max(second, near);
    }
    if (!best || best.near < NEAR || best.near === second) return null;
    const near = this.chosen(this.byTitle.get(best.text) ?? [], type);
    return near && { metric: near, isGuess: true };
  }

  private chosen(found: readonly OwnMetric[], type: string | null): OwnMetric | null {
    return found.find(({ types }) => type !== null && types.includes(type)) ?? found[0] ?? null;
  }
}
