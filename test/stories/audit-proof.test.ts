import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { Acts } from '../../src/audit/acts.service.js';
import { Anchors } from '../../src/audit/anchors.service.js';
import type { AuditItem } from '../../src/audit/audit.query.js';
import type { FaultKind } from '../../src/audit/inspection.js';
import { type AuditHead, type DayRoot, SealQuery } from '../../src/audit/seal.query.js';
import { Sealer } from '../../src/audit/sealer.service.js';
import { verifyAudit } from '../../src/audit/verify-audit.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import { QUEUE } from '../../src/evaluations/runs.service.js';
import type { FilingView } from '../../src/filings/filing.query.js';
import type { ImportView } from '../../src/imports/import.query.js';
import { type LoginKind, loginOf, withClient } from '../../src/platform/connections.service.js';
import { Database, systemActor } from '../../src/platform/database.service.js';
import { Readiness } from '../../src/platform/health.controller.js';
import type { Page } from '../../src/platform/pages.js';
import { projectRoot } from '../../src/platform/project.service.js';
import { aDistrict, type Bank, District, THIN_SCHEME } from '../district.js';
import { csv } from '../fixtures/nasty/make-csv.js';
import type { Answer, Person } from '../person.js';

/*
 * The tests go on where the one before stopped: acts and reads first, then sealing, then what an owner of the database
 * could do to the log.
 */
let place: Awaited<ReturnType<typeof aDistrict>>;
let bank: Bank;
let sealer: Sealer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'greenrank-audit-'));
  place = await aDistrict({ banks: 2 });
  bank = place.banks[0] as Bank;
  sealer = place.district.app.get(Sealer);
});
afterAll(async () => {
  await place.district.close();
  rmSync(folder, { recursive: true, force: true });
});

const login = (kind: LoginKind) => loginOf(place.district.owner, kind);
const rows = <T extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
  place.district.rows<T>(sql, parameters);
