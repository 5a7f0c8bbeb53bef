import { periodTitle } from '../calendar/period.js';
import { Decimal, plain, sumOf } from '../numbers/decimal.js';
import {
  address,
  faultyStyle,
  figureStyle,
  figureValue,
  SheetDraft,
  STYLES,
  workbookBytes,
} from '../platform/workbook-writer.js';
import {
  DICTIONARY_SHEET,
  FORM_SHEET,
  MARK_FIELDS,
  MARK_SHEET,
  markHash,
  NOT_APPLICABLE,
  NOT_AVAILABLE,
  TEMPLATE_FORMAT,
  type TemplateMark,
} from './template-mark.js';

/** One line that is filled in. */
export interface TemplateLine {
  readonly code: string;
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly definition: string;
  /** As the cell shows it: a plain decimal, `/`, `..`, or nothing. */
  readonly present: string;
  /** The figure of the quarter before; nothing when there is none. */
  readonly before: string;
}

/** A computed line below those of its section. */
export interface TemplateSum {
  readonly title: string;
  readonly of: readonly string[];
}

export interface TemplateSection {
  readonly title: string;
  readonly lines: readonly TemplateLine[];
  readonly sums: readonly TemplateSum[];
}

export interface TemplateRule {
  readonly rule: string;
  readonly severity: string;
  readonly title: string;
  /** `BK_GL_BAL ≤ BK_LOAN_BAL` */
  readonly formula: string;
  readonly message: string;
  readonly cells: readonly string[];
}

/** All that a template says. */
export interface TemplateContents {
  readonly mark: TemplateMark;
  readonly formTitle: string;
  readonly filerName: string;
  readonly previousPeriod: string;
  /** 项目 → 内容, for the sheet 填报说明. */
  readonly facts: readonly (readonly [string, string])[];
  readonly sections: readonly TemplateSection[];
  readonly rules: readonly TemplateRule[];
}

/** What a marked template shows beyond an empty one. */
export interface TemplateMarks {
  /** Cells of 填报表 (`D12`) → note. */
  readonly faults: ReadonlyMap<string, string>;
  /** Code → what stands in its cell, in place of the draft's figure. */
  readonly filled: ReadonlyMap<string, { readonly value: string | number | boolean | null }>;
}

const COLUMN = { code: 1, title: 2, unit: 3, present: 4, before: 5, rules: 6 } as const;
const WIDTHS = [20, 40, 10, 20, 20, 18] as const;
const PROTECTED = { sheet: true, selectLockedCells: true, selectUnlockedCells: true, formatColumns: true } as const;
const SEVERITIES: Readonly<Record<string, string>> = { block: '不通过不能提交', justify: '须说明原因', inform: '提示' };

const HOW_TO: readonly (readonly [string, string])[] = [
  ['填在哪里', '只填“填报表”中浅黄色的格；灰色的格已锁定，其中带合计的由公式算出'],
  ['没有数', `0 表示有此业务、数为零；不填表示还没有填；${NOT_APPLICABLE} 表示不适用；${NOT_AVAILABLE} 表示暂缺`],
  ['单位', '按每行“单位”一列填写，不必写单位；超过 15 位有效数字的数，请把单元格改为文本格式'],
  ['交回', '保存为 .xlsx，在“导入”页上传；先预览，不入库'],
];

/** Where each code stands on the form: code → row. The header is row 1; a section has a row of its own. */
export function templateRows(sections: readonly TemplateSection[]): Map<string, number> {
  const rows = new Map<string, number>();
  let row = 1;
  for (const { lines, sums } of sections) {
    row += 1;
    for (const { code } of lines) rows.set(code, ++row);
    row += sums.length;
  }
  return rows;
}

