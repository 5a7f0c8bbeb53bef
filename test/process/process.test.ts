import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RobustnessPage } from '../../src/analyses/analysis.query.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { FilingItem, FilingView } from '../../src/filings/filing.query.js';
import type { Page } from '../../src/platform/pages.js';
import { type Environment, freePort, LONG, listening, Machine, type Run, type Visitor } from './machine.js';

/*
 * One data folder, from the first start to the last, with a kill in between: what `npm start` runs, as processes.
 * The tests go on where the one before stopped.
 */
const AS_LOADED = { accepted: 45, submitted: 6, returned: 3, draft: 4 };

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.open();
});
afterAll(() => machine.close());

/** Power off: everything at once, nothing is asked. */
async function killEverything(server: Run): Promise<void> {
  const all = [server.child.pid as number, ...machine.postgres()];
  expect(all.length).toBeGreaterThan(3);
  for (const pid of all)
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // a child went with its parent
    }
  expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' });
  await machine.until('postgres is gone', async () => machine.postgres().length === 0);
}

/** Whatever was committed and must be there for ever. */
const committed = async (): Promise<string[]> =>
  (
    await machine.rows<{ mark: string }>(
      `select 'revision ' || hash as mark from revision union all select 'accepted ' || id from filing where state = 'accepted'
       union all select format('figure %s %s %s', institution_id, period, metric) from observation
       union all select 'act ' || id || ' ' || encode(leaf, 'hex') from audit.entry`,
    )
  ).map(({ mark }) => mark);

async function expectNothingLost(before: readonly string[]): Promise<void> {
  const now = new Set(await committed());
  expect(before.filter((mark) => !now.has(mark))).toEqual([]);
}

const acceptedSoFar = async (): Promise<number> => {
  if (!existsSync(path.join(machine.data, 'run', '.s.PGSQL.5432'))) return 0;
  const found = await machine
    .rows<{ n: number }>(`select count(*)::int as n from filing where state = 'accepted'`)
    .catch(() => []);
  return found[0]?.n ?? 0; // no server, no database or no table yet
};

async function openQuarter(officer: Visitor): Promise<Record<string, number>> {
  const { items } = await officer.asks<Page<FilingItem>>('GET', '/filings?period=2026Q3&limit=200');
  const count: Record<string, number> = {};
  for (const { state } of items) count[state] = (count[state] ?? 0) + 1;
  return count;
}

describe('settings that cannot be', () => {
  it.each([
    ['DATABASE_URL alone', { DATABASE_URL: 'postgres://a:b@localhost/c' }, ['环境变量 REDIS_URL']],
    ['REDIS_URL alone', { REDIS_URL: 'redis://localhost' }, ['环境变量 DATABASE_URL']],
    [
      'five faults at once',
      {
        PORT: 'abc',
        GREENRANK_DEMO: 'maybe',
        GREENRANK_DEMO_PASSWORD: 'short',
        GREENRANK_NOW: 'yesterday',
        REDIS_URL: 'http://x',
      },
      [
        '环境变量 PORT',
        '环境变量 GREENRANK_DEMO：',
        '环境变量 GREENRANK_DEMO_PASSWORD',
        '环境变量 GREENRANK_NOW',
        '环境变量 REDIS_URL',
      ],
    ],
    [
      'a test clock in official mode',
      { GREENRANK_DEMO: 'off', GREENRANK_NOW: '2026-10-20T09:00:00+08:00' },
      ['环境变量 GREENRANK_NOW'],
    ],
  ])('%s: named, exit 1, and nothing was started', async (_, environment, named) => {
    const server = machine.starts(environment as Environment);
    expect(await server.ended).toEqual({ code: 1, signal: null });
    for (const name of named) expect(server.said()).toContain(name);
    expect(server.said()).not.toMatch(/at .*\.js:\d+/);
    expect(existsSync(path.join(machine.data, 'pgdata'))).toBe(false);
  });

  it('a worker needs both services', async () => {
    const worker = machine.run('worker.js', []);
    expect(await worker.ended).toEqual({ code: 2, signal: null });
    expect(worker.said()).toContain('DATABASE_URL 和 REDIS_URL');
  });
});

