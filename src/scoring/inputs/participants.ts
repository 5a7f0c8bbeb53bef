import { byCodePoint } from '../../numbers/code-point.js';
import type { Scheme } from '../scheme/scheme.js';
import type { EvaluationInput, Institution } from '../types.js';

/** Everybody whom the evaluation lists, by code point of the code; a row of every column stands for one of them. */
export interface Participants {
  readonly list: readonly Institution[];
  readonly rowOf: ReadonlyMap<string, number>;
  /** Columns that `attr` may read; null: there is no institutions table. */
  readonly columns: ReadonlySet<string> | null;
}

/** Without a table the institutions carry no type (or are not given at all). */
export const hasTable = (institutions: readonly Institution[] | null): boolean =>
  institutions?.some((institution) => institution.type !== null) ?? false;

/** All that the table names or, without one, all in the data; name = code, type unknown. */
export function institutionsOf({ institutions, figures }: EvaluationInput): readonly Institution[] {
  const listed = institutions ?? [];
  if (hasTable(institutions)) return listed;
  const known = new Map(listed.map((institution) => [institution.code, institution]));
  for (const { institution } of figures)
    if (!known.has(institution))
      known.set(institution, { code: institution, name: institution, type: null, flags: [], attributes: {} });
  return [...known.values()];
}

/** Institutions whose type is in `institutionTypes`; without a table: all. */
export function participantsOf(input: EvaluationInput, scheme: Scheme): Participants {
  const all = institutionsOf(input);
  const table = hasTable(input.institutions);
  const types = scheme.institutionTypes;
  const list = all
    .filter((institution) => !table || types === null || types.includes(institution.type ?? ''))
    .sort((a, b) => byCodePoint(a.code, b.code));
  const columns = all.flatMap((institution) => Object.keys(institution.attributes));
  return {
    list,
    rowOf: new Map(list.map((institution, row) => [institution.code, row])),
    columns: table ? new Set(['institution', 'name', 'type', 'flags', ...columns]) : null,
  };
}

/** The text of a column of the institutions table. */
export function attributeOf(institution: Institution, column: string): string {
  switch (column) {
    case 'institution':
      return institution.code;
    case 'name':
      return institution.name;
    case 'type':
      return institution.type ?? '';
    case 'flags':
      return [...institution.flags].sort(byCodePoint).join(';');
    default:
      return Object.hasOwn(institution.attributes, column) ? (institution.attributes[column] ?? '') : '';
  }
}