const one = async <T extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T> => {
  const [row] = await rows<T>(sql, parameters);
  if (!row) throw new Error(`no row: ${sql}`);
  return row;
};
const head = (): Promise<AuditHead> => place.officer.get('/audit/head');

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within 20 s: ${what}`);
}

const everythingIsSealed = (): Promise<void> => until('all is sealed', async () => (await head()).unsealed === 0);

/** Entries that came while `work` was done. */
async function entriesOf(work: () => Promise<unknown>): Promise<{ action: string; subject: string | null }[]> {
  const { last } = await one<{ last: string }>('select coalesce(max(id), 0) as last from audit.entry');
  await work();
  return rows('select action, subject from audit.entry where id > $1 order by id', [last]);
}

describe('what is done', () => {
  it('each writing route leaves exactly one entry, a refused one none', async () => {
    const { officer, reviewer, verifier, leader } = place;
    const { filer, checker } = bank;
    let filing = {} as FilingView;
    let preview = {} as ImportView;
    let evaluation = {} as EvaluationView;
    const queue = place.district.app.get<Queue>(getQueueToken(QUEUE));
    const version = () => ({ 'if-match': `"${filing.version}"` });
    const onFiling =
      (person: Person, action: string, body: object = {}) =>
      async () => {
        filing = await person.post(`/filings/${filing.id}/${action}`, body, version());
      };
    const back = { reason: '数据有误', message: '请核对后重新提交', cells: [] };
    const asked = { scheme: 'bank-thin', version: 1, period: '2026Q3' };
    const onEvaluation =
      (person: Person, action: string, body: object = {}) =>
      async () => {
        evaluation = await person.post(`/evaluations/${evaluation.id}/${action}`, body);
      };
    const starts = async () => {
      evaluation = await officer.post('/evaluations', asked);
    };
    const acts: [action: string, work: () => Promise<unknown>][] = [
      [
        'filing.create',
        async () => {
          filing = await filer.post('/filings', { institution: bank.uscc, form: 'bank-quarterly', period: '2026Q3' });
        },
      ],
      [
        'filing.edit',
        async () => {
          const figures = { BK_LOAN_BAL: { value: '1000', version: 0 }, BK_GL_BAL: { value: '100', version: 0 } };
          filing = await filer.patch(`/filings/${filing.id}`, { figures });
        },
      ],
      ['filing.pass', onFiling(filer, 'pass')],
      ['filing.return', onFiling(checker, 'return', back)],
      ['filing.submit', onFiling(checker, 'submit')],
      ['filing.withdraw', onFiling(checker, 'withdraw')],
      ['filing.submit', onFiling(checker, 'submit')],
      ['filing.claim', onFiling(reviewer, 'claim')],
      ['filing.release', onFiling(reviewer, 'release')],
      ['filing.claim', onFiling(reviewer, 'claim')],
      ['filing.return', onFiling(reviewer, 'return', back)],
      [
        'filing.edit',
        async () => {
          const figures = { BK_GL_BAL: { value: '120', version: 1 } };
          filing = await filer.patch(`/filings/${filing.id}`, { figures });
        },
      ],
      ['filing.submit', onFiling(checker, 'submit')],
      ['filing.claim', onFiling(reviewer, 'claim')],
      ['filing.accept', onFiling(reviewer, 'accept')],
      [
        'import.preview',
        async () => {
          const bytes = csv([
            ['institution', 'period', 'BK_LOAN_BAL'],
            [bank.uscc, '2026Q2', '900'],
          ]);
          preview = (await filer.uploads<ImportView>({ name: 'q.csv', bytes })).body;
        },
      ],
      ['import.commit', () => filer.post(`/imports/${preview.id}/commit`, {})],
      [
        'scheme.create',
        () => officer.post('/schemes', { document: THIN_SCHEME.replace('bank-thin', 'bank-thin-again') }),
      ],
      ['evaluation.create', starts],
      [
        'evaluation.verify',
        async () => {
          await place.district.ended(officer, evaluation.id);
          await onEvaluation(verifier, 'verify')();
        },
      ],
      ['evaluation.publish', onEvaluation(officer, 'publish')],
      ['evaluation.finalise', onEvaluation(leader, 'finalise')],
      ['evaluation.annul', onEvaluation(leader, 'annul', { reason: '数据口径有误' })],
      [
        'evaluation.create',
        async () => {
          await queue.pause();
          await starts();
        },
      ],
      ['evaluation.cancel', onEvaluation(officer, 'cancel')],
      ['evaluation.create', starts],
      [
        'evaluation.requeue',
        async () => {
          await rows(`update evaluation set state = 'failed' where id = $1`, [evaluation.id]);
          await onEvaluation(officer, 'requeue')();
        },
      ],
      ['filing.amend', () => onFiling(checker, 'amend', { reason: '发现漏计', cells: [] })()],
    ];
    for (const [action, work] of acts)
      expect([action, (await entriesOf(work)).map((entry) => entry.action)]).toEqual([action, [action]]);
    await queue.resume();

    const refused: [string, () => Promise<Answer>][] = [
      ['a state that does not allow it', () => checker.asks('POST', `/filings/${filing.id}/withdraw`, {}, version())],
      [
        'a stale version',
        () => checker.asks('POST', `/filings/${filing.id}/submit`, {}, { 'if-match': `"${filing.version - 1}"` }),
      ],
      ['a role that may not', () => filer.asks('POST', '/evaluations', asked)],
      ['a scheme with faults', () => officer.asks('POST', '/schemes', { document: 'scheme: x' })],
      ['a file that is none', () => filer.uploads({ name: 'q.xlsx', bytes: 'rubbish' })],
    ];
    for (const [purpose, ask] of refused)
      expect([purpose, await entriesOf(async () => expect((await ask()).status).toBeGreaterThanOrEqual(400))]).toEqual([
        purpose,
        [],
      ]);
  });

  it('asked twice under one Idempotency-Key: one entry', async () => {
    const body = { institution: bank.uscc, form: 'bank-quarterly', period: '2026Q1' };
    const ask = () => bank.filer.asks('POST', '/filings', body, { 'idempotency-key': 'once' });
    const left = await entriesOf(() => Promise.all([ask(), ask(), ask()]));
    expect(left.map(({ action }) => action)).toEqual(['filing.create']);
  });
});

describe('what is looked at', () => {
  let filing: { id: string };
  let evaluation: EvaluationView;
  beforeAll(async () => {
    await place.district.settles(bank, place.reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: '100' }, '2025Q4');
    const { items } = await bank.filer.get<Page<{ id: string }>>('/filings?period=2025Q4');
    filing = items[0] as { id: string };
    const started = await place.officer.post<EvaluationView>('/evaluations', {
      scheme: 'bank-thin',
      version: 1,
      period: '2025Q4',
    });
    evaluation = await place.district.ended(place.officer, started.id);
  });

  it('a filing, a trace, a bundle, a ranking to take away, the log itself: one entry each, once in a burst', async () => {
    const { officer, auditor, leader } = place;
    const reads: [Person, path: string, action: string, subject: () => string | null, institution: string | null][] = [
      [leader, `/filings/${filing.id}`, 'filing.read', () => filing.id, bank.uscc],
      [
        officer,
        `/evaluations/${evaluation.id}/results/${bank.uscc}`,
        'evaluation.result',
        () => evaluation.id,
        bank.uscc,
      ],
      [officer, `/evaluations/${evaluation.id}/bundle`, 'evaluation.bundle', () => evaluation.id, null],
      [officer, `/exports/evaluations/${evaluation.id}/ranking.csv`, 'evaluation.export', () => evaluation.id, null],
      [auditor, `/audit?action=filing.accept`, 'audit.read', () => null, null],
      [auditor, `/exports/audit.csv?action=filing.accept`, 'audit.export', () => null, null],
    ];
    for (const [person, address, action, subject, institution] of reads) {
      const left = await entriesOf(async () => {
        for (let i = 0; i < 3; i++) expect((await person.asks('GET', address)).status).toBe(200);
      });
      expect([address, left]).toEqual([address, [{ action, subject: subject() }]]);
      const { uscc } = await one<{ uscc: string | null }>(
        `select i.uscc from audit.entry e left join institution i on i.id = e.institution_id
         where action = $1 order by e.id desc limit 1`,
        [action],
      );
      expect([address, uscc]).toEqual([address, institution]);
    }
    // Another filter is another read; it says what was asked for.
    const left = await entriesOf(() => auditor.get(`/audit?subject=${filing.id}&limit=2`));
    expect(left).toHaveLength(1);
    const { items } = await auditor.get<Page<AuditItem>>('/audit?action=audit.read&limit=1');
    expect(items[0]).toMatchObject({ before: null, after: { asked: { subject: filing.id } } });
  });

  it('what is one’s own, what is only listed, and what was not given leave none', async () => {
    const { officer, auditor } = place;
    // Nobody whose reads of a moment ago are remembered.
    const filer = await place.district.person(['filer'], { institutionId: bank.id });
    const left = await entriesOf(async () => {
      for (const [person, address, status] of [
        [filer, `/filings/${filing.id}`, 200],
        [filer, '/filings', 200],
        [officer, '/filings', 200],
        [officer, `/evaluations/${evaluation.id}/ranking`, 200],
        [auditor, '/audit/head', 200],
        [auditor, '/audit/roots', 200],
        [officer, '/filings/00000000-0000-4000-8000-000000000000', 404],
        [officer, `/evaluations/${evaluation.id}/results/nobody`, 404],
        [bank.filer, `/exports/evaluations/${evaluation.id}/ranking.csv`, 403],
        [officer, '/audit', 403],
        [officer, '/exports/audit.csv', 403],
        [auditor, '/audit?limit=0', 422],
      ] as const)
        expect([address, (await person.asks('GET', address)).status]).toEqual([address, status]);
    });
    expect(left).toEqual([]);
  });

  it('the log as a spreadsheet: Chinese header, the same filters, nothing that a cell would compute', async () => {
    const formula = '=HYPERLINK("http://example.org")';
    await place.district.app
      .get(Acts)
      .perform({ action: 'test.export', actor: systemActor('test'), subject: formula, reason: '-1' }, async (act) =>
        act.record({ value: '@x' }, null),
      );
    const answer = await place.auditor.asks('GET', '/exports/audit.csv?action=test.export');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="audit.csv"');
    expect(answer.text.startsWith('\uFEFF编号,时间,操作人,')).toBe(true);
    const [line, ...others] = parse(answer.text, { bom: true, columns: true }) as Record<string, string>[];
    expect(others).toEqual([]);
    expect(line).toMatchObject({ 操作: 'test.export', 对象: `'${formula}`, 理由: '-1', 变更前: '{"value":"@x"}' });
    expect(line?.时间).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/);
    const { at } = await one<{ at: Date }>(`select at from audit.entry where action = 'test.export'`);
    expect(new Date(line?.时间 ?? '').getTime()).toBe(at.getTime());
  });
});

