import { Injectable } from '@nestjs/common';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound, type Violation } from '../problems/problems.js';
import { IMPORT_LIMITS } from './import-limits.js';
import type { CellState } from './import-reading.js';
import type { CommitAnswer } from './imports.service.js';

export interface ImportRowView {
  readonly institution: string;
  readonly period: string;
  readonly metric: string;
  /** Null unless the state is `value`. */
  readonly before: string | null;
  readonly beforeState: CellState;
  readonly after: string | null;
  readonly afterState: CellState;
  readonly kind: 'added' | 'changed' | 'cleared' | 'unchanged';
}

export interface ImportIssueView {
  readonly code: string;
  readonly severity: 'problem' | 'warning';
  readonly sheet: string;
  readonly row: number | null;
  readonly column: string | null;
  readonly cell: string | null;
  readonly raw: string;
  readonly message: string;
  readonly expected: string;
}

export type ImportState = 'previewed' | 'committed' | 'undone';

export interface ImportView {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly encoding: string;
  readonly state: ImportState;
  readonly createdAt: string;
  readonly committedAt: string | null;
  readonly undoneAt: string | null;
  readonly counts: {
    readonly added: number;
    readonly changed: number;
    readonly cleared: number;
    readonly unchanged: number;
    readonly problems: number;
    readonly warnings: number;
  };
  /** The first of them; the lists have their own addresses. */
  readonly rows: readonly ImportRowView[];
  readonly issues: readonly ImportIssueView[];
}

/** A line of the history of imports. */
export type ImportItem = Omit<ImportView, 'rows' | 'issues' | 'encoding'> & {
  /** Who uploaded it. */
  readonly by: string;
  /** Whether that is who asks: previews are opened, committed and undone by whoever made them. */
  readonly mine: boolean;
  readonly filings: CommitAnswer['filings'];
};

/** What was uploaded, byte for byte. */
export interface OriginalFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** What a template of ours said of itself; null for any other file. */
  readonly template: {
    readonly form: string;
    readonly version: string;
    readonly filer: string;
    readonly period: string;
  } | null;
}

const FIRST = 200;

interface HeadRow extends Omit<ImportView, 'rows' | 'issues' | 'createdAt' | 'committedAt' | 'undoneAt'> {
  readonly created_at: Date;
  readonly committed_at: Date | null;
  readonly undone_at: Date | null;
}

const HEAD = `m.id, m.file_name as "fileName", m.sha256, m.encoding, m.state, m.counts, m.created_at, m.committed_at,
  m.undone_at`;

const headView = ({ created_at, committed_at, undone_at, ...head }: HeadRow): Omit<ImportView, 'rows' | 'issues'> => ({
  id: head.id,
  fileName: head.fileName,
  sha256: head.sha256,
  encoding: head.encoding,
  state: head.state,
  counts: head.counts,
  createdAt: created_at.toISOString(),
  committedAt: committed_at?.toISOString() ?? null,
  undoneAt: undone_at?.toISOString() ?? null,
});

/** Reads previews; each belongs to whoever uploaded it. */
@Injectable()
export class ImportQuery {
  constructor(private readonly database: Database) {}

