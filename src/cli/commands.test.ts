import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputOf, long, oneIndicator } from '../../test/scenario.js';
import { redactBundle } from '../scoring/bundle/redact.js';
import { evaluate } from '../scoring/evaluate.js';
import { audit } from './audit.command.js';
import { check } from './check.command.js';
import { sha256 } from './files.command.js';
import { robustness } from './robustness.command.js';
import { score } from './score.command.js';
import { verify } from './verify.command.js';
import { whatif } from './whatif.command.js';

const CASE = 'test/fixtures/cases/1-tree';
const REFUSED = 'test/fixtures/cases/refused/b52-figure-twice';

/** Runs a command. @returns exit code and what it printed */
async function run(
  command: (args: readonly string[]) => Promise<number>,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const [out, err] = [process.stdout.write, process.stderr.write];
  const into = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    printed[stream] += text.toString();
    return true;
  };
  process.stdout.write = into('out');
  process.stderr.write = into('err');
  try {
    return { code: await command(args), ...printed };
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
  }
}

const folder = (): string => join(mkdtempSync(join(tmpdir(), 'greenrank-')), 'out');
const files = (from: string): string[] => [
  '--scheme',
  join(from, 'scheme.yaml'),
  '--data',
  join(from, 'data.csv'),
  '--period',
  '2025',
];

it('scores, writes three files and nothing on stdout, and what it wrote verifies', async () => {
  const out = folder();
  expect(await run(score, ...files(CASE), '--out', out)).toMatchObject({ code: 0, out: '' });
  expect(readFileSync(join(out, 'ranking.csv'), 'utf8')).toBe(readFileSync(join(CASE, 'expected/ranking.csv'), 'utf8'));
  expect(readFileSync(join(out, 'scores.csv'), 'utf8')).toBe(readFileSync(join(CASE, 'expected/scores.csv'), 'utf8'));
  const bundle = join(out, 'bundle.json');
  expect((await run(verify, bundle)).out).toMatch(/^bundle [0-9a-f]{64}\n$/);
  writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('81.080598', '81.080599'));
  expect(await run(verify, bundle)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('81.080599') });
});

it('a redacted bundle: what can be checked is, then exit code 1; a changed byte is named first', async () => {
  const input = inputOf({
    document: oneIndicator('value: x, normalise: { method: minmax }, missing: zero'),
    data: long('A 2025Q4 x=3', 'B 2025Q4 x=7'),
  });
  const redaction = { disclosure: 'sealed' as const, ranks: true, salts: { A: sha256('a'), B: sha256('b') }, own: 'A' };
  const { text } = redactBundle(input, evaluate(input), redaction, sha256);
  const bundle = `${folder()}.json`;
  writeFileSync(bundle, text);
  expect(await run(verify, bundle)).toEqual({ code: 1, out: '', err: 'REDACTED: not recomputable\n' });
  writeFileSync(bundle, text.replace('"x","3"', '"x","4"'));
  expect(await run(verify, bundle)).toMatchObject({ code: 1, err: expect.stringMatching(/^own 的内容与哈希不符/) });
});

it('refused: exit code 1, the reasons on stderr, nothing written', async () => {
  const out = folder();
  const institutions = [
    '--institutions',
    join(REFUSED, 'institutions.csv'),
    '--assessments',
    join(REFUSED, 'assessments.csv'),
  ];
  const refused = await run(score, ...files(REFUSED), ...institutions, '--out', out);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('data.csv:10: 同一数据重复 [double-row] 收到 K2,2025Q4,loans，应为 同一数据一行');
  expect(existsSync(out)).toBe(false);
});

it('robustness: the same seed, the same bytes; another seed is another draw; refused, nothing is written', async () => {
  const [one, two, three] = [folder(), folder(), folder()];
  const read = (out: string): string => readFileSync(join(out, 'rank_intervals.csv'), 'utf8');
  const from = folder();
  const goalposts = 'normalise: { method: goalposts, min: 0, max: 100 }, missing: zero';
  writeFileSync(
    `${from}.yaml`,
    oneIndicator(`value: x, ${goalposts}`)
      .replace('weight: 100', 'weight: 50')
      .replace(/ }]$/m, ` }, { indicator: other, weight: 50, value: y, ${goalposts} }]`),
  );
  writeFileSync(`${from}.csv`, long('A 2025Q4 x=60 y=40', 'B 2025Q4 x=40 y=59'));
  const close = ['--scheme', `${from}.yaml`, '--data', `${from}.csv`, '--period', '2025'];
  const more = ['--weights', '0.5', '--replications', '200'];
  expect(await run(robustness, ...close, ...more, '--seed', '3', '--out', one)).toMatchObject({ code: 0, out: '' });
  await run(robustness, ...close, ...more, '--seed', '3', '--out', two);
  await run(robustness, ...close, ...more, '--seed', '4', '--out', three);
  expect(read(one)).toMatch(/^cohort,institution,rank,p5,median,p95,min,max,share_at_rank\n/);
  expect(read(two)).toBe(read(one));
  expect(read(three)).not.toBe(read(one));
  const out = folder();
  expect(await run(robustness, ...files(REFUSED), '--out', out)).toMatchObject({ code: 1, out: '' });
  expect(existsSync(out)).toBe(false);
});