describe('who may change it', () => {
  it.each(['staff', 'institution'] as const)('the %s login changes and empties no table of the log', async (kind) => {
    await everythingIsSealed();
    await withClient(login(kind), async (client) => {
      for (const table of ['entry', 'leaf', 'seal'])
        for (const statement of [
          `update audit.${table} set ${table === 'seal' ? 'root' : 'leaf'} = '\\x00'`,
          `delete from audit.${table}`,
          `truncate audit.${table}`,
        ])
          await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      await expect(client.query(`insert into audit.entry select * from audit.entry`)).rejects.toMatchObject({
        code: '42501',
      });
    });
  });

  it('an institution reads no entry, and gets the last root on its receipt', async () => {
    await withClient(login('institution'), async (client) => {
      await expect(client.query('select 1 from audit.entry')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query('select 1 from audit.leaf')).rejects.toMatchObject({ code: '42501' });
    });
    const other = place.banks[1] as Bank;
    const filing = await other.filer.files({ institution: other.uscc, period: '2025Q4' }, { BK_LOAN_BAL: '10' });
    await everythingIsSealed();
    const { root } = await head();
    const { receipt } = (await other.checker.submits(filing)) as FilingView & { receipt: { root: string | null } };
    expect(receipt.root).toMatch(/^[0-9a-f]{64}$/);
    const { n } = await one<{ n: number }>(
      `select count(*)::int as n from audit.seal where root = decode($1, 'hex')
         and batch >= (select batch from audit.seal where root = decode($2, 'hex'))`,
      [receipt.root, root],
    );
    expect(n).toBe(1);
  });
});

