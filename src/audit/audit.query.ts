import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { defused } from '../platform/spreadsheet-text.js';
import { csv } from '../scoring/tables.js';

/** What `Acts` writes as the text of an entry. */
interface Entry {
  readonly at: string;
  readonly actor: { readonly id: string; readonly roles: readonly string[] };
  /** Whoever's paper it stands on, when an officer recorded it. */
  readonly onBehalf?: unknown;
  /** Id of the token, when a program did it. */
  readonly token?: string;
  readonly from: string;
  readonly action: string;
  readonly subject: string | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditItem extends Entry {
  readonly id: string;
  /** USCC. */
  readonly institution: string | null;
  /** sha256(0 ‖ id ‖ entry), hex: what the sealed batch is made of. */
  readonly leaf: string;
  readonly sealed: boolean;
  /** The batch that seals it and its root, hex; null until then. */
  readonly seal: { readonly batch: number; readonly root: string } | null;
}

export interface AuditFilter {
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  /** Id of who acted. */
  readonly actor?: string | undefined;
  /** USCC. */
  readonly institution?: string | undefined;
  /** From this instant on, up to but without the other. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface EntryRow {
  readonly id: string;
  readonly body: string;
  readonly leaf: string;
  readonly uscc: string | null;
  readonly batch: number | null;
  readonly root: string | null;
}

const EXPORT_CHUNK = 1_000;

/** What was done, latest first. */
@Injectable()
export class AuditQuery {
  constructor(private readonly database: Database) {}

  list(actor: Actor, filter: AuditFilter & PageQuery): Promise<Page<AuditItem>> {
    const { action, subject, actor: by, institution, from, to } = filter;
    const list = `audit:${JSON.stringify([action, subject, by, institution, from, to])}`;
    const request = pageRequest(filter, list);
    return this.database.transaction(actor, async (tx) => {
      const items = await this.items(tx, filter, request.after?.[0] ?? null, request.limit + 1);
      return pageOf(items, request, list, (item) => [item.id]);
    });
  }

  /**
   * The same for a spreadsheet, piece by piece: the log may be longer than memory. The first piece is read before the
   * answer begins, so that what is refused or away becomes a problem document and not a file that breaks off.
   */
  async csv(actor: Actor, filter: AuditFilter): Promise<AsyncGenerator<string>> {
    const read = (after: string | null): Promise<AuditItem[]> =>
      this.database.transaction(actor, (tx) => this.items(tx, filter, after, EXPORT_CHUNK));
    return piecesOf(await read(null), read);
  }

  /** @param after id of the entry before, later than all of these; null: from the latest on */
  private async items(tx: Tx, filter: AuditFilter, after: string | number | null, limit: number): Promise<AuditItem[]> {
    const { action, subject, actor, institution, from, to } = filter;
    const rows = await tx.rows<EntryRow>(
      `select e.id, e.body, encode(e.leaf, 'hex') as leaf, i.uscc, s.batch::int, encode(s.root, 'hex') as root
       from audit.entry e
       left join institution i on i.id = e.institution_id
       left join audit.leaf l on l.entry_id = e.id
       left join lateral (select batch, root from audit.seal where last_seq >= l.seq order by last_seq limit 1) s on true
       where ($1::text is null or e.action = $1) and ($2::text is null or e.subject = $2)
         and ($3::text is null or e.actor = $3) and ($4::text is null or i.uscc = $4)
         and ($5::timestamptz is null or e.at >= $5) and ($6::timestamptz is null or e.at < $6)
         and ($7::bigint is null or e.id < $7)
       order by e.id desc limit $8`,
      [action ?? null, subject ?? null, actor ?? null, institution ?? null, from ?? null, to ?? null, after, limit],
    );
    return rows.map(({ id, body, leaf, uscc, batch, root }) => ({
      id,
      ...(JSON.parse(body) as Entry),
      institution: uscc,
      leaf,
      sealed: batch !== null,
      seal: batch === null || root === null ? null : { batch, root },
    }));
  }
}

const CSV_HEADER = [
  '编号',
  '时间',
  '操作人',
  '角色',
  '代录',
  '令牌',
  '来源',
  '操作',
  '对象',
  '统一社会信用代码',
  '理由',
  '变更前',
  '变更后',
  '摘要',
  '封存批次',
];

const text = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** `2026-10-01T09:00:00.000+08:00`: exported as the district's clock shows it. */
const localInstant = (at: string): string =>
  new Date(Date.parse(at) + 8 * 3_600_000).toISOString().replace('Z', '+08:00');

const csvRow = (item: AuditItem): string[] =>
  [
    item.id,
    localInstant(item.at),
    item.actor.id,
    item.actor.roles.join(' '),
    text(item.onBehalf),
    text(item.token),
    item.from,
    item.action,
    text(item.subject),
    text(item.institution),
    text(item.reason),
    text(item.before),
    text(item.after),
    item.leaf,
    text(item.seal?.batch),
  ].map(defused);

async function* piecesOf(
  first: readonly AuditItem[],
  read: (after: string) => Promise<AuditItem[]>,
): AsyncGenerator<string> {
  yield `\uFEFF${csv([CSV_HEADER])}`;
  let items = first;
  for (;;) {
    yield csv(items.map(csvRow));
    const last = items.at(-1);
    if (!last || items.length < EXPORT_CHUNK) return;
    items = await read(last.id);
  }
}