describe('the first start', () => {
  let before: string[];

  it(
    'is cut off by kill -9 of everything while the demonstration is loaded',
    async () => {
      const server = machine.starts();
      await machine.until('some filings were accepted', async () => (await acceptedSoFar()) > 20);
      expect(await machine.health()).toBe(503);
      await expect(machine.enters('demo', { username: 'filer' })).rejects.toThrow('503');
      before = await committed();
      expect(before.length).toBeGreaterThan(500);
      await killEverything(server);
    },
    LONG,
  );

  it(
    'goes on by itself, and Ctrl-C in the midst of it ends it cleanly',
    async () => {
      const server = machine.starts();
      await machine.until(
        'it has gone on',
        async () =>
          server.said().includes('正在装入历史报表') &&
          (await acceptedSoFar()) > before.filter((mark) => mark.startsWith('accepted')).length + 20,
      );
      await expectNothingLost(before);
      server.child.kill('SIGINT');
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(server.said()).toContain('正在结束');
      expect(machine.postgres()).toEqual([]);
    },
    LONG,
  );

  it(
    'ends as if nothing had happened: health 200, all of the district, six rankings, and what to do next',
    async () => {
      const server = machine.starts();
      await machine.ready(server);
      await machine.until('it has said so', async () => server.said().includes('按 Ctrl+C 结束'));
      await expectNothingLost(before);
      const officer = await machine.enters('demo', { username: 'officer' });
      expect(await openQuarter(officer)).toEqual(AS_LOADED);
      const { items } = await officer.asks<Page<EvaluationView>>('GET', '/evaluations');
      expect(items.map(({ state }) => state).sort()).toEqual(['computed', 'final', 'final', 'final', 'final', 'final']);
      expect(
        await machine.rows(
          `select count(*)::int as n from filing f join institution i on i.id = f.institution_id where i.register = 'district'`,
        ),
      ).toEqual([{ n: 59 * 14 + 4 + 58 }]);
      // Two kills made no act twice.
      expect(await machine.rows('select filing_id from revision group by 1 having count(*) > 1')).toEqual([]);
      const said = server.said();
      expect(said).toContain(machine.address);
      expect(said.match(/^ {2}1\. .+ \d+\.\d\d/gm)?.length).toBeGreaterThanOrEqual(6);
      expect(said).toContain('公开数据方法演示'.slice(0, 4));
      const password = /口令 (\S+) 登录/.exec(said)?.[1] ?? '';
      const kept = path.join(machine.data, 'demo-password');
      expect(readFileSync(kept, 'utf8').trim()).toBe(password);
      expect(statSync(kept).mode & 0o777).toBe(0o600);
      await machine.enters('login', { username: 'leader', password });
    },
    LONG,
  );
});

describe('beside a running server', () => {
  it(
    'a second start on the same folder is refused, and the first one goes on',
    async () => {
      const second = machine.starts({ PORT: `${await freePort()}` });
      expect(await second.ended).toEqual({ code: 1, signal: null });
      expect(second.said()).toContain('数据目录正在使用');
      expect(second.said()).not.toMatch(/at .*\.js:\d+/);
      expect(await machine.health()).toBe(200);
    },
    LONG,
  );

  it(
    '`user add` takes a password from standard input, and that person can sign in',
    async () => {
      const password = 'twelve and more characters';
      const add = machine.run(
        'cli.js',
        ['user', 'add', 'zhao', '--role', 'officer', '--department', 'finance_bureau', '--name', '赵'],
        {},
        `${password}\n`,
      );
      expect([await add.ended, add.said()]).toEqual([{ code: 0, signal: null }, '已添加用户 zhao\n']);
      await expect(machine.enters('login', { username: 'zhao', password: 'twelve and more' })).rejects.toThrow('401');
      const zhao = await machine.enters('login', { username: 'zhao', password });
      expect((await zhao.asks<{ user: { name: string } }>('GET', '/auth/me')).user.name).toBe('赵');
      const short = machine.run('cli.js', ['user', 'add', 'qian', '--role', 'officer'], {}, 'short\n');
      expect((await short.ended).code).toBe(1);
      expect(short.said()).toContain('12–128');
      const code = machine.run('cli.js', ['user', 'code', 'zhao']);
      expect((await code.ended).code).toBe(0);
      const told = /([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})/.exec(code.said())?.[1] ?? '';
      await expect(machine.enters('login', { username: 'zhao', password })).rejects.toThrow('401');
      await expect(machine.enters('login', { username: 'zhao', password: told })).rejects.toThrow('PASSWORD_TO_SET');
      expect(await machine.health()).toBe(200);
    },
    LONG,
  );
});

describe('the sealed audit', () => {
  const verify = async (...args: string[]): Promise<[number | null, string]> => {
    const command = machine.run('cli.js', ['audit', 'verify', ...args]);
    return [(await command.ended).code, command.said()];
  };

  it(
    '`audit verify` recomputes it beside the running server: two kills and all, whole, until one entry is changed',
    async () => {
      const unsealed = 'select 1 from audit.entry where id > (select max(last_id) from audit.seal)';
      await machine.until('all is sealed', async () => (await machine.rows(unsealed)).length === 0);
      const [code, said] = await verify();
      expect([code, said]).toEqual([0, expect.stringContaining('没有给出 --anchor')]);
      const root = /^root ([0-9a-f]{64})$/m.exec(said)?.[1] ?? '';
      expect(await verify('--anchor', root)).toEqual([0, expect.stringContaining('给出的根在日志里')]);
      const [changed] = await machine.rows<{ id: string }>(
        `update audit.entry set body = replace(body, '"filing.accept"', '"filing.return"')
         where id = (select max(id) from audit.entry where action = 'filing.accept') returning id`,
      );
      expect(await verify('--anchor', root)).toEqual([1, `记录 ${changed?.id} 的内容被改动：与封存时的摘要不符\n`]);
      await machine.rows(
        `update audit.entry set body = replace(body, '"filing.return"', '"filing.accept"') where id = ${changed?.id}`,
      );
      expect((await verify('--anchor', root))[0]).toBe(0);
      expect(await machine.health()).toBe(200);
    },
    LONG,
  );
});

