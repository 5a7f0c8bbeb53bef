import { Inject, Injectable } from '@nestjs/common';
import { Zip, ZipPassThrough } from 'fflate';
import { dayOf } from '../calendar/day.js';
import { isQuarter, periodTitle } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { defused } from '../platform/spreadsheet-text.js';
import { SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import { DomainError } from '../problems/problems.js';
import { Templates } from './templates.service.js';

/** A form that an institution owes and has not filed. */
interface Owed {
  readonly uscc: string;
  readonly name: string;
  readonly form: string;
  readonly formVersion: number;
  readonly due: Date | null;
}

/** The zip on its way: pieces as they come, and about how long it will be. */
export interface PrefilledZip {
  readonly files: number;
  /** Bytes, by the first workbook: for a bar of progress. */
  readonly about: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** 预填工作簿: one workbook for each institution and form that a quarter waits for, with last quarter's figures beside. */
@Injectable()
export class PrefilledWorkbooks {
  constructor(
    private readonly database: Database,
    private readonly templates: Templates,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** @throws WORKBOOKS_NONE when nobody owes a form of figures then */
  async zip(actor: Actor, period: string): Promise<PrefilledZip> {
    const owed = isQuarter(period) ? await this.owed(actor, period) : [];
    const [first] = owed;
    if (!first)
      throw new DomainError('WORKBOOKS_NONE', 404, '本期没有等待报送的报表：请先生成填报任务，或各机构都已报送');
    const names = namesOf(owed, period, (each) => this.titleOf(each));
    const one = await this.workbook(actor, first, period);
    return {
      files: owed.length,
      about: one.length * owed.length,
      pieces: this.pieces(actor, period, owed, names, one),
    };
  }

  private async *pieces(
    actor: Actor,
    period: string,
    owed: readonly Owed[],
    names: readonly string[],
    first: Uint8Array,
  ): AsyncGenerator<Uint8Array> {
    let ready: Uint8Array[] = [];
    const zip = new Zip((error, piece) => {
      if (error) throw error;
      ready.push(piece);
    });
    const add = (name: string, bytes: Uint8Array): void => {
      // Workbooks are packed already.
      const entry = new ZipPassThrough(name);
      zip.add(entry);
      entry.push(bytes, true);
    };
    add('清单.xlsx', await this.contents(owed, names));
    for (const [i, each] of owed.entries()) {
      add(names[i] as string, i === 0 ? first : await this.workbook(actor, each, period));
      yield* ready;
      ready = [];
    }
    zip.end();
    yield* ready;
  }

  private workbook(actor: Actor, { uscc, form }: Owed, period: string): Promise<Uint8Array> {
    return this.templates.ofObligation(actor, uscc, period, form).then(({ bytes }) => bytes);
  }

  private titleOf({ form, formVersion }: Owed): string {
    return this.catalogue.formAt(form, formVersion)?.title ?? form;
  }

  private async owed(actor: Actor, period: string): Promise<Owed[]> {
    const rows = await this.database.transaction(actor, (tx) =>
      tx.rows<Owed>(
        `select i.uscc, i.name, o.form, o.form_version as "formVersion", o.due
         from obligation o join institution i on i.id = o.institution_id left join filing f on f.obligation_id = o.id
         where o.period = $1 and o.kind = 'regular' and o.exempt_at is null and o.closed_at is null
           and (f.id is null or f.state in ('draft', 'internal_review', 'returned'))
         order by i.uscc, o.form`,
        [period],
      ),
    );
    // Row tables have no workbook.
    return rows.filter(({ form, formVersion }) => this.catalogue.formAt(form, formVersion)?.kind === 'metrics');
  }

  private contents(owed: readonly Owed[], names: readonly string[]): Promise<Uint8Array> {
    const columns = ['序号', '机构', '统一社会信用代码', '报表', '截止', '文件名'];
    const sheet = new SheetDraft('清单', {
      columns: [8, 30, 22, 26, 14, 60].map((width) => ({ width })),
      freezePane: { rows: 1 },
      autoFilter: { range: `A1:F${owed.length + 1}` },
    });
    sheet.add(columns, STYLES.head);
    for (const [i, each] of owed.entries())
      sheet.add(
        // 24:00 is the first moment of the day after.
        [
          `${i + 1}`,
          each.name,
          each.uscc,
          this.titleOf(each),
          each.due === null ? '尚未确定' : dayOf(new Date(each.due.getTime() - 1)),
          names[i] ?? '',
        ].map(defused),
        STYLES.code,
      );
    return workbookBytes([sheet]);
  }
}

/** 机构-报表-2026年第三季度.xlsx; where two would be called the same, their codes tell them apart. */
function namesOf(owed: readonly Owed[], period: string, titleOf: (each: Owed) => string): string[] {
  const plain = owed.map((each) => clean(`${each.name}-${titleOf(each)}-${periodTitle(period)}`));
  const count = new Map<string, number>();
  for (const name of plain) count.set(name, (count.get(name) ?? 0) + 1);
  return plain.map((name, i) => ((count.get(name) ?? 0) > 1 ? `${name}-${owed[i]?.uscc}.xlsx` : `${name}.xlsx`));
}

const clean = (name: string): string => name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').slice(0, 100);
