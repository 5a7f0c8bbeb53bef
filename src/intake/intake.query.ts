import { Inject, Injectable } from '@nestjs/common';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { People } from '../identity/people.service.js';
import type { ImportIssueView } from '../imports/import.query.js';
import { Aliases } from '../institutions/aliases.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, instant, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { notFound } from '../problems/problems.js';
import type { FileState, Flag } from './recogniser.service.js';
import { replyOf } from './replies.js';

export interface IntakeCounts {
  readonly waiting: number;
  readonly good: number;
  readonly faulty: number;
  readonly unfit: number;
  readonly received: number;
}

export interface IntakeBatchItem {
  readonly id: string;
  readonly period: string;
  readonly title: string;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly counts: IntakeCounts;
}

export interface IntakeFile {
  readonly id: string;
  readonly no: number;
  readonly fileName: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly state: FileState;
  /** One sentence. */
  readonly why: string;
  /** By what the institution was known: template, uscc, name, former, alias, officer. */
  readonly knownBy: string | null;
  readonly institution: { readonly uscc: string; readonly name: string } | null;
  /** Whom it may be, where nobody was recognised. */
  readonly candidates: readonly { readonly uscc: string; readonly name: string }[];
  readonly form: string | null;
  readonly formTitle: string | null;
  readonly period: string | null;
  readonly sender: string;
  readonly receivedOn: string;
  readonly note: string;
  /** How many figures it states. */
  readonly figures: number;
  readonly problems: number;
  /** May be received with a reason: only its unit is suspected. */
  readonly suspectedOnly: boolean;
  readonly issues: readonly ImportIssueView[];
  readonly flags: readonly Flag[];
  readonly filing: string | null;
  readonly revision: { readonly no: number; readonly hash: string } | null;
  /** To be copied into the chat group; null: nothing to answer. */
  readonly reply: string | null;
}

export interface IntakeBatch extends IntakeBatchItem {
  readonly files: readonly IntakeFile[];
}

interface BatchRow extends Omit<IntakeBatchItem, 'counts'>, IntakeCounts {
  readonly at: string;
}

type FileRow = Omit<
  IntakeFile,
  'institution' | 'candidates' | 'formTitle' | 'issues' | 'revision' | 'reply' | 'suspectedOnly'
> & {
  readonly uscc: string | null;
  readonly name: string | null;
  readonly formVersion: number | null;
  readonly hard: number;
  readonly revisionNo: number | null;
  readonly hash: string | null;
};

const FIRST_ISSUES = 100;

const BATCH = `
  select b.id, b.period, b.title, b.made_by as "madeBy", ${instant('b.made_at')} as "madeAt", b.made_at::text as at,
    count(*) filter (where f.state = 'waiting')::int as waiting, count(*) filter (where f.state = 'good')::int as good,
    count(*) filter (where f.state = 'faulty')::int as faulty, count(*) filter (where f.state = 'unfit')::int as unfit,
    count(*) filter (where f.state = 'received')::int as received
  from intake_batch b join intake_file f on f.batch_id = b.id`;

/** Reads the batches of 收表. */
@Injectable()
export class IntakeQuery {
  constructor(
    private readonly database: Database,
    private readonly aliases: Aliases,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** Newest first. */
  list(actor: Actor, filter: PageQuery & { readonly period?: string | undefined }): Promise<Page<IntakeBatchItem>> {
    const list = `intake:${filter.period ?? ''}`;
    const request = pageRequest(filter, list, 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<BatchRow>(
        `${BATCH} where ($1::text is null or b.period = $1)
           and ($2::timestamptz is null or (b.made_at, b.id) < ($2, $3::uuid))
         group by b.id order by b.made_at desc, b.id desc limit $4`,
        [filter.period ?? null, ...(request.after ?? [null, null]), request.limit + 1],
      );
      const names = await People.names(
        tx,
        rows.map((row) => row.madeBy),
      );
      const page = pageOf(rows, request, list, (row) => [row.at, row.id]);
      return { next: page.next, items: page.items.map((row) => itemOf(row, names)) };
    });
  }

  one(actor: Actor, id: string): Promise<IntakeBatch> {
    return this.database.transaction(actor, (tx) => this.view(tx, id));
  }

