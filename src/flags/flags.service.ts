import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Act, Acts } from '../audit/acts.service.js';
import { OnBehalf } from '../audit/on-behalf.service.js';
import { isDay } from '../calendar/day.js';
import { departmentTitle } from '../identity/departments.js';
import { Institutions } from '../institutions/institutions.service.js';
import { type Actor, isOfDepartment } from '../lifecycle/lifecycle.js';
import { Notices } from '../notices/notices.service.js';
import { Attachments } from '../platform/attachments.service.js';
import type { Tx } from '../platform/database.service.js';
import type { Upload } from '../platform/upload.service.js';
import { notFound } from '../problems/problems.js';
import { FlagQuery, type FlagView } from './flag.query.js';
import { flagClosed, flagDates, flagDay, flagDepartment, flagExists, flagKindUnknown } from './flag-errors.js';
import { FlagKinds } from './flag-kinds.service.js';
import { BUREAU, type FlagAction, type FlagState, flagStates } from './flag-states.js';

export interface NewFlag {
  /** USCC. */
  readonly institution: string;
  readonly kind: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly document: string;
  readonly note?: string | undefined;
  /** Whose word it is; a department's people say nothing: it is theirs. */
  readonly department?: string | undefined;
}

interface HeldFlag {
  readonly id: string;
  readonly institution_id: string;
  readonly institution: string;
  readonly flag: string;
  readonly state: FlagState;
  readonly department: string;
  readonly document: string;
  readonly entered_by: string;
}

/** 处罚与事项: entered by one, confirmed by another, withdrawn with a reason; only a confirmed one counts. */
@Injectable()
export class Flags implements OnModuleInit {
  constructor(
    private readonly acts: Acts,
    private readonly papers: OnBehalf,
    private readonly query: FlagQuery,
    private readonly kinds: FlagKinds,
    private readonly institutions: Institutions,
    private readonly attachments: Attachments,
    private readonly notices: Notices,
  ) {}

  /** A department that signs nobody in writes a letter: an officer enters the flag and records the letter. */
  onModuleInit(): void {
    const subject = async (tx: Tx, id: string) => {
      const flag = await held(tx, id);
      const title = `${flag.institution} ${this.kinds.title(flag.flag)} ${flag.document}`;
      return { title, institutionId: null, department: flag.department };
    };
    const byApprover = { role: 'department_approver', department: null, subject } as const;
    this.papers.register({
      ...byApprover,
      action: 'flag.confirm',
      title: '确认处罚与事项',
      perform: (actor, id) => this.confirm(actor, id),
    });
    this.papers.register({
      ...byApprover,
      action: 'flag.withdraw',
      title: '撤回处罚与事项',
      perform: (actor, id, body) => this.withdraw(actor, id, body.reason ?? ''),
    });
  }

  /** @throws NOT_FOUND, FLAG_INVALID, FLAG_EXISTS */
  enter(actor: Actor, flag: NewFlag): Promise<FlagView> {
    return this.acts.perform({ action: 'flag.enter', actor, creates: true }, async (act) => {
      const kind = this.kinds.of(flag.kind);
      if (!kind) throw flagKindUnknown(flag.kind, this.kinds.all.map(({ title }) => title).join('、'));
      const department = isOfDepartment(actor) ? (actor.department ?? '') : (flag.department ?? BUREAU);
      if (!kind.departments.includes(department))
        throw flagDepartment(departmentTitle(department), kind.departments.map(departmentTitle).join('、'));
      const to = flag.to || null;
      if (!isDay(flag.from)) throw flagDay('from', flag.from);
      if (to !== null && !isDay(to)) throw flagDay('to', to);
      if (to !== null && to < flag.from) throw flagDates(flag.from, to);
      const institution = await this.institutions.find(act.tx, flag.institution);
      await act.tx.rows(`select pg_advisory_xact_lock(hashtext($1))`, [`flag:${institution.id}`]);
      const same = await act.tx.row(
        `select 1 from institution_flag where institution_id = $1 and flag = $2 and document = $3 and state <> 'withdrawn'`,
        [institution.id, flag.kind, flag.document],
      );
      if (same) throw flagExists(flag.document);
      const { id } = (await act.tx.row<{ id: string }>(
        `insert into institution_flag (institution_id, flag, valid_from, valid_to, evidence, document, department, state, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'entered', $8, $9) returning id`,
        [institution.id, flag.kind, flag.from, to, flag.note ?? '', flag.document, department, actor.id, act.now],
      )) as { id: string };
      act.subject = id;
      act.institutionId = institution.id;
      act.record(null, { kind: flag.kind, from: flag.from, to, document: flag.document, department, state: 'entered' });
      await this.notices.tell(act, {
        to: department === BUREAU ? { roles: ['officer', 'verifier'] } : { roles: ['department_approver'], department },
        kind: 'flag',
        title: `${institution.name}的“${kind.title}”待确认`,
        todo: '请核对文号和佐证后确认，或撤回。',
        link: `/flags?flag=${id}`,
      });
      return this.query.view(act.tx, id);
    });
  }

