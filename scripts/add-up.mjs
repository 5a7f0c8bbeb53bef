// Adds up Jest's summaries into the one closing line of .ci/run. A suite that left no summary, or ran nothing, failed.
import { existsSync, readFileSync } from 'node:fs';

const [somethingFailed, ...files] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of files) {
  const summary = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { numTotalTests: 0 };
  if (summary.numTotalTests === 0) console.log(`no test ran: ${file}`);
  passed += summary.numPassedTests ?? 0;
  failed += summary.numTotalTests === 0 ? 1 : summary.numFailedTests + summary.numRuntimeErrorTestSuites;
}
// Types, style, or a server that did not start: nothing that Jest counts.
if (somethingFailed !== '0' && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
