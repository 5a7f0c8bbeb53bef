import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Acts } from '../audit/acts.service.js';
import { dayOf } from '../calendar/day.js';
import { type CellState } from '../filings/filing.query.js';
import { periodUnknown } from '../filings/filing-errors.js';
import { Receiving, receivedDay } from '../filings/receiving.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { Obligations } from '../obligations/obligations.service.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { Outbox } from '../platform/outbox.service.js';
import { requestContext } from '../platform/request-context.service.js';
import { DomainError, notFound } from '../problems/problems.js';
import { unzipInThread } from './dropped-files.worker.js';
import { type IntakeBatch, IntakeQuery } from './intake.query.js';
import { type FileState, type Finding, type KeptFile, Recogniser } from './recogniser.service.js';
import { type DroppedFile, INTAKE_LIMITS, isZipName } from './workbook-zip.js';

/** Queue of the batches that are to be read. */
export const QUEUE = 'intake';
const READER = systemActor('intake');

export interface NewBatch {
  readonly period: string;
  /** Of the whole batch, in the officer's words; empty: each institution itself. */
  readonly sender: string;
  /** `2026-10-14`; null: today. */
  readonly receivedOn: string | null;
  /** 微信群, 邮件 … */
  readonly note: string;
}

/** What an officer says of one file. */
export interface Assignment {
  readonly sender?: string | undefined;
  readonly receivedOn?: string | undefined;
  readonly note?: string | undefined;
  /** USCC: whose it is, where the file does not say. */
  readonly institution?: string | undefined;
  /** This one of the two of one institution. */
  readonly prefer?: boolean | undefined;
}

/** What became of one file of the act 收下. */
export interface Outcome {
  readonly id: string;
  readonly state: FileState;
  /** Set when it was received, now or before. */
  readonly filing: string | null;
  readonly revision: string | null;
  /** Why not; null: received. */
  readonly problem: { readonly code: string; readonly title: string } | null;
}

interface HeldFile {
  readonly id: string;
  readonly state: FileState;
  readonly institution_id: string | null;
  readonly form: string | null;
  readonly period: string | null;
  readonly figures: Record<string, { value: string | null; state: CellState }> | null;
  readonly file_name: string;
  readonly sha256: string;
  readonly sender: string;
  readonly received_on: string;
  readonly note: string;
  readonly revision_id: string | null;
  readonly filing_id: string | null;
  readonly hard: number;
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** 收表: batches of dropped files; each is read once by the queue, and received by the officer's act, a transaction each. */
@Injectable()
export class Intake {
  constructor(
    private readonly acts: Acts,
    private readonly database: Database,
    private readonly query: IntakeQuery,
    private readonly recogniser: Recogniser,
    private readonly receiving: Receiving,
    private readonly institutions: Institutions,
    private readonly obligations: Obligations,
  ) {}