  /** The document itself, until it is confirmed; the latest counts. @throws NOT_FOUND, FLAG_CLOSED, ATTACHMENT_TYPE */
  attach(actor: Actor, id: string, upload: Upload): Promise<FlagView> {
    return this.acts.perform({ action: 'flag.attach', actor, subject: id }, async (act) => {
      const flag = await held(act.tx, id);
      act.institutionId = flag.institution_id;
      // Who may not take it back has no word in it either.
      if (flag.state !== 'entered') throw flagClosed();
      if (!actionsOf(actor, flag).includes('withdraw')) throw notFound();
      const { id: attachment, sha256 } = await this.attachments.add(act.tx, upload, flag.institution_id);
      await act.tx.run('update institution_flag set attachment_id = $2 where id = $1', [id, attachment]);
      act.record(null, { evidence: sha256 });
      return this.query.view(act.tx, id);
    });
  }

  /** From now on evaluations that are started count it. @throws NOT_FOUND, FLAG_REFUSED */
  confirm(actor: Actor, id: string): Promise<FlagView> {
    return this.step(actor, id, 'confirm', '', async (act, flag) => {
      await act.tx.run(
        `update institution_flag set state = 'confirmed', confirmed_by = $2, confirmed_at = $3 where id = $1`,
        [id, actor.id, act.now],
      );
      await this.tellInstitution(act, flag, '已登记', '请查看；如有异议，请与提出部门或财政局联系。');
    });
  }

  /** From now on evaluations that are started leave it out; those that are pinned keep it. @throws as `confirm` */
  withdraw(actor: Actor, id: string, reason: string): Promise<FlagView> {
    return this.step(actor, id, 'withdraw', reason, async (act, flag) => {
      await act.tx.run(
        `update institution_flag set state = 'withdrawn', withdrawn_by = $2, withdrawn_at = $3, reason = $4 where id = $1`,
        [id, actor.id, act.now, reason],
      );
      if (flag.state === 'confirmed') await this.tellInstitution(act, flag, '已撤回', '此后开始的评价不再计入。');
    });
  }

  private step(
    actor: Actor,
    id: string,
    action: FlagAction,
    reason: string,
    work: (act: Act, flag: HeldFlag) => Promise<void>,
  ): Promise<FlagView> {
    const options = { action: `flag.${action}`, actor, subject: id, ...(reason === '' ? {} : { reason }) };
    return this.acts.perform(options, async (act) => {
      const flag = await held(act.tx, id);
      act.institutionId = flag.institution_id;
      const facts = { department: flag.department, enteredBy: flag.entered_by };
      const state = flagStates.next(flag.state, action, actor, facts, reason);
      await work(act, flag);
      act.record({ state: flag.state }, { state });
      return this.query.view(act.tx, id);
    });
  }

  /** The institution, and the officers who may have an evaluation that lacks it. */
  private async tellInstitution(act: Act, flag: HeldFlag, what: string, todo: string): Promise<void> {
    const title = `“${this.kinds.title(flag.flag)}”${what}（${flag.document}）`;
    await this.notices.tell(act, {
      to: { institutionId: flag.institution_id, roles: ['filer', 'checker'] },
      kind: 'flag',
      title,
      todo,
      link: `/institutions/${flag.institution}`,
    });
    await this.notices.tell(act, {
      to: { roles: ['officer'] },
      kind: 'flag',
      title: `${flag.institution} ${title}`,
      todo: '请看已固定的评价是否要重新开展。',
      link: `/flags?flag=${flag.id}`,
    });
  }
}

const actionsOf = (actor: Actor, flag: HeldFlag): FlagAction[] =>
  flagStates.actions(flag.state, actor, { department: flag.department, enteredBy: flag.entered_by });

/** The flag, held until the act ends. @throws NOT_FOUND, also for another department's */
async function held(tx: Tx, id: string): Promise<HeldFlag> {
  const row = await tx.row<HeldFlag>(
    `select f.id, f.institution_id, i.uscc as institution, f.flag, f.state, f.department, f.document, f.entered_by
     from institution_flag f join institution i on i.id = f.institution_id
     where f.id = $1 and ($2::text is null or f.department = $2) for update of f`,
    [id, isOfDepartment(tx.actor) ? (tx.actor.department ?? '') : null],
  );
  if (!row) throw notFound();
  return row;
}