function formSheet(contents: TemplateContents, marks: TemplateMarks | null): SheetDraft {
  const { mark, sections, rules } = contents;
  const sheet = new SheetDraft(FORM_SHEET, {
    columns: WIDTHS.map((width) => ({ width })),
    freezePane: { rows: 1, columns: 2 },
    protection: PROTECTED,
    pageSetup: { orientation: 'landscape', paperSize: 'a4', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  const head = ['指标代码', '指标', '单位', `本期（${mark.period}）`, `上季（${contents.previousPeriod}）`, '相关校验'];
  sheet.add(head, STYLES.head);
  const rows = templateRows(sections);
  const rulesOf = (code: string): string =>
    [...new Set(rules.flatMap(({ rule, cells }) => (cells.includes(code) ? [rule] : [])))].join(' ');
  const shown = (line: TemplateLine): string => (marks ? `${marks.filled.get(line.code)?.value ?? ''}` : line.present);
  const present = new Map(sections.flatMap(({ lines }) => lines.map((line) => [line.code, shown(line)])));
  const before = new Map(sections.flatMap(({ lines }) => lines.map((line) => [line.code, line.before])));
  for (const { title, lines, sums } of sections) {
    sheet.add(['', title, '', '', '', ''], STYLES.section);
    for (const line of lines) {
      const row = sheet.rowCount + 1;
      const label = (column: number, text: string): void => {
        const fault = marks?.faults.get(address(row, column));
        if (fault === undefined) sheet.put(row, column, text, STYLES.label);
        else sheet.put(row, column, text, faultyStyle(), { comment: { author: '绿评', text: fault } });
      };
      label(COLUMN.code, line.code);
      label(COLUMN.unit, line.unit);
      sheet.put(row, COLUMN.title, line.title, STYLES.label, { comment: { author: '绿评', text: line.definition } });
      const at = address(row, COLUMN.present);
      const fault = marks?.faults.get(at);
      const style = figureStyle(line.decimals, fault === undefined ? 'input' : 'faulty');
      const note = fault === undefined ? {} : { comment: { author: '绿评', text: fault } };
      const filled = marks ? (marks.filled.get(line.code)?.value ?? null) : figureValue(line.present);
      sheet.put(row, COLUMN.present, filled === '' ? null : filled, style, note);
      sheet.put(
        row,
        COLUMN.before,
        line.before === '' ? null : figureValue(line.before),
        figureStyle(line.decimals, 'locked'),
      );
      sheet.put(row, COLUMN.rules, rulesOf(line.code), STYLES.label);
    }
    for (const { title: sumTitle, of } of sums) {
      const row = sheet.add(['', `ƒ ${sumTitle}`, ''], STYLES.label);
      for (const [column, figures] of [
        [COLUMN.present, present],
        [COLUMN.before, before],
      ] as const) {
        const cells = of.flatMap((code) => rows.get(code) ?? []).map((each) => address(each, column));
        const decimals = Math.max(0, ...lines.map((line) => line.decimals));
        sheet.put(row, column, null, figureStyle(decimals, 'locked'), {
          formula: `SUM(${cells.join(',')})`,
          formulaResult: sumText(of.map((code) => figures.get(code) ?? '')),
        });
      }
      sheet.put(row, COLUMN.rules, '', STYLES.label);
    }
  }
  if (rows.size > 0)
    sheet.validate({
      type: 'list',
      formula1: `${DICTIONARY_SHEET}!$A$2:$A$3`,
      range: [...rows.values()].map((row) => address(row, COLUMN.present)).join(' '),
      allowBlank: true,
      // A figure is typed over the list: it only offers the two states.
      showErrorMessage: false,
      showInputMessage: true,
      inputTitle: '填数，或选状态',
      inputMessage: `${NOT_APPLICABLE} 不适用，${NOT_AVAILABLE} 暂缺`,
    });
  return sheet;
}

const sumText = (texts: readonly string[]): number =>
  sumOf(
    texts.filter((text) => /^-?[0-9]{1,16}(\.[0-9]{1,12})?$/.test(text)).map((text) => new Decimal(text)),
  ).toNumber();

function guideSheet({ facts, sections }: TemplateContents): SheetDraft {
  const sheet = new SheetDraft('填报说明', {
    columns: [{ width: 20 }, { width: 40 }, { width: 10 }, { width: 8 }, { width: 80 }],
    protection: PROTECTED,
  });
  for (const [name, text] of [...facts, ...HOW_TO]) {
    const row = sheet.add([name], STYLES.strong);
    sheet.put(row, 2, text, STYLES.code);
  }
  sheet.add([]);
  sheet.add(['指标代码', '指标', '单位', '小数位', '怎么算'], STYLES.head);
  for (const line of sections.flatMap(({ lines }) => lines)) {
    const row = sheet.add([line.code, line.title, line.unit], STYLES.text);
    sheet.put(row, 4, line.decimals, STYLES.text);
    sheet.put(row, 5, line.definition, STYLES.text);
  }
  return sheet;
}

function rulesSheet({ rules }: TemplateContents): SheetDraft {
  const sheet = new SheetDraft('校验关系', {
    columns: [{ width: 8 }, { width: 16 }, { width: 40 }, { width: 60 }, { width: 60 }],
    freezePane: { rows: 1 },
    protection: PROTECTED,
  });
  sheet.add(['规则', '不符合时', '名称', '关系', '说明'], STYLES.head);
  for (const { rule, severity, title, formula, message } of rules)
    sheet.add([rule, SEVERITIES[severity] ?? severity, title, formula, message], STYLES.text);
  return sheet;
}

function dictionarySheet(): SheetDraft {
  const sheet = new SheetDraft(DICTIONARY_SHEET, { hidden: true, columns: [{ width: 8 }, { width: 40 }] });
  sheet.add(['填法', '意思'], STYLES.head);
  sheet.add([NOT_APPLICABLE, '不适用：本机构没有这项业务'], STYLES.code);
  sheet.add([NOT_AVAILABLE, '暂缺：有这项业务，数还没有'], STYLES.code);
  return sheet;
}

function markSheet({ mark }: TemplateContents): SheetDraft {
  const sheet = new SheetDraft(MARK_SHEET, {
    hidden: true,
    protection: PROTECTED,
    columns: [{ width: 12 }, { width: 70 }],
  });
  const texts: Readonly<Record<string, string>> = {
    form: mark.form,
    version: `${mark.version}`,
    filer: mark.filer,
    period: mark.period,
    hash: markHash(mark),
  };
  sheet.add([TEMPLATE_FORMAT, '绿评报表模板，请勿修改本表'], STYLES.code);
  for (const field of MARK_FIELDS) sheet.add([field, texts[field] ?? ''], STYLES.code);
  return sheet;
}

/** The sheets of a template. @param marks null: to be filled in */
export const templateSheets = (contents: TemplateContents, marks: TemplateMarks | null = null): SheetDraft[] => [
  formSheet(contents, marks),
  guideSheet(contents),
  rulesSheet(contents),
  dictionarySheet(),
  markSheet(contents),
];

/** 填报表 填报说明 校验关系, and hidden 字典 _meta. */
export const templateWorkbook = (contents: TemplateContents): Promise<Uint8Array> =>
  workbookBytes(templateSheets(contents), {
    properties: {
      title: `${contents.formTitle} ${periodTitle(contents.mark.period)} ${contents.filerName}`,
      creator: '绿评',
    },
  });

/** How a cell of a draft stands on the form. */
export const cellText = (cell: { readonly value: string | null; readonly state: string } | undefined): string => {
  if (cell?.state === 'not_applicable') return NOT_APPLICABLE;
  if (cell?.state === 'not_available') return NOT_AVAILABLE;
  return cell?.value === null || cell?.value === undefined ? '' : plain(new Decimal(cell.value));
};
