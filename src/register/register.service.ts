import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Act, type ActedOn, Acts } from '../audit/acts.service.js';
import { People } from '../identity/people.service.js';
import { readBareSheetInThread } from '../imports/read-bare-sheet.worker.js';
import type { ImportFile } from '../imports/read-import.js';
import { Aliases } from '../institutions/aliases.service.js';
import { InstitutionEvents } from '../institutions/institution-events.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { canonical, type Json } from '../numbers/canonical.js';
import { Database, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { notFound } from '../problems/problems.js';
import { AccountRequests } from '../users/account-requests.service.js';
import { RegisterQuery } from './register.query.js';
import { registerNotClean, registerNothing, registerStale, registerTooLong } from './register-errors.js';
import { type Change, changeDay, type KnownRegister, type PlannedRow, planRegister } from './register-plan.js';
import { MOST_ROWS, type RegisterProblem, type RegisterReading, readRegister } from './register-sheet.js';
import { registerWorkbook } from './register-workbook.service.js';

export interface RegisterCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Places, not lines. */
  readonly problems: number;
  /** Lines withheld. */
  readonly faulty: number;
  readonly accounts: number;
}

/** What was done with a file. */
export interface RegisterOutcome {
  readonly added: number;
  readonly changed: number;
  readonly aliases: number;
  readonly accounts: number;
  readonly events: number;
}

export interface RegisterFileView {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly state: 'previewed' | 'committed';
  readonly counts: RegisterCounts;
  readonly ignored: readonly string[];
  readonly uploadedBy: string;
  readonly uploadedAt: string;
  readonly outcome: RegisterOutcome | null;
}

/** A line of the preview. */
export interface RegisterLine {
  readonly line: number;
  readonly uscc: string;
  readonly name: string;
  readonly kind: PlannedRow['kind'];
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

interface StoredFile {
  readonly id: string;
  readonly file_name: string;
  readonly state: RegisterFileView['state'];
  readonly reading: RegisterReading;
  readonly planned: readonly RegisterLine[];
  readonly answer: RegisterOutcome | null;
}

/** Where personal data stand: the audit says that they changed, not to what. */
const PERSONAL = ['联系人', '电话', '邮箱', '申请账号'];

/** 批量登记: the register from one workbook, previewed, then taken over in one transaction. */
@Injectable()
export class Register {
  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly query: RegisterQuery,
    private readonly institutions: Institutions,
    private readonly events: InstitutionEvents,
    private readonly aliases: Aliases,
    private readonly requests: AccountRequests,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The empty template, or what stands. */
  workbook(actor: Actor, isFilled: boolean): Promise<Uint8Array> {
    return this.database.transaction(actor, async (tx) =>
      registerWorkbook(isFilled ? await this.query.institutions(tx) : [], await this.query.attributes(tx)),
    );
  }