  /** Newest first: an institution's people see what all of them imported, the bureau's each their own. */
  list(actor: Actor, query: PageQuery): Promise<Page<ImportItem>> {
    const request = pageRequest(query, 'imports', 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<HeadRow & { actor: string; answer: CommitAnswer | null; at: string }>(
        `select ${HEAD}, m.actor, m.answer, to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
         from import m
         where (m.actor = $1 or m.institution_id = $2)
           and ($3::timestamptz is null or (m.created_at, m.id) < ($3, $4::uuid))
         order by m.created_at desc, m.id desc limit $5`,
        [actor.id, actor.institutionId, ...(request.after ?? [null, null]), request.limit + 1],
      );
      const names = await People.names(tx, [...new Set(rows.map((row) => row.actor))]);
      const page = pageOf(rows, request, 'imports', (row) => [row.at, row.id]);
      return {
        next: page.next,
        items: page.items.map((row) => {
          const { encoding: _, ...head } = headView(row);
          const by = names.get(row.actor) ?? row.actor;
          return { ...head, by, mine: row.actor === actor.id, filings: row.answer?.filings ?? [] };
        }),
      };
    });
  }

  /** The file as it was uploaded. @throws NOT_FOUND */
  original(actor: Actor, id: string): Promise<OriginalFile> {
    return this.database.transaction(actor, async (tx) => {
      const file = await tx.row<OriginalFile>(
        'select file_name as name, content as bytes, sha256, template from import where id = $1 and actor = $2',
        [id, actor.id],
      );
      if (!file) throw notFound();
      return file;
    });
  }

  /** Every issue, in the order of the file. @throws NOT_FOUND */
  allIssues(actor: Actor, id: string): Promise<ImportIssueView[]> {
    return this.database.transaction(actor, async (tx) => {
      await this.head(tx, id);
      const issues = await this.issuesAfter(tx, id, -1, IMPORT_LIMITS.issues);
      return issues.map(({ no: _, ...issue }) => issue);
    });
  }

  one(actor: Actor, id: string): Promise<ImportView> {
    return this.database.transaction(actor, (tx) => this.view(tx, id));
  }

  rows(actor: Actor, id: string, query: PageQuery): Promise<Page<ImportRowView>> {
    const list = `import-rows:${id}`;
    const request = pageRequest(query, list);
    return this.database.transaction(actor, async (tx) => {
      await this.head(tx, id);
      const rows = await this.rowsAfter(tx, id, request.after?.[0] ?? -1, request.limit + 1);
      const page = pageOf(rows, request, list, (row) => [row.no]);
      return { items: page.items.map(({ no: _, ...row }) => row), next: page.next };
    });
  }

  issues(actor: Actor, id: string, query: PageQuery): Promise<Page<ImportIssueView>> {
    const list = `import-issues:${id}`;
    const request = pageRequest(query, list);
    return this.database.transaction(actor, async (tx) => {
      await this.head(tx, id);
      const rows = await this.issuesAfter(tx, id, request.after?.[0] ?? -1, request.limit + 1);
      const page = pageOf(rows, request, list, (row) => [row.no]);
      return { items: page.items.map(({ no: _, ...row }) => row), next: page.next };
    });
  }

  /** @throws NOT_FOUND for what is absent or another's */
  async view(tx: Tx, id: string): Promise<ImportView> {
    const head = await this.head(tx, id);
    const rows = await this.rowsAfter(tx, id, -1, FIRST);
    const issues = await this.issuesAfter(tx, id, -1, FIRST);
    return {
      ...head,
      rows: rows.map(({ no: _, ...row }) => row),
      issues: issues.map(({ no: _, ...issue }) => issue),
    };
  }

  /** The first problems that stand against a commit; the path is file, sheet and cell. */
  problems(tx: Tx, id: string): Promise<Violation[]> {
    return tx.rows<Violation>(
      `select concat_ws('/', m.file_name, nullif(i.sheet, ''), i.cell) as path, i.code as rule, i.raw as found, i.expected, i.message
       from import_issue i join import m on m.id = i.import_id
       where i.import_id = $1 and i.severity = 'problem' order by i.no limit $2`,
      [id, FIRST],
    );
  }

  private async head(tx: Tx, id: string): Promise<Omit<ImportView, 'rows' | 'issues'>> {
    const head = await tx.row<HeadRow>(`select ${HEAD} from import m where m.id = $1 and m.actor = $2`, [
      id,
      tx.actor.id,
    ]);
    if (!head) throw notFound();
    return headView(head);
  }

  private rowsAfter(tx: Tx, id: string, after: number | string, limit: number) {
    return tx.rows<ImportRowView & { no: number }>(
      `select r.no, i.uscc as institution, r.period, r.metric, trim_scale(r.before)::text as before,
         trim_scale(r.after)::text as after, r.kind, r.before_state as "beforeState", r.after_state as "afterState"
       from import_row r join institution i on i.id = r.institution_id
       where r.import_id = $1 and r.no > $2 order by r.no limit $3`,
      [id, after, limit],
    );
  }

  private issuesAfter(tx: Tx, id: string, after: number | string, limit: number) {
    return tx.rows<ImportIssueView & { no: number }>(
      `select no, code, severity, sheet, line as row, "column", cell, raw, message, expected from import_issue
       where import_id = $1 and no > $2 order by no limit $3`,
      [id, after, limit],
    );
  }
}
