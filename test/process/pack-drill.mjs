// Run by the packed Node inside the empty place that pack.test.ts makes: starts the package as a person would, looks at
// what it shows, proves a ranking by its command line, ends it. Prints one JSON object.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';

const [folder, port] = process.argv.slice(2);
const base = `http://127.0.0.1:${port}`;
const env = { ...process.env, PORT: port };

function runs(script, args) {
  const child = spawn(path.join(folder, script), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, said: '', ended: once(child, 'close') };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (run.said += chunk));
  return run;
}

const isReachable = await fetch('http://192.0.2.1/', { signal: AbortSignal.timeout(1_000) }).then(
  () => true,
  (error) => error.cause?.code !== 'ENETUNREACH' && error.cause?.code !== 'ECONNREFUSED',
);
const began = Date.now();
const product = runs('start.sh', []);
let status = 0;
while (status !== 200 && product.child.exitCode === null && Date.now() - began < 200_000) {
  status = await fetch(`${base}/api/health`).then(
    (answer) => answer.status,
    () => 0,
  );
  if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 250));
}
const seconds = Math.round((Date.now() - began) / 1_000);
const seen = { status, seconds, ranking: [], verified: null, page: 0 };
if (status === 200) {
  const entered = await fetch(`${base}/api/v1/auth/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base },
    body: '{"username":"verifier"}',
  });
  const headers = { cookie: entered.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  const asks = (at) => fetch(`${base}/api/v1${at}`, { headers });
  const { items } = await (await asks('/evaluations')).json();
  const banks = items.find(({ scheme }) => scheme === 'bank-first-year');
  const rows = (await (await asks(`/evaluations/${banks.id}/ranking?limit=3`)).json()).items;
  seen.ranking = rows.map(({ rank, name }) => [rank, name]);
  seen.page = (await fetch(base)).status;
  const bundle = path.join(env.GREENRANK_DATA ?? folder, 'bundle.json');
  writeFileSync(bundle, Buffer.from(await (await asks(`/evaluations/${banks.id}/bundle`)).arrayBuffer()));
  const proof = runs('greenrank.sh', ['verify', bundle]);
  const [code] = await proof.ended;
  seen.verified = { code, hash: banks.hash, said: proof.said.trim() };
}
product.child.kill('SIGTERM');
const [code] = await product.ended;
console.log(
  JSON.stringify({
    ...seen,
    code,
    said: product.said.slice(-1_500),
    user: process.getuid(),
    node: process.execPath,
    interfaces: Object.keys(networkInterfaces()),
    isReachable,
  }),
);
