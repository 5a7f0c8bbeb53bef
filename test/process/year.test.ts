import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { createApplication, open } from '../../src/application.js';
import { checkBackup, restore } from '../../src/backups/restore.service.js';
import { Snapshot } from '../../src/backups/snapshot.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import type { FilingItem } from '../../src/filings/filing.query.js';
import type { InstitutionType } from '../../src/forms/metric.js';
import type { IntakeBatch } from '../../src/intake/intake.query.js';
import type { Outcome } from '../../src/intake/intake.service.js';
import { Decimal } from '../../src/numbers/decimal.js';
import { Database } from '../../src/platform/database.service.js';
import { Readiness } from '../../src/platform/health.controller.js';
import type { Page } from '../../src/platform/pages.js';
import { readSettings } from '../../src/platform/settings.js';
import { aDistrict, type Bank, freshDatabase } from '../district.js';
import { filledIn, workbooksOf, zipOf } from '../intake-zip.js';
import { Person } from '../person.js';

// The first year of a district of sixty: forty-five send workbooks by chat group, fifteen sign in. An officer receives,
// another person accepts, and every rank leads to the file, its hash and who took it over.
jest.setTimeout(600_000);

/** How many of each type, its form, and what of its figures is green. */
const DISTRICT: readonly (readonly [InstitutionType, number, string, string, string])[] = [
  ['bank', 24, 'bank-quarterly', 'BK_GL_BAL', 'BK_LOAN_BAL'],
  ['insurer', 14, 'insurer-quarterly', 'IN_GI_PREM', 'IN_PREM_TOT'],
  ['securities', 12, 'securities-quarterly', 'SE_GB_UW', 'SE_UW_TOT'],
  ['micro_lender', 3, 'micro-lender-quarterly', 'ML_G_BAL', 'ML_BAL'],
  ['financing_guarantee', 2, 'financing-guarantee-quarterly', 'GU_GG_BAL', 'GU_OUT_BAL'],
  ['commercial_factoring', 2, 'commercial-factoring-quarterly', 'FA_G_BAL', 'FA_BAL'],
  ['pawnbroker', 2, 'pawnbroker-quarterly', 'PW_G_BAL', 'PW_BAL'],
  ['financial_leasing', 1, 'financial-leasing-quarterly', 'LE_G_BAL', 'LE_BAL'],
];
const QUARTERS = ['2025Q1', '2025Q2', '2025Q3', '2025Q4'];

const KEY = 'a passphrase of the year';

interface Member {
  readonly bank: Bank;
  readonly type: InstitutionType;
  readonly form: string;
  readonly green: string;
  readonly total: string;
  /** Signs in, or sends a workbook. */
  readonly signsIn: boolean;
}

const schemeOf = (type: string, green: string, total: string): string => `scheme: year-${type.replace('_', '-')}
version: 1
title: 首年绿色业务占比
institutionTypes: [${type}]
cadence: annual
eligibility:
  - { when: quarters_filed >= 4, reason: 报送不足四个季度 }
inputs:
  green: { metric: ${green} }
  all: { metric: ${total} }
indicators:
  - indicator: share
    title: 绿色业务占比
    weight: 100
    value: 100 * green / all
    unit: "%"
    normalise: { method: minmax }
    missing: unranked
    zeroDenominator: zero
`;

let place: Awaited<ReturnType<typeof aDistrict>>;
/** Receives; officer and reviewer in one, as in a bureau of three. */
let receiver: Person;
let folder: string;
const members: Member[] = [];
/** USCC and quarter → SHA-256 of the workbook that was sent. */
const sent = new Map<string, string>();
const evaluations: EvaluationView[] = [];

/** A share of its own for everybody, that grows a little from quarter to quarter. */
function figuresOf(member: Member, quarter: number): Record<string, string> {
  const n = members.indexOf(member);
  const all = new Decimal(20_000 + 700 * n).times(new Decimal('1.02').pow(quarter)).toDecimalPlaces(2);
  const share = new Decimal(8 + ((n * 7) % 23)).times(new Decimal('1.01').pow(quarter)).div(100);
  return { [member.total]: all.toFixed(), [member.green]: all.times(share).toDecimalPlaces(2).toFixed() };
}

