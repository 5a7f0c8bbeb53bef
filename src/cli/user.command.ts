import { parseArgs } from 'node:util';
import { Acts } from '../audit/acts.service.js';
import { Passwords } from '../identity/passwords.service.js';
import { People } from '../identity/people.service.js';
import { Institutions } from '../institutions/institutions.service.js';
import { ROLE_TITLES, ROLES, type Role } from '../lifecycle/lifecycle.js';
import { Database, systemActor } from '../platform/database.service.js';
import { openInstallation } from '../platform/installation.service.js';
import { migrate } from '../platform/migrate.service.js';
import { readSettings } from '../platform/settings.js';

const HELP = `用法：greenrank user add 用户名 --role 角色 [--role 角色 …] [--name 姓名] [--institution 统一社会信用代码] [--department 部门]
从标准输入读一行口令（12–128 个字符）。
角色：${ROLES.map((role) => `${role}（${ROLE_TITLES[role]}）`).join('、')}`;

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
  const { role: roles = [], name, institution, department } = given.values;
  if (action !== 'add' || !username || rest.length > 0 || roles.length === 0) return usage();
  const unknown = roles.find((role) => !ROLES.some((each) => each === role));
  if (unknown !== undefined) {
    process.stderr.write(`没有角色“${unknown}”\n${HELP}\n`);
    return 2;
  }
  const settings = readSettings(process.env);
  const passwords = new Passwords(settings);
  const password = await firstLine();
  passwords.refuseWeak(password, username);
  const installation = await openInstallation(settings, 'join');
  try {
    await migrate(installation.owner);
    const database = await Database.open(installation.owner, null);
    try {
      const actor = systemActor('command-line');
      const institutions = new Institutions(database);
      const institutionId =
        institution === undefined
          ? null
          : (await database.transaction(actor, (tx) => institutions.find(tx, institution))).id;
      await new People(database, new Acts(database), passwords).add(actor, {
        username,
        name: name ?? username,
        roles: roles as Role[],
        institutionId,
        department: department ?? null,
        password,
      });
    } finally {
      await database.close();
    }
    process.stdout.write(`已添加用户 ${username}\n`);
    return 0;
  } finally {
    await installation.close();
  }
}
