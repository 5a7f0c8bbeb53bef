import { csv, csvText } from '../../test/fixtures/nasty/make-csv.js';
import {
  A,
  B,
  bookParts,
  C,
  type CellInput,
  numberCell,
  rawCell,
  sheetXml,
  textCell,
} from '../../test/fixtures/nasty/make-workbook.js';
import { makeZip } from '../../test/fixtures/nasty/make-zip.js';
import type { ImportContext, ImportIssue, ImportMetric } from './import-reading.js';
import { readImport } from './read-import.js';

const metric = (code: string, title: string, rest: Partial<ImportMetric> = {}): [string, ImportMetric] => [
  code,
  { code, title, unit: '万元', decimals: 4, kind: 'stock', mayBeNegative: false, ...rest },
];
const context: ImportContext = {
  metrics: new Map([
    metric('BK_GL_BAL', '绿色贷款余额'),
    metric('BK_GL_P25_1', '绿色贷款余额-节能降碳产业(2025口径)'),
    metric('BK_GL_CNT', '绿色贷款笔数', { unit: '笔', decimals: 0 }),
    metric('ML_GL_CNT', '绿色贷款笔数', { unit: '笔', decimals: 0 }),
    metric('BK_GL_SHARE', '绿色贷款占比', { unit: '%', kind: 'derived' }),
  ]),
  allowDemoKeys: false,
};

const fromCsv = (rows: readonly (readonly string[])[], changes: Partial<ImportContext> = {}) =>
  readImport({ name: '填报.csv', bytes: csv(rows) }, { ...context, ...changes });
const fromSheets = (...sheets: readonly (readonly (readonly CellInput[])[])[]) =>
  readImport(
    {
      name: '填报.XLSX',
      bytes: makeZip(bookParts(sheets.map((rows, index) => ({ name: `表${index + 1}`, xml: sheetXml(rows) })))),
    },
    context,
  );
const codes = (issues: readonly ImportIssue[]): string[] => issues.map(({ code, cell }) => `${code} ${cell}`);
const refusal = (read: () => unknown): unknown => {
  try {
    read();
    return 'accepted';
  } catch (error) {
    return error;
  }
};

describe('long', () => {
  const HEAD = ['institution', 'period', 'metric', 'value', 'unit', 'source'];

  it('reads figures with unit and source', () => {
    const { rows, issues, layout, encoding } = fromCsv([
      HEAD,
      [A, '2026Q3', 'BK_GL_BAL', '43,587.5', '', ''],
      [B, '2026q2', '绿色贷款余额', '4.35871', '亿元', "'=年报 第12页"],
      [B, '2026Q2', 'bk_gl_cnt', '12', '笔', ''],
    ]);
    expect([layout, encoding]).toEqual(['long', 'utf-8']);
    expect(rows).toEqual([
      {
        institution: A,
        period: '2026Q3',
        metric: 'BK_GL_BAL',
        value: '43587.5',
        state: 'value',
        sheet: null,
        row: 2,
        column: 'D',
        cell: 'D2',
        raw: '43,587.5',
        source: null,
      },
      expect.objectContaining({ metric: 'BK_GL_BAL', period: '2026Q2', value: '43587.1', source: '=年报 第12页' }),
      expect.objectContaining({ metric: 'BK_GL_CNT', value: '12' }),
    ]);
    expect(issues).toEqual([
      {
        code: 'W_UNIT_CONVERTED',
        severity: 'warning',
        sheet: null,
        row: 3,
        column: 'D',
        cell: 'D3',
        raw: '4.35871',
        message: '单位由亿元换算为万元',
        expected: '43587.1 万元',
      },
    ]);
  });

  it('names every fault of a row and of the next, and offers neither', () => {
    const { rows, issues } = fromCsv([
      HEAD,
      ['x', '2026Q5', 'NO_SUCH', '1e400', '亿元', ''],
      [A, '2026Q3', 'BK_GL_BAL', '１２万', '美元', '甲'.repeat(201)],
      [A, '2026Q2', '绿色贷款笔数', '1', '', ''],
      [A, '2026Q2', 'BK_GL_SHARE', '1', '', ''],
      [A, '2026Q1', 'BK_GL_BAL', '-5', '', ''],
    ]);
    expect(codes(issues)).toEqual([
      'CELL_USCC A2',
      'CELL_PERIOD B2',
      'CELL_METRIC C2',
      'CELL_NOT_NUMBER D3',
      'CELL_UNIT E3',
      'CELL_SOURCE F3',
      'CELL_METRIC C4',
      'CELL_METRIC C5',
    ]);
    expect(issues.every(({ severity }) => severity === 'problem')).toBe(true);
    expect(rows.map(({ value }) => value)).toEqual(['-5']);
  });

  it('takes the same metric twice for one fault, other metrics of the same key for none', () => {
    const { rows, issues } = fromCsv([
      HEAD.slice(0, 4),
      [A, '2026Q3', 'BK_GL_BAL', '1'],
      [A, '2026Q3', 'BK_GL_CNT', '1'],
      [A, '2026Q3', '绿色贷款余额', '1'],
    ]);
    expect(codes(issues)).toEqual(['ROW_DUPLICATE A2', 'ROW_DUPLICATE A4']);
    expect(rows.map(({ metric }) => metric)).toEqual(['BK_GL_CNT']);
  });

  it('can be asked for, and then needs its columns', () => {
    const error = refusal(() =>
      fromCsv(
        [
          ['institution', 'period', 'BK_GL_BAL'],
          [A, '2026Q3', '1'],
        ],
        { layout: 'long' },
      ),
    );
    expect(error).toMatchObject({ code: 'IMPORT_HEADER_MISSING', status: 422 });
  });
});

