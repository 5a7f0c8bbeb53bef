import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LONG, Machine } from './machine.js';

/*
 * What `npm start` and the commands do once real use has begun: the folder that moved-to names, through a kill, to the
 * administrator's password. How the demonstration moves there is test/browser/setup.test.ts.
 */
let machine: Machine;
let official: string;
beforeAll(async () => {
  machine = await Machine.open();
  official = `${machine.data}-official`;
  // As a press leaves it: the folder, the code, and last of all where it is.
  mkdirSync(official, { mode: 0o755 });
  writeFileSync(path.join(official, 'admin-code'), 'ABCD-EFGH-JKLM-NPQR\n', { mode: 0o600 });
  writeFileSync(path.join(machine.data, 'moved-to'), `${official}\n`);
});
afterAll(async () => {
  await machine.close();
  rmSync(official, { recursive: true, force: true });
});

const CODE = 'ABCD-EFGH-JKLM-NPQR';
const PASSWORD = 'a park behind the station';

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
    const killed = machine.starts();
    await machine.until('the database is being made', async () => existsSync(path.join(official, 'pgdata')));
    killed.child.kill('SIGKILL');
    await killed.ended;
    const server = machine.starts();
    await machine.ready(server);
    expect(server.said()).toContain(`数据在 ${official}`);
    expect(server.said()).toContain(CODE);
    expect(statSync(path.join(official, 'admin-code')).mode & 0o777).toBe(0o600);
    expect(existsSync(path.join(machine.data, 'pgdata'))).toBe(false);
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
    const command = machine.run('cli.js', args, {}, 'nobody will ever type this\n');
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
    const server = machine.starts();
    await machine.ready(server);
    expect(server.said()).not.toContain('一次性代码');
    expect(existsSync(path.join(official, 'admin-code'))).toBe(false);
    expect(readFileSync(path.join(machine.data, 'moved-to'), 'utf8')).toBe(`${official}\n`);
    server.child.kill('SIGINT');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  },
  LONG,
);
