import { createHash } from 'node:crypto';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import type { ResultView } from '../../src/evaluations/result.query.js';
import { canonical, type Json } from '../../src/numbers/canonical.js';
import type { Page } from '../../src/platform/pages.js';
import { REDACTED, verifyBundle } from '../../src/scoring/bundle/verify.js';
import { aDistrict, type Bank } from '../district.js';
import type { Person } from '../person.js';

const sha256 = (text: string, salt = ''): string =>
  createHash('sha256').update(salt, 'hex').update(text, 'utf8').digest('hex');

const scheme = (code: string, normalise: string, more = ''): string => `scheme: ${code}
version: 1
title: 绿色贷款占比
institutionTypes: [bank]
cadence: quarterly
${more}
inputs:
  green: { metric: BK_GL_BAL }
  loans: { metric: BK_LOAN_BAL }
indicators:
  - indicator: green_share
    title: 绿色贷款占比
    weight: 60
    value: 100 * green / loans
    unit: "%"
    normalise: ${normalise}
    missing: unranked
    zeroDenominator: zero
  - indicator: size
    title: 绿色贷款余额
    weight: 40
    value: green
    normalise: { method: minmax }
    missing: unranked
`;

/** Twelve digits that nobody else has: what is found of them in an answer was told. */
const FIGURES = [
  ['4123.9876', '81234.5671'],
  ['2718.2817', '71828.1829'],
  ['1414.2136', '56237.3095'],
  ['3141.5927', '65358.9794'],
] as const;

type Place = Awaited<ReturnType<typeof aDistrict>>;
let place: Place;
let published: EvaluationView;
beforeAll(async () => {
  place = await aDistrict({ banks: FIGURES.length });
  await place.district.addScheme(scheme('bank-sealed', '{ method: minmax, to: [40, 100] }'));
  for (const [i, [green, loans]] of FIGURES.entries())
    await place.district.settles(bank(i), place.reviewer, { BK_GL_BAL: green, BK_LOAN_BAL: loans });
  published = await publishes({ scheme: 'bank-sealed' });
}, 60_000);
afterAll(() => place.district.close());

const bank = (i: number): Bank => place.banks[i] as Bank;
const withoutInstance = (text: string): string => text.replace(/"instance":"[^"]*"/, '');

async function verified(body: object): Promise<EvaluationView> {
  const started = await place.officer.post<EvaluationView>('/evaluations', { version: 1, period: '2026Q3', ...body });
  const ended = await place.district.ended(place.officer, started.id);
  expect([ended.state, ended.error]).toEqual(['computed', null]);
  return place.verifier.post(`/evaluations/${started.id}/verify`);
}
const publishes = async (body: object): Promise<EvaluationView> =>
  place.officer.post(`/evaluations/${(await verified(body)).id}/publish`);
const resultOf = (person: Person, { uscc }: Bank, id = published.id): Promise<ResultView> =>
  person.get(`/evaluations/${id}/results/${uscc}`);
const bundleFor = (person: Person, id = published.id) => person.asks('GET', `/evaluations/${id}/bundle`);

