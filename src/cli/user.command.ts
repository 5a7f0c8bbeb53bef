import { parseArgs } from 'node:util';
import { Acts } from '../audit/acts.service.js';
import { Passwords } from '../identity/passwords.service.js';
import { People } from '../identity/people.service.js';
import { SecondFactor } from '../identity/second-factor.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import { ROLE_TITLES, ROLES, type Role } from '../lifecycle/lifecycle.js';
import { Database, systemActor } from '../platform/database.service.js';
import { openInstallation } from '../platform/installation.service.js';
import { migrate } from '../platform/migrate.service.js';
import { readSettings } from '../platform/settings.js';
import { DomainError } from '../problems/problems.js';

const HELP = `用法：greenrank user add 用户名 --role 角色 [--role 角色 …] [--name 姓名] [--institution 统一社会信用代码] [--department 部门]
      greenrank user code 用户名
add：从标准输入读一行口令（12–128 个字符）。
code：忘记口令或丢失动态口令时，发一个一次性代码；原口令、动态口令和会话随之失效。
角色：${ROLES.map((role) => `${role}（${ROLE_TITLES[role]}）`).join('、')}`;

const ACTOR = systemActor('command-line');

const usage = (): number => {
  process.stderr.write(`${HELP}\n`);
  return 2;
};

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}

/** @returns the exit code: 1 refused, 2 wrong usage */
export async function user(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const options = {
    role: { type: 'string', multiple: true },
    name: { type: 'string' },
    institution: { type: 'string' },
    department: { type: 'string' },
  } as const;
  let given: {
    values: { role?: string[]; name?: string; institution?: string; department?: string };
    positionals: string[];
  };
  try {
    given = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    return usage();
  }
  const [action, username, ...rest] = given.positionals;
  const { role: roles = [] } = given.values;
  if (!username || rest.length > 0) return usage();
  if (action === 'code' && Object.keys(given.values).length === 0) return code(username);
  if (action !== 'add' || roles.length === 0) return usage();
  const unknown = roles.find((role) => !ROLES.some((each) => each === role));
  if (unknown !== undefined) {
    process.stderr.write(`没有角色“${unknown}”\n${HELP}\n`);
    return 2;
  }
  return add(username, { ...given.values, role: roles as Role[] });
}

interface Options {
  readonly role: Role[];
  readonly name?: string;
  readonly institution?: string;
  readonly department?: string;
}

async function add(username: string, { role, name, institution, department }: Options): Promise<number> {
  const passwords = new Passwords(readSettings(process.env));
  const password = await firstLine();
  passwords.refuseWeak(password, username);
  await onDatabase(async (database, people) => {
    const institutions = new Institutions(database);
    const institutionId =
      institution === undefined
        ? null
        : (await database.transaction(ACTOR, (tx) => institutions.find(tx, institution))).id;
    await people.add(ACTOR, {
      username,
      name: name ?? username,
      roles: role,
      institutionId,
      department: institutionId === null ? (department ?? 'finance_bureau') : null,
      password,
    });
  });
  process.stdout.write(`已添加用户 ${username}\n`);
  return 0;
}

/** The way back in for a security administrator whom nobody else can help. */
async function code(username: string): Promise<number> {
  await onDatabase(async (_, people, acts) => {
    const { code, codeUntil } = await acts.perform({ action: 'user.reset', actor: ACTOR }, async (act) => {
      const found = await act.tx.row<{ id: string }>('select id from user_account where username = $1', [username]);
      if (!found) throw new DomainError('USER_UNKNOWN', 404, `没有用户“${username}”`);
      act.subject = found.id;
      await SecondFactor.remove(act.tx, found.id);
      return people.giveCode(act, found.id);
    });
    process.stdout.write(`${username} 的一次性代码：${code}（${codeUntil} 前有效，在登录页用它设置口令）\n`);
  });
  return 0;
}

async function onDatabase(work: (database: Database, people: People, acts: Acts) => Promise<void>): Promise<void> {
  const settings = readSettings(process.env);
  const installation = await openInstallation(settings, 'join');
  try {
    await migrate(installation.owner);
    const database = await Database.open(installation.owner, null);
    try {
      const acts = new Acts(database);
      await work(database, new People(database, acts, new Passwords(settings)), acts);
    } finally {
      await database.close();
    }
  } finally {
    await installation.close();
  }
}