describe('sealing', () => {
  const append = (client: pg.Client, n = 1) =>
    client.query(
      `select audit.append(now(), 'system:test', 'test.append', null, null, $1) from generate_series(1, $2)`,
      [
        JSON.stringify({
          at: '2026-10-20T01:00:00.000Z',
          actor: { id: 'system:test', roles: [] },
          action: 'test.append',
          subject: null,
          institution: null,
        }),
        n,
      ],
    );
  /** The time of the body, so that the columns agree. */
  const settleTimes = () =>
    rows(`update audit.entry set at = (body::jsonb->>'at')::timestamptz where action = 'test.append'`);

  it('every entry gets its place in a batch, and the page shows which', async () => {
    await everythingIsSealed();
    const now = await head();
    expect(now).toMatchObject({ unsealed: 0, oldestUnsealedSeconds: 0 });
    const { n, root } = await one<{ n: number; root: string }>(
      `select (select count(*)::int from audit.entry) as n,
         (select encode(root, 'hex') from audit.seal order by batch desc limit 1) as root`,
    );
    expect(now.root).toBe(root);
    expect(now.entries).toBe(n);
    const { items } = await place.auditor.get<Page<AuditItem>>('/audit?limit=200');
    const seals = await rows<{ id: string; batch: number; root: string }>(
      `select distinct on (e.id) e.id, s.batch::int, encode(s.root, 'hex') as root
       from audit.entry e join audit.seal s on s.last_id >= e.id order by e.id, s.batch`,
    );
    const sealOf = new Map(seals.map(({ id, ...seal }) => [id, seal]));
    expect(new Set(seals.map(({ batch }) => batch)).size).toBeGreaterThan(1);
    for (const { id, sealed, seal } of items) expect([id, sealed, seal]).toEqual([id, true, sealOf.get(id)]);
    expect(await verifyAudit(login('staff'), now.root)).toMatchObject({ entries: expect.any(Number), faults: [] });
  });

  it('nothing new, no seal', async () => {
    await everythingIsSealed();
    const seals = async () => (await one<{ n: number }>('select count(*)::int as n from audit.seal')).n;
    const before = await seals();
    expect(await sealer.seal()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await seals()).toBe(before);
  });

  it('a writer that takes long is waited for by the sealer alone; what it writes is not passed over', async () => {
    await everythingIsSealed();
    const slow = new pg.Client({ ...login('staff') });
    await slow.connect();
    try {
      await slow.query('begin');
      await append(slow);
      await withClient(login('staff'), (quick) => append(quick)); // does not wait for the slow one
      const { sealedTo } = await one<{ sealedTo: string }>('select max(last_id) as "sealedTo" from audit.seal');
      for (let i = 0; i < 5; i++) {
        expect(await sealer.seal()).toBe(0);
        await withClient(login('staff'), (quick) => append(quick));
      }
      expect((await one<{ id: string }>('select max(last_id) as id from audit.seal')).id).toBe(sealedTo);
      await slow.query('commit');
    } finally {
      await slow.end();
    }
    await settleTimes();
    await everythingIsSealed();
    expect((await verifyAudit(login('staff'), null)).faults).toEqual([]);
  });

  it('a backlog is sealed in batches of bounded size; many sealers and writers at once give one chain', async () => {
    const { app } = place.district;
    const others = Array.from(
      { length: 3 },
      () => new Sealer(app.get(Database), app.get(SealQuery), app.get(Anchors), app.get(Readiness)),
    );
    const { batch: before } = await one<{ batch: string }>('select max(batch) as batch from audit.seal');
    await withClient(login('staff'), (client) => append(client, 10_500));
    await settleTimes();
    const writing = Promise.all(
      Array.from({ length: 8 }, () =>
        withClient(login('staff'), async (client) => {
          for (let i = 0; i < 40; i++) await append(client);
        }),
      ),
    );
    let written = false;
    void writing.finally(() => {
      written = true;
    });
    while (!written) await Promise.all(others.map((each) => each.seal()));
    await writing;
    await settleTimes();
    await everythingIsSealed();
    const sizes = await rows<{ size: number }>('select size from audit.seal where batch > $1 order by batch', [before]);
    expect(sizes.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...sizes.map(({ size }) => size))).toBe(10_000);
    const verdict = await verifyAudit(login('staff'), null);
    expect(verdict.faults).toEqual([]);
    expect(verdict).toMatchObject({ unsealed: 0, root: (await head()).root });
    expect(verdict.entries).toBeGreaterThan(10_820);
  });

  it('a log longer than a page, and than a piece of the file, is exported whole', async () => {
    const exported = await place.auditor.asks('GET', '/exports/audit.csv?action=test.append');
    const ids = (parse(exported.text, { bom: true, columns: true }) as Record<string, string>[]).map((row) => row.编号);
    const there = await rows<{ id: string }>(
      `select id from audit.entry where action = 'test.append' order by id desc`,
    );
    expect(ids.length).toBeGreaterThan(10_000);
    expect(ids).toEqual(there.map(({ id }) => id));
  });

  it('goes on after its connections were cut', async () => {
    await withClient(login('staff'), (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where usename = current_user and datname = current_database() and application_name = 'greenrank' and pid <> pg_backend_pid()`,
      ),
    );
    await until(
      'requests are answered again',
      async () => (await place.officer.asks('GET', '/audit/head')).status === 200,
    );
    const { entries } = await head();
    await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '1' });
    await everythingIsSealed();
    expect((await head()).entries).toBeGreaterThan(entries);
  });

  it('a sealer that stands still for more than a minute makes the product unwell', async () => {
    const { nobody } = place.district;
    const health = () => nobody.asks('GET', '/api/health');
    await sealer.onModuleDestroy();
    await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '2' });
    expect((await health()).status).toBe(200);
    expect(await head()).toMatchObject({ unsealed: 1 });
    await rows(`update audit.entry set written_at = written_at - interval '62 seconds'`);
    const ill = await health();
    expect([ill.status, ill.body.code]).toEqual([503, 'AUDIT_UNSEALED']);
    expect(ill.body.title).toMatch(/1 条记录未封存，最早的已等 6\d 秒/);
    expect((await head()).oldestUnsealedSeconds).toBeGreaterThanOrEqual(62);
    expect(await sealer.seal()).toBe(1);
    expect((await health()).status).toBe(200);
  });
});

describe('what the owner of the database could do', () => {
  const staff = () => login('staff');
  /** Three entries next to each other and the last, all in batches that others follow but the last. */
  let [first, second, third, last] = ['', '', '', ''];
  let root: string;

  beforeAll(async () => {
    for (const loans of ['11', '12', '13', '14']) {
      await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: loans });
      await place.officer.post('/schemes', {
        document: THIN_SCHEME.replace('bank-thin', `bank-thin-${loans}`),
      });
      expect(await sealer.seal()).toBe(2);
    }
    // An act that was rolled back leaves a number free.
    await rows(`select nextval('audit.entry_id')`);
    await bank.filer.files({ institution: bank.uscc, period: '2025Q3' }, { BK_LOAN_BAL: '15' });
    expect(await sealer.seal()).toBe(1);
    const ids = (await rows<{ id: string }>('select id from audit.entry order by id desc limit 9')).map(({ id }) => id);
    [last = '', third = '', second = '', first = ''] = [ids[0], ids[3], ids[4], ids[5]] as string[];
    root = (await head()).root as string;
    await rows(`
      create schema kept;
      create table kept.entry as table audit.entry;
      create table kept.leaf as table audit.leaf;
      create table kept.seal as table audit.seal;
      alter table audit.leaf drop constraint leaf_entry_id_fkey`);
    expect((await verifyAudit(staff(), root)).faults).toEqual([]);
  });

  async function damaged(statements: string, work: () => Promise<void>): Promise<void> {
    await rows(statements);
    try {
      await work();
    } finally {
      await rows(
        ['entry', 'leaf', 'seal']
          .map((name) => `truncate audit.${name}; insert into audit.${name} select * from kept.${name}`)
          .join(';'),
      );
    }
  }

  const edit = (id: string, also = '') => `
    update audit.entry set body = replace(body, '"from":"', '"from":"x') where id = ${id};
    ${also}`;
  const rehash = (id: string) => `
    update audit.entry set leaf = sha256('\\x00'::bytea || int8send(id) || convert_to(body, 'UTF8')) where id = ${id};`;
  const swap = (a: string, b: string) => `
    update audit.entry e set body = o.body, at = o.at, actor = o.actor, action = o.action, subject = o.subject,
      institution_id = o.institution_id
    from kept.entry o where (e.id = ${a} and o.id = ${b}) or (e.id = ${b} and o.id = ${a});`;
  const insert = `
    insert into audit.entry (id, at, actor, action, subject, institution_id, body, leaf)
    select id + 1, at, actor, action, subject, institution_id, body, ''::bytea from audit.entry where id = LAST - 2;
    update audit.entry set leaf = sha256('\\x00'::bytea || int8send(id) || convert_to(body, 'UTF8')) where id = LAST - 1;`;
  const batchOf = (id: string) => `(select batch from kept.seal where last_id >= ${id} order by batch limit 1)`;

  it.each<[string, () => string, FaultKind, () => string]>([
    ['edits a body', () => edit(second), 'entry-edited', () => `记录 ${second} 的内容被改动`],
    [
      'edits a body and the leaf beside it',
      () => edit(second, rehash(second)),
      'entry-edited',
      () => `记录 ${second} 的内容被改动`,
    ],
    [
      'edits a body, its leaf and the sealed leaf',
      () =>
        edit(
          second,
          `${rehash(second)} update audit.leaf l set leaf = e.leaf from audit.entry e where e.id = l.entry_id and e.id = ${second}`,
        ),
      'batch-rewritten',
      () => '批被改写',
    ],
    [
      'deletes an entry',
      () => `delete from audit.entry where id = ${second}`,
      'entry-deleted',
      () => `记录 ${second} 已被删除`,
    ],
    [
      'deletes an entry and its leaf',
      () => `delete from audit.leaf where entry_id = ${second}; delete from audit.entry where id = ${second}`,
      'entry-deleted',
      () => `编号在 ${first} 与 ${third} 之间`,
    ],
    [
      'inserts an entry where a number was free',
      () => insert.replaceAll('LAST', last),
      'entry-inserted',
      () => `记录 ${BigInt(last) - 1n} 是事后插入的`,
    ],
    [
      'swaps two entries',
      () => swap(first, third),
      'entries-swapped',
      () => `记录 ${first} 与记录 ${third} 的内容被对调`,
    ],
    [
      'edits what the page searches by',
      () => `update audit.entry set actor = 'somebody else' where id = ${second}`,
      'columns-edited',
      () => `记录 ${second} 的 actor 列`,
    ],
    [
      'moves the time of an entry',
      () => `update audit.entry set at = at - interval '1 hour' where id = ${second}`,
      'columns-edited',
      () => `记录 ${second} 的 at 列`,
    ],
    [
      'edits a sealed leaf',
      () => `update audit.leaf set leaf = sha256(leaf) where entry_id = ${second}`,
      'leaf-edited',
      () => `（记录 ${second}）被改动`,
    ],
    [
      'deletes a sealed leaf',
      () => `delete from audit.leaf where entry_id = ${second}`,
      'leaf-missing',
      () => `（记录 ${second}）已被删除`,
    ],
    [
      'edits a root',
      () => `update audit.seal set root = sha256(root) where batch = ${batchOf(second)}`,
      'seal-edited',
      () => '批的封存被改动',
    ],
    [
      'edits the last root',
      () => 'update audit.seal set root = sha256(root) where batch = (select max(batch) from kept.seal)',
      'seal-edited',
      () => '末批',
    ],
    [
      'deletes a seal',
      () => `delete from audit.seal where batch = ${batchOf(second)}`,
      'seal-missing',
      () => '批的封存已被删除',
    ],
    [
      'deletes the last seal and leaves the rest',
      () => 'delete from audit.seal where batch = (select max(batch) from kept.seal)',
      'leaf-unsealed',
      () => `（记录 ${last}）没有封存批次`,
    ],
  ])('%s: named', async (_, damage, kind, words) => {
    await damaged(damage(), async () => {
      const { faults } = await verifyAudit(staff(), null);
      expect(faults.map((fault) => fault.kind)).toEqual([kind]);
      expect(faults[0]?.message).toContain(words());
    });
    expect((await verifyAudit(staff(), null)).faults).toEqual([]);
  });

  it('names each kind when there are several', async () => {
    await damaged(`${edit(first)} delete from audit.entry where id = ${third};`, async () => {
      const { faults } = await verifyAudit(staff(), null);
      expect(faults.map(({ kind, place: at }) => [kind, at])).toEqual([
        ['entry-deleted', third],
        ['entry-edited', first],
      ]);
    });
  });

  const cutTail = `
    delete from audit.seal where batch = (select max(batch) from kept.seal);
    delete from audit.leaf where seq > (select max(last_seq) from audit.seal);
    delete from audit.entry where id > (select max(last_id) from audit.seal);`;

  it('cuts the tail off with its seals: only the anchor tells', async () => {
    const { root: earlier } = await one<{ root: string }>(
      `select encode(root, 'hex') as root from audit.seal order by batch desc offset 1 limit 1`,
    );
    await damaged(cutTail, async () => {
      expect((await verifyAudit(staff(), null)).faults).toEqual([]);
      expect((await verifyAudit(staff(), earlier)).faults).toEqual([]);
      const { faults } = await verifyAudit(staff(), root);
      expect(faults.map(({ kind }) => kind)).toEqual(['anchor-unknown']);
      expect(faults[0]?.message).toContain('末尾被删去，或历史被整个改写');
    });
  });

  it('rewrites everything consistently: only the anchor tells', async () => {
    await damaged(`${edit(second, rehash(second))} truncate audit.leaf, audit.seal;`, async () => {
      while ((await sealer.seal()) > 0);
      const forged = await verifyAudit(staff(), null);
      expect(forged.faults).toEqual([]);
      expect(forged.root).not.toBe(root);
      expect((await verifyAudit(staff(), root)).faults.map(({ kind }) => kind)).toEqual(['anchor-unknown']);
    });
  });

  /** `greenrank audit …`, as it is built. */
  function greenrank(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const { host, port, user, password, database } = place.district.owner;
    const url = new URL(`postgres://placeholder:${port}/${database}?host=${encodeURIComponent(host)}`);
    [url.username, url.password] = [encodeURIComponent(user), encodeURIComponent(password)];
    const env = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: url.href, REDIS_URL: 'redis://127.0.0.1:1' };
    return new Promise((resolve) => {
      const file = path.join(projectRoot(), 'dist', 'src', 'cli.js');
      execFile(process.execPath, [file, 'audit', ...args], { env }, (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
      );
    });
  }

  it('the command says so: 0 and the root, 1 and the damage, 2 for wrong usage', async () => {
    const clean = await greenrank('verify');
    expect(clean).toMatchObject({ code: 0, err: '' });
    expect(clean.out).toContain(`root ${root}\n`);
    expect(clean.out).toMatch(/没有给出 --anchor：末尾若连同封存批次一起被删/);
    const anchored = await greenrank('verify', '--anchor', root.toUpperCase());
    expect(anchored).toMatchObject({ code: 0, err: '' });
    expect(anchored.out).not.toContain('没有给出');
    await damaged(edit(second), async () => {
      expect(await greenrank('verify')).toEqual({
        code: 1,
        out: '',
        err: `记录 ${second} 的内容被改动：与封存时的摘要不符\n`,
      });
    });
    await damaged(cutTail, async () => {
      expect(await greenrank('verify', '--anchor', root)).toEqual({
        code: 1,
        out: '',
        err: '给出的根不在日志里：末尾被删去，或历史被整个改写\n',
      });
    });
    expect((await greenrank('verify', '--anchor', 'abc')).code).toBe(2);
  }, 120_000); // starts processes
});

describe('anchors', () => {
  let district: District;
  let auditor: Person;
  const file = (): string => path.join(folder, 'kept', 'anchors.txt');
  const keeper = () =>
    new Anchors(district.app.get(Database), district.app.get(SealQuery), {
      ...district.opened.settings,
      anchorsDir: path.join(folder, 'kept'),
    });
  const lines = (): string[] => readFileSync(file(), 'utf8').split('\n');

  // Business time lies years behind: nothing of this may be measured by it but the day.
  beforeAll(async () => {
    district = await District.open({ now: new Date('2024-03-01T01:00:00Z') });
    auditor = await district.person(['auditor']);
  });
  afterAll(() => district.close());

  const headOf = () => auditor.get<AuditHead>('/audit/head');

  it('business time makes no entry old', async () => {
    await until('sealed', async () => (await headOf()).unsealed === 0);
    expect((await district.nobody.asks('GET', '/api/health')).status).toBe(200);
    await district.app.get(Sealer).onModuleDestroy();
    await district.addScheme(THIN_SCHEME);
    const { unsealed, oldestUnsealedSeconds } = await headOf();
    expect(unsealed).toBe(2);
    expect(oldestUnsealedSeconds).toBeLessThan(60);
    await district.app.get(Sealer).seal();
    expect(await district.rows(`select distinct (at < '2024-03-02') as past from audit.seal`)).toEqual([
      { past: true },
    ]);
  });

  it('no day has passed: no file', async () => {
    await keeper().keep();
    expect(existsSync(path.join(folder, 'kept'))).toBe(false);
  });

  it('the last root of each day that has passed, newest first; the file has each once', async () => {
    for (let version = 2; version <= 5; version++) {
      await district.addScheme(THIN_SCHEME.replace('version: 1', `version: ${version}`));
      await district.app.get(Sealer).seal();
    }
    // Shanghai's midnight is 16:00 UTC: the second and third are of one day, the rest of three others.
    const days = ['2024-02-27T15:59:59Z', '2024-02-27T16:00:00Z', '2024-02-28T15:59:59Z', '2024-02-29T10:00:00Z'];
    const seals = await district.rows<{ batch: string }>('select batch from audit.seal order by batch');
    expect(seals.length).toBeGreaterThanOrEqual(5);
    for (const [i, { batch }] of seals.reverse().entries())
      await district.rows('update audit.seal set at = $2 where batch = $1', [
        batch,
        i === 0 ? '2024-03-01T01:00:00Z' : days[Math.max(0, days.length - i)],
      ]);
    const expected = await district.rows<DayRoot>(
      `select to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day, max(batch)::int as batch, max(last_seq)::int as entries,
         (array_agg(encode(root, 'hex') order by batch desc))[1] as root from audit.seal group by 1 order by 1 desc`,
    );
    expect(expected.map(({ day }) => day)).toEqual(['2024-03-01', '2024-02-29', '2024-02-28', '2024-02-27']);
    expect((await auditor.get<Page<DayRoot>>('/audit/roots')).items).toEqual(expected);
    const page = await auditor.get<Page<DayRoot>>('/audit/roots?limit=3');
    expect(page.items).toEqual(expected.slice(0, 3));
    const rest = await auditor.get<Page<DayRoot>>(`/audit/roots?limit=3&cursor=${page.next}`);
    expect([rest.items, rest.next]).toEqual([expected.slice(3), null]);

    await keeper().keep();
    const wanted = expected
      .slice(1)
      .reverse()
      .map(({ day, batch, entries, root }) => `${day}\t${batch}\t${entries}\t${root}`);
    expect(lines()).toEqual([...wanted, '']);
    await Promise.all([keeper().keep(), keeper().keep()]);
    await keeper().keep();
    expect(lines()).toEqual([...wanted, '']);
  });

  it('a line that a crash cut off is written again, below; a day that reads otherwise too', async () => {
    const [a = '', b = '', c = ''] = lines();
    writeFileSync(file(), `${a}\n${b}\n${c.slice(0, 30)}`);
    await keeper().keep();
    expect(lines()).toEqual([a, b, c.slice(0, 30), c, '']);
    const [, batch = '', , root = ''] = b.split('\t');
    await district.rows('update audit.seal set root = sha256(root) where batch = $1', [batch]);
    await keeper().keep();
    await district.rows(`update audit.seal set root = decode($2, 'hex') where batch = $1`, [batch, root]);
    const written = lines();
    expect(written.slice(0, 4)).toEqual([a, b, c.slice(0, 30), c]);
    expect(written[4]).toMatch(new RegExp(`^2024-02-28\t${batch}\t\\d+\t[0-9a-f]{64}$`));
    expect(written).toHaveLength(6);
  });
});
