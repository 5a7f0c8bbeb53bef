import type { OwnColumn } from '../../../src/trial/own-header.js';

/** Whom a text of a sheet names, or whom it may mean. */
export interface NameAnswer {
  readonly text: string;
  readonly match: {
    readonly uscc: string;
    readonly name: string;
    readonly by: 'uscc' | 'name' | 'former' | 'alias';
    readonly type: string | null;
  } | null;
  readonly candidates: readonly { readonly uscc: string; readonly name: string }[];
}

/** What a person decided about a row's name. */
export type Decision =
  | { readonly kind: 'institution'; readonly uscc: string; readonly name: string }
  /** A name for this trial alone. */
  | { readonly kind: 'own' }
  | { readonly kind: 'ignore' };

export type KeptColumn = Pick<OwnColumn, 'header' | 'role' | 'metric' | 'unit' | 'period'>;

export interface SheetMapping {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly KeptColumn[];
  readonly keptBy: string;
  readonly keptAt: string;
}

/** Columns of a sheet that a person, or a kept mapping, changed: by index. */
export type ColumnChanges = Readonly<Record<number, Partial<OwnColumn>>>;

export const BY_WORDS = { uscc: '信用代码', name: '名称', former: '曾用名', alias: '别名' } as const;
