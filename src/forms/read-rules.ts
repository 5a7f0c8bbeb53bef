import { readsOf } from '../formula/reads.js';
import { Decimal, parseFigure } from '../numbers/decimal.js';
import type { Violation } from '../problems/problems.js';
import { COPY_WORDS } from '../rules/check-copied.js';
import { OUTLIER_WORDS } from '../rules/check-outlier.js';
import { SLIP_WORDS } from '../rules/check-slip.js';
import { MESSAGE_WORDS, PLACE } from '../rules/fill-message.js';
import { isSelected, type Rule, type RuleMetrics, SEVERITIES, type Selection, type Tolerance } from '../rules/rule.js';
import {
  checkRuleFormula,
  comparisonOf,
  EACH,
  HISTORY_QUARTERS,
  QUARTERS_PER_YEAR,
  treeOf,
} from '../rules/rule-formula.js';
import { DocumentReader } from './document-reader.js';
import { METRIC_KINDS } from './metric.js';
import type { ConfigurationFile } from './read-form.js';

interface Known {
  readonly metrics: RuleMetrics;
  /** The codes of each form: what a rule names must be asked together. */
  readonly forms: readonly (readonly string[])[];
}

/** The rules of all files, by code; every fault with file and path. */
export function readRules(
  files: readonly ConfigurationFile[],
  metrics: RuleMetrics,
  forms: readonly (readonly string[])[],
  faults: Violation[],
): Rule[] {
  const known = { metrics, forms };
  const explained = new Map<string, string>();
  const rules = files.flatMap((file) => {
    const at = new DocumentReader(file.content, file.name, faults);
    at.text('title');
    // Only a place for YAML anchors, such as the tolerance that many rules share.
    if (at.has('shared')) at.child('shared');
    const rules = at.entries('rules').map((entry) => {
      const before = faults.length;
      const rule = readRule(entry, known);
      if (faults.length === before) keepApart(entry, rule, known, explained);
      return rule;
    });
    at.nothingElse();
    return rules;
  });
  // By code, within one code as the files have them.
  return rules.sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
}

function readRule(at: DocumentReader, known: Known): Rule {
  const head = {
    rule: at.text('rule'),
    severity: at.oneOf('severity', SEVERITIES),
    title: at.text('title'),
    message: at.text('message'),
    hint: at.text('hint'),
  };
  const rule = readBody(at, head, known);
  const isPlain = rule.kind === 'copied';
  const words: readonly string[] = [
    ...(isPlain ? COPY_WORDS : MESSAGE_WORDS),
    ...(rule.kind === 'outlier' ? OUTLIER_WORDS : []),
    ...(rule.kind === 'slip' ? [...SLIP_WORDS, EACH] : []),
    ...(rule.kind === 'formula' && rule.each !== null ? [EACH] : []),
  ];
  for (const [place, name = ''] of head.message.matchAll(PLACE))
    if (!words.includes(name) && (isPlain || !known.metrics.has(name)))
      at.fault('message', place, `${words.map((word) => `{${word}}`).join('、')} 或指标代码`);
  at.nothingElse();
  return rule;
}

type Head = Pick<Rule, 'rule' | 'severity' | 'title' | 'message' | 'hint'>;

function readBody(at: DocumentReader, head: Head, known: Known): Rule {
  if (at.has('slips')) {
    const slips = at.entries('slips').map((entry) => {
      const slip = { ratio: decimal(entry, 'ratio'), title: entry.text('title') };
      entry.nothingElse();
      return slip;
    });
    return {
      ...head,
      kind: 'slip',
      each: readSelection(at.child('each'), known),
      slips,
      within: decimal(at, 'within'),
    };
  }
  if (at.has('outlier')) {
    const of = formula(at, 'outlier', known, false, 'number');
    const unit = at.text('unit');
    return {
      ...head,
      kind: 'outlier',
      of,
      unit,
      deviations: decimal(at, 'deviations'),
      peers: at.whole('peers', 3, 1000),
    };
  }
  if (at.has('copied'))
    return { ...head, kind: 'copied', share: decimal(at, 'copied'), cells: at.whole('cells', 1, 1000) };
  const each = at.has('each') ? readSelection(at.child('each'), known) : null;
  const holds = formula(at, 'holds', known, each !== null, 'condition');
  const tolerance = at.has('tolerance') ? readTolerance(at, known) : null;
  if (tolerance !== null && holds !== '' && comparisonOf(treeOf(holds)) === null)
    at.fault('tolerance', holds, '两数相比的规则（由“且”“或”连成的条件没有允许误差）');
  return {
    ...head,
    kind: 'formula',
    each,
    when: at.has('when') ? formula(at, 'when', known, each !== null, 'condition') : null,
    holds,
    unless: at.maybeText('unless'),
    tolerance,
    expected: at.maybeText('expected'),
  };
}

