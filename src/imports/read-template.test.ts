import fc from 'fast-check';
import { Decimal, plain } from '../numbers/decimal.js';
import { type TemplateContents, templateWorkbook } from '../templates/template-workbook.js';
import type { ImportContext } from './import-reading.js';
import { markedWorkbook } from './marked-workbook.js';
import { readImport } from './read-import.js';

const CODES = ['BK_GL_BAL', 'BK_LOAN_BAL', 'BK_GL_NEW', 'BK_GL_CNT', 'BK_GL_CUST'];
const decimalsOf = (code: string): number => (/CNT|CUST/.test(code) ? 0 : 4);
const uscc = '91500106MA5U0A1B7P';

const context: ImportContext = {
  metrics: new Map(
    CODES.map((code) => [
      code,
      { code, title: code, unit: '万元', decimals: decimalsOf(code), kind: 'stock', mayBeNegative: true },
    ]),
  ),
  allowDemoKeys: false,
};

const contents = (present: readonly string[]): TemplateContents => ({
  mark: { form: 'bank-quarterly', version: 1, filer: uscc, period: '2026Q3', metrics: CODES },
  formTitle: '绿色信贷统计表',
  filerName: '示范银行',
  previousPeriod: '2026Q2',
  facts: [['报表', '绿色信贷统计表']],
  sections: [
    {
      title: '一、总量',
      sums: [{ title: '合计', of: CODES.slice(0, 3) }],
      lines: CODES.map((code, i) => ({
        code,
        title: code,
        unit: '万元',
        decimals: decimalsOf(code),
        definition: '期末余额',
        present: present[i] ?? '',
        before: present[0] ?? '',
      })),
    },
  ],
  rules: [],
});

/** 16 digits before the point, as many after it as the metric keeps: all that a form allows. */
const figure = (decimals: number) =>
  fc
    .bigInt({ min: -(10n ** BigInt(16 + decimals)) + 1n, max: 10n ** BigInt(16 + decimals) - 1n })
    .map((n) => plain(new Decimal(`${n}e-${decimals}`)));
const cell = (decimals: number) =>
  fc.oneof(
    { weight: 4, arbitrary: figure(decimals) },
    fc.constantFrom('', '0', '/', '..', '0.1', '-0.3').filter((text) => decimals > 0 || !text.includes('0.')),
  );

const STATES: Readonly<Record<string, string>> = { '': 'blank', '/': 'not_applicable', '..': 'not_available' };

it('whatever a form allows comes back as it went out, to the last digit, also through a marked workbook', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(...CODES.map((code) => cell(decimalsOf(code)))), async (present) => {
      const bytes = await templateWorkbook(contents(present));
      const expected = CODES.map((metric, i) => {
        const text = present[i] as string;
        const state = STATES[text] ?? 'value';
        return { institution: uscc, period: '2026Q3', metric, state, value: state === 'value' ? text : null };
      });
      const read = readImport({ name: 'a.xlsx', bytes }, context);
      expect(read.issues).toEqual([]);
      expect(read.rows).toMatchObject(expected);
      const marked = await markedWorkbook({ name: 'a.xlsx', bytes }, [], contents([]));
      const again = readImport({ name: 'b.xlsx', bytes: marked }, context);
      expect([again.issues, again.template?.fields]).toEqual([[], read.template?.fields]);
      expect(again.rows).toMatchObject(expected);
    }),
    { numRuns: 40 },
  );
}, 120_000);