describe('wide', () => {
  it('knows Chinese headers, titles with parentheses, and a unit in the header', () => {
    const { rows, issues } = fromCsv([
      ['机构', '统一社会信用代码', '报告期', '绿色贷款余额（亿元）', '绿色贷款余额-节能降碳产业(2025口径)'],
      ['示范银行', A, '2026Q3', '1.5', '7'],
    ]);
    expect(rows.map(({ metric, value, cell }) => [metric, value, cell])).toEqual([
      ['BK_GL_BAL', '15000', 'D2'],
      ['BK_GL_P25_1', '7', 'E2'],
    ]);
    expect(codes(issues)).toEqual(['W_COLUMN_IGNORED A1', 'W_UNIT_CONVERTED D2']);
  });

  it('says why a column is not read: unknown, of two metrics, derived, in a strange unit', () => {
    const { issues } = fromCsv([
      ['uscc', 'period', 'BK_GL_BAL', '备注', '绿色贷款笔数', '绿色贷款占比', '绿色贷款余额(美元)', ''],
      [A, '2026Q3', '1', 'x', '2', '3', '4', ''],
    ]);
    expect(issues.map(({ cell, raw, message }) => [cell, raw, message])).toEqual([
      ['D1', '备注', '此列不导入：“备注”不是已知的指标'],
      ['E1', '绿色贷款笔数', '此列不导入：“绿色贷款笔数”是多个指标的名称，请改用指标代码'],
      ['F1', '绿色贷款占比', '此列不导入：“绿色贷款占比”由系统推算，不报送'],
      ['G1', '绿色贷款余额(美元)', '此列不导入：“绿色贷款余额”的单位应为万元，不是美元'],
    ]);
  });

  it('refuses a code and its title side by side, and a table without any metric', () => {
    const twice = refusal(() =>
      fromCsv([
        ['institution', 'period', 'BK_GL_BAL', '绿色贷款余额'],
        [A, '2026Q3', '1', '2'],
      ]),
    );
    expect(twice).toMatchObject({
      code: 'IMPORT_HEADER_DUPLICATE',
      violations: [{ path: '填报.csv/D1', found: '绿色贷款余额' }],
    });
    const none = refusal(() =>
      fromCsv([
        ['institution', 'period', 'x'],
        [A, '2026Q3', '1'],
      ]),
    );
    expect(none).toMatchObject({ code: 'IMPORT_HEADER_MISSING' });
  });

  it('forgives blank fields behind the last column only', () => {
    const { rows, issues } = fromCsv([
      ['institution', 'period', 'BK_GL_BAL'],
      [A, '2026Q3', '1', '', ' '],
      [B, '2026Q3', '1', '2'],
      [C, '2026Q3'],
    ]);
    expect(codes(issues)).toEqual(['ROW_WIDTH A3', 'ROW_WIDTH A4']);
    expect(rows).toHaveLength(1);
  });
});