  /**
   * Keeps what was dropped and puts it before the reader. A zip that cannot be opened is one of the files.
   * @throws PERIOD_UNKNOWN, RECEIVED_ON, INTAKE_EMPTY, UPLOAD_FILES, IMPORT_SIZE
   */
  async create(actor: Actor, wanted: NewBatch, dropped: readonly DroppedFile[]): Promise<IntakeBatch> {
    const request = requestContext.getStore();
    if (request?.idempotency)
      request.idempotency.hash = sha256Of(
        Buffer.from(JSON.stringify([wanted, dropped.map(({ name, bytes }) => [name, sha256Of(bytes)])])),
      );
    const files = await opened(dropped);
    if (files.length === 0) throw new DomainError('INTAKE_EMPTY', 422, '压缩包里没有文件');
    if (files.length > INTAKE_LIMITS.files)
      throw new DomainError(
        'UPLOAD_FILES',
        422,
        `一批至多 ${INTAKE_LIMITS.files} 个文件，现有 ${files.length} 个，请分批`,
      );
    return this.acts.perform({ action: 'intake.create', actor, creates: true }, async (act) => {
      if (!(await this.obligations.isOpen(act.tx, wanted.period))) throw periodUnknown(wanted.period);
      const receivedOn = receivedDay(wanted.receivedOn ?? dayOf(act.now), act.now);
      const [only] = dropped;
      const title = dropped.length === 1 && only ? only.name.slice(0, 200) : `${files.length} 个文件`;
      const { id } = (await act.tx.row<{ id: string }>(
        'insert into intake_batch (period, title, made_by, made_at) values ($1, $2, $3, $4) returning id',
        [wanted.period, title, actor.id, act.now],
      )) as { id: string };
      for (const [no, file] of files.entries())
        await act.tx.run(
          `insert into intake_file (batch_id, no, file_name, sha256, content, state, why, sender, received_on, note)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [
            id,
            no + 1,
            file.name.slice(0, 255),
            sha256Of(file.bytes),
            Buffer.from(file.bytes),
            file.refused === null ? 'waiting' : 'unfit',
            file.refused ?? '',
            wanted.sender,
            receivedOn,
            wanted.note,
          ],
        );
      await act.enqueue(QUEUE, 'read', { batch: id });
      act.subject = id;
      act.record(null, {
        period: wanted.period,
        files: files.length,
        sha256: files.map(({ bytes }) => sha256Of(bytes)),
      });
      return this.query.view(act.tx, id);
    });
  }

  /** Reads what waits of a batch, one file after another. May run twice and die anywhere: a read file waits no more. */
  async readAll(batch: string, outbox: string): Promise<void> {
    for (;;) {
      const next = await this.database.transaction(READER, (tx) =>
        tx.row<{ id: string }>(
          `select id from intake_file where batch_id = $1 and state = 'waiting' order by no limit 1`,
          [batch],
        ),
      );
      if (!next) break;
      await this.readOne(next.id);
    }
    await this.database.transaction(READER, (tx) => Outbox.done(tx, outbox));
  }

  /**
   * Receives the chosen files as submitted revisions, each in a transaction of its own, so that one that does not pass
   * keeps no other back; pressed again, what was received stays received once.
   * @param despite why a file is received although its unit is suspected; null: such files are not received
   * @throws NOT_FOUND for a file that is not of this batch
   */
  async receive(actor: Actor, batch: string, ids: readonly string[], despite: string | null): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const id of [...new Set(ids)]) {
      try {
        outcomes.push(await this.receiveOne(actor, batch, id, despite));
      } catch (error) {
        if (!(error instanceof DomainError) || error.code === 'NOT_FOUND') throw error;
        // What stands against it now may be another thing than when it was read.
        if (error.code !== 'INTAKE_STATE') await this.reread(id);
        const state = (await this.stateOf(id)) ?? 'unfit';
        outcomes.push({ id, state, filing: null, revision: null, problem: { code: error.code, title: error.message } });
      }
    }
    return outcomes;
  }

  /** @throws NOT_FOUND, INTAKE_RECEIVED, RECEIVED_ON */
  async assign(actor: Actor, batch: string, id: string, said: Assignment): Promise<IntakeBatch> {
    await this.acts.perform({ action: 'intake.assign', actor, subject: id }, async (act) => {
      const file = await this.hold(act.tx, batch, id);
      if (file.state === 'received') throw new DomainError('INTAKE_RECEIVED', 409, '此文件已收下，不能再改');
      const institution =
        said.institution === undefined ? null : (await this.institutions.find(act.tx, said.institution)).id;
      const receivedOn = said.receivedOn === undefined ? null : receivedDay(said.receivedOn, act.now);
      await act.tx.run(
        `update intake_file set sender = coalesce($2, sender), received_on = coalesce($3, received_on),
           note = coalesce($4, note) where id = $1`,
        [id, said.sender ?? null, receivedOn, said.note ?? null],
      );
      if (institution !== null)
        await act.tx.run(
          `update intake_file set institution_id = $2, known_by = 'officer', state = 'waiting' where id = $1`,
          [id, institution],
        );
      if (said.prefer === true) {
        await act.tx.run(
          `update intake_file set state = 'unfit', why = '本批改收同一机构的“' || $4 || '”', figures = null
           where batch_id = $1 and institution_id = $2 and form = $3 and id <> $5 and state in ('good', 'faulty')`,
          [batch, file.institution_id, file.form, file.file_name, id],
        );
        await act.tx.run(`update intake_file set state = 'waiting' where id = $1`, [id]);
      }
      act.record({ sender: file.sender, receivedOn: file.received_on }, { ...said });
    });
    if ((await this.stateOf(id)) === 'waiting') await this.readOne(id);
    return this.query.one(actor, batch);
  }

  private receiveOne(actor: Actor, batch: string, id: string, despite: string | null): Promise<Outcome> {
    const options = { action: 'filing.receive', actor, ...(despite === null ? {} : { reason: despite }) };
    return this.acts.perform(options, async (act) => {
      const file = await this.hold(act.tx, batch, id);
      if (file.state === 'received') {
        act.recordEach([]); // done before, and told before
        return { id, state: 'received' as const, filing: file.filing_id, revision: file.revision_id, problem: null };
      }
      const isSuspected = file.state === 'faulty' && file.hard === 0 && file.figures !== null;
      if (file.state !== 'good' && !(isSuspected && despite !== null))
        throw new DomainError('INTAKE_STATE', 409, `“${file.file_name}”不在可收之列`);
      const name = await act.tx.row<{ name: string }>('select name from institution where id = $1', [
        file.institution_id,
      ]);
      const { filing, revision, done } = await this.receiving.receive(act, {
        institutionId: file.institution_id as string,
        form: file.form as string,
        period: file.period as string,
        kind: 'regular',
        figures: new Map(Object.entries(file.figures ?? {})),
        source: {
          file: id,
          fileName: file.file_name,
          sha256: file.sha256,
          sender: file.sender || (name?.name ?? ''),
          receivedOn: file.received_on,
          note: file.note,
        },
        reason: null,
      });
      await act.tx.run(`update intake_file set state = 'received', revision_id = $2 where id = $1`, [id, revision.id]);
      act.recordEach([done]);
      return { id, state: 'received' as const, filing: filing.id, revision: revision.id, problem: null };
    });
  }

  /** @throws NOT_FOUND */
  private async hold(tx: Tx, batch: string, id: string): Promise<HeldFile> {
    const file = await tx.row<HeldFile>(
      `select f.id, f.state, f.institution_id, f.form, f.period, f.figures, f.file_name, f.sha256, f.sender,
         f.received_on::text as received_on, f.note, f.revision_id,
         (select r.filing_id from revision r where r.id = f.revision_id) as filing_id,
         (select count(*)::int from intake_issue i where i.file_id = f.id and i.severity = 'problem' and i.code <> 'V08') as hard
       from intake_file f where f.id = $1 and f.batch_id = $2 for update of f`,
      [id, batch],
    );
    if (!file) throw notFound();
    return file;
  }

  private stateOf(id: string): Promise<FileState | null> {
    return this.database.transaction(READER, async (tx) => {
      const row = await tx.row<{ state: FileState }>('select state from intake_file where id = $1', [id]);
      return row?.state ?? null;
    });
  }

  private async reread(id: string): Promise<void> {
    await this.database.transaction(READER, (tx) =>
      tx.run(`update intake_file set state = 'waiting' where id = $1 and state <> 'received'`, [id]),
    );
    await this.readOne(id);
  }

  private async readOne(id: string): Promise<void> {
    const file = await this.database.transaction(READER, (tx) =>
      tx.row<KeptFile>(
        `select f.id, f.batch_id as "batchId", f.no, f.file_name as name, f.sha256, f.content as bytes, b.period as wanted,
           case when f.known_by = 'officer' then f.institution_id end as assigned, f.received_on::text as "receivedOn"
         from intake_file f join intake_batch b on b.id = f.batch_id where f.id = $1 and f.state = 'waiting'`,
        [id],
      ),
    );
    if (!file) return;
    await this.settle(file, await this.recogniser.find(file));
  }

  private settle(file: KeptFile, found: Finding): Promise<void> {
    return this.database.transaction(READER, async (tx) => {
      const settled = await tx.run(
        `update intake_file set state = $2, why = $3, known_by = $4, institution_id = $5, form = $6, form_version = $7,
           period = $8, template = $9, figures = $10, flags = $11 where id = $1 and state = 'waiting'`,
        [
          file.id,
          found.state,
          found.why.slice(0, 500),
          file.assigned === null ? found.knownBy : 'officer',
          found.institutionId ?? file.assigned,
          found.form,
          found.formVersion,
          found.period,
          found.template && JSON.stringify(found.template),
          found.figures && JSON.stringify(found.figures),
          JSON.stringify(found.flags),
        ],
      );
      if (settled === 0) return; // another reader was here first
      await tx.run('delete from intake_issue where file_id = $1', [file.id]);
      const issues = found.issues.slice(0, 2_000);
      await tx.run(
        `insert into intake_issue (file_id, no, code, severity, sheet, line, "column", cell, raw, message, expected)
         select $1, * from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])`,
        [
          file.id,
          issues.map((_, i) => i),
          issues.map((issue) => issue.code),
          issues.map((issue) => issue.severity),
          issues.map((issue) => issue.sheet ?? ''),
          issues.map((issue) => issue.row),
          issues.map((issue) => issue.column),
          issues.map((issue) => issue.cell),
          issues.map((issue) => issue.raw),
          issues.map((issue) => issue.message),
          issues.map((issue) => issue.expected),
        ],
      );
    });
  }
}

/** What was dropped, zips opened. */
async function opened(dropped: readonly DroppedFile[]): Promise<(DroppedFile & { readonly refused: string | null })[]> {
  const files: (DroppedFile & { readonly refused: string | null })[] = [];
  for (const file of dropped) {
    if (!isZipName(file.name)) {
      files.push({ ...file, refused: null });
      continue;
    }
    try {
      files.push(...(await unzipInThread(file)).map((each) => ({ ...each, refused: null })));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      files.push({ ...file, refused: error.message });
    }
  }
  return files;
}