describe('sealed, which is what an evaluation is when nothing else was agreed', () => {
  it('an institution sees its own figures, points and total in full, and nothing of the comparison', async () => {
    const own = await resultOf(bank(0).filer, bank(0));
    expect(published.disclosure).toBe('sealed');
    expect(own).toMatchObject({ rank: expect.any(Number), cohortSize: 4, score: expect.any(String) });
    for (const node of own.nodes) {
      expect([node.value, node.score, node.weight, node.contribution]).not.toContain(null);
      expect(node.normalisation?.statistics).toEqual({});
      expect(node.withheld).toEqual(['min', 'max', 'mean', 'median']);
    }
    const staff = await resultOf(place.reviewer, bank(0));
    expect(staff.nodes[0]?.normalisation?.statistics).toMatchObject({ n: '4', min: expect.any(String) });
    expect(staff.nodes[0]).toMatchObject({ withheld: [], committed: null });
  });

  it('least and greatest are committed to: all are given the same hash, and told later it can be checked', async () => {
    const seen = await Promise.all(place.banks.map((each) => resultOf(each.filer, each)));
    const hashes = seen.map(({ nodes }) => nodes.map(({ committed }) => committed));
    for (const each of hashes) expect(each).toEqual(hashes[0]);
    const { committed, normalisation } = (await resultOf(place.verifier, bank(0)))
      .nodes[0] as ResultView['nodes'][number];
    for (const name of ['min', 'max'] as const) {
      const told = committed?.[name];
      expect(hashes[0]?.[0]?.[name]).toEqual({ hash: told?.hash });
      expect(sha256(normalisation?.statistics[name] ?? '', told?.salt)).toBe(told?.hash);
      // Whoever only guesses the value has no salt to check it with.
      expect(sha256(normalisation?.statistics[name] ?? '')).not.toBe(told?.hash);
    }
    expect(JSON.stringify(hashes)).not.toContain('salt');
  });

  it('no answer to an institution holds a figure, value, name, code, salt or key of another', async () => {
    const { id } = published;
    const [{ key }] = (await place.district.rows<{ key: Buffer }>(
      'select key from evaluation_key where evaluation_id = $1',
      [id],
    )) as [{ key: Buffer }];
    const full = (await bundleFor(place.officer)).text;
    const values = await Promise.all(
      place.banks.map(async (each) => (await resultOf(place.officer, each)).nodes.flatMap((node) => node.value ?? [])),
    );
    for (const [i, reader] of place.banks.entries()) {
      const paths = [
        '/evaluations',
        `/evaluations/${id}`,
        `/evaluations/${id}/ranking`,
        `/evaluations/${id}/results/${reader.uscc}`,
        `/evaluations/${id}/results/${reader.uscc}/explanation`,
        `/evaluations/${id}/bundle`,
        `/evaluations/${id}/events`,
        '/institutions',
        '/filings',
      ];
      const told = (
        await Promise.all(
          [reader.filer, reader.checker].flatMap((person) =>
            paths.map(async (path) => (await person.asks('GET', path)).text),
          ),
        )
      ).join('\n');
      const secrets = place.banks.flatMap((other, k) => {
        const [green = '', loans = ''] = FIGURES[k] ?? [];
        const rows = (JSON.parse(full) as { figures: Json[][] }).figures.filter(([owner]) => owner === other.uscc);
        return k === i
          ? []
          : [
              [green, loans, other.name, other.uscc, other.id],
              (values[k] ?? []).map((value) => value.slice(0, 12)),
              rows.flatMap((row) => [sha256(canonical(row)), `${row[4]}`]),
            ].flat();
      });
      const [own] = FIGURES[i] as readonly [string, string];
      expect(told).toContain(own);
      expect([reader.name, secrets.filter((secret) => told.includes(secret))]).toEqual([reader.name, []]);
      expect(told).not.toContain(key.toString('hex'));
      expect(full).toContain(secrets[0]);
    }
  });

  it('the row of the key is closed to the institution login', async () => {
    const [{ may }] = (await place.district.rows<{ may: boolean }>(
      `select has_table_privilege($1, 'evaluation_key', 'select') as may`,
      [`${place.district.owner.user}_institution`],
    )) as [{ may: boolean }];
    expect(may).toBe(false);
  });
});

interface RedactedBundle {
  readonly format: string;
  readonly full: string;
  readonly figures: readonly string[];
  readonly results: { readonly ranking: readonly string[] };
  readonly own: { readonly institution: string; readonly salt: string; readonly figures: readonly string[][] } | null;
}

