import { Injectable } from '@nestjs/common';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';

/** How far the audit is sealed. */
export interface AuditHead {
  /** The last seal's root, hex; null before the first seal. */
  readonly root: string | null;
  /** Entries that this root covers. */
  readonly entries: number;
  /** Entries after it. */
  readonly unsealed: number;
  /** Real seconds since the oldest of those was written; 0 if there are none. */
  readonly oldestUnsealedSeconds: number;
}

/** The last seal of one day: what is kept elsewhere as an anchor. */
export interface DayRoot {
  /** `2026-10-20`, in Asia/Shanghai. */
  readonly day: string;
  readonly batch: number;
  /** Hex. */
  readonly root: string;
  /** Entries that this root covers. */
  readonly entries: number;
}

/** What the seals say: the head, the root of each day, the root for a receipt. */
@Injectable()
export class SealQuery {
  constructor(private readonly database: Database) {}

  head(actor: Actor): Promise<AuditHead> {
    return this.database.transaction(actor, async (tx) => {
      const head = await tx.row<AuditHead>(
        `select encode(s.root, 'hex') as root, coalesce(s.last_seq, 0)::int as entries, u.unsealed,
           u.seconds as "oldestUnsealedSeconds"
         from (values (0)) as always
         left join lateral (select root, last_seq, last_id from audit.seal order by batch desc limit 1) s on true
         cross join lateral (
           select count(*)::int as unsealed,
             coalesce(extract(epoch from clock_timestamp() - min(written_at)), 0)::int as seconds
           from audit.entry where id > coalesce(s.last_id, 0)) u`,
      );
      return head as AuditHead;
    });
  }

  /** Root of the last seal at this moment; null before the first. An institution may read it too. */
  async lastRoot(tx: Tx): Promise<string | null> {
    const last = await tx.row<{ root: string }>(
      `select encode(root, 'hex') as root from audit.seal order by batch desc limit 1`,
    );
    return last?.root ?? null;
  }

  /** The last root of each day, newest day first. */
  roots(actor: Actor, query: PageQuery): Promise<Page<DayRoot>> {
    const request = pageRequest(query, 'audit-roots');
    return this.database.transaction(actor, async (tx) => {
      const rows = await this.daysBefore(tx, request.after?.[0] ?? null, request.limit + 1);
      return pageOf(rows, request, 'audit-roots', (row) => [row.day]);
    });
  }

  /**
   * Goes from day to day by the index, however many seals a day has.
   * @param day the days before this one; null: all of them
   * @param limit null: no limit
   */
  daysBefore(tx: Tx, day: string | number | null, limit: number | null): Promise<DayRoot[]> {
    return tx.rows<DayRoot>(
      `with recursive last as (
         (select batch, root, last_seq, at from audit.seal
          where $1::date is null or at < $1::date::timestamp at time zone 'Asia/Shanghai'
          order by at desc, batch desc limit 1)
         union all
         select earlier.* from last cross join lateral (
           select s.batch, s.root, s.last_seq, s.at from audit.seal s
           where s.at < date_trunc('day', last.at, 'Asia/Shanghai') order by s.at desc, s.batch desc limit 1) earlier)
       select to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day, batch::int, encode(root, 'hex') as root,
         last_seq::int as entries from last limit $2`,
      [day, limit],
    );
  }
}
