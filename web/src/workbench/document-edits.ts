import { isScalar, parseDocument } from 'yaml';
import { writtenWeight } from './weight-texts.js';

/** A place that cannot be changed alone: it is missing, or written by reference. */
export class NotEditable extends Error {
  constructor(readonly path: string) {
    super(`${path} 不能在这里改，请在 YAML 里改`);
  }
}

const keysOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[([0-9]+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number.parseInt(index, 10),
  );

/** Needs no quotes wherever it stands. */
const PLAIN = /^[\p{L}_0-9(][^:#,[\]{}'"\n\\]*$/u;

const quoted = (value: string): string =>
  PLAIN.test(value) && value.trim() === value ? value : `'${value.replaceAll("'", "''")}'`;

/**
 * The document with other values at some places. Only these characters change: comments, order and layout stay as the
 * officer wrote them.
 * @param changes path → text, each the place of a value that is there
 * @throws NotEditable
 */
export function withValues(text: string, changes: ReadonlyMap<string, string>): string {
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  const places = [...changes].map(([path, value]) => {
    const node = document.getIn(keysOf(path), true);
    if (!isScalar(node) || !node.range || node.anchor !== undefined) throw new NotEditable(path);
    return { from: node.range[0], to: node.range[1], value };
  });
  let edited = text;
  for (const { from, to, value } of places.sort((a, b) => b.from - a.from)) {
    const end = edited.slice(from, to).endsWith('\n') ? '\n' : ''; // a block of lines takes its end along
    edited = edited.slice(0, from) + quoted(value) + end + edited.slice(to);
  }
  return edited;
}

/** @param weights millionths by the path of the node */
export const withWeights = (text: string, weights: ReadonlyMap<string, bigint>): string =>
  withValues(text, new Map([...weights].map(([path, weight]) => [`${path}.weight`, writtenWeight(weight)])));

export const withFormula = (text: string, path: string, formula: string): string =>
  withValues(text, new Map([[`${path}.value`, formula]]));

export const withVersion = (text: string, version: number): string =>
  withValues(text, new Map([['version', `${version}`]]));
