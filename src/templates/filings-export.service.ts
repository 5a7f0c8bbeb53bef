import { Inject, Injectable } from '@nestjs/common';
import { type CellState, isBureau } from '../filings/filing.query.js';
import { FILING_STATE_TITLES, type FilingState } from '../filings/filing-states.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { defused } from '../platform/spreadsheet-text.js';
import { figureStyle, figureValue, SheetDraft, STYLES, workbookBytes } from '../platform/workbook-writer.js';
import { DomainError } from '../problems/problems.js';
import { csv } from '../scoring/tables.js';
import { cellText } from './template-workbook.js';

const COLUMNS = [
  '统一社会信用代码',
  '机构',
  '报表',
  '报告期',
  '状态',
  '版次',
  '指标代码',
  '指标',
  '单位',
  '数值',
  '来源',
];
const WIDTHS = [22, 28, 24, 10, 10, 6, 20, 36, 10, 20, 30];
/** Beyond it a workbook is slow to write and to open; a CSV of any district's quarter is less. */
const MOST_ROWS = 400_000;
const MOST_SHEET_ROWS = 60_000;

interface FigureRow {
  readonly filer: string;
  readonly name: string;
  readonly form: string;
  readonly period: string;
  readonly state: FilingState;
  readonly no: number | null;
  readonly metric: string;
  readonly value: string | null;
  readonly cell_state: CellState;
  readonly source: string | null;
}

/** 报送数据: the figures of a quarter, a row each. The bureau has what was submitted, an institution its own drafts too. */
@Injectable()
export class FilingsExport {
  constructor(
    private readonly database: Database,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** With a byte order mark, since it is opened in spreadsheets. @throws EXPORT_TOO_BIG */
  async csv(actor: Actor, period: string): Promise<string> {
    const rows = await this.rows(actor, period, MOST_ROWS);
    return `\uFEFF${csv([COLUMNS, ...rows.map((row) => this.texts(row).map(defused))])}`;
  }

  /** @throws EXPORT_TOO_BIG */
  async workbook(actor: Actor, period: string): Promise<Uint8Array> {
    const rows = await this.rows(actor, period, MOST_SHEET_ROWS);
    const sheet = new SheetDraft('报送数据', {
      columns: WIDTHS.map((width) => ({ width })),
      freezePane: { rows: 1, columns: 2 },
      autoFilter: { range: `A1:K${rows.length + 1}` },
    });
    sheet.add(COLUMNS, STYLES.head);
    for (const figure of rows) {
      const row = sheet.add(this.texts(figure), STYLES.code);
      const decimals = this.catalogue.metrics.get(figure.metric)?.decimals ?? 4;
      sheet.put(row, 10, figureValue(cellText(cellOf(figure))), figureStyle(decimals, 'plain'));
    }
    return workbookBytes([sheet], { properties: { title: `报送数据 ${period}`, creator: '绿评' } });
  }

  private texts(row: FigureRow): string[] {
    const metric = this.catalogue.metrics.get(row.metric);
    return [
      row.filer,
      row.name,
      this.catalogue.forms.get(row.form)?.title ?? row.form,
      row.period,
      FILING_STATE_TITLES[row.state],
      row.no === null ? '' : `${row.no}`,
      row.metric,
      metric?.title ?? row.metric,
      metric?.unit ?? '',
      cellText(cellOf(row)),
      row.source ?? '',
    ];
  }

  private rows(actor: Actor, period: string, most: number): Promise<FigureRow[]> {
    // What an institution has not handed in is not the bureau's to read as a figure.
    const cells = isBureau(actor)
      ? 'revision_cell c on c.revision_id = f.revision_id'
      : 'filing_cell c on c.filing_id = f.id';
    const own = actor.institutionId === null && !isBureau(actor) ? (actor.department ?? '') : null;
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<FigureRow>(
        `select coalesce(i.uscc, f.department) as filer, coalesce(i.name, f.department) as name, f.form, f.period, f.state,
           r.no, c.metric, trim_scale(c.value)::text as value, c.state as cell_state, c.source
         from filing f join ${cells}
         left join institution i on i.id = f.institution_id left join revision r on r.id = f.revision_id
         where f.period = $1 and c.state <> 'blank' and ($2::text is null or f.department = $2)
         order by 1, f.form, c.metric limit $3`,
        [period, own, most + 1],
      );
      if (rows.length > most)
        throw new DomainError('EXPORT_TOO_BIG', 422, `超过 ${most} 行，请改用 CSV 或按报告期分开导出`);
      return rows;
    });
  }
}

const cellOf = ({ value, cell_state }: FigureRow) => ({ value, state: cell_state });
