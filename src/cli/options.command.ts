import { parseArgs } from 'node:util';

/** A command was called in a way it does not know: exit code 2. */
export class UsageError extends Error {}

export interface Options {
  readonly values: Readonly<Record<string, string>>;
  /** Of those that may stand several times. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly positionals: readonly string[];
  readonly help: boolean;
}

/**
 * `--name VALUE` and positionals of one command. A list is written `--set A --set B` or `--set A B`.
 * @throws UsageError for an unknown, repeated or missing one
 */
export function readOptions(
  args: readonly string[],
  {
    required = [],
    optional = [],
    lists = [],
    positionals = 0,
  }: { required?: string[]; optional?: string[]; lists?: string[]; positionals?: number },
): Options {
  const names = [...required, ...optional];
  const option = { type: 'string', multiple: true } as const;
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries([...names, ...lists].map((name) => [name, option] as const)),
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : '');
  }
  const values: Record<string, string> = {};
  if (parsed.values.help) return { values, lists: {}, positionals: [], help: true };
  for (const name of names) {
    const given = parsed.values[name];
    if (!Array.isArray(given)) continue;
    if (given.length > 1) throw new UsageError(`--${name} 写了多次`);
    values[name] = `${given[0]}`;
  }
  const missing = required.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new UsageError(`缺少 ${missing.map((name) => `--${name}`).join(' ')}`);
  const given = lists.map((name) => [name, (parsed.values[name] ?? []) as string[]] as const);
  const [first] = given;
  if (first && first[1].length > 0)
    return {
      values,
      lists: { ...Object.fromEntries(given), [first[0]]: [...first[1], ...parsed.positionals] },
      positionals: [],
      help: false,
    };
  if (parsed.positionals.length !== positionals)
    throw new UsageError(
      positionals === 0 ? `多余的参数 ${parsed.positionals.join(' ')}` : `应有 ${positionals} 个文件`,
    );
  return { values, lists: Object.fromEntries(given), positionals: parsed.positionals, help: false };
}
