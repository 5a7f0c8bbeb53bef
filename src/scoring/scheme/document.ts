import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { type Faults, under } from './faults.js';

/** A document as it was written: a number keeps its source text, so that no figure ever becomes a double. */
export type Written =
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Written> }
  | { readonly kind: 'list'; readonly items: readonly Written[] }
  | { readonly kind: 'text' | 'number' | 'boolean' | 'null'; readonly text: string };

type YamlDocument = ReturnType<typeof parseDocument>;

/** What the parser's codes mean to whoever wrote the line; others are shown by their code alone. */
const YAML_FAULTS: Readonly<Record<string, string>> = {
  BAD_INDENT: '缩进不对',
  TAB_AS_INDENT: '缩进用了制表符，应用空格',
  MISSING_CHAR: '缺少引号、括号或冒号',
  UNEXPECTED_TOKEN: '有多余的字符',
  BLOCK_AS_IMPLICIT_KEY: '一行里写了两个冒号；文字里的冒号要加引号',
  BLOCK_IN_FLOW: '花括号或方括号里不能换行缩进写键',
  MULTILINE_IMPLICIT_KEY: '键跨了行，多半是少了冒号',
  KEY_OVER_1024_CHARS: '键太长，多半是少了引号',
  BAD_ALIAS: '星号开头的文字要加引号',
  BAD_SCALAR_START: '以 @ 或反引号开头的文字要加引号',
  BAD_DQ_ESCAPE: '双引号里的反斜杠不对',
  TAG_RESOLVE_FAILED: '不认识的类型标签；感叹号开头的文字要加引号',
  MULTIPLE_DOCS: '一个文件只能有一份方案',
  IMPOSSIBLE: '无法读懂',
};

const DEEPEST = 60;
const MOST_NODES = 100_000;
const MOST_PROBLEMS = 20;
const SHOWN_LEVELS = 2;
const SHOWN_ITEMS = 8;

/**
 * YAML 1.2, core schema; JSON is a part of it. A key that stands twice, a tag or type outside the core, several
 * documents in one file are refused.
 * @returns null when the text cannot be read at all; the faults say why
 */
export function readDocument(text: string, faults: Faults): Written | null {
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  // An unknown tag is a warning to the parser; a scheme has no use for one.
  const problems = [...document.errors, ...document.warnings];
  for (const error of problems.slice(0, MOST_PROBLEMS)) {
    const line = error.linePos?.[0].line ?? 1;
    const why = YAML_FAULTS[error.code];
    const message = `第 ${line} 行不是合法的 YAML${why === undefined ? '' : `：${why}`}`;
    faults.add(
      `document:${line}`,
      'yaml',
      text.split('\n')[line - 1]?.trim() ?? '',
      `YAML 1.2（${error.code}）`,
      message,
    );
  }
  if (problems.length > 0) return null;
  return new Reader(document, faults).read(document.contents, '', 1);
}

class Reader {
  private nodes = 0;

  constructor(
    private readonly document: YamlDocument,
    private readonly faults: Faults,
  ) {}

  read(node: unknown, path: string, level: number): Written {
    this.nodes++;
    if (level > DEEPEST || this.nodes > MOST_NODES) {
      if (this.nodes <= MOST_NODES + 1)
        this.faults.add(path, 'document-size', `${level} 层`, `≤ ${DEEPEST} 层`, '文档嵌套太深或太大');
      return { kind: 'null', text: '' };
    }
    if (isAlias(node)) return this.alias(node.resolve(this.document), node.source, path, level);
    if (isMap(node)) return this.map(node.items, path, level);
    if (isSeq(node))
      return { kind: 'list', items: node.items.map((item, i) => this.read(item, `${path}[${i}]`, level + 1)) };
    if (isScalar(node)) return this.scalar(node.value, node.source ?? '', path);
    return { kind: 'null', text: '' };
  }

  private alias(anchored: unknown, name: string, path: string, level: number): Written {
    if (anchored !== undefined) return this.read(anchored, path, level + 1);
    this.faults.add(path, 'yaml', `*${name}`, `先写 &${name}`, '引用的锚点不存在');
    return { kind: 'null', text: '' };
  }

  private map(pairs: readonly { key: unknown; value: unknown }[], path: string, level: number): Written {
    const entries = new Map<string, Written>();
    for (const pair of pairs) {
      const key = isScalar(pair.key) ? keyText(pair.key.value, pair.key.source) : null;
      if (key === null) {
        this.faults.add(path, 'key', '复合键', '文字键', '键只能是文字');
        continue;
      }
      if (entries.has(key)) this.faults.add(under(path, key), 'double-key', key, '每个键一次', `键 ${key} 写了两次`);
      const value = this.read(pair.value, under(path, key), level + 1);
      if (!entries.has(key)) entries.set(key, value);
    }
    return { kind: 'map', entries };
  }

  private scalar(value: unknown, source: string, path: string): Written {
    if (typeof value === 'string') return { kind: 'text', text: value };
    if (typeof value === 'number' || typeof value === 'bigint') return { kind: 'number', text: source };
    if (typeof value === 'boolean') return { kind: 'boolean', text: source };
    if (value !== null) this.faults.add(path, 'yaml', source, '文字、数、true、false', '不支持的 YAML 类型');
    return { kind: 'null', text: source };
  }
}

const keyText = (value: unknown, source: string | undefined): string =>
  typeof value === 'string' ? value : (source ?? '');

/** A value as written, for messages; of what is large only the beginning. */
export function writtenText(written: Written, level = 1): string {
  if (written.kind !== 'list' && written.kind !== 'map') return written.text;
  if (level > SHOWN_LEVELS) return '…';
  const more = (size: number): string[] => (size > SHOWN_ITEMS ? ['…'] : []);
  if (written.kind === 'list') {
    const items = written.items.slice(0, SHOWN_ITEMS).map((item) => writtenText(item, level + 1));
    return `[${[...items, ...more(written.items.length)].join(', ')}]`;
  }
  const entries = [...written.entries].slice(0, SHOWN_ITEMS);
  const shown = entries.map(([key, value]) => `${key}: ${writtenText(value, level + 1)}`);
  return `{ ${[...shown, ...more(written.entries.size)].join(', ')} }`;
}
