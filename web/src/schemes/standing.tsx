import type { SchemeSummary } from '../api/shapes.js';
import { standingWords } from './scheme-words.js';

const SHAPES: Readonly<Record<string, string>> = { 施行中: '●', 草稿: '○', 征求意见: '◐', 已废止: '✕' };

/** How a version stands today: a shape and a word. */
export function Standing({ scheme }: { readonly scheme: Pick<SchemeSummary, 'state' | 'standing'> }) {
  const words = standingWords(scheme);
  return (
    <span className={`scheme-standing standing-${scheme.standing} standing-${scheme.state}`}>
      <span aria-hidden={true}>{SHAPES[words] ?? '◌'} </span>
      {words}
    </span>
  );
}
