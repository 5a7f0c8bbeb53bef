import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound, type Violation } from '../problems/problems.js';

export interface ImportRowView {
  readonly institution: string;
  readonly period: string;
  readonly metric: string;
  readonly before: string | null;
  readonly after: string | null;
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

export interface ImportView {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly encoding: string;
  readonly state: 'previewed' | 'committed';
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

const FIRST = 200;

/** Reads previews; each belongs to whoever uploaded it. */
@Injectable()
export class ImportQuery {
  constructor(private readonly database: Database) {}

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
    const head = await tx.row<Omit<ImportView, 'rows' | 'issues'>>(
      `select id, file_name as "fileName", sha256, encoding, state, counts from import where id = $1 and actor = $2`,
      [id, tx.actor.id],
    );
    if (!head) throw notFound();
    return head;
  }

  private rowsAfter(tx: Tx, id: string, after: number | string, limit: number) {
    return tx.rows<ImportRowView & { no: number }>(
      `select r.no, i.uscc as institution, r.period, r.metric, trim_scale(r.before)::text as before,
         trim_scale(r.after)::text as after, r.kind
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
