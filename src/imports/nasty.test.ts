import { type NastyFile, nastyFiles } from '../../test/fixtures/nasty/nasty-files.js';
import { DomainError } from '../problems/problems.js';
import type { ImportContext, ImportMetric, ImportReading } from './import-reading.js';
import { readImport } from './read-import.js';

const metric = (code: string, title: string): [string, ImportMetric] => [
  code,
  { code, title, unit: '万元', decimals: 4, kind: 'stock', mayBeNegative: false },
];

const context: ImportContext = {
  metrics: new Map([metric('BK_GL_BAL', '绿色贷款余额'), metric('BK_LOAN_BAL', '各项贷款余额')]),
  allowDemoKeys: false,
  columns: { green_loan_balance: 'BK_GL_BAL', total_loan_balance: 'BK_LOAN_BAL' },
};

/** The outcome in the words of the manifest. */
type Told = Omit<NastyFile, 'file' | 'what' | 'make'>;

/** Figures put back into the rows of the wide table they came from. */
function tableOf({ rows }: ImportReading): (string | null)[][] {
  const table = new Map<number, (string | null)[]>();
  for (const { row, institution, period, metric, value } of rows) {
    const line = table.get(row) ?? [institution, period, 'no figure', 'no figure'];
    line[metric === 'BK_GL_BAL' ? 2 : 3] = value;
    table.set(row, line);
  }
  return [...table.values()];
}

function told(file: string, bytes: Uint8Array): Told & { readonly message: string } {
  try {
    const reading = readImport({ name: file, bytes }, context);
    const { issues } = reading;
    return {
      outcome: issues.some(({ severity }) => severity === 'problem') ? 'refuse-cells' : 'accept',
      codes: issues.map(({ code }) => code),
      at: issues.flatMap(({ cell }) => (cell === null ? [] : [cell])),
      values: tableOf(reading),
      message: issues.map(({ message }) => message).join(),
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [violation, ...others] = error.violations;
    expect([error.status, violation?.rule, others]).toEqual([422, error.code, []]);
    expect(violation?.path.split('/')[0]).toBe(file);
    const cell = violation?.path.split('/').at(-1) ?? '';
    const at = /^[A-Z]{1,3}[0-9]{1,7}$/.test(cell) ? [cell] : [];
    return { outcome: 'refuse-file', codes: [error.code], at, values: [], message: error.message };
  }
}

describe('every line of the manifest of hostile and awkward files', () => {
  it.each(nastyFiles())('$file: $what → $outcome $codes', ({ file, outcome, codes, at, values, make }) => {
    const { message, ...seen } = told(file, make());
    // The manifest names the cell of a refused file only where there is just one to look at.
    const where = outcome === 'refuse-file' && at.length === 0 ? seen.at : at;
    expect(seen).toEqual({ outcome, codes, at: where, values });
    if (codes.length > 0) expect(message).toMatch(/[\u4e00-\u9fff]/);
  });

  it('are 88, and none leaves a property behind that its columns named', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const prototypes = nastyFiles().find(({ file }) => file === 'c23_prototype_headers.csv');
    expect(told('c23_prototype_headers.csv', prototypes?.make() ?? new Uint8Array()).outcome).toBe('accept');
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(nastyFiles()).toHaveLength(88);
  });
});
