import { Inject, Injectable } from '@nestjs/common';
import { dayOf } from '../calendar/day.js';
import { quarterCode, quarterIndex } from '../calendar/period.js';
import type { District } from '../district/district.js';
import { DISTRICT, type DistrictFile } from '../district/district-file.service.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { isFormAsked, isQuarterly } from '../forms/form.js';
import { INSTITUTION_TYPE_TITLES, type InstitutionType } from '../forms/metric.js';
import { type Actor, ROLE_TITLES } from '../lifecycle/lifecycle.js';
import { Database, type Tx } from '../platform/database.service.js';
import { SETTINGS, type Settings } from '../platform/settings.js';
import type { Violation } from '../problems/problems.js';
import type { SchemeState } from '../schemes/scheme-states.js';
import { ANSWERED_BY, QUESTIONS, type Question } from './questions.js';
import { type OfferedScheme, SchemeFiles } from './scheme-files.service.js';

/** The nine questions as they stand: what is answered, and what stands in for the rest. */
export interface SetupView {
  /** Of the file, for If-Match. */
  readonly version: number;
  readonly file: string;
  /** Why the file is not read as it stands; until it is mended, what was read before holds. */
  readonly faults: readonly Violation[];
  /** The demonstration is looked at, not answered. */
  readonly demo: boolean;
  readonly answers: District;
  readonly questions: readonly {
    readonly question: Question;
    readonly isAnswered: boolean;
    /** Whether this person may answer it. */
    readonly mayAnswer: boolean;
    /** Titles of the roles that may: 经办人. */
    readonly by: readonly string[];
  }[];
  readonly institutions: {
    readonly total: number;
    readonly types: readonly { readonly title: string; readonly count: number }[];
  };
  readonly accounts: readonly { readonly username: string; readonly name: string; readonly hasEntered: boolean }[];
  /** What the forms themselves give, in working days. */
  readonly usualDeadlines: { readonly filing: number; readonly department: number };
  readonly schemes: readonly (Omit<OfferedScheme, 'document'> & { readonly state: SchemeState | null })[];
  readonly backups: {
    /** The one in use now; null: none. */
    readonly folder: string | null;
    /** GREENRANK_BACKUPS names it, and no answer changes it. */
    readonly isNamed: boolean;
    /** An answer waits for the next start. */
    readonly needsRestart: boolean;
  };
  /** Quarters that may be begun, the likeliest first, with how many obligations there are. */
  readonly quarters: readonly { readonly period: string; readonly obligations: number }[];
}

/** Reads how far the opening of the district has come. */
@Injectable()
export class SetupQuery {
  constructor(
    private readonly database: Database,
    private readonly schemeFiles: SchemeFiles,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DISTRICT) private readonly district: DistrictFile,
  ) {}

  view(actor: Actor): Promise<SetupView> {
    return this.database.transaction(actor, (tx) => this.within(tx, actor));
  }

  async within(tx: Tx, actor: Actor): Promise<SetupView> {
    const { district, settings } = this;
    const institutions = await this.institutions(tx);
    const answered = new Set<Question>(district.given.filter((key) => QUESTIONS.some((each) => each === key)));
    if (institutions.total > 0) answered.add('register');
    return {
      version: district.version,
      file: district.file,
      faults: district.faults,
      demo: settings.demo,
      answers: {
        name: district.name,
        bureau: district.bureau,
        departments: district.departments,
        people: district.people,
        deadlines: district.deadlines,
        disclosure: district.disclosure,
        firstYearSchemes: district.firstYearSchemes,
        backups: district.backups,
      },
      questions: QUESTIONS.map((question) => ({
        question,
        isAnswered: answered.has(question),
        mayAnswer: !settings.demo && ANSWERED_BY[question].some((role) => actor.roles.includes(role)),
        by: ANSWERED_BY[question].map((role) => ROLE_TITLES[role]),
      })),
      institutions,
      accounts: await tx.rows(
        `select username, name, password_hash is not null as "hasEntered" from user_account
         where institution_id is null and disabled_at is null and username = any($1) order by array_position($1, username)`,
        [[...district.people]],
      ),
      usualDeadlines: this.usualDeadlines(),
      schemes: await this.schemes(tx),
      backups: {
        folder: settings.backupsDir,
        isNamed: settings.backupsNamed,
        needsRestart: !settings.backupsNamed && district.backups !== null && district.backups !== settings.backupsDir,
      },
      quarters: await this.quarters(tx),
    };
  }

  private async institutions(tx: Tx): Promise<SetupView['institutions']> {
    const rows = await tx.rows<{ type: InstitutionType | null; count: number }>(
      `select t.type, count(*)::int as count from institution i
       left join institution_type t on t.institution_id = i.id and t.valid_from <= $1 and (t.valid_to is null or t.valid_to >= $1)
       where i.register = 'district' and i.closed_on is null group by t.type`,
      [dayOf(tx.now)],
    );
    const order = Object.keys(INSTITUTION_TYPE_TITLES);
    return {
      total: rows.reduce((sum, { count }) => sum + count, 0),
      types: rows
        .sort((a, b) => order.indexOf(a.type ?? '') - order.indexOf(b.type ?? ''))
        .map(({ type, count }) => ({ title: type === null ? '未定类型' : INSTITUTION_TYPE_TITLES[type], count })),
    };
  }

  private usualDeadlines(): SetupView['usualDeadlines'] {
    const forms = [...this.catalogue.forms.values()];
    const days = (of: typeof forms): number => Math.max(0, ...of.map((form) => form.due.workingDays));
    return {
      filing: days(forms.filter(isQuarterly)),
      department: days(forms.filter((form) => form.filer.department !== null)),
    };
  }

  private async schemes(tx: Tx): Promise<SetupView['schemes']> {
    const rows = await tx.rows<{ code: string; version: number; state: SchemeState }>(
      'select code, version, state from scheme',
    );
    return this.schemeFiles.all().map(({ document: _, ...offered }) => ({
      ...offered,
      state: rows.find(({ code, version }) => code === offered.code && version === offered.version)?.state ?? null,
    }));
  }

  /** The quarter that ended last is what is filed now; the present one is prepared, the one before is caught up with. */
  private async quarters(tx: Tx): Promise<SetupView['quarters']> {
    const today = dayOf(tx.now);
    const present = quarterIndex(`${today.slice(0, 4)}Q${Math.ceil(Number.parseInt(today.slice(5, 7), 10) / 3)}`);
    const periods = [present - 1, present, present - 2].map(quarterCode);
    const rows = await tx.rows<{ period: string; count: number }>(
      'select period, count(*)::int as count from obligation where period = any($1) group by period',
      [periods],
    );
    return periods
      .filter((period) => [...this.catalogue.forms.values()].some((form) => isFormAsked(form, period)))
      .map((period) => ({
        period,
        obligations: rows.find((row) => row.period === period)?.count ?? 0,
      }));
  }
}