/** A formula without fault, else empty. */
function formula(
  at: DocumentReader,
  key: string,
  { metrics, forms }: Known,
  isEach: boolean,
  yields: 'number' | 'condition',
): string {
  const text = at.text(key);
  if (text === '') return '';
  const faults = checkRuleFormula(text, new Set([...metrics.keys(), ...(isEach ? [EACH] : [])]), yields);
  for (const { message, expected } of faults)
    at.fault(key, text, `${message}${expected.length < 80 ? `（${expected}）` : ''}`);
  if (faults.length > 0) return '';
  const reads = readsOf(treeOf(text), QUARTERS_PER_YEAR);
  const far = reads.find(({ back }) => back > HISTORY_QUARTERS);
  if (far) at.fault(key, text, `至多回看 ${HISTORY_QUARTERS} 个季度`);
  const codes = [...new Set(reads.map(({ name }) => name))].filter((name) => name !== EACH);
  if (!isEach && !forms.some((form) => codes.every((code) => form.includes(code))))
    at.fault(key, codes.join('、'), '同一张报表中的指标');
  return text;
}

function decimal(at: DocumentReader, key: string): string {
  const text = at.text(key);
  const value = text === '' ? null : parseFigure(text);
  if (value instanceof Decimal && value.gt(0)) return text;
  if (text !== '') at.fault(key, text, '引号里大于 0 的十进制数，如 "0.05"');
  return '1';
}

function readSelection(at: DocumentReader, { metrics }: Known): Selection {
  const codes = (key: string): string[] | null => {
    if (!at.has(key)) return null;
    const list = at.texts(key);
    for (const [i, code] of list.entries()) if (!metrics.has(code)) at.fault(`${key}[${i}]`, code, '指标目录中的代码');
    return list;
  };
  const kinds = at.has('kinds') ? at.texts('kinds') : null;
  for (const [i, kind] of (kinds ?? []).entries())
    if (!METRIC_KINDS.some((each) => each === kind)) at.fault(`kinds[${i}]`, kind, METRIC_KINDS.join('、'));
  const selection: Selection = {
    kinds,
    units: at.has('units') ? at.texts('units') : null,
    counted: at.has('counted') ? at.yes('counted') : null,
    mayBeNegative: at.has('mayBeNegative') ? at.yes('mayBeNegative') : null,
    codes: codes('codes'),
    except: codes('except') ?? [],
  };
  at.nothingElse();
  if (![...metrics.values()].some((metric) => isSelected(metric, selection)))
    at.fault('', JSON.stringify(selection), '至少选中一项指标');
  return selection;
}

function readTolerance(at: DocumentReader, { metrics }: Known): Tolerance {
  const child = at.child('tolerance');
  const units = [...new Set([...metrics.values()].map((metric) => metric.unit))];
  const tolerance = Object.fromEntries(
    units
      .filter((unit) => child.has(unit))
      .map((unit) => {
        const entry = child.child(unit);
        const allowed = { perItem: decimal(entry, 'perItem'), least: decimal(entry, 'least') };
        entry.nothingElse();
        return [unit, allowed];
      }),
  );
  child.nothingElse();
  return tolerance;
}

/** An explanation is filed under rule and first cell: no two entries that want one may share both. */
function keepApart(at: DocumentReader, rule: Rule, { metrics }: Known, explained: Map<string, string>): void {
  if (rule.severity !== 'justify' || rule.kind === 'copied') return;
  const firsts =
    rule.kind === 'outlier' || (rule.kind === 'formula' && rule.each === null)
      ? readsOf(treeOf(rule.kind === 'outlier' ? rule.of : rule.holds), QUARTERS_PER_YEAR)
          .slice(0, 1)
          .map(({ name }) => name)
      : [...metrics.values()].filter((metric) => rule.each && isSelected(metric, rule.each)).map(({ code }) => code);
  for (const code of firsts) {
    const key = `${rule.rule}:${code}`;
    const other = explained.get(key);
    if (other !== undefined) at.fault('rule', key, `与“${other}”不同的首个指标：说明按规则和首个指标归档`);
    explained.set(key, rule.title);
  }
}
