import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import type { Tx } from '../platform/database.service.js';
import type { ImportIssue } from './import-reading.js';
import { type PlacedRow, type PlaceProblem, placeKey } from './place-rows.js';
import type { TemplateProblem } from './place-template.js';

const CHUNK = 10_000;

/** An issue of the reader, or one that only the register and the filings could tell. */
export type StoredIssue = Omit<ImportIssue, 'code'> & {
  readonly code: ImportIssue['code'] | PlaceProblem | TemplateProblem;
};

/** An institution and period of a preview, and how many figures go there. */
export interface StoredPlace {
  readonly place: number;
  readonly institutionId: string;
  /** USCC. */
  readonly institution: string;
  readonly period: string;
  readonly figures: number;
}

/** A place with the draft that takes its figures. */
export interface Target {
  readonly place: number;
  readonly filingId: string;
}

/** Rows that change something; clearing needs the user's tick. */
const WANTED = `(r.kind in ('added', 'changed') or (r.kind = 'cleared' and $2))`;
const TARGETS = 'unnest($3::int[], $4::uuid[]) as t (place, filing_id) join import_row r on r.place = t.place';
const CELL = 't.filing_id, r.metric, r.institution_id, r.after, r.after_state, r.source';

/** The stored previews: written once, moved into drafts by the database itself (decision 8). */
@Injectable()
export class Previews {
  /** @returns the form of each place, by its number */
  async storeRows(tx: Tx, id: string, placed: readonly PlacedRow[]): Promise<string[]> {
    const places = new Map<string, number>();
    const institutions: string[] = [];
    const periods: string[] = [];
    const forms: string[] = [];
    const numbers = placed.map(({ institutionId, form, row }) => {
      const key = `${placeKey(institutionId, row.period)} ${form}`;
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, institutions.length);
      institutions.push(institutionId);
      periods.push(row.period);
      forms.push(form);
      return institutions.length - 1;
    });
    for (let from = 0; from < placed.length; from += CHUNK) {
      const chunk = placed.slice(from, from + CHUNK);
      await tx.run(
        `insert into import_row (import_id, no, place, institution_id, period, metric, before, after, kind, cell_version, source,
           before_state, after_state, before_source)
         select $1, $2 + r.no - 1, r.place, p.institution_id, p.period, r.metric, r.before, r.after, r.kind, r.version,
           r.source, r.before_state, r.after_state, r.before_source
         from unnest($3::int[], $4::text[], $5::numeric[], $6::numeric[], $7::int[], $8::text[], $11::text[], $12::text[],
             $13::text[], $14::text[])
           with ordinality as r (place, metric, before, after, version, source, kind, before_state, after_state,
             before_source, no)
         join unnest($9::uuid[], $10::text[]) with ordinality as p (institution_id, period, place) on p.place = r.place + 1`,
        [
          id,
          from,
          numbers.slice(from, from + CHUNK),
          chunk.map(({ row }) => row.metric),
          chunk.map((row) => row.before),
          chunk.map((row) => row.after),
          chunk.map((row) => row.version),
          chunk.map(({ row }) => row.source),
          institutions,
          periods,
          chunk.map((row) => row.kind),
          chunk.map((row) => row.beforeState),
          chunk.map((row) => row.afterState),
          chunk.map((row) => row.beforeSource),
        ],
      );
    }
    return forms;
  }

  async storeIssues(tx: Tx, id: string, issues: readonly StoredIssue[]): Promise<void> {
    for (let from = 0; from < issues.length; from += CHUNK) {
      const chunk = issues.slice(from, from + CHUNK);
      await tx.run(
        `insert into import_issue (import_id, no, code, severity, sheet, line, "column", cell, raw, message, expected)
         select $1, * from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])`,
        [
          id,
          chunk.map((_, i) => from + i),
          chunk.map((issue) => issue.code),
          chunk.map((issue) => issue.severity),
          chunk.map((issue) => issue.sheet ?? ''),
          chunk.map((issue) => issue.row),
          chunk.map((issue) => issue.column),
          chunk.map((issue) => issue.cell),
          chunk.map((issue) => issue.raw),
          chunk.map((issue) => issue.message),
          chunk.map((issue) => issue.expected),
        ],
      );
    }
  }

  /** Where the preview's figures go, by USCC and period. */
  places(tx: Tx, id: string, clear: boolean): Promise<StoredPlace[]> {
    return tx.rows<StoredPlace>(
      `select w.place, w.institution_id as "institutionId", i.uscc as institution, w.period, w.figures
       from (select r.place, r.institution_id, r.period, count(*)::int as figures from import_row r
             where r.import_id = $1 and ${WANTED} group by 1, 2, 3) w
       join institution i on i.id = w.institution_id
       order by i.uscc, w.period`,
      [id, clear],
    );
  }

  /** Into drafts that were opened in this transaction. @returns false when a cell was there at the time of the preview */
  async intoNew(tx: Tx, id: string, clear: boolean, targets: readonly Target[]): Promise<boolean> {
    const parameters = parametersOf(id, clear, targets);
    const stale = await tx.row(
      `select 1 from ${TARGETS} where r.import_id = $1 and ${WANTED} and r.cell_version <> 0 limit 1`,
      parameters,
    );
    if (stale) return false;
    await tx.run(
      `insert into filing_cell (filing_id, metric, institution_id, value, state, source)
       select ${CELL} from ${TARGETS} where r.import_id = $1 and ${WANTED}`,
      parameters,
    );
    return true;
  }

  /** Into drafts that were there. @returns false when a cell was changed since the preview */
  async intoExisting(tx: Tx, id: string, clear: boolean, targets: readonly Target[]): Promise<boolean> {
    if (targets.length === 0) return true;
    const parameters = parametersOf(id, clear, targets);
    const stale = await tx.row(
      `select 1 from ${TARGETS} left join filing_cell c on c.filing_id = t.filing_id and c.metric = r.metric
       where r.import_id = $1 and ${WANTED} and r.cell_version <> coalesce(c.version, 0) limit 1`,
      parameters,
    );
    if (stale) return false;
    await tx.run(
      `insert into filing_cell (filing_id, metric, institution_id, value, state, source)
       select ${CELL} from ${TARGETS} where r.import_id = $1 and ${WANTED}
       on conflict (filing_id, metric) do update
         set value = excluded.value, state = excluded.state, source = excluded.source, version = filing_cell.version + 1`,
      parameters,
    );
    return true;
  }

  /**
   * The cells that the import wrote and nobody has written since go back to what they held before it, in the history of
   * changes as one batch.
   * @returns cells brought back, by filing
   */
  async undo(act: Act, id: string, cleared: boolean, targets: readonly Target[]): Promise<Map<string, number>> {
    const rows = await act.tx.rows<{ filing_id: string; count: number }>(
      `with written as (
         update filing_cell c
         set value = r.before, state = r.before_state, source = r.before_source, version = c.version + 1
         from ${TARGETS}
         where r.import_id = $1 and ${WANTED} and c.filing_id = t.filing_id and c.metric = r.metric
           and c.version = r.cell_version + 1 and c.value is not distinct from r.after and c.state = r.after_state
         returning c.filing_id, c.institution_id, c.metric, r.after, r.before, r.before_state),
       noted as (
         insert into cell_change (filing_id, institution_id, metric, before, after, state, actor, at, batch)
         select filing_id, institution_id, metric, after, before, before_state, $5, $6, $1 from written)
       select filing_id, count(*)::int as count from written group by 1`,
      [...parametersOf(id, cleared, targets), act.actor.id, act.now],
    );
    return new Map(rows.map((row) => [row.filing_id, row.count]));
  }
}

const parametersOf = (id: string, clear: boolean, targets: readonly Target[]): unknown[] => [
  id,
  clear,
  targets.map((target) => target.place),
  targets.map((target) => target.filingId),
];
