// Adds up Jest's summaries into the one closing line of .ci/run. A suite that left no summary, or ran nothing, failed.
import { existsSync, readFileSync } from 'node:fs';

const [before, ...files] = process.argv.slice(2);
let passed = 0;
let failed = before === '0' ? 0 : 1;
for (const file of files) {
  const summary = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  if (!summary || summary.numTotalTests === 0) {
    console.log(`no test ran: ${file}`);
    failed += 1;
    continue;
  }
  passed += summary.numPassedTests;
  const broken = summary.numFailedTests + summary.numRuntimeErrorTestSuites;
  if (broken > 0 && before !== '0') failed = Math.max(0, failed - 1);
  failed += broken;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
