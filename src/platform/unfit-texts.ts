import type { Violation } from '../problems/problems.js';

/** Keys that every object has: libraries on the way drop them unseen, so they are refused by name. */
const RESERVED = ['constructor', 'prototype', '__proto__'];
const LONE_SURROGATE = /\p{Cs}/u;
/** As many as a caller needs to see. */
const MOST = 20;

const shown = (text: string): string =>
  text
    .slice(0, 100)
    .replace(/\p{Cs}/gu, '\ufffd')
    .replaceAll('\0', '\ufffd');

/**
 * Texts of a request that no database keeps as they are: with NUL, or with half of a surrogate pair, which would be
 * stored as another character; and keys that mean something to the language. Keys count as texts, too. Walks without recursion: a body may be deep.
 */
export function unfitTexts(body: unknown): Violation[] {
  const found: Violation[] = [];
  const waiting: { readonly path: string; readonly value: unknown }[] = [{ path: '', value: body }];
  const look = (path: string, text: string): void => {
    if (!LONE_SURROGATE.test(text) && !text.includes('\0')) return;
    const [rule, expected] = text.includes('\0')
      ? (['TEXT_NUL', '不含空字符'] as const)
      : (['TEXT_SURROGATE', '完整的 Unicode 文字'] as const);
    found.push({ path: shown(path), rule, found: shown(text), expected, message: '文字含有无法保存的字符' });
  };
  for (let next = waiting.pop(); next !== undefined && found.length < MOST; next = waiting.pop()) {
    const { path, value } = next;
    if (typeof value === 'string') look(path, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        const below = path === '' ? key : `${path}.${key}`;
        look(below, key);
        if (RESERVED.includes(key))
          found.push({
            path: below,
            rule: 'KEY_RESERVED',
            found: key,
            expected: '其他名称',
            message: `不认识的字段“${key}”`,
          });
        waiting.push({ path: below, value: inner });
      }
  }
  return found;
}
