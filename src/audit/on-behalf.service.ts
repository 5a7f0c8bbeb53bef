import { Injectable } from '@nestjs/common';
import { ON_BEHALF, People } from '../identity/people.service.js';
import { rolesFor } from '../identity/rights.js';
import { type Actor, ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';
import { Attachments } from '../platform/attachments.service.js';
import { Database, instant, type Tx } from '../platform/database.service.js';
import { type Page, type PageQuery, pageOf, pageRequest } from '../platform/pages.js';
import type { Upload } from '../platform/upload.service.js';
import { DomainError, notFound } from '../problems/problems.js';
import { Acts } from './acts.service.js';

/** An act that may be done on paper: features say how. */
export interface PaperAction {
  /** `evaluation.finalise`. */
  readonly action: string;
  readonly title: string;
  /** Whose act it is. */
  readonly role: Role;
  /** The department of that role; null when the subject's institution acts. */
  readonly department: string | null;
  /** What it is about, in words, and whose figures it concerns. @throws NOT_FOUND */
  subject(
    tx: Tx,
    id: string,
  ): Promise<{
    readonly title: string;
    readonly institutionId: string | null;
    /** Where each subject has a department of its own. */
    readonly department?: string;
  }>;
  /** Does it, as the one on whose behalf it is done. */
  perform(actor: Actor, subject: string, body: Readonly<Record<string, string>>): Promise<unknown>;
}

export interface NewPaper {
  readonly action: string;
  readonly subject: string;
  readonly body: Readonly<Record<string, string>>;
  /** Who signed the paper. */
  readonly person: string;
  /** 文号 or number of the minutes. */
  readonly paperNumber: string;
  /** Day on the paper, `2026-10-20`. */
  readonly paperDate: string;
}

export interface PaperView {
  readonly id: string;
  readonly action: string;
  readonly actionTitle: string;
  readonly subject: string;
  /** As it was called when the paper was recorded. */
  readonly subjectTitle: string;
  readonly role: Role;
  readonly roleTitle: string;
  readonly institution: string | null;
  readonly department: string | null;
  readonly person: string;
  readonly paperNumber: string;
  readonly paperDate: string;
  readonly scan: { readonly fileName: string; readonly sha256: string };
  readonly recordedBy: string;
  readonly recordedAt: string;
  readonly state: 'recorded' | 'confirmed' | 'refused';
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly actions: readonly ('confirm' | 'refuse')[];
}

type PaperRow = Omit<PaperView, 'actionTitle' | 'roleTitle' | 'actions'> & {
  readonly at: string;
  readonly institutionId: string | null;
  readonly body: Readonly<Record<string, string>>;
};

const PAPER = `
  select p.id, p.action, p.subject, p.subject_title as "subjectTitle", p.body, p.role, p.institution_id as "institutionId", i.name as institution, p.department,
    p.person, p.paper_number as "paperNumber", p.paper_date::text as "paperDate",
    json_build_object('fileName', a.file_name, 'sha256', a.sha256) as scan,
    p.recorded_by as "recordedBy", p.recorded_at::text as at, ${instant('p.recorded_at')} as "recordedAt", p.state,
    p.decided_by as "decidedBy", ${instant('p.decided_at')} as "decidedAt", p.reason
  from on_behalf p join attachment a on a.id = p.scan_id left join institution i on i.id = p.institution_id`;

/**
 * 代录: what a leader, a department or an institution decided on paper is recorded by an officer with number, day and
 * scan, and confirmed by a second person; only then it is done, as one act that says so (design 7).
 */
@Injectable()
export class OnBehalf {
  private readonly actions = new Map<string, PaperAction>();

  constructor(
    private readonly database: Database,
    private readonly acts: Acts,
    private readonly attachments: Attachments,
  ) {}

  register(action: PaperAction): void {
    this.actions.set(action.action, action);
  }

  /** What may be recorded. */
  known(): { action: string; title: string; role: Role }[] {
    return [...this.actions.values()].map(({ action, title, role }) => ({ action, title, role }));
  }

  /** @throws PAPER_ACTION_UNKNOWN, PAPER_DATE_FUTURE, NOT_FOUND, ATTACHMENT_TYPE */
  record(actor: Actor, paper: NewPaper, scan: Upload): Promise<PaperView> {
    return this.acts.perform({ action: 'on_behalf.record', actor, creates: true }, async (act) => {
      const known = this.actionOf(paper.action);
      const { title, institutionId, department = known.department } = await known.subject(act.tx, paper.subject);
      if (new Date(`${paper.paperDate}T00:00:00+08:00`) > act.now)
        throw new DomainError('PAPER_DATE_FUTURE', 422, '文件日期不得晚于今天');
      const { id: scanId, sha256 } = await this.attachments.add(act.tx, scan, institutionId);
      const row = (await act.tx.row<{ id: string }>(
        `insert into on_behalf (action, subject, subject_title, body, role, institution_id, department, person, paper_number, paper_date, scan_id,
           recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id`,
        [
          paper.action,
          paper.subject,
          title,
          JSON.stringify(paper.body),
          known.role,
          institutionId,
          department,
          paper.person,
          paper.paperNumber,
          paper.paperDate,
          scanId,
          actor.id,
          act.now,
        ],
      )) as { id: string };
      act.subject = row.id;
      act.institutionId = institutionId;
      act.record(null, { action: paper.action, subject: paper.subject, paperNumber: paper.paperNumber, paper: sha256 });
      return this.view(act.tx, row.id);
    });
  }

  /**
   * Does what the paper says: the record is confirmed in the transaction of that act, or neither happens.
   * @throws OWN_RECORD, ON_BEHALF_DECIDED, and whatever the act itself refuses
   */
  async confirm(actor: Actor, id: string): Promise<PaperView> {
    const row = await this.database.transaction(actor, (tx) => this.open(tx, id));
    const known = this.actionOf(row.action);
    const onBehalf = {
      record: id,
      person: row.person,
      paperNumber: row.paperNumber,
      paperHash: row.scan.sha256,
      recordedBy: row.recordedBy,
      confirmedBy: actor.id,
    };
    const represented: Actor = {
      id: `${ON_BEHALF}${id}`,
      username: `${ON_BEHALF}${id}`,
      name: `${row.person}（代录，${row.paperNumber}）`,
      roles: [row.role],
      institutionId: row.institutionId,
      department: row.department,
      onBehalf,
    };
    await known.perform(represented, row.subject, row.body);
    return this.one(actor, id);
  }

  /** The paper does not say it. @throws OWN_RECORD, ON_BEHALF_DECIDED */
  refuse(actor: Actor, id: string, reason: string): Promise<PaperView> {
    return this.acts.perform({ action: 'on_behalf.refuse', actor, subject: id, reason }, async (act) => {
      const row = await this.open(act.tx, id);
      act.institutionId = row.institutionId;
      await act.tx.run(
        `update on_behalf set state = 'refused', decided_by = $2, decided_at = $3, reason = $4 where id = $1`,
        [id, actor.id, act.now, reason],
      );
      return this.view(act.tx, id);
    });
  }

  one(actor: Actor, id: string): Promise<PaperView> {
    return this.database.transaction(actor, (tx) => this.view(tx, id));
  }

  list(actor: Actor, filter: PageQuery & { state?: string | undefined }): Promise<Page<PaperView>> {
    const list = `on-behalf:${filter.state ?? ''}`;
    const request = pageRequest(filter, list, 2);
    return this.database.transaction(actor, async (tx) => {
      const rows = await tx.rows<PaperRow>(
        `${PAPER} where ($1::text is null or p.state = $1) and ($2::timestamptz is null or (p.recorded_at, p.id) < ($2, $3::uuid))
         order by p.recorded_at desc, p.id desc limit $4`,
        [filter.state ?? null, ...(request.after ?? [null, null]), request.limit + 1],
      );
      const page = pageOf(rows, request, list, (row) => [row.at, row.id]);
      return { items: await this.views(tx, page.items), next: page.next };
    });
  }

  /** @throws NOT_FOUND */
  scan(actor: Actor, id: string) {
    return this.database.transaction(actor, async (tx) => {
      const row = await tx.row<{ scan_id: string }>('select scan_id from on_behalf where id = $1', [id]);
      if (!row) throw notFound();
      return this.attachments.read(tx, row.scan_id);
    });
  }

  private actionOf(action: string): PaperAction {
    const known = this.actions.get(action);
    if (!known) throw new DomainError('PAPER_ACTION_UNKNOWN', 422, `“${action}”不可代录`);
    return known;
  }

  /** The record, held, still to be decided, and not by whoever recorded it. */
  private async open(tx: Tx, id: string): Promise<PaperRow> {
    const row = await tx.row<PaperRow>(`${PAPER} where p.id = $1 for update of p`, [id]);
    if (!row) throw notFound();
    if (row.state !== 'recorded') throw new DomainError('ON_BEHALF_DECIDED', 409, '此代录已确认或已退回');
    if (row.recordedBy === tx.actor.id) throw new DomainError('OWN_RECORD', 409, '登记人不得确认自己登记的代录');
    return row;
  }

  private async view(tx: Tx, id: string): Promise<PaperView> {
    const row = await tx.row<PaperRow>(`${PAPER} where p.id = $1`, [id]);
    if (!row) throw notFound();
    return (await this.views(tx, [row]))[0] as PaperView;
  }

  private async views(tx: Tx, rows: readonly PaperRow[]): Promise<PaperView[]> {
    const names = await People.names(
      tx,
      rows.flatMap(({ recordedBy, decidedBy }) => [recordedBy, decidedBy ?? '']),
    );
    return rows.map(({ at: _, body: __, institutionId: ___, ...row }): PaperView => {
      const mayDecide = row.state === 'recorded' && row.recordedBy !== tx.actor.id && canDecide(tx.actor);
      return {
        ...row,
        actionTitle: this.actions.get(row.action)?.title ?? row.action,
        roleTitle: ROLE_TITLES[row.role],
        recordedBy: names.get(row.recordedBy) ?? row.recordedBy,
        decidedBy: row.decidedBy === null ? null : (names.get(row.decidedBy) ?? row.decidedBy),
        actions: mayDecide ? ['confirm', 'refuse'] : [],
      };
    });
  }
}

const canDecide = (actor: Actor): boolean =>
  rolesFor('on_behalf', 'confirm').some((role) => actor.roles.includes(role));