it('takes DEMO keys in a demonstration only', () => {
  const rows = [
    ['institution', 'period', 'BK_GL_BAL'],
    ['demo-icbc', '2023Q4', '1'],
    ['DEMO-', '2023Q4', '1'],
  ];
  expect(codes(fromCsv(rows).issues)).toEqual(['CELL_USCC A2', 'CELL_USCC A3']);
  const demonstration = fromCsv(rows, { allowDemoKeys: true });
  expect(codes(demonstration.issues)).toEqual(['CELL_USCC A3']);
  expect(demonstration.rows.map(({ institution }) => institution)).toEqual(['DEMO-ICBC']);
});

it('counts rows as Excel does: blank lines count, a sep= line and line breaks in quotes do not', () => {
  const text = `sep=;\n${csvText([['institution', 'period', 'BK_GL_BAL', 'x']], { separator: ';' })}\n${A};2026Q3;1;"a\nb"\n${B};2026Q3;x;\n`;
  const { issues } = readImport({ name: 'a.csv', bytes: Buffer.from(text) }, context);
  expect(codes(issues)).toEqual(['W_COLUMN_IGNORED D1', 'CELL_NOT_NUMBER C4']);
});

it('shows no character of the file that a database refuses', () => {
  const { issues } = fromSheets([
    ['institution', 'period', 'BK_GL_BAL'],
    [A, '2026Q3', textCell('_x0000_1_xD800_')],
  ]);
  expect(issues.map(({ code, raw }) => [code, raw])).toEqual([['CELL_NOT_NUMBER', '\ufffd1\ufffd']]);
});