describe('the bundle', () => {
  it('officer, verifier and auditor get the full one, everybody else who may read the evaluation a redacted one', async () => {
    for (const person of [place.officer, place.verifier, place.auditor]) {
      const { status, body, headers } = await bundleFor(person);
      expect([status, body.format]).toEqual([200, 'greenrank-bundle/1']);
      expect(headers['content-disposition']).toBe('attachment; filename="bundle.json"');
    }
    for (const person of [place.leader, place.reviewer, bank(0).filer, bank(1).checker]) {
      const { status, body, headers } = await bundleFor(person);
      expect([status, body.format, body.full]).toEqual([200, 'greenrank-bundle-redacted/1', published.hash]);
      expect(headers['content-disposition']).toBe('attachment; filename="bundle-redacted.json"');
    }
    expect((await bundleFor(place.leader)).body.own).toBeNull();
  });

  it('an institution can check that its rows are among those that were computed with; bytes repeat', async () => {
    const [first, again] = [await bundleFor(bank(0).filer), await bundleFor(bank(0).checker)];
    expect(again.text).toBe(first.text);
    expect(verifyBundle(first.text, sha256)).toEqual({ ok: false, difference: REDACTED });
    const bundle = JSON.parse(first.text) as RedactedBundle;
    expect(bundle.own).toMatchObject({ institution: bank(0).uscc });
    for (const row of bundle.own?.figures ?? [])
      expect(bundle.figures).toContain(sha256(canonical(row), bundle.own?.salt));
    expect(bundle.own?.figures.map(([, , metric, value]) => [metric, value])).toEqual([
      ['BK_GL_BAL', FIGURES[0][0]],
      ['BK_LOAN_BAL', FIGURES[0][1]],
    ]);
    const other = JSON.parse((await bundleFor(bank(1).filer)).text) as RedactedBundle;
    expect([other.figures, other.results]).toEqual([bundle.figures, bundle.results]);
    expect(other.own?.salt).not.toBe(bundle.own?.salt);
    expect(verifyBundle(first.text.replace('"4123.9876"', '"4123.9877"'), sha256)).toMatchObject({
      difference: expect.stringMatching(/^own 的内容与哈希不符/),
    });
  });

  it('an evaluation that was started before there were keys gets its key once', async () => {
    await place.district.rows('delete from evaluation_key where evaluation_id = $1', [published.id]);
    const texts = await Promise.all(Array.from({ length: 4 }, async () => (await bundleFor(bank(0).filer)).text));
    expect(new Set(texts).size).toBe(1);
    expect(verifyBundle(texts[0] ?? '', sha256)).toEqual({ ok: false, difference: REDACTED });
  });

  it('of an institution of another type nothing stands in it, and it has no row in the ranking', async () => {
    const insurer = await place.district.addInstitution('insurer');
    expect((await bundleFor(insurer.filer)).body.own).toBeNull();
    expect(await insurer.filer.get(`/evaluations/${published.id}/ranking`)).toMatchObject({ items: [] });
  });

  it('before publication an institution is told nothing, in the same words as of what is not there', async () => {
    const { id } = await verified({ scheme: 'bank-sealed' });
    const [hidden, absent] = await Promise.all(
      [id, '00000000-0000-4000-8000-000000000000'].map((each) => bundleFor(bank(0).filer, each)),
    );
    expect([hidden?.status, withoutInstance(hidden?.text ?? '')]).toEqual([404, withoutInstance(absent?.text ?? '')]);
    expect((await bundleFor(place.leader, id)).status).toBe(200);
  });
});

it('open, agreed before filing: what was compared with is shown, still without a name', async () => {
  const { id, disclosure } = await publishes({ scheme: 'bank-sealed', disclosure: 'open' });
  expect(disclosure).toBe('open');
  const own = await resultOf(bank(0).filer, bank(0), id);
  const staff = await resultOf(place.officer, bank(0), id);
  expect(own.nodes.map(({ normalisation }) => normalisation)).toEqual(
    staff.nodes.map(({ normalisation }) => normalisation),
  );
  expect(own.nodes[0]?.normalisation?.statistics).toMatchObject({ n: '4', min: expect.any(String) });
  expect(own.nodes[0]).toMatchObject({ withheld: [], committed: null });
  const text = JSON.stringify([own, (await bundleFor(bank(0).filer, id)).text]);
  for (const other of place.banks.slice(1))
    for (const secret of [other.name, other.uscc]) expect(text).not.toContain(secret);
});