  /** @throws NOT_FOUND */
  async view(tx: Tx, id: string): Promise<IntakeBatch> {
    const row = await tx.row<BatchRow>(`${BATCH} where b.id = $1 group by b.id`, [id]);
    if (!row) throw notFound();
    const files = await tx.rows<FileRow>(
      `select f.id, f.no, f.file_name as "fileName", f.sha256, octet_length(f.content) as bytes, f.state, f.why,
         f.known_by as "knownBy", i.uscc, i.name, f.form, f.form_version as "formVersion", f.period, f.sender,
         f.received_on::text as "receivedOn", f.note, f.flags, r.filing_id as filing, r.no as "revisionNo", r.hash,
         (select count(*)::int from jsonb_object_keys(coalesce(f.figures, '{}'))) as figures,
         (select count(*)::int from intake_issue x where x.file_id = f.id and x.severity = 'problem') as problems,
         (select count(*)::int from intake_issue x where x.file_id = f.id and x.severity = 'problem' and x.code <> 'V08') as hard
       from intake_file f left join institution i on i.id = f.institution_id left join revision r on r.id = f.revision_id
       where f.batch_id = $1 order by f.no`,
      [id],
    );
    const issues = await tx.rows<ImportIssueView & { file_id: string }>(
      `select file_id, code, severity, sheet, line as row, "column", cell, raw, message, expected from (
         select i.*, row_number() over (partition by i.file_id order by i.severity, i.no) as nth from intake_issue i
         join intake_file f on f.id = i.file_id where f.batch_id = $1) x
       where nth <= $2 order by file_id, nth`,
      [id, FIRST_ISSUES],
    );
    const names = await People.names(tx, [row.madeBy]);
    const views: IntakeFile[] = [];
    for (const file of files) {
      const own = issues.filter((issue) => issue.file_id === file.id).map(({ file_id: _, ...issue }) => issue);
      const isUnknown = file.uscc === null && file.state === 'unfit' && /\.(xlsx|csv)$/i.test(file.fileName);
      const near = isUnknown ? await this.aliases.candidates(tx, file.fileName.replace(/\.[^.]*$/, '')) : [];
      views.push(this.fileView(row.period, file, own, near));
    }
    return { ...itemOf(row, names), files: views };
  }

  /** @throws NOT_FOUND */
  original(actor: Actor, batch: string, id: string) {
    return this.database.transaction(actor, async (tx) => {
      const file = await tx.row<{ name: string; bytes: Buffer; sha256: string }>(
        'select file_name as name, content as bytes, sha256 from intake_file where id = $1 and batch_id = $2',
        [id, batch],
      );
      if (!file) throw notFound();
      return file;
    });
  }

  /** What goes back: the faulty files of a batch, with all that is wrong with them. @throws NOT_FOUND */
  faulty(actor: Actor, batch: string, only: string | null) {
    return this.database.transaction(actor, async (tx) => {
      const files = await tx.rows<{
        id: string;
        name: string;
        bytes: Buffer;
        template: { form: string; version: string; filer: string; period: string } | null;
      }>(
        `select id, file_name as name, content as bytes, template from intake_file
         where batch_id = $1 and ($2::uuid is null or id = $2) and state = 'faulty' order by no`,
        [batch, only],
      );
      if (files.length === 0) throw notFound();
      const issues = await tx.rows<ImportIssueView & { file_id: string }>(
        `select file_id, code, severity, sheet, line as row, "column", cell, raw, message, expected from intake_issue
         where file_id = any($1::uuid[]) order by file_id, no`,
        [files.map((file) => file.id)],
      );
      return files.map((file) => ({ ...file, issues: issues.filter((issue) => issue.file_id === file.id) }));
    });
  }

  private fileView(
    period: string,
    { uscc, name, formVersion, hard, revisionNo, hash, ...file }: FileRow,
    issues: readonly ImportIssueView[],
    near: readonly { uscc: string; name: string }[],
  ): IntakeFile {
    const form =
      file.form === null
        ? null
        : (this.catalogue.formAt(file.form, formVersion ?? 0) ?? this.catalogue.forms.get(file.form) ?? null);
    const problems = issues.filter(({ severity }) => severity === 'problem');
    const { state } = file;
    return {
      ...file,
      institution: uscc === null || name === null ? null : { uscc, name },
      candidates: near.map((each) => ({ uscc: each.uscc, name: each.name })),
      formTitle: form?.title ?? null,
      suspectedOnly: state === 'faulty' && hard === 0 && file.problems > 0,
      issues,
      revision: revisionNo === null || hash === null ? null : { no: revisionNo, hash },
      reply:
        state === 'faulty' || state === 'unfit'
          ? replyOf({
              institution: name,
              formTitle: form?.title ?? null,
              period,
              fileName: file.fileName,
              state,
              why: file.why,
              issues: problems,
            })
          : null,
    };
  }
}

const itemOf = (row: BatchRow, names: ReadonlyMap<string, string>): IntakeBatchItem => ({
  id: row.id,
  period: row.period,
  title: row.title,
  madeBy: names.get(row.madeBy) ?? row.madeBy,
  madeAt: row.madeAt,
  counts: { waiting: row.waiting, good: row.good, faulty: row.faulty, unfit: row.unfit, received: row.received },
});
