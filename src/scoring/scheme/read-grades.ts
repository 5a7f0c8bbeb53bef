import type { Decimal } from '../../numbers/decimal.js';
import { plain } from '../../numbers/decimal.js';
import { Fields, SHARE } from './fields.js';
import type { Grade } from './scheme.js';

/** Stated `min`s fall from entry to entry; two may be equal if the first has `topShare`. */
export function readGrades(root: Fields): readonly Grade[] {
  const codes = new Set<string>();
  let last: { min: Decimal; share: boolean } | null = null;
  return (root.list('grades') ?? []).flatMap((item) => {
    const fields = Fields.of(item, root.faults, '{ code, title, min, topShare }');
    if (!fields) return [];
    const code = fields.requiredText('code') ?? '';
    const title = fields.label('title');
    const min = fields.decimal('min');
    const topShare = fields.decimal('topShare', SHARE);
    fields.finish();
    if (codes.has(code)) fields.refuse('code', 'double-code', '每个等次一次', `等次 ${code} 重复`);
    codes.add(code);
    const falls = !min || !last || min.lt(last.min) || (min.eq(last.min) && last.share);
    if (!falls && last) fields.refuse('min', 'grades-fall', `< ${plain(last.min)}`, '各等次的 min 应逐级降低');
    if (min) last = { min, share: topShare !== null };
    return { code, title, min, topShare };
  });
}
