import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { Demo } from '../../src/demo/demo.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import type { FilingItem, FilingView } from '../../src/filings/filing.query.js';
import type { InstitutionItem } from '../../src/institutions/institutions.service.js';
import { canonical, type Json } from '../../src/numbers/canonical.js';
import type { Page } from '../../src/platform/pages.js';
import { projectRoot } from '../../src/platform/project.service.js';
import { District } from '../district.js';
import type { Person } from '../person.js';

let district: District;
let officer: Person;
let evaluations: readonly EvaluationView[];
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'greenrank-same-'));
  district = await District.open({ demo: true });
  await district.app.get(Demo).load(() => undefined);
  officer = await district.signedIn('officer');
  evaluations = (await officer.get<Page<EvaluationView>>('/evaluations?limit=200')).items;
}, 240_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await district.close();
});

interface Bundle {
  readonly period: string;
  readonly scheme: string;
  readonly institutions: {
    code: string;
    name: string;
    type: string | null;
    flags: string[];
    attributes: Record<string, string>;
  }[];
  readonly figures: [string, string, string, string, string | null][];
  readonly assessments: [string, string, string, string][];
  readonly results: { readonly ranking: string[][]; readonly scores: string[][] };
  readonly hashes: Record<string, string>;
}

/** The command line as it is built. */
function greenrank(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const file = path.join(projectRoot(), 'dist', 'src', 'cli.js');
    execFile(
      process.execPath,
      [file, ...args],
      { env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 64e6 },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
}

const evaluationOf = (scheme: string): EvaluationView => {
  const found = evaluations.find((evaluation) => evaluation.scheme === scheme);
  if (!found) throw new Error(`no evaluation by ${scheme}`);
  return found;
};

async function bundleOf(scheme: string): Promise<{ text: string; bundle: Bundle }> {
  const { status, text } = await officer.asks('GET', `/evaluations/${evaluationOf(scheme).id}/bundle`);
  expect(status).toBe(200);
  return { text, bundle: JSON.parse(text) as Bundle };
}

const rankingOf = async (scheme: string): Promise<readonly RankingItem[]> =>
  (await officer.get<Page<RankingItem>>(`/evaluations/${evaluationOf(scheme).id}/ranking?limit=200`)).items;

/** The pin as files that an officer could have typed. */
function writePin(name: string, { scheme, figures, institutions, assessments }: Bundle): Record<string, string> {
  const columns = [...new Set(institutions.flatMap(({ attributes }) => Object.keys(attributes)))];
  const files: Record<string, string> = {
    scheme: scheme,
    data: stringify([['institution', 'period', 'metric', 'value'], ...figures.map((row) => row.slice(0, 4))]),
    institutions: stringify([
      ['institution', 'name', 'type', 'flags', ...columns],
      ...institutions.map(({ code, name: title, type, flags, attributes }) => [
        code,
        title,
        type,
        flags.join(';'),
        ...columns.map((column) => attributes[column]),
      ]),
    ]),
    assessments: stringify([['institution', 'node', 'assessor', 'score'], ...assessments]),
  };
  return Object.fromEntries(
    Object.entries(files).map(([kind, text]) => {
      const file = path.join(folder, `${name}-${kind}.${kind === 'scheme' ? 'yaml' : 'csv'}`);
      writeFileSync(file, text);
      return [kind, file];
    }),
  );
}

const SCHEMES = [
  'bank-142',
  'bank-first-year',
  'insurer-annual',
  'securities-annual',
  'new-types-annual',
  'published-banks',
];

it('the first start runs six evaluations; those of the district are final, the one of published figures never is', () => {
  expect(evaluations.map(({ scheme }) => scheme).sort()).toEqual([...SCHEMES].sort());
  for (const { scheme, state, label, error, hash } of evaluations) {
    const published = scheme === 'published-banks';
    expect([scheme, state, label, error]).toEqual([
      scheme,
      published ? 'computed' : 'final',
      published ? '公开数据方法演示' : null,
      null,
    ]);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  }
});

describe.each(SCHEMES)('%s', (scheme) => {
  it('scores by the command line to the same bytes as through the queue', async () => {
    const { bundle } = await bundleOf(scheme);
    const files = writePin(scheme, bundle);
    const out = path.join(folder, scheme);
    const options = Object.entries(files).flatMap(([kind, file]) => [`--${kind}`, file]);
    const ran = await greenrank('score', ...options, '--period', bundle.period, '--out', out);
    expect([ran.code, ran.out]).toEqual([0, '']);
    const written = (name: string): string => readFileSync(path.join(out, name), 'utf8');
    expect(bundle.results.ranking.length).toBeGreaterThan(9);
    expect(written('ranking.csv')).toBe(
      stringify([
        ['cohort', 'rank', 'institution', 'name', 'score', 'grade', 'status', 'reason'],
        ...bundle.results.ranking,
      ]),
    );
    expect(written('scores.csv')).toBe(
      stringify([
        ['institution', 'node', 'value', 'treated', 'score', 'weight', 'contribution', 'note'],
        ...bundle.results.scores,
      ]),
    );
    const exported = await officer.asks('GET', `/exports/evaluations/${evaluationOf(scheme).id}/ranking.csv`);
    expect(exported.text).toBe(written('ranking.csv'));
    // The same bundle but for what only the district knows: which revision stated a figure.
    const own = JSON.parse(written('bundle.json')) as Bundle;
    expect(own.figures).toEqual(bundle.figures.map((row) => [...row.slice(0, 4), null]));
    expect({ ...own, figures: [], hashes: {} }).toEqual({ ...bundle, figures: [], hashes: {} });
    for (const part of ['scheme', 'metrics', 'institutions', 'assessments', 'results'])
      expect([part, own.hashes[part]]).toEqual([part, bundle.hashes[part]]);
  });

  it('its bundle is verified, and with one digit changed it is not', async () => {
    const { text, bundle } = await bundleOf(scheme);
    const file = path.join(folder, `${scheme}.json`);
    writeFileSync(file, text);
    expect(await greenrank('verify', file)).toEqual({ code: 0, out: `bundle ${evaluationOf(scheme).hash}\n`, err: '' });
    expect(bundle.hashes.bundle).toBe(evaluationOf(scheme).hash);
    const [institution, period, metric, value] = bundle.figures.find(
      (figure) => figure[3].length > 3,
    ) as Bundle['figures'][number];
    const changed = value.replace(/\d$/, (digit) => (digit === '9' ? '8' : '9'));
    const before = `["${institution}","${period}","${metric}","${value}"`;
    expect(text.split(before)).toHaveLength(2);
    writeFileSync(file, text.replace(before, before.replace(`"${value}"`, `"${changed}"`)));
    const refused = await greenrank('verify', file);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('figures');
  });
});

it('a score changed in a bundle is named with its institution, also when all hashes were made anew', async () => {
  const { text, bundle } = await bundleOf('bank-first-year');
  const [first] = bundle.results.ranking;
  const row = JSON.stringify(first);
  const forged = JSON.stringify(first?.map((cell, i) => (i === 4 ? '99.99' : cell)));
  expect(text.split(row)).toHaveLength(2);
  const changed = JSON.parse(text.replace(row, forged)) as { [key: string]: Json; hashes: Record<string, string> };
  const sha256 = (part: Json): string => createHash('sha256').update(canonical(part)).digest('hex');
  const { bundle: _, ...others } = changed.hashes;
  const hashes = { ...others, results: sha256(changed.results as Json) };
  const forgery = canonical({ ...changed, hashes: { ...hashes, bundle: sha256({ ...changed, hashes }) } });
  const file = path.join(folder, 'forged.json');
  writeFileSync(file, forgery);
  const refused = await greenrank('verify', file);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('results.ranking[0]');
  expect(refused.err).toContain('99.99');
  expect(refused.err).toContain(first?.[2] ?? 'nobody');
});

describe('what was planted', () => {
  it.each(['bank-first-year', 'bank-142'])(
    '%s: 24 banks, 1 2 3 3 5 with 青禾 in the tie, a veto, one opened in the year',
    async (scheme) => {
      const items = await rankingOf(scheme);
      expect(items).toHaveLength(24);
      expect(items.slice(0, 5).map(({ rank }) => rank)).toEqual([1, 2, 3, 3, 5]);
      expect(
        items
          .filter(({ tied }) => tied)
          .map(({ name, rank }) => `${rank} ${name}`)
          .sort(),
      ).toEqual(['3 江峡银行示范分行', '3 青禾银行示范支行']);
      expect(
        items
          .filter(({ rank }) => rank === null)
          .map(({ name, status, reason }) => `${name} ${status} ${reason}`)
          .sort(),
      ).toEqual([
        '岚溪银行示范支行 ineligible 当年新开业，不参加本年度评价',
        '沅芷银行示范支行 vetoed 受到环境行政处罚',
      ]);
      expect(evaluationOf(scheme).counts).toEqual({ ranked: 22, vetoed: 1, ineligible: 1 });
    },
  );

  it('the open quarter: 45 accepted, 6 submitted, 3 returned, 4 drafts, 2 untouched', async () => {
    const institutions = (await officer.get<Page<InstitutionItem>>('/institutions?limit=200')).items.filter(
      ({ register }) => register === 'district',
    );
    const filings = (await officer.get<Page<FilingItem>>('/filings?period=2026Q3&limit=200')).items;
    const count: Record<string, number> = { untouched: institutions.length - filings.length };
    for (const { state } of filings) count[state] = (count[state] ?? 0) + 1;
    expect(count).toEqual({ accepted: 45, submitted: 6, returned: 3, draft: 4, untouched: 2 });
    const untouched = institutions.filter(({ uscc }) => !filings.some(({ institution }) => institution === uscc));
    expect(untouched.map(({ uscc }) => uscc).sort()).toEqual(['91500106M00000019C', '91500106MA5U0A1B7P']);
    const types: Record<string, number> = {};
    for (const { type } of institutions) types[type ?? ''] = (types[type ?? ''] ?? 0) + 1;
    expect(types).toEqual({
      bank: 24,
      insurer: 14,
      securities: 12,
      micro_lender: 3,
      financing_guarantee: 2,
      commercial_factoring: 2,
      pawnbroker: 2,
      financial_leasing: 1,
    });
  });

  it('one of the submitted filings is ten thousand times what it was', async () => {
    const slips = await district.rows<{ uscc: string; n: number }>(
      `select i.uscc, count(*)::int as n from filing f join institution i on i.id = f.institution_id
       join filing e on e.institution_id = f.institution_id and e.period = '2026Q2'
       join filing_cell now on now.filing_id = f.id join filing_cell before on before.filing_id = e.id and before.metric = now.metric
       where f.period = '2026Q3' and f.state = 'submitted' and before.value > 0
         and (now.value > 3000 * before.value or (now.value > 0 and now.value * 3000 < before.value)) group by 1`,
    );
    expect(slips).toHaveLength(1);
  });

  it('every quarter before is accepted', async () => {
    const states = await district.rows<{ state: string; first: string; last: string; n: number }>(
      `select f.state, min(f.period) as first, max(f.period) as last, count(*)::int as n from filing f join institution i on i.id = f.institution_id
       where f.period < '2026Q3' and i.register = 'district' group by 1`,
    );
    // 60 institutions, 14 quarters; the one that opened in September 2025 has four.
    expect(states).toEqual([{ state: 'accepted', first: '2023Q1', last: '2026Q2', n: 59 * 14 + 4 }]);
  });

  it('a rank opens down to the filed cell, its signer and whoever accepted it', async () => {
    const { id } = evaluationOf('bank-first-year');
    const mine = (await rankingOf('bank-first-year')).find(({ name }) => name === '青禾银行示范支行');
    const result = await officer.get<ResultView>(`/evaluations/${id}/results/${mine?.institution}`);
    const used = result.nodes.flatMap((node) => node.inputs).filter((input) => input.value !== null);
    expect(used.length).toBeGreaterThan(10);
    for (const input of used.slice(0, 5)) {
      expect(input.revision).toMatchObject({
        no: 1,
        filedBy: '陈晓禾',
        signedBy: '周明远',
        acceptedBy: expect.any(String),
      });
      const filing = await officer.get<FilingView>(`/filings/${input.revision?.filing}`);
      expect([filing.state, filing.period, filing.figures[input.metric]?.value]).toEqual([
        'accepted',
        input.period,
        input.value,
      ]);
    }
  });

  it('published figures say where each comes from, found or from memory', async () => {
    const { id } = evaluationOf('published-banks');
    const [first] = await rankingOf('published-banks');
    const result = await officer.get<ResultView>(`/evaluations/${id}/results/${first?.institution}`);
    expect(result.evaluation).toBe(id);
    expect((await officer.get<EvaluationView>(`/evaluations/${id}`)).label).toBe('公开数据方法演示');
    const sources = result.nodes.flatMap((node) => node.inputs).map((input) => input.revision?.source ?? '');
    expect(sources.length).toBeGreaterThan(1);
    for (const source of sources) expect(source).toMatch(/查到|找到|公布|计算|推算|凭记忆/);
    const publish = await officer.asks('POST', `/evaluations/${id}/publish`);
    expect(publish.status).toBe(409);
  });

  it('one click enters as each account, and none of them outside a demonstration', async () => {
    const { usernames } = { usernames: district.app.get(Demo).usernames() };
    expect(usernames.length).toBeGreaterThan(15);
    for (const username of usernames) {
      const entered = await district.nobody.asks<{ user: { username: string } }>('POST', '/auth/demo', { username });
      expect([username, entered.status, entered.body.user.username]).toEqual([username, 200, username]);
    }
    expect((await district.nobody.asks('POST', '/auth/demo', { username: 'system' })).status).toBe(422);
    const bank = await district.rows<{ username: string }>(
      `select username from user_account where username like '%-filer' limit 1`,
    );
    expect((await district.nobody.asks('POST', '/auth/demo', { username: bank[0]?.username })).status).toBe(422);
  });

  it('a second load changes nothing', async () => {
    const count = () =>
      district.rows(
        `select (select count(*) from filing) as f, (select count(*) from audit.entry) as a, (select count(*) from evaluation) as e`,
      );
    const before = await count();
    expect(await district.app.get(Demo).load(() => undefined)).toBe(true);
    expect(await count()).toEqual(before);
  });
});