describe('what own points would give away keeps a sealed evaluation from being published', () => {
  it('a method that compares with the best: told when it is started, refused when it is published; open it goes', async () => {
    await place.district.addScheme(scheme('bank-best', '{ method: benchmark, rule: ratio_to_best }'));
    const evaluation = await verified({ scheme: 'bank-best' });
    expect(evaluation.disclosureIssues).toMatchObject([
      { path: 'indicators[0]', found: 'benchmark ratio_to_best max' },
    ]);
    const refused = await place.officer.asks('POST', `/evaluations/${evaluation.id}/publish`);
    expect([refused.status, refused.body.code]).toEqual([422, 'DISCLOSURE_SEALED']);
    expect(refused.body.violations).toMatchObject([
      {
        path: 'indicators[0]',
        found: 'benchmark ratio_to_best max',
        expected: expect.stringMatching(/open.*填报前约定/),
        message: expect.stringContaining('绿色贷款占比'),
      },
    ]);
    expect(await place.officer.get(`/evaluations/${evaluation.id}`)).toMatchObject({ state: 'verified' });
    expect((await resultOf(place.officer, bank(0), evaluation.id)).nodes).toHaveLength(2); // staff see it all
    const open = await publishes({ scheme: 'bank-best', disclosure: 'open' });
    expect(open).toMatchObject({ state: 'provisional', disclosureIssues: [] });
    expect(await bank(0).filer.get(`/evaluations/${open.id}`)).toMatchObject({ disclosureIssues: [] });
  });

  it('a mean among two is the other one’s figure: only the figures show it', async () => {
    const two = `cohorts:
  - { code: large, title: 大, when: loans >= 70000 }
  - { code: small, title: 小 }`;
    await place.district.addScheme(
      scheme('bank-two', '{ method: benchmark, rule: mean_cap, horizontal: { statistic: mean } }', two),
    );
    const evaluation = await verified({ scheme: 'bank-two' });
    expect(evaluation.disclosureIssues).toEqual([]);
    await expect(place.officer.post(`/evaluations/${evaluation.id}/publish`)).rejects.toMatchObject({
      status: 422,
      code: 'DISCLOSURE_SEALED',
      violations: expect.arrayContaining([expect.objectContaining({ found: '大，2 家', path: 'indicators[0]' })]),
    });
    await place.district.addScheme(
      scheme('bank-four', '{ method: benchmark, rule: mean_cap, horizontal: { statistic: mean } }'),
    );
    expect(await publishes({ scheme: 'bank-four' })).toMatchObject({ state: 'provisional' });
  });

  it('whoever may not publish is told so before', async () => {
    const { id } = await verified({ scheme: 'bank-best' });
    expect((await place.verifier.asks('POST', `/evaluations/${id}/publish`)).status).toBe(403);
  });
});