async function listed<T>(who: Person, address: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<T> = await who.get(`${address}&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

async function receives(period: string, quarter: number): Promise<void> {
  const workbooks = workbooksOf((await receiver.download(`/intake/workbooks.zip?period=${period}`)).bytes);
  const files = [];
  for (const member of members.filter(({ signsIn }) => !signsIn)) {
    const [name, template] =
      [...workbooks].find(([title]) => title.startsWith(`${member.bank.name}-`) && !title.includes('问卷')) ?? [];
    if (!name || !template) throw new Error(`no workbook for ${member.bank.name}`);
    const bytes = await filledIn(template, figuresOf(member, quarter));
    sent.set(`${member.bank.uscc} ${period}`, createHash('sha256').update(bytes).digest('hex'));
    files.push({ name, bytes });
  }
  const made = await receiver.dropsFiles<IntakeBatch>(
    '/intake/batches',
    [{ name: `${period}.zip`, bytes: zipOf(files) }],
    { period, sender: '微信群', note: '微信群' },
  );
  expect(made.status).toBe(201);
  let batch = made.body;
  for (let waited = 0; batch.counts === undefined || batch.counts.waiting > 0; waited += 200) {
    if (waited > 120_000) throw new Error('the batch was not read within 120 s');
    await new Promise((resolve) => setTimeout(resolve, 200));
    batch = await receiver.get<IntakeBatch>(`/intake/batches/${made.body.id}`);
  }
  expect(batch.files.filter(({ state }) => state !== 'good').map(({ fileName, why }) => [fileName, why])).toEqual([]);
  const { outcomes } = await receiver.post<{ outcomes: Outcome[] }>(`/intake/batches/${batch.id}/receive`, {
    files: batch.files.map(({ id }) => id),
  });
  expect(outcomes.filter(({ state }) => state !== 'received')).toEqual([]);
}

beforeAll(async () => {
  place = await aDistrict({ banks: 0 });
  folder = mkdtempSync(path.join(tmpdir(), 'greenrank-year-'));
  receiver = await place.district.person(['officer', 'reviewer'], { department: 'finance_bureau' });
  for (const [type, many, form, green, total] of DISTRICT)
    for (let i = 0; i < many; i++) {
      const bank = await place.district.addInstitution(type, `示范${type}第${members.length + 1}家`);
      members.push({ bank, type, form, green, total, signsIn: members.length % 4 === 0 });
    }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('sixty institutions, of which fifteen sign in', () => {
  expect([members.length, members.filter(({ signsIn }) => signsIn).length]).toEqual([60, 15]);
});

it.each(QUARTERS)(
  '%s: forty-five workbooks are received and fifteen filings signed; another person accepts',
  async (period) => {
    const quarter = QUARTERS.indexOf(period);
    await receiver.post('/obligations/generate', { period });
    for (const member of members.filter(({ signsIn }) => signsIn)) {
      const { bank, form } = member;
      const filing = await bank.filer.files({ institution: bank.uscc, form, period }, figuresOf(member, quarter));
      await bank.checker.submits(filing);
    }
    await receives(period, quarter);
    const waiting = await listed<FilingItem>(place.reviewer, `/filings?state=submitted&period=${period}`);
    expect(waiting).toHaveLength(60);
    for (const { id } of waiting) {
      await place.reviewer.claims({ id });
      const accepted = await place.reviewer.acts({ id }, 'accept');
      // Of those who signed in some are confirmed by a second person; what was received has had its two already.
      if (accepted.state === 'under_review') {
        expect(accepted.revision?.received).toBeNull();
        await place.officer.acts({ id }, 'confirm');
      }
    }
    expect(await listed<FilingItem>(place.reviewer, `/filings?state=accepted&period=${period}`)).toHaveLength(60);
  },
);

it('the year is evaluated, and every rank leads to its figure: workbook, hash and receiver, or signer', async () => {
  const ranked: string[] = [];
  for (const [type, many, , green, total] of DISTRICT) {
    await place.district.addScheme(schemeOf(type, green, total));
    const scheme = `year-${type.replace('_', '-')}`;
    const { id } = await place.officer.post<EvaluationView>('/evaluations', { scheme, version: 1, period: '2025' });
    const evaluation = await place.district.ended(place.officer, id);
    expect([scheme, evaluation.state, evaluation.error]).toEqual([scheme, 'computed', null]);
    evaluations.push(evaluation);
    const rows = await listed<RankingItem>(place.officer, `/evaluations/${id}/ranking?cohort=all`);
    expect(rows.filter(({ rank }) => rank !== null)).toHaveLength(many);
    for (const { institution } of rows) {
      ranked.push(institution);
      const member = members.find(({ bank }) => bank.uscc === institution) as Member;
      const result = await place.officer.get<ResultView>(`/evaluations/${id}/results/${institution}`);
      const inputs = result.nodes.flatMap((node) => node.inputs);
      expect(new Set(inputs.map(({ metric }) => metric))).toEqual(new Set([green, total]));
      for (const { revision, period } of inputs) {
        expect(revision?.acceptedBy).not.toBeNull();
        if (member.signsIn) expect(revision).toMatchObject({ fileHash: null, receivedBy: null });
        else
          expect(revision).toMatchObject({
            channel: 'file',
            fileHash: sent.get(`${institution} ${period}`),
            receivedBy: expect.any(String),
            sender: '微信群',
          });
        if (!member.signsIn) expect(revision?.acceptedBy).not.toBe(revision?.receivedBy);
      }
    }
  }
  expect(new Set(ranked).size).toBe(60);
});

it('a backup of the year is restored, and every bundle comes out of it byte for byte', async () => {
  const { owner } = place.district;
  const filings = await place.district.rows<{ n: number }>('select count(*)::int as n from filing');
  expect(filings).toEqual([{ n: 240 }]);
  const bundles = async (who: Person): Promise<string[]> =>
    Promise.all(evaluations.map(async ({ id }) => (await who.asks('GET', `/evaluations/${id}/bundle`)).text));
  const before = await bundles(place.verifier);
  const session = String(place.verifier.cookie.split('=')[1]);
  await place.district.close();
  const file = path.join(folder, 'year.backup');
  const snapshot = await Snapshot.take(owner);
  try {
    await snapshot.write(file, KEY);
  } finally {
    await snapshot.close();
  }
  const into = await freshDatabase();
  const { proofs } = await restore(into, file, KEY, await checkBackup(file, KEY));
  expect(proofs).toContainEqual(expect.stringContaining(`复算一致：${evaluations.at(-1)?.hash}`));
  const opened = await open({ ...readSettings(process.env), demo: false }, into);
  const app = await createApplication(opened);
  app.get(Readiness).ready = true;
  try {
    expect(await bundles(new Person(app, session))).toEqual(before);
    expect(before.map((text) => (JSON.parse(text) as { hashes: { bundle: string } }).hashes.bundle)).toEqual(
      evaluations.map(({ hash }) => hash),
    );
  } finally {
    await app.close();
    await app.get(Database).close();
    await opened.connection.close();
  }
});