describe('kill -9 of everything under load', () => {
  it(
    'loses nothing that was acknowledged; what was asked for is done by the next start',
    async () => {
      const [server] = machine.runs;
      if (!server) throw new Error('no server');
      const filer = await machine.enters('demo', { username: 'filer' });
      const officer = await machine.enters('demo', { username: 'officer' });
      const { institution } = await filer.asks<{ institution: { uscc: string } }>('GET', '/auth/me');
      const filing = await filer.asks<FilingView>('POST', '/filings', {
        institution: institution.uscc,
        form: 'bank-quarterly',
        period: '2026Q3',
      });
      let acknowledged = 0;
      const typing = (async () => {
        for (let n = 1; ; n++) {
          await filer.asks('PATCH', `/filings/${filing.id}`, {
            figures: { BK_LOAN_BAL: { value: `${n}`, version: n - 1 } },
          });
          acknowledged = n;
        }
      })().catch(() => undefined);
      await machine.until('something was typed', async () => acknowledged >= 5);
      const asked = await officer.asks<EvaluationView>('POST', '/evaluations', {
        scheme: 'bank-first-year',
        version: 1,
        period: '2025',
      });
      const { items: evaluations } = await officer.asks<Page<EvaluationView>>('GET', '/evaluations');
      const earlier = evaluations.find(({ scheme, id }) => scheme === 'bank-first-year' && id !== asked.id)?.id ?? '';
      await officer.asks('POST', `/evaluations/${earlier}/robustness`, { replications: 20_000, seed: 9 });
      const before = await committed();
      await killEverything(server);
      await typing;

      const again = machine.starts({ GREENRANK_DEMO_PASSWORD: 'chosen for this start' });
      await machine.ready(again);
      await expectNothingLost(before);
      const back = await machine.enters('login', { username: 'filer', password: 'chosen for this start' });
      const { figures } = await back.asks<FilingView>('GET', `/filings/${filing.id}`);
      // The last one may have been stored without its answer getting through.
      expect([acknowledged, acknowledged + 1]).toContain(figures.BK_LOAN_BAL?.version);
      expect(figures.BK_LOAN_BAL?.value).toBe(`${figures.BK_LOAN_BAL?.version}`);
      const judge = await machine.enters('demo', { username: 'officer' });
      const evaluation = (): Promise<EvaluationView> => judge.asks('GET', `/evaluations/${asked.id}`);
      await machine.until(
        'the evaluation has ended',
        async () => !['queued', 'running'].includes((await evaluation()).state),
      );
      const { items } = await judge.asks<Page<EvaluationView>>('GET', '/evaluations');
      const same = items.find(({ scheme, id }) => scheme === 'bank-first-year' && id !== asked.id);
      expect(await evaluation()).toMatchObject({ state: 'computed', error: null, hash: same?.hash });
      expect(await openQuarter(judge)).toEqual({ ...AS_LOADED, draft: AS_LOADED.draft + 1 });

      const robustness = (id: string): Promise<RobustnessPage> =>
        judge.asks('GET', `/evaluations/${id}/robustness?limit=200`);
      const analysed = (id: string): Promise<unknown> =>
        machine.until('the analysis is computed', async () => (await robustness(id)).latest?.state === 'computed');
      await analysed(earlier);
      // The same figures, the same seed, nobody killed: the same intervals.
      await judge.asks('POST', `/evaluations/${asked.id}/robustness`, { replications: 20_000, seed: 9 });
      await analysed(asked.id);
      expect((await robustness(asked.id)).items).toEqual((await robustness(earlier)).items);
    },
    LONG,
  );

  it(
    'SIGTERM ends the server, and its database with it',
    async () => {
      const [server] = machine.runs;
      server?.child.kill('SIGTERM');
      expect(await server?.ended).toEqual({ code: 0, signal: null });
      expect(machine.postgres()).toEqual([]);
    },
    LONG,
  );
});

describe('a start that is refused', () => {
  it(
    'on a port that is taken says so, and leaves no database behind',
    async () => {
      const taken = await listening(machine.port);
      try {
        const server = machine.starts();
        expect(await server.ended).toEqual({ code: 1, signal: null });
        expect(server.said()).toContain(`端口 ${machine.port} 已被占用`);
        expect(server.said()).not.toMatch(/at .*\.js:\d+/);
        expect(machine.postgres()).toEqual([]);
      } finally {
        taken.close();
      }
    },
    LONG,
  );

  it(
    'in official mode on the data of a demonstration',
    async () => {
      const server = machine.starts({ GREENRANK_DEMO: 'off' });
      expect(await server.ended).toEqual({ code: 1, signal: null });
      expect(server.said()).toContain('此数据库装的是演示数据');
      expect(server.said()).not.toContain('已就绪');
      expect(machine.postgres()).toEqual([]);
    },
    LONG,
  );
});
