import { Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import { dayOf } from '../calendar/day.js';
import { People } from '../identity/people.service.js';
import { Aliases, type Recognised } from '../institutions/aliases.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { DomainError, notFound } from '../problems/problems.js';
import type { KeepMappingDto, KeptColumnDto } from './trial.dto.js';

/** Whom a text of a sheet names, or whom it may mean. */
export interface NameAnswer {
  readonly text: string;
  readonly match: (Omit<Recognised, 'id'> & { readonly type: string | null }) | null;
  readonly candidates: readonly { readonly uscc: string; readonly name: string }[];
}

/** 对应关系: what the headers of a sheet mean, under a name; the next sheet with the same headers takes it. */
export interface SheetMapping {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly KeptColumnDto[];
  readonly keptBy: string;
  readonly keptAt: string;
}

/** Texts without an institution for which near names are looked up: more questions nobody answers. */
const MOST_QUESTIONS = 60;

/** Names of a sheet, and the mappings that officers kept. Of a trial itself nothing is stored. */
@Injectable()
export class SheetMappings {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly aliases: Aliases,
    private readonly institutions: Institutions,
  ) {}

  /** Whom the texts of a sheet name: by USCC, name, former name or alias; the first without one with near names. */
  names(actor: Actor, texts: readonly string[]): Promise<{ items: NameAnswer[] }> {
    return this.database.transaction(actor, async (tx) => {
      const wanted = [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
      const matched = await this.aliases.match(tx, wanted);
      const types = await tx.rows<{ id: string; type: string }>(
        `select institution_id as id, type from institution_type
         where institution_id = any($1::uuid[]) and valid_from <= $2 and (valid_to is null or valid_to >= $2)`,
        [[...new Set([...matched.values()].map(({ id }) => id))], dayOf(tx.now)],
      );
      const typeOf = new Map(types.map(({ id, type }) => [id, type]));
      const items: NameAnswer[] = [];
      let questions = 0;
      for (const text of wanted) {
        const found = matched.get(text);
        if (found) {
          const { id, ...match } = found;
          items.push({ text, match: { ...match, type: typeOf.get(id) ?? null }, candidates: [] });
          continue;
        }
        const near = ++questions > MOST_QUESTIONS ? [] : await this.aliases.candidates(tx, text);
        items.push({ text, match: null, candidates: near.map(({ uscc, name }) => ({ uscc, name })) });
      }
      return { items };
    });
  }

  list(actor: Actor, query: PageQuery): Promise<Page<SheetMapping>> {
    const request = pageRequest(query, 'sheet-mappings');
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<Omit<SheetMapping, 'keptAt'> & { readonly kept_at: Date }>(
        `select id, name, columns, kept_by as "keptBy", kept_at from sheet_mapping
         where $1::text is null or name > $1 order by name limit $2`,
        [request.after?.[0] ?? null, request.limit + 1],
      );
      const people = await People.names(
        tx,
        rows.map(({ keptBy }) => keptBy),
      );
      const page = pageOf(rows, request, 'sheet-mappings', ({ name }) => [name]);
      return {
        next: page.next,
        items: page.items.map(({ kept_at, ...row }) => ({
          ...row,
          keptBy: people.get(row.keptBy) ?? row.keptBy,
          keptAt: kept_at.toISOString(),
        })),
      };
    });
  }

  /**
   * Keeps what the headers mean, under a name that may be kept again, and learns the names that a person confirmed.
   * No figure is kept.
   * @throws NOT_FOUND for an unknown institution, ALIAS_TAKEN, ALIAS_UNFIT, MAPPING_HEADERS
   */
  keep(actor: Actor, dto: KeepMappingDto): Promise<{ id: string; learned: number }> {
    return this.acts.perform({ action: 'trial.keep', actor, creates: true }, async (act) => {
      const headers = dto.columns.map(({ header }) => header);
      if (new Set(headers).size < headers.length)
        throw new DomainError('MAPPING_HEADERS', 422, '有两列表头相同，无法保存对应关系');
      const row = (await act.tx.row<{ id: string }>(
        `insert into sheet_mapping (name, columns, kept_by, kept_at) values ($1, $2, $3, $4)
         on conflict (name) do update set columns = excluded.columns, kept_by = excluded.kept_by, kept_at = excluded.kept_at
         returning id`,
        [dto.name.trim(), JSON.stringify(dto.columns), act.actor.id, act.now],
      )) as { id: string };
      let learned = 0;
      for (const { text, institution } of dto.names) {
        const { id } = await this.institutions.find(act.tx, institution);
        if (await this.aliases.learn(act, id, text, `对应关系“${dto.name.trim()}”`)) learned++;
      }
      act.subject = row.id;
      act.record(null, { name: dto.name.trim(), columns: headers.length, learned });
      return { id: row.id, learned };
    });
  }

  /** @throws NOT_FOUND */
  remove(actor: Actor, id: string): Promise<void> {
    return this.acts.perform({ action: 'trial.forget', actor, subject: id }, async (act) => {
      const row = await act.tx.row<{ name: string }>('delete from sheet_mapping where id = $1 returning name', [id]);
      if (!row) throw notFound();
      act.record({ name: row.name }, null);
    });
  }
}