describe('workbooks', () => {
  const HEAD = ['institution', 'period', 'BK_GL_BAL'];

  it('read all sheets with a table as one, and say which are not read', () => {
    const { rows, issues } = fromSheets(
      [['填报说明', '请先阅读']],
      [HEAD, [A, '2026Q3', '1'], [B, '2026Q3', '2']],
      [HEAD, [B, '2026Q3', '3'], [C, '2026Q3', '4']],
    );
    expect(issues.map(({ code, sheet, cell }) => [code, sheet, cell])).toEqual([
      ['W_SHEET_IGNORED', '表1', null],
      ['ROW_DUPLICATE', '表2', 'A3'],
      ['ROW_DUPLICATE', '表3', 'A2'],
    ]);
    expect(rows.map(({ sheet, cell, value }) => [sheet, cell, value])).toEqual([
      ['表2', 'C2', '1'],
      ['表3', 'C3', '4'],
    ]);
  });

  it('say what the first sheet lacks when there is no table, and that all sheets are empty', () => {
    const lacking = refusal(() => fromSheets([[], ['institution', '2026Q3']]));
    expect(lacking).toMatchObject({ code: 'IMPORT_HEADER_MISSING', violations: [{ path: '填报.XLSX/表1/A2' }] });
    expect(refusal(() => fromSheets([]))).toMatchObject({ code: 'IMPORT_EMPTY' });
  });

  it('place cells without references by their order, and read prefixed elements', () => {
    const inline = (text: string): string => `<x:c t="inlineStr"><x:is><x:t>${text}</x:t></x:is></x:c>`;
    const rows = [HEAD, [A, '2026Q3', '7']].map((row) => `<x:row>${row.map(inline).join('')}</x:row>`);
    const ns = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
    const xml = `<x:worksheet ${ns}><x:sheetData>${rows.join('')}</x:sheetData></x:worksheet>`;
    const bytes = makeZip(bookParts([{ name: '填报', xml }]));
    expect(readImport({ name: 'a.xlsx', bytes }, context).rows).toMatchObject([{ cell: 'C2', value: '7' }]);
  });

  it('tell hidden columns, and take formulas that give nothing for blank', () => {
    const nothing = rawCell('<c r="{ref}" t="str"><f>IF(1,"")</f><v></v></c>');
    const xml = sheetXml([HEAD, [A, '2026Q3', nothing], [nothing, nothing, nothing]], {
      columns: '<cols><col min="3" max="16384" hidden="1"/></cols>',
    });
    const { rows, issues } = readImport(
      { name: 'a.xlsx', bytes: makeZip(bookParts([{ name: '填报', xml }])) },
      context,
    );
    expect(codes(issues)).toEqual(['W_HIDDEN_COLUMN C1', 'W_FORMULA_VALUE C2']);
    expect(rows.map(({ value }) => value)).toEqual([null]);
  });

  it('refuse cells that stand in another row than they say, too many columns, and endless merging', () => {
    const astray = [HEAD, [A, '2026Q3', rawCell('<c r="C9"><v>1</v></c>')]];
    expect(refusal(() => fromSheets(astray))).toMatchObject({ code: 'IMPORT_XML_DAMAGED' });
    const far = [HEAD, [A, '2026Q3', '1', rawCell('<c r="SS2"><v>1</v></c>')]];
    expect(refusal(() => fromSheets(far))).toMatchObject({
      code: 'IMPORT_COLUMNS',
      violations: [{ path: '填报.XLSX/表1/SS2' }],
    });
    const xml = sheetXml([HEAD, [A, '2026Q3', '1']], {
      merges: Array.from({ length: 130_000 }, () => 'A1:XFD1048576'),
    });
    const bytes = makeZip(bookParts([{ name: '填报', xml }]), { method: 0 });
    expect(refusal(() => readImport({ name: 'a.xlsx', bytes }, context))).toMatchObject({ code: 'IMPORT_MERGED' });
  });

  it('name figures that stand beyond the last header, and refuse a header cell that is there twice', () => {
    const { rows, issues } = fromSheets([HEAD, [A, '2026Q3', '1', '2']]);
    expect(issues.map(({ code, cell, message }) => [code, cell, message])).toEqual([
      ['W_COLUMN_IGNORED', 'D1', '此列不导入：没有表头'],
    ]);
    expect(rows).toHaveLength(1);
    const twice = rawCell('<c r="{ref}" t="str"><v>BK_GL_BAL</v></c><c r="{ref}" t="str"><v>BK_GL_CNT</v></c>');
    const error = refusal(() =>
      fromSheets([
        ['institution', 'period', twice],
        [A, '2026Q3', '1'],
      ]),
    );
    expect(error).toMatchObject({ code: 'IMPORT_HEADER_DUPLICATE', violations: [{ path: '填报.XLSX/表1/C1' }] });
  });

  it('are read alike whether a figure is a number or a text', () => {
    const { rows } = fromSheets([HEAD, [A, '2026Q3', numberCell('1234.5')], [B, '2026Q3', textCell('1234.5')]]);
    expect(rows.map(({ value }) => value)).toEqual(['1234.5', '1234.5']);
  });

  it.each(['//[', '%', '../../../x', 'http://127.0.0.1/x'])('with a sheet that leads to %s are refused', (target) => {
    const parts = bookParts([{ name: '填报', xml: '' }]).map((part) => ({
      ...part,
      data: String(part.data).replace('worksheets/sheet1.xml"', `${target}"`),
    }));
    const bytes = makeZip(parts.filter(({ name }) => !name.startsWith('xl/worksheets')));
    expect(refusal(() => readImport({ name: 'a.xlsx', bytes }, context))).toMatchObject({ status: 422 });
  });
});
