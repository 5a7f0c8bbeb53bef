import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Environment, LONG, Machine, type Run } from './machine.js';

const CODE = 'ABCD-EFGH-JKLM-NPQR';
const PASSWORD = 'a park behind the station';

/*
 * What `npm start` and the commands do once real use has begun: the folder that moved-to names, through a kill, to the
 * administrator's password. How the demonstration moves there is test/browser/setup.test.ts.
 */
let machine: Machine;
/** The demonstration's folder; the machine's own is the official one. */
let left: string;
let there: Environment;
beforeAll(async () => {
  machine = await Machine.open();
  left = `${machine.data}-demo`;
  there = { GREENRANK_DATA: left };
  // As a press leaves it: the folder, the code, and last of all where it is.
  writeFileSync(path.join(machine.data, 'admin-code'), `${CODE}\n`, { mode: 0o600 });
  mkdirSync(left, { mode: 0o755 });
  writeFileSync(path.join(left, 'moved-to'), `${machine.data}\n`);
});
afterAll(async () => {
  await machine.close();
  rmSync(left, { recursive: true, force: true });
});

/** It has said everything that a start says. */
async function started(): Promise<Run> {
  const server = machine.starts(there);
  await machine.ready(server);
  await machine.until('it is done telling', async () => server.said().includes('按 Ctrl+C 结束'));
  return server;
}

const asks = async (route: string, body: object): Promise<{ status: number; code: string | undefined }> => {
  const answer = await fetch(`${machine.address}/api/v1${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, code: ((await answer.json()) as { code?: string }).code };
};

it(
  'a first start that is killed is finished by the next, with the same code; nothing is laid beside the demonstration',
  async () => {
    const killed = machine.starts(there);
    await machine.until('the database is being made', async () => existsSync(path.join(machine.data, 'pgdata')));
    killed.child.kill('SIGKILL');
    await killed.ended;
    const server = await started();
    expect(server.said()).toContain(`数据在 ${machine.data}`);
    expect(server.said()).toContain(CODE);
    expect(statSync(path.join(machine.data, 'admin-code')).mode & 0o777).toBe(0o600);
    expect(readdirSync(left)).toEqual(['moved-to']);
    expect((await fetch(`${machine.address}/api/v1/auth/demo`)).status).toBe(404);
    expect((await asks('/setup/official', {})).status).toBe(404);
  },
  LONG,
);

it(
  'the code opens the choice of a password; the commands work on the same folder',
  async () => {
    const set = { username: 'admin', password: CODE, newPassword: PASSWORD };
    expect(await asks('/auth/password', set)).toMatchObject({ status: 200 });
    expect(await asks('/auth/password', set)).toMatchObject({ status: 401 });
    expect(await asks('/auth/login', { username: 'admin', password: PASSWORD })).toEqual({
      status: 403,
      code: 'SECOND_FACTOR_TO_SET',
    });
    const args = ['user', 'add', 'zhao', '--role', 'auditor', '--name', '赵'];
    const command = machine.run('cli.js', args, there, 'nobody will ever type this\n');
    expect([(await command.ended).code, command.said()]).toEqual([0, '已添加用户 zhao\n']);
    expect(await asks('/auth/login', { username: 'zhao', password: 'nobody will ever type this' })).toEqual({
      status: 403,
      code: 'SECOND_FACTOR_TO_SET',
    });
  },
  LONG,
);

it(
  'Ctrl-C ends it; the next start makes no second administrator and takes the spent code away',
  async () => {
    const [running] = machine.runs;
    running?.child.kill('SIGINT');
    expect(await running?.ended).toEqual({ code: 0, signal: null });
    const server = await started();
    expect(server.said()).not.toContain('一次性代码');
    expect(existsSync(path.join(machine.data, 'admin-code'))).toBe(false);
    expect(readdirSync(left)).toEqual(['moved-to']);
    server.child.kill('SIGINT');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  },
  LONG,
);
