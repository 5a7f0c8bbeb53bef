import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { createApplication, type OpenedApplication, open } from '../src/application.js';
import { Acts } from '../src/audit/acts.service.js';
import { quarterCode, quarterIndex } from '../src/calendar/period.js';
import { UNNAMED } from '../src/district/district.js';
import { DistrictFile } from '../src/district/district-file.service.js';
import type { EvaluationView } from '../src/evaluations/evaluation.query.js';
import type { FilingView } from '../src/filings/filing.query.js';
import type { InstitutionType } from '../src/forms/metric.js';
import { People } from '../src/identity/people.service.js';
import { Sessions } from '../src/identity/sessions.service.js';
import { Institutions } from '../src/institutions/institutions.service.js';
import { isUscc } from '../src/institutions/uscc.js';
import type { Role } from '../src/lifecycle/lifecycle.js';
import { Obligations } from '../src/obligations/obligations.service.js';
import { createOwner, type Login, ownerOfUrl, withClient } from '../src/platform/connections.service.js';
import { Database, systemActor } from '../src/platform/database.service.js';
import type { ServerAddress } from '../src/platform/embedded-postgres.service.js';
import { Readiness } from '../src/platform/health.controller.js';
import { migrate } from '../src/platform/migrate.service.js';
import { readSettings, type Settings } from '../src/platform/settings.js';
import { Schemes } from '../src/schemes/schemes.service.js';
import { expectInvariants } from './invariants.js';
import { Person } from './person.js';

const SETUP = systemActor('test');

/** A fresh database of this story's own, on the embedded server of the run or on the one of DATABASE_URL. */
export async function freshDatabase(): Promise<Login> {
  const name = `story_${randomBytes(6).toString('hex')}`;
  const url = process.env.DATABASE_URL;
  if (url) {
    const owner = ownerOfUrl(url);
    await withClient(owner, (client) => client.query(`create database ${pg.escapeIdentifier(name)}`));
    return { ...owner, database: name };
  }
  const address = JSON.parse(process.env.GREENRANK_TEST_SERVER ?? 'null') as ServerAddress;
  return createOwner({ address, started: false, stop: async () => undefined }, name);
}

/** The n-th USCC of the stories: a division code that does not exist, the right check digit. */
export function testUscc(n: number): string {
  const body = `91990199MA${n.toString().padStart(7, '0')}`;
  const check = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'].find((digit) => isUscc(body + digit));
  return body + (check as string);
}

/** One cohort, one figure, one indicator: the thinnest scheme that ranks. */
export const THIN_SCHEME = `scheme: bank-thin
version: 1
title: 绿色贷款占比
institutionTypes: [bank]
cadence: quarterly
inputs:
  green: { metric: BK_GL_BAL }
  loans: { metric: BK_LOAN_BAL }
indicators:
  - indicator: green_share
    title: 绿色贷款占比
    weight: 100
    value: 100 * green / loans
    unit: "%"
    normalise: { method: minmax }
    missing: unranked
    zeroDenominator: zero
`;

export interface Bank {
  readonly uscc: string;
  readonly name: string;
  readonly id: string;
  readonly filer: Person;
  readonly checker: Person;
}

