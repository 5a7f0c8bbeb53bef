import { Inject, Injectable } from '@nestjs/common';
import { periodTitle } from '../calendar/period.js';
import { FILING_STATE_TITLES } from '../filings/filing-states.js';
import { type ReceivedFigures, Receiving } from '../filings/receiving.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { type Form, formMetrics, isQuarterly } from '../forms/form.js';
import type { ImportReading, ImportRow, TemplateReading } from '../imports/import-reading.js';
import { Imports } from '../imports/imports.service.js';
import { templateIssues } from '../imports/place-template.js';
import type { StoredIssue } from '../imports/previews.service.js';
import { readImportInThread } from '../imports/read-import.worker.js';
import { Aliases } from '../institutions/aliases.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import { Obligations } from '../obligations/obligations.service.js';
import { Database, systemActor, type Tx } from '../platform/database.service.js';
import { DomainError } from '../problems/problems.js';
import type { Check } from '../rules/check-filing.js';
import { Templates } from '../templates/templates.service.js';
import { sheetsInThread } from './dropped-files.worker.js';
import { type ForeignLine, foreignLines, namesIn, quartersIn } from './read-foreign.js';

/** What becomes of a file once it is read; `received` comes by the officer's act alone. */
export type FileState = 'waiting' | 'good' | 'faulty' | 'unfit' | 'received';

/** A rule that asks for an explanation: open for whoever reviews. */
export interface Flag {
  readonly rule: string;
  readonly message: string;
}

/** What was found of one file. */
export interface Finding {
  readonly state: Exclude<FileState, 'waiting' | 'received'>;
  readonly why: string;
  readonly knownBy: string | null;
  readonly institutionId: string | null;
  readonly form: string | null;
  readonly formVersion: number | null;
  readonly period: string | null;
  readonly template: { form: string; version: string; filer: string; period: string } | null;
  readonly figures: Readonly<Record<string, { value: string | null; state: ImportRow['state'] }>> | null;
  readonly flags: readonly Flag[];
  readonly issues: readonly FileIssue[];
}

/** A fault of a file, at its place: the reader's, the template's, or a rule's by its code. */
export type FileIssue = Omit<StoredIssue, 'code'> & { readonly code: string };

/** A dropped file as it is kept. */
export interface KeptFile {
  readonly id: string;
  readonly batchId: string;
  readonly no: number;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Buffer;
  /** The quarter that its batch is for. */
  readonly wanted: string;
  /** Named by the officer; null: the file says it. */
  readonly assigned: string | null;
  readonly receivedOn: string;
}

/** The rule that suspects a slip of the unit: such a workbook goes back before a reviewer has to see it. */
const UNIT_SLIP = 'V08';
const READER = systemActor('intake');

/** Not to be received, and why. Thrown inside this file alone. */
class Unfit extends Error {
  constructor(
    readonly why: string,
    readonly known: Partial<Finding> = {},
  ) {
    super(why);
  }
}

interface Placed {
  readonly institutionId: string;
  readonly uscc: string;
  readonly name: string;
  readonly knownBy: string;
  readonly form: Form;
}

