// A bank's core system files a quarter: two tokens (填报人, 复核人), Node 20.19+, nothing to install.
//   GREENRANK=https://… FILER_TOKEN=… CHECKER_TOKEN=… node file-a-quarter.mjs 91…(USCC) 2026Q3 '{"BK_LOAN_BAL":"1000","BK_GL_BAL":"420"}'
// Figures are texts in the metric's unit. Run again it goes on where it stopped; a signed filing stays as it is.
const [institution, period, given] = process.argv.slice(2);
const figures = JSON.parse(given);

async function ask(token, method, path, body, headers = {}) {
  const answer = await fetch(`${process.env.GREENRANK}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const read = await answer.json();
  if (answer.ok || read.code === 'FILING_EXISTS') return { ...read, location: answer.headers.get('location') };
  const faults = (read.violations ?? []).map(({ path: at, message }) => `${at}：${message}`);
  throw new Error([`${read.status} ${read.title}`, ...faults].join('\n'));
}
const { FILER_TOKEN: filer, CHECKER_TOKEN: checker } = process.env;

// 1. What is owed.
const { items } = await ask(filer, 'GET', `/obligations?period=${period}`);
const owed = items.find((item) => item.institution === institution && /-quarterly$/.test(item.form));
const form = owed?.form ?? 'bank-quarterly';
// 2. The draft, made or found.
const key = { 'idempotency-key': `${institution}-${form}-${period}` };
const made = await ask(filer, 'POST', '/filings', { institution, form, period }, key);
let filing = await ask(filer, 'GET', `/filings/${made.id ?? made.location.split('/').at(-1)}`);
// 3. The figures; each cell's version says which value they replace.
const changes = Object.entries(figures).map(([code, value]) => [
  code,
  { value, version: filing.figures[code].version },
]);
filing = await ask(filer, 'PATCH', `/filings/${filing.id}`, { figures: Object.fromEntries(changes) });
for (const { severity, message } of filing.checks) console.error(`${severity}：${message}`);
// 4. Handed to the second person, and signed with that person's token.
filing = await ask(filer, 'POST', `/filings/${filing.id}/pass`, {}, { 'if-match': `"${filing.version}"` });
const signed = await ask(checker, 'POST', `/filings/${filing.id}/submit`, {}, { 'if-match': `"${filing.version}"` });
console.log(JSON.stringify({ filing: signed.id, state: signed.state, receipt: signed.receipt }));