/** A district under test: an application on its own database, and people who act through HTTP. */
export class District {
  readonly banks: Bank[] = [];
  private count = 0;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly opened: OpenedApplication,
    readonly owner: Login,
  ) {}

  static async open(settings: Partial<Settings> = {}): Promise<District> {
    const owner = await freshDatabase();
    await migrate(owner);
    const opened = await open(
      { ...readSettings(process.env), demo: false, anchorsDir: null, backupsDir: null, ...settings },
      owner,
      undefined,
      // A story does not depend on how whoever runs it has opened a district of his own.
      new DistrictFile(path.join(settings.dataDir ?? path.resolve('nowhere'), 'config', 'district.yaml'), UNNAMED),
    );
    const app = await createApplication(opened);
    app.get(Readiness).ready = true;
    return new District(app, opened, owner);
  }

  get nobody(): Person {
    return new Person(this.app, null);
  }

  /** An account with these roles, signed in. */
  async person(roles: Role[], of: { institutionId?: string; department?: string } = {}): Promise<Person> {
    const username = `${roles[0]}${++this.count}`;
    const id = await this.app.get(People).add(SETUP, {
      username,
      name: username,
      roles,
      institutionId: of.institutionId ?? null,
      department: of.department ?? null,
      password: null,
    });
    return new Person(this.app, await this.app.get(Sessions).open(id, 'test'));
  }

  /** The session of an account that exists already. */
  async signedIn(username: string): Promise<Person> {
    const actor = await this.app.get(Sessions).actorNamed(username);
    if (!actor) throw new Error(`no account ${username}`);
    return new Person(this.app, await this.app.get(Sessions).open(actor.id, 'test'));
  }

  async addInstitution(type: InstitutionType, name?: string): Promise<Bank> {
    const uscc = testUscc(++this.count);
    const title = name ?? `示范机构${this.count}`;
    const entry = {
      uscc,
      name: title,
      type,
      typeFrom: '2015-01-01',
      openedOn: null,
      register: 'district',
      attributes: {},
    };
    const id = await this.app
      .get(Acts)
      .perform({ action: 'institution.add', actor: SETUP }, (act) => this.app.get(Institutions).add(act, entry, false));
    const filer = await this.person(['filer'], { institutionId: id });
    const checker = await this.person(['checker'], { institutionId: id });
    const bank = { uscc, name: title, id, filer, checker };
    if (type === 'bank') this.banks.push(bank);
    return bank;
  }

  async openPeriods(first: string, last: string): Promise<void> {
    const from = quarterIndex(first);
    const periods = Array.from({ length: quarterIndex(last) - from + 1 }, (_, i) => quarterCode(from + i));
    const obligations = this.app.get(Obligations);
    await this.app
      .get(Acts)
      .perform({ action: 'period.open', actor: SETUP }, (act) => obligations.openPeriods(act, periods));
  }

  async addScheme(document: string): Promise<void> {
    const schemes = this.app.get(Schemes);
    const { code, version } = await schemes.create(SETUP, document);
    await schemes.review({ ...systemActor('second-officer'), roles: ['officer'] }, code, version);
  }

  /** Files, signs and has accepted what an institution reports for a period. */
  async settles(
    bank: Bank,
    reviewer: Person,
    figures: Record<string, string | null>,
    period = '2026Q3',
  ): Promise<FilingView> {
    const filing = await bank.filer.files({ institution: bank.uscc, period }, figures);
    await bank.checker.submits(filing);
    return reviewer.accepts(filing);
  }

  /** Rows of the database as the owner sees them, past every filter. */
  rows<T extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return withClient(this.owner, async (client) => (await client.query<T>(sql, parameters)).rows);
  }

  /** Waits until an evaluation has ended. */
  async ended(person: Person, id: string): Promise<EvaluationView> {
    for (let waited = 0; waited < 20_000; waited += 50) {
      const evaluation = await person.get<EvaluationView>(`/evaluations/${id}`);
      if (!['queued', 'running'].includes(evaluation.state)) return evaluation;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the evaluation did not end within 20 s');
  }

  /** Ends it; whatever the story did, the invariants must hold. @throws Error naming those that do not */
  async close(): Promise<void> {
    await this.app.close();
    await this.app.get(Database).close();
    await this.opened.connection.close();
    await expectInvariants(this.owner);
  }
}

/** Banks with filer and checker, the bureau's people, periods from 2023 on, and the thin scheme. */
export async function aDistrict({ banks = 3, settings = {} as Partial<Settings> } = {}) {
  const district = await District.open(settings);
  await district.openPeriods('2023Q1', '2026Q3');
  await district.addScheme(THIN_SCHEME);
  for (let i = 0; i < banks; i++) await district.addInstitution('bank', `示范银行${'甲乙丙丁戊己庚辛'[i] ?? i + 1}`);
  const bureau = { department: 'finance_bureau' };
  return {
    district,
    banks: district.banks,
    reviewer: await district.person(['reviewer'], bureau),
    officer: await district.person(['officer'], bureau),
    verifier: await district.person(['verifier'], bureau),
    leader: await district.person(['leader']),
    auditor: await district.person(['auditor']),
  };
}