/** 收表: whose a workbook is, which form, which quarter, and whether it can be received. Reads; keeps nothing. */
@Injectable()
export class Recogniser {
  constructor(
    private readonly database: Database,
    private readonly imports: Imports,
    private readonly aliases: Aliases,
    private readonly institutions: Institutions,
    private readonly obligations: Obligations,
    private readonly templates: Templates,
    private readonly receiving: Receiving,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** Never throws for what a file holds: whatever is wrong with it is the finding. */
  async find(file: KeptFile): Promise<Finding> {
    try {
      return await this.read(file);
    } catch (error) {
      if (error instanceof Unfit) return { ...NOTHING, ...error.known, state: 'unfit', why: error.why };
      if (!(error instanceof DomainError)) throw error;
      const isNoTable = error.code === 'IMPORT_TYPE';
      return {
        ...NOTHING,
        state: isNoTable ? 'unfit' : 'faulty',
        why: isNoTable ? '不是工作簿（.xlsx 或 .csv），未读取' : error.message,
        issues: isNoTable
          ? []
          : error.violations.map((each) => fileIssue(each.rule, each.found, each.message, each.expected)),
      };
    }
  }

  private async read(file: KeptFile): Promise<Finding> {
    const twin = await this.twinOf(file);
    if (twin) throw new Unfit(twin);
    const context = await this.imports.contextFor(READER);
    let reading: ImportReading | null = null;
    try {
      reading = await readImportInThread(file, context);
    } catch (error) {
      // A table without our key columns: perhaps a form that the institution drew up itself.
      if (!(error instanceof DomainError) || error.code !== 'IMPORT_HEADER_MISSING') throw error;
    }
    if (reading?.template) return this.ofTemplate(file, reading, reading.template);
    return reading ? this.ofTable(file, reading) : this.ofForeign(file);
  }

  private async ofTemplate(file: KeptFile, reading: ImportReading, template: TemplateReading): Promise<Finding> {
    const { filer, form, period, version } = template.fields;
    const said = { form: form.text, version: version.text, filer: filer.text, period: period.text };
    const known = { template: said, form: form.text, period: period.text };
    return this.database
      .transaction(READER, async (tx) => {
        const institution = await this.institutionOf(tx, file, [filer.text], []);
        if (!institution) throw new Unfit(`机构名册里没有 ${filer.text}`, known);
        const named = { ...known, institutionId: institution.id, knownBy: 'template' };
        if (institution.uscc !== filer.text)
          throw new Unfit(`工作簿是 ${filer.text} 的，不是${institution.name}的`, named);
        const placed = await this.place(tx, file, institution, 'template', form.text, period.text, named);
        const place = {
          institutionId: placed.institutionId,
          isOpen: true,
          forms: [{ form: placed.form, filing: null }],
        };
        const unfit = templateIssues(template, place, (each, quarter) => this.templates.asked(each, quarter), null);
        return { placed, unfit, named };
      })
      .then(({ placed, unfit }) =>
        this.judge(file, placed, unfit.length > 0 ? [] : reading.rows, [...unfit, ...reading.issues], said),
      );
  }

  /** A table with a column of codes and one of quarters, as other systems write it. */
  private async ofTable(file: KeptFile, reading: ImportReading): Promise<Finding> {
    const filers = [...new Set(reading.rows.map((row) => row.institution))];
    if (filers.length > 1) throw new Unfit(`文件里有 ${filers.length} 家机构的数，请按机构分开，或在“补录历史”里导入`);
    const periods = [...new Set(reading.rows.map((row) => row.period))];
    if (filers.length === 0) return { ...NOTHING, state: 'faulty', why: whyOf(reading.issues), issues: reading.issues };
    const period = periods.includes(file.wanted) ? file.wanted : (periods[0] as string);
    const placed = await this.database.transaction(READER, async (tx) => {
      const institution = await this.institutionOf(tx, file, filers, []);
      if (!institution) throw new Unfit(`机构名册里没有 ${filers[0]}`);
      return this.place(tx, file, institution, institution.by, null, period, { institutionId: institution.id, period });
    });
    return this.judge(
      file,
      placed,
      reading.rows.filter((row) => row.period === period),
      reading.issues,
      null,
    );
  }

  /** A form that the institution drew up itself: whose it is stands in its head or in the file's name. */
  private async ofForeign(file: KeptFile): Promise<Finding> {
    const sheets = await sheetsInThread(file);
    const { usccs, texts } = namesIn(sheets, file.name);
    const quarters = quartersIn(sheets, file.name);
    const period = quarters.length === 0 || quarters.includes(file.wanted) ? file.wanted : (quarters[0] as string);
    const placed = await this.database.transaction(READER, async (tx) => {
      const institution = await this.institutionOf(tx, file, usccs, texts);
      if (!institution) throw new Unfit('认不出是哪家机构：请选定机构，或补登别名', { period });
      return this.place(tx, file, institution, institution.by, null, period, { institutionId: institution.id, period });
    });
    const metrics = formMetrics(placed.form).flatMap((code) => this.catalogue.metrics.get(code) ?? []);
    const read = foreignLines(sheets, metrics);
    if (!read)
      throw new Unfit('不是本系统的工作簿，也没有“指标、本期”两列，请改用预填工作簿', {
        institutionId: placed.institutionId,
        knownBy: placed.knownBy,
        form: placed.form.form,
        period,
      });
    return this.judge(file, placed, read.lines, read.issues, null);
  }

  /** Whom codes and names mean; null: nobody, or more than one. */
  private async institutionOf(
    tx: Tx,
    file: KeptFile,
    usccs: readonly string[],
    texts: readonly string[],
  ): Promise<{ id: string; uscc: string; name: string; by: string } | null> {
    if (file.assigned !== null) {
      const row = await tx.row<{ id: string; uscc: string; name: string }>(
        'select id, uscc, name from institution where id = $1',
        [file.assigned],
      );
      return row && { ...row, by: 'officer' };
    }
    const byCode = [...(await this.aliases.match(tx, usccs)).values()];
    const found = byCode.length > 0 ? byCode : [...(await this.aliases.match(tx, texts)).values()];
    const ids = new Set(found.map(({ id }) => id));
    return ids.size === 1 ? (found[0] ?? null) : null;
  }

  /** Whether this institution owes this form in the quarter of the batch, and nobody filed it already. @throws Unfit */
  private async place(
    tx: Tx,
    file: KeptFile,
    institution: { id: string; uscc: string; name: string },
    knownBy: string,
    code: string | null,
    period: string,
    before: Partial<Finding>,
  ): Promise<Placed> {
    const known = { ...before, institutionId: institution.id, knownBy, period };
    if (period !== file.wanted)
      throw new Unfit(`是${periodSaid(period)}的，本批收${periodTitle(file.wanted)}的`, known);
    const type = await this.institutions.typeIn(tx, institution.id, period);
    const asked = this.catalogue.formsOf({ type }, period).filter((form) => form.kind === 'metrics');
    const wanted = code ?? asked.find(isQuarterly)?.form ?? asked[0]?.form ?? '';
    const form = await this.obligations.askedForm(tx, { institutionId: institution.id, type }, wanted, period);
    if (form === null)
      throw new Unfit(`${institution.name}本期不填报“${this.catalogue.forms.get(wanted)?.title ?? wanted}”`, known);
    const placed = { ...known, form: form.form, formVersion: form.version };
    const standing = await tx.row<{ state: keyof typeof FILING_STATE_TITLES; no: number | null }>(
      `select f.state, r.no from filing f left join revision r on r.id = f.revision_id
       where f.institution_id = $1 and f.period = $2 and f.form = $3`,
      [institution.id, period, form.form],
    );
    const state = standing?.state;
    if (state === 'accepted' || state === 'amendment_requested')
      throw new Unfit(`本期报表已采纳（第${standing?.no}版）：如为更正，请审核员先要求更正，再收这一份`, placed);
    if (state === 'submitted' || state === 'under_review')
      throw new Unfit(`本期报表${FILING_STATE_TITLES[state]}（第${standing?.no}版）：如须改收，请审核员先退回`, placed);
    const over = await tx.row(
      `select 1 from obligation where institution_id = $1 and period = $2 and form = $3 and (exempt_at is not null or closed_at is not null)`,
      [institution.id, period, form.form],
    );
    if (over) throw new Unfit('本期填报任务已免报或已关闭', placed);
    const earlier = await tx.row<{ file_name: string }>(
      `select file_name from intake_file where batch_id = $1 and no < $2 and institution_id = $3 and form = $4
         and state in ('good', 'faulty') order by no limit 1`,
      [file.batchId, file.no, institution.id, form.form],
    );
    if (earlier) throw new Unfit(`本批已有同一机构的“${earlier.file_name}”：请选定收哪一份`, placed);
    return { institutionId: institution.id, uscc: institution.uscc, name: institution.name, knownBy, form };
  }

  private async judge(
    file: KeptFile,
    placed: Placed,
    rows: readonly (ImportRow | ForeignLine)[],
    found: readonly FileIssue[],
    template: Finding['template'],
  ): Promise<Finding> {
    const figures = Object.fromEntries(rows.map(({ metric, value, state }) => [metric, { value, state }]));
    const common = {
      knownBy: placed.knownBy,
      institutionId: placed.institutionId,
      form: placed.form.form,
      formVersion: placed.form.version,
      period: file.wanted,
      template,
    };
    const asked = new Set(formMetrics(placed.form));
    const strange = rows
      .filter(({ metric }) => !asked.has(metric))
      .map((row) =>
        at(row, 'CELL_METRIC_FORM', `该机构的报表没有指标 ${row.metric}`, `报表 ${placed.form.form} 中的指标`),
      );
    const issues: FileIssue[] = [...found, ...strange];
    const flags: Flag[] = [];
    const isProblem = (issue: FileIssue): boolean => issue.severity === 'problem';
    // What the rules say is asked of figures that could be read as a whole.
    if (rows.length > 0 && !issues.some(isProblem)) {
      const { checks, overwritten } = await this.rehearsed(file, placed, figures);
      for (const check of checks) {
        if (check.severity === 'block' || check.rule === UNIT_SLIP) issues.push(ofCheck(check, rows));
        else if (check.severity === 'justify') flags.push({ rule: check.rule, message: check.message });
      }
      if (overwritten > 0)
        flags.push({ rule: '草稿', message: `机构在线填了 ${overwritten} 格与此不同，收下后以工作簿为准` });
      if (!Object.values(figures).some(({ value }) => value !== null))
        issues.push(fileIssue('FILING_EMPTY', '空', '工作簿没有填任何数字', '至少一个数字'));
    }
    const problems = issues.filter(isProblem);
    return {
      ...common,
      state: problems.length > 0 ? 'faulty' : 'good',
      why: problems.length > 0 ? whyOf(problems) : flags.length > 0 ? `${flags.length} 处待审核员看` : '',
      figures: problems.some(({ code }) => code !== UNIT_SLIP) ? null : figures,
      flags,
      issues,
    };
  }

  private async rehearsed(file: KeptFile, placed: Placed, figures: NonNullable<Finding['figures']>) {
    const given: ReceivedFigures = {
      institutionId: placed.institutionId,
      form: placed.form.form,
      period: file.wanted,
      kind: 'regular',
      figures: new Map(Object.entries(figures)),
      source: {
        file: file.id,
        fileName: file.name,
        sha256: file.sha256,
        sender: '',
        receivedOn: file.receivedOn,
        note: '',
      },
      reason: null,
    };
    return this.receiving.rehearse(READER, given);
  }

  /** The same bytes, received before or earlier in this batch; null: new. */
  private twinOf(file: KeptFile): Promise<string | null> {
    return this.database.transaction(READER, async (tx) => {
      const received = await tx.row<{ on: string; file_name: string }>(
        'select received_on::text as on, file_name from receiving where sha256 = $1 limit 1',
        [file.sha256],
      );
      if (received) return `同一文件已收下（“${received.file_name}”，${received.on} 收到）`;
      const twin = await tx.row<{ file_name: string }>(
        'select file_name from intake_file where batch_id = $1 and no < $2 and sha256 = $3 order by no limit 1',
        [file.batchId, file.no, file.sha256],
      );
      return twin && `与本批的“${twin.file_name}”是同一文件`;
    });
  }
}

const NOTHING: Omit<Finding, 'state' | 'why'> = {
  knownBy: null,
  institutionId: null,
  form: null,
  formVersion: null,
  period: null,
  template: null,
  figures: null,
  flags: [],
  issues: [],
};

const periodSaid = (period: string): string => (/^\d{4}Q[1-4]$/.test(period) ? periodTitle(period) : `“${period}”`);

const whyOf = (problems: readonly FileIssue[]): string => {
  const real = problems.filter(({ severity }) => severity === 'problem');
  return real.length <= 1 ? (real[0]?.message ?? '没有可收的数') : `${real[0]?.message} 等 ${real.length} 处`;
};

const fileIssue = (code: string, raw: string, message: string, expected: string): FileIssue => ({
  code,
  severity: 'problem',
  sheet: null,
  row: null,
  column: null,
  cell: null,
  raw,
  message,
  expected,
});

const at = (
  { sheet, row, column, cell, raw }: Pick<ImportRow, 'sheet' | 'row' | 'column' | 'cell' | 'raw'>,
  code: string,
  message: string,
  expected: string,
): FileIssue => ({ code, severity: 'problem', sheet, row, column, cell, raw, message, expected });

/** A rule's failure stands at the first of its cells that the file has. */
function ofCheck(check: Check, rows: readonly (ImportRow | ForeignLine)[]): FileIssue {
  const row = check.cells.flatMap((code) => rows.find(({ metric }) => metric === code) ?? [])[0];
  return row
    ? at(row, check.rule, check.message, check.expected)
    : fileIssue(check.rule, check.left, check.message, check.expected);
}
