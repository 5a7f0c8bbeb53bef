import { Inject, Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import { receivedDay } from '../filings/receiving.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { People } from '../identity/people.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Attachments } from '../platform/attachments.service.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { defused } from '../platform/spreadsheet-text.js';
import type { Upload } from '../platform/upload.service.js';
import { SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import { DomainError, notFound } from '../problems/problems.js';
import { stampReminder } from './replies.js';

/** A received filing, and whether its stamped page came. */
export interface StampedItem {
  readonly revision: string;
  readonly filing: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly form: string;
  readonly formTitle: string;
  readonly period: string;
  readonly no: number;
  /** 校验码: the first 16 of the revision's hash, as printed on the page. */
  readonly code: string;
  readonly fileName: string;
  readonly sender: string;
  readonly receivedOn: string;
  readonly page: {
    readonly receivedOn: string;
    readonly note: string;
    readonly by: string;
    readonly scan: { readonly fileName: string; readonly sha256: string } | null;
  } | null;
  /** To be copied; null once the page came. */
  readonly reminder: string | null;
}

export interface NewStampedPage {
  readonly code: string;
  readonly receivedOn: string;
  readonly note: string;
}

interface Row {
  readonly revision: string;
  readonly filing: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly form: string;
  readonly formVersion: number;
  readonly period: string;
  readonly no: number;
  readonly hash: string;
  readonly fileName: string;
  readonly sender: string;
  readonly receivedOn: string;
  readonly pageOn: string | null;
  readonly pageNote: string | null;
  readonly pageBy: string | null;
  readonly scanName: string | null;
  readonly scanHash: string | null;
}

const CODE_LENGTH = 16;
const ALL = 1_000;

const RECEIVED = `
  select v.revision_id as revision, f.id as filing, i.uscc as institution, i.name as "institutionName", f.form,
    f.form_version as "formVersion", r.period, r.no, r.hash, v.file_name as "fileName", v.sender,
    v.received_on::text as "receivedOn", p.received_on::text as "pageOn", p.note as "pageNote", p.recorded_by as "pageBy",
    t.file_name as "scanName", t.sha256 as "scanHash"
  from receiving v join revision r on r.id = v.revision_id join filing f on f.id = r.filing_id and f.revision_id = r.id
  join institution i on i.id = v.institution_id left join stamped_page p on p.revision_id = v.revision_id
  left join attachment t on t.id = p.scan_id`;

/** 盖章页: the paper that an institution signs and stamps for what it sent as a workbook. */
@Injectable()
export class StampedPages {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly attachments: Attachments,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** Received filings of a quarter, by institution; the latest revision of each. */
  list(actor: Actor, filter: PageQuery & { readonly period: string }): Promise<Page<StampedItem>> {
    const list = `stamped:${filter.period}`;
    const request = pageRequest(filter, list, 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<Row>(
        `${RECEIVED} where r.period = $1 and ($2::text is null or (i.uscc, f.form) > ($2, $3))
         order by i.uscc, f.form limit $4`,
        [filter.period, ...(request.after ?? [null, null]), request.limit + 1],
      );
      const page = pageOf(rows, request, list, (row) => [row.institution, row.form]);
      return { items: await this.views(tx, page.items), next: page.next };
    });
  }

  /** @throws NOT_FOUND for a revision that was not received as a file */
  async one(tx: Tx, revision: string): Promise<StampedItem> {
    const row = await tx.row<Row>(`${RECEIVED} where v.revision_id = $1`, [revision]);
    if (!row) throw notFound();
    const [view] = await this.views(tx, [row]);
    return view as StampedItem;
  }

  /**
   * Registers the paper: the code typed from it must be that of the revision, so that a page of other figures is found.
   * Registered again, the later one counts, and the audit keeps both.
   * @throws NOT_FOUND, CHECK_CODE, RECEIVED_ON, ATTACHMENT_TYPE
   */
  record(actor: Actor, revision: string, given: NewStampedPage, scan: Upload | null): Promise<StampedItem> {
    return this.acts.perform({ action: 'intake.stamped-page', actor, creates: true }, async (act) => {
      const before = await this.one(act.tx, revision);
      const typed = given.code.replace(/[\s-]/g, '').toLowerCase();
      if (typed !== before.code)
        throw new DomainError('CHECK_CODE', 422, '校验码与收下的报表不符：请核对是否为同一版的盖章页', [
          {
            path: 'code',
            rule: 'CHECK_CODE',
            found: given.code,
            expected: '盖章页上的 16 位校验码',
            message: '校验码与收下的报表不符',
          },
        ]);
      const receivedOn = receivedDay(given.receivedOn, act.now);
      const row = await act.tx.row<{ institution_id: string }>(
        'select institution_id from receiving where revision_id = $1',
        [revision],
      );
      const institutionId = row?.institution_id ?? null;
      const kept = scan && (await this.attachments.add(act.tx, scan, institutionId));
      await act.tx.run(
        `insert into stamped_page (revision_id, institution_id, received_on, note, scan_id, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (revision_id) do update set received_on = excluded.received_on, note = excluded.note,
           scan_id = coalesce(excluded.scan_id, stamped_page.scan_id), recorded_by = excluded.recorded_by,
           recorded_at = excluded.recorded_at`,
        [revision, institutionId, receivedOn, given.note, kept?.id ?? null, actor.id, act.now],
      );
      act.subject = before.filing;
      act.institutionId = institutionId;
      act.record(before.page, { revision, receivedOn, note: given.note, scan: kept?.sha256 ?? null });
      return this.one(act.tx, revision);
    });
  }

  /** @throws NOT_FOUND */
  scan(actor: Actor, revision: string) {
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<{ scan_id: string | null }>('select scan_id from stamped_page where revision_id = $1', [
        revision,
      ]);
      if (!row?.scan_id) throw notFound();
      return this.attachments.read(tx, row.scan_id);
    });
  }

  /** The list for Excel. */
  async workbook(actor: Actor, period: string): Promise<Uint8Array> {
    const items = await this.database.transaction(actor, async (tx) =>
      this.views(
        tx,
        await tx.rows<Row>(`${RECEIVED} where r.period = $1 order by i.uscc, f.form limit $2`, [period, ALL]),
      ),
    );
    const columns = [
      '统一社会信用代码',
      '机构',
      '报表',
      '版次',
      '校验码',
      '收到工作簿',
      '发送人',
      '文件',
      '盖章页',
      '收到盖章页',
      '说明',
      '扫描件',
    ];
    const sheet = new SheetDraft('盖章页', {
      columns: [22, 28, 24, 6, 20, 12, 16, 36, 10, 12, 30, 30].map((width) => ({ width })),
      freezePane: { rows: 1, columns: 2 },
      autoFilter: { range: `A1:L${items.length + 1}` },
    });
    sheet.add(columns, STYLES.head);
    for (const item of items)
      sheet.add(
        [
          item.institution,
          item.institutionName,
          item.formTitle,
          `${item.no}`,
          item.code,
          item.receivedOn,
          item.sender,
          item.fileName,
          item.page ? '已收' : '未收',
          item.page?.receivedOn ?? '',
          item.page?.note ?? '',
          item.page?.scan?.fileName ?? '',
        ].map(defused),
        STYLES.code,
      );
    return workbookBytes([sheet]);
  }

  private async views(tx: Tx, rows: readonly Row[]): Promise<StampedItem[]> {
    const names = await People.names(
      tx,
      rows.flatMap(({ pageBy }) => pageBy ?? []),
    );
    return rows.map(({ hash, formVersion, pageOn, pageNote, pageBy, scanName, scanHash, ...row }) => {
      const code = hash.slice(0, CODE_LENGTH);
      const formTitle = this.catalogue.formAt(row.form, formVersion)?.title ?? row.form;
      return {
        ...row,
        formTitle,
        code,
        page:
          pageOn === null
            ? null
            : {
                receivedOn: pageOn,
                note: pageNote ?? '',
                by: names.get(pageBy ?? '') ?? pageBy ?? '',
                scan: scanName === null || scanHash === null ? null : { fileName: scanName, sha256: scanHash },
              },
        reminder:
          pageOn === null
            ? stampReminder({ institution: row.institutionName, formTitle, period: row.period, code })
            : null,
      };
    });
  }
}