  /** Reads a workbook and says what it would change; the register stays. @throws IMPORT_…, IMPORT_ROWS */
  async preview(actor: Actor, file: ImportFile): Promise<RegisterFileView> {
    const sheet = await readBareSheetInThread(file);
    if (sheet.rows.length > MOST_ROWS + 1) throw registerTooLong(sheet.rows.length - 1, MOST_ROWS);
    return this.acts.perform({ action: 'institution.preview', actor, creates: true }, async (act) => {
      const reading = readRegister(sheet, await this.query.attributes(act.tx), this.settings.demo);
      const { planned, problems } = planRegister(reading, await this.query.known(act.tx));
      const counts = countsOf(planned, problems);
      const row = (await act.tx.row(
        `insert into register_file (file_name, sha256, content, reading, planned, problems, counts, uploaded_by, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
        [
          file.name.slice(0, 255),
          createHash('sha256').update(file.bytes).digest('hex'),
          Buffer.from(file.bytes),
          JSON.stringify(reading),
          JSON.stringify(planned.map(lineOf)),
          JSON.stringify(problems),
          JSON.stringify(counts),
          actor.id,
          act.now,
        ],
      )) as { id: string };
      act.subject = row.id;
      act.record(null, { ...counts });
      return this.view(act.tx, row.id);
    });
  }

  /**
   * Takes over what the preview showed, in one transaction; a second time the first answer comes again.
   * @param skip whether lines with problems are left out
   * @throws NOT_FOUND, REGISTER_NOT_CLEAN, REGISTER_STALE when the register has changed since, REGISTER_NOTHING
   */
  commit(actor: Actor, id: string, skip: boolean): Promise<RegisterFileView> {
    return this.acts.perform({ action: 'institution.register', actor, subject: id, creates: true }, async (act) => {
      // One at a time: two files that add the same institution meet here, not in the table.
      await act.tx.rows(`select pg_advisory_xact_lock(hashtext('register_file'))`);
      const file = await act.tx.row<StoredFile>(
        'select id, file_name, state, reading, planned, answer from register_file where id = $1 for update',
        [id],
      );
      if (!file) throw notFound();
      if (file.state === 'committed') return this.view(act.tx, id);
      const known = await this.query.known(act.tx);
      const { planned, problems } = planRegister(file.reading, known);
      if (!isSame(planned.map(lineOf), file.planned)) throw registerStale();
      if (problems.length > 0 && !skip) throw registerNotClean(problems.length);
      const wanted = planned.filter(({ kind }) => kind !== 'unchanged');
      if (wanted.length === 0) throw registerNothing();
      const done: ActedOn[] = [];
      for (const each of wanted) done.push(await this.takeOver(act, each, known, file.file_name));
      const outcome: RegisterOutcome = {
        added: wanted.filter(({ kind }) => kind === 'added').length,
        changed: wanted.filter(({ kind }) => kind === 'changed').length,
        aliases: sum(wanted, ({ learn }) => learn.length),
        accounts: sum(wanted, ({ ask }) => ask.length),
        events: sum(wanted, ({ rename, typeChange }) => (rename ? 1 : 0) + (typeChange ? 1 : 0)),
      };
      await act.tx.run(
        `update register_file set state = 'committed', answer = $2, committed_by = $3, committed_at = $4 where id = $1`,
        [id, JSON.stringify(outcome), actor.id, act.now],
      );
      act.recordEach([{ subject: id, institutionId: null, before: null, after: outcome }, ...done]);
      return this.view(act.tx, id);
    });
  }

  one(actor: Actor, id: string): Promise<RegisterFileView> {
    return this.database.transaction(actor, (tx) => this.view(tx, id));
  }

  /** @throws NOT_FOUND */
  lines(actor: Actor, id: string, query: PageQuery & { kind?: string | undefined }): Promise<Page<RegisterLine>> {
    const { kind } = query;
    return this.part<RegisterLine>(actor, id, 'planned', query, (each) => kind === undefined || each.kind === kind);
  }

  /** @throws NOT_FOUND */
  problems(actor: Actor, id: string, query: PageQuery): Promise<Page<RegisterProblem>> {
    return this.part<RegisterProblem>(actor, id, 'problems', query, () => true);
  }

  private part<T>(
    actor: Actor,
    id: string,
    column: 'planned' | 'problems',
    query: PageQuery & { kind?: string | undefined },
    fits: (each: T) => boolean,
  ): Promise<Page<T>> {
    const list = `register:${id}:${column}:${query.kind ?? ''}`;
    const request = pageRequest(query, list);
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<{ all: T[] }>(`select ${column} as all from register_file where id = $1`, [id]);
      if (!row) throw notFound();
      const from = typeof request.after?.[0] === 'number' ? request.after[0] : 0;
      const rows = row.all.filter(fits).slice(from, from + request.limit + 1);
      return pageOf(rows, request, list, () => [from + request.limit]);
    });
  }

  private async view(tx: Tx, id: string): Promise<RegisterFileView> {
    const row = await tx.row<
      Omit<RegisterFileView, 'uploadedAt' | 'ignored'> & { uploaded_at: Date; ignored: string[] | null }
    >(
      `select id, file_name as "fileName", sha256, state, counts, reading -> 'ignored' as ignored,
         uploaded_by as "uploadedBy", uploaded_at, answer as outcome from register_file where id = $1`,
      [id],
    );
    if (!row) throw notFound();
    const names = await People.names(tx, [row.uploadedBy]);
    const { uploaded_at, ...view } = row;
    return {
      ...view,
      ignored: row.ignored ?? [],
      uploadedBy: names.get(row.uploadedBy) ?? row.uploadedBy,
      uploadedAt: uploaded_at.toISOString(),
    };
  }

  private async takeOver(act: Act, planned: PlannedRow, known: KnownRegister, fileName: string): Promise<ActedOn> {
    const { row } = planned;
    const from = `批量登记：${fileName} 第${row.line}行`;
    const held = known.institutions.get(row.uscc);
    const id = held
      ? await this.change(act, held.id, planned, from)
      : await this.institutions.add(
          act,
          {
            uscc: row.uscc,
            name: row.name,
            type: row.type,
            typeFrom: row.typeFrom ?? row.openedOn ?? '',
            openedOn: row.openedOn,
            register: 'district',
            attributes: row.attributes,
          },
          this.settings.demo,
        );
    const { name, phone, email } = row.contact;
    if (name !== null || phone !== null || email !== null)
      await act.tx.run(
        `insert into institution_contact (institution_id, name, phone, email, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (institution_id) do update set name = coalesce(excluded.name, institution_contact.name),
           phone = coalesce(excluded.phone, institution_contact.phone),
           email = coalesce(excluded.email, institution_contact.email), set_by = excluded.set_by, set_at = excluded.set_at`,
        [id, name, phone, email, act.actor.id, act.now],
      );
    for (const alias of planned.learn) await this.aliases.learn(act, id, alias, from);
    for (const account of planned.ask) await this.requests.ask(act, id, account, fileName);
    return { subject: id, institutionId: id, ...audited(planned.changes) };
  }

  private async change(act: Act, id: string, { row, rename, typeChange }: PlannedRow, from: string): Promise<string> {
    const document = row.document ?? '';
    if (rename) {
      const event = {
        kind: 'rename',
        effectiveOn: row.changeOn ?? '',
        name: row.name,
        document,
        reason: from,
      } as const;
      await this.events.recordWithin(act, row.uscc, event);
    }
    if (typeChange) {
      const effectiveOn = changeDay(row) ?? '';
      const event = { kind: 'type_change', effectiveOn, type: row.type, document, reason: from } as const;
      await this.events.recordWithin(act, row.uscc, event);
    }
    await act.tx.run(
      'update institution set opened_on = coalesce($2::date, opened_on), attributes = attributes || $3::jsonb where id = $1',
      [id, row.openedOn, JSON.stringify(row.attributes)],
    );
    return id;
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, each) => all + of(each), 0);

const lineOf = ({ row, kind, changes, notes }: PlannedRow): RegisterLine => ({
  line: row.line,
  uscc: row.uscc,
  name: row.name,
  kind,
  changes,
  notes,
});

/** Keys of a stored document come back in another order. */
const isSame = (one: readonly RegisterLine[], other: readonly RegisterLine[]): boolean =>
  canonical(one as unknown as Json) === canonical(other as unknown as Json);

function countsOf(planned: readonly PlannedRow[], problems: readonly RegisterProblem[]): RegisterCounts {
  const of = (kind: PlannedRow['kind']): number => planned.filter((each) => each.kind === kind).length;
  return {
    added: of('added'),
    changed: of('changed'),
    unchanged: of('unchanged'),
    problems: problems.length,
    faulty: new Set(problems.map(({ line }) => line)).size,
    accounts: sum(planned, ({ ask }) => ask.length),
  };
}

function audited(changes: readonly Change[]): { before: unknown; after: unknown } {
  const side = (of: 'before' | 'after'): Record<string, string> => {
    const said: Record<string, string> = {};
    for (const each of changes) {
      const text = PERSONAL.includes(each.what) ? '（已变更）' : each[of];
      said[each.what] = said[each.what] ? `${said[each.what]}、${text}` : text;
    }
    return said;
  };
  return { before: side('before'), after: side('after') };
}