describe('two worlds in which ranks differ look alike to an institution before publication', () => {
  /** Green loans of three banks by period; the first bank's are the same in both worlds. */
  const WORLDS = [
    { '2026Q2': ['200', '100', '50'], '2026Q3': ['300', '100', '200'] },
    { '2026Q2': ['200', '400', '350'], '2026Q3': ['300', '100', '200'] },
  ] as const;
  const worlds: Place[] = [];
  const ids: Record<string, string>[] = [];

  beforeAll(async () => {
    for (const world of WORLDS) {
      const there = await aDistrict({ banks: 3 });
      worlds.push(there);
      const evaluations: Record<string, string> = {};
      for (const period of ['2026Q2', '2026Q3'] as const) {
        for (const [i, green] of world[period].entries())
          await there.district.settles(
            there.banks[i] as Bank,
            there.reviewer,
            { BK_GL_BAL: green, BK_LOAN_BAL: '1000' },
            period,
          );
        const body = { scheme: 'bank-thin', version: 1, period };
        const { id } = await there.officer.post<EvaluationView>('/evaluations', body);
        await there.district.ended(there.officer, id);
        evaluations[period] = id;
      }
      ids.push(evaluations);
    }
  }, 60_000);
  afterAll(() => Promise.all(worlds.map(({ district }) => district.close())));

  const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
  const HASH = /[0-9a-f]{64}/g;

  /** Status, headers and body; ids, moments and hashes, which no two runs share, blotted out. */
  async function answers(n: number, headers: Record<string, string> = {}): Promise<unknown[]> {
    const { banks } = worlds[n] as Place;
    const [{ filer, checker, uscc }] = banks as [Bank];
    const evaluations = Object.values(ids[n] ?? {});
    const paths = [
      '/evaluations',
      '/evaluations?limit=1',
      '/institutions',
      '/filings',
      '/obligations?period=2026Q3',
      '/auth/me',
      ...evaluations.flatMap((id) =>
        ['', '/ranking', '/ranking?limit=1', `/results/${uscc}`, '/bundle', '/events'].map(
          (end) => `/evaluations/${id}${end}`,
        ),
      ),
      ...evaluations.map((id) => `/exports/evaluations/${id}/ranking.csv`),
      '/audit',
    ];
    return Promise.all(
      [filer, checker].flatMap((person) =>
        paths.map(async (path) => {
          const answer = await person.asks('GET', path, undefined, headers);
          const { date: _, ...others } = answer.headers;
          const blotted = JSON.stringify([answer.status, others, answer.text]);
          return [path, blotted].map((text) =>
            text.replaceAll(UUID, 'id').replaceAll(MOMENT, 'at').replaceAll(HASH, 'hash'),
          );
        }),
      ),
    );
  }

  it('the ranks differ', async () => {
    const ranks = await Promise.all(
      worlds.map(async ({ officer, banks }, n) => {
        const path = `/evaluations/${ids[n]?.['2026Q2']}/ranking`;
        const { items } = await officer.get<Page<RankingItem>>(path);
        return items.find(({ institution }) => institution === banks[0]?.uscc)?.rank;
      }),
    );
    expect(ranks).toEqual([1, 3]);
  });

  it('lists, sizes, counts, headers, 404 and streams are the same, asked again and with conditions', async () => {
    const [one, two] = await Promise.all([answers(0), answers(1)]);
    expect(two).toEqual(one);
    const conditional = { 'if-none-match': '*', 'if-modified-since': new Date(0).toUTCString() };
    expect(await answers(1, conditional)).toEqual(await answers(0, conditional));
  });

  it('published, the rank of an earlier period that was not is still not told', async () => {
    const shown = [];
    for (const [n, { officer, verifier, banks }] of worlds.entries()) {
      const id = ids[n]?.['2026Q3'] ?? '';
      await verifier.post(`/evaluations/${id}/verify`);
      await officer.post(`/evaluations/${id}/publish`);
      shown.push(await (banks[0] as Bank).filer.get<Page<RankingItem>>(`/evaluations/${id}/ranking`));
      const all = await officer.get<Page<RankingItem>>(`/evaluations/${id}/ranking`);
      expect(all.items.find(({ institution }) => institution === banks[0]?.uscc)?.previousRank).toBe(n === 0 ? 1 : 3);
    }
    expect(shown[0]?.items[0]).toMatchObject({ rank: 1, previousRank: null });
    expect(shown[1]?.items).toEqual(shown[0]?.items);
    const [one, two] = await Promise.all([answers(0), answers(1)]);
    expect(two).toEqual(one);
  });
});
