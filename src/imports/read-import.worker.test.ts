import { csv, csvText } from '../../test/fixtures/nasty/make-csv.js';
import { A, B, GOOD, HEAD } from '../../test/fixtures/nasty/make-workbook.js';
import type { ImportContext, ImportMetric } from './import-reading.js';
import { readImport } from './read-import.js';
import { readImportInThread } from './read-import.worker.js';

const metric = (code: string): [string, ImportMetric] => [
  code,
  { code, title: code, unit: '万元', decimals: 4, kind: 'stock', mayBeNegative: false },
];
const context: ImportContext = {
  metrics: new Map([metric('BK_GL_BAL'), metric('BK_LOAN_BAL')]),
  allowDemoKeys: false,
  columns: { green_loan_balance: 'BK_GL_BAL', total_loan_balance: 'BK_LOAN_BAL' },
};
/** A busy machine must not make a healthy reading fail. */
const PATIENT = { timeoutMs: 60_000, maxOldGenerationSizeMb: 256 };
const large = (): Uint8Array => Buffer.from(csvText([HEAD]) + csvText([[B, '2026Q3', '2000', 'x']]).repeat(100_000));

it('reads in its thread what is read here', async () => {
  const file = { name: 'a.csv', bytes: csv([HEAD, ...GOOD, [A, '2026Q2', 'x', '—']]) };
  const reading = await readImportInThread(file, context, PATIENT);
  expect(reading).toEqual(readImport(file, context));
  expect(reading.rows).toHaveLength(4);
  // The caller keeps the bytes: for the checksum, and to store the file.
  expect(file.bytes.length).toBeGreaterThan(0);
}, 70_000);

it('brings a refusal over whole', async () => {
  const reading = readImportInThread({ name: 'a.xlsx', bytes: csv(GOOD) }, context, PATIENT);
  await expect(reading).rejects.toMatchObject({
    code: 'IMPORT_TYPE',
    status: 422,
    violations: [{ path: 'a.xlsx', rule: 'IMPORT_TYPE' }],
  });
}, 70_000);

it('ends a reading that takes too long, or too much memory', async () => {
  const file = { name: 'a.csv', bytes: large() };
  const slow = readImportInThread(file, context, { ...PATIENT, timeoutMs: 1 });
  await expect(slow).rejects.toMatchObject({ code: 'IMPORT_TIMEOUT', status: 422 });
  const greedy = readImportInThread(file, context, { ...PATIENT, maxOldGenerationSizeMb: 16 });
  await expect(greedy).rejects.toMatchObject({ code: 'IMPORT_MEMORY', status: 422 });
}, 70_000);
