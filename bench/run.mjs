// npm run -s bench -- [--json] [NAME …]: each measured against a yardstick in the same run, so that the ratio means
// something on any machine. Speed is never part of a test.
import { parseArgs } from 'node:util';

const BENCHES = {
  'score-10k-50': () => import('./score-10k-50.mjs'),
  'formula-1e6': () => import('./formula-1e6.mjs'),
  'score-100k-50': () => import('./score-100k-50.mjs'),
  'uncertainty-1000': () => import('./uncertainty-1000.mjs'),
  'whatif-5k-50': () => import('./whatif-5k-50.mjs'),
  'import-100k': () => import('./import-100k.mjs'),
  'file-5k': () => import('./file-5k.mjs'),
  isolation: () => import('./isolation.mjs'),
  'audit-100k': () => import('./audit-100k.mjs'),
};

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`没有这项测速：${unknown.join('、')}。现有：${Object.keys(BENCHES).join('、')}`);
  process.exit(2);
}

const results = {};
for (const name of names) {
  const { measure } = await BENCHES[name]();
  const { ours, yardstick, n, what } = await measure();
  const ratio = Math.round((ours / yardstick) * 100) / 100;
  results[name] = { ours_ms: Math.round(ours * 10) / 10, yardstick_ms: Math.round(yardstick * 10) / 10, ratio, n };
  if (!values.json)
    console.log(
      `${name}: ${results[name].ours_ms} ms，${what} ${results[name].yardstick_ms} ms，${ratio} 倍（n = ${n}）`,
    );
}
if (values.json) console.log(JSON.stringify(results));