it('what-if: every score or rank that moves, as CSV; nothing moves when a figure stays', async () => {
  const out = folder();
  await run(score, ...files(CASE), '--out', out);
  const asks = (...set: string[]) => run(whatif, '--bundle', join(out, 'bundle.json'), ...set);
  const header = 'cohort,institution,rank_before,rank_after,score_before,score_after\n';
  expect(await asks('--set', 'B1,2025Q4,green_balance=310')).toEqual({ code: 0, out: header, err: '' });
  const { out: moved } = await asks('--set', 'B4,2025Q4,green_balance=0', '--set', 'B1,2025Q4,green_balance=');
  expect(moved).toContain('all,B1,1,2,81.08,');
  expect((await asks('--set', 'B4,2025Q4,green_balance=0', 'B1,2025Q4,green_balance=')).out).toBe(moved);
  const refused = await asks('--set', 'B9,2025Q4,green_balance=1', '--set', 'B1,2026Q1,green_balance=1');
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/set\[0\]\.institution: 没有参评机构 B9[\s\S]*set\[1\]\.period/);
  expect(await asks('--set', 'B1,2025Q4,green_balance=3万')).toMatchObject({ code: 1, out: '' });
});

it('faults of scheme and tables are told together', async () => {
  const from = folder();
  const scheme = `${from}.yaml`;
  const data = `${from}.csv`;
  writeFileSync(scheme, readFileSync(join(CASE, 'scheme.yaml'), 'utf8').replace('weight: 60', 'weight: 61'));
  writeFileSync(data, 'institution,period,metric,value\nB1,2025Q4,green_balance,3万\n');
  const { code, err } = await run(score, '--scheme', scheme, '--data', data, '--period', '2025', '--out', from);
  expect(code).toBe(1);
  expect(err).toMatch(/weights-sum[\s\S]*3万/);
});

it.each<[string, (args: readonly string[]) => Promise<number>, string[]]>([
  ['a missing option', score, ['--scheme', 'x']],
  ['an unknown option', score, ['--colour', 'red']],
  ['an option twice', score, [...files(CASE), '--period', '2024', '--out', 'x']],
  ['no file', check, []],
  ['two files', verify, ['a', 'b']],
  ['a what-if of nothing', whatif, ['--bundle', 'x']],
  ['a what-if that is none', whatif, ['--bundle', 'x', '--set', 'B1=3']],
  ['no replications', robustness, [...files(CASE), '--replications', '0', '--out', 'x']],
  ['weights that may vanish', robustness, [...files(CASE), '--weights', '1', '--out', 'x']],
  ['audit without a word', audit, []],
  ['audit with another word', audit, ['erase']],
  ['an anchor that is no root', audit, ['verify', '--anchor', 'abc']],
  ['an anchor left out', audit, ['verify', '--anchor']],
  ['more than one audit', audit, ['verify', 'all']],
])('wrong usage, %s: exit code 2 and the help on stderr', async (_purpose, command, args) => {
  expect(await run(command, ...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('greenrank ') });
});

it('a file that is not there, or no UTF-8, is refused', async () => {
  expect(await run(check, 'nowhere.yaml')).toMatchObject({ code: 1, err: '无法读取文件 nowhere.yaml\n' });
  const latin = `${folder()}.yaml`;
  writeFileSync(latin, Buffer.from([0x73, 0xff]));
  expect(await run(check, latin)).toMatchObject({ code: 1, err: expect.stringContaining('不是 UTF-8') });
});

it('help is printed on stdout', async () => {
  for (const command of [score, check, verify, audit, robustness, whatif])
    expect(await run(command, '--help')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('greenrank '),
    });
});
