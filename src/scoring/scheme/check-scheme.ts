import type { Cadence } from '../../calendar/period.js';
import type { FormulaContext } from '../../formula/check.js';
import { toMicro } from '../../numbers/micro.js';
import type { Violation } from '../../problems/problems.js';
import type { MetricCatalogue } from '../types.js';
import { Codes } from './codes.js';
import { readDocument, writtenText } from './document.js';
import { Faults } from './faults.js';
import { Fields, type Placed } from './fields.js';
import { readAdjustments } from './read-adjustments.js';
import { readCohorts, readEligibility } from './read-cohorts.js';
import { readGrades } from './read-grades.js';
import { readInputs } from './read-inputs.js';
import { type NodeContext, readRoot } from './read-nodes.js';
import { type BasisDocument, type Commendation, type Grade, KNOWN_NAMES, type Scheme } from './scheme.js';
import { warningsOf } from './warnings.js';

const CODE = /^[a-z0-9\p{Script=Han}-]{1,64}$/u;
const MOST_PLACES = 6;
const MOST_VERSIONS = 999_999_999;

export interface SchemeCheck {
  readonly ok: boolean;
  readonly errors: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** Present when `ok`. */
  readonly scheme?: Scheme;
}

/**
 * Reads and checks a scheme document: all faults at once, and the warnings of what has bitten somebody.
 * @param text    the document, YAML 1.2 or JSON
 * @param metrics the catalogue, for the `kind` of inputs
 */
export function checkScheme(text: string, metrics: MetricCatalogue): SchemeCheck {
  const faults = new Faults();
  const scheme = readScheme(text, metrics, faults);
  if (!scheme || faults.list.length > 0) return { ok: false, errors: faults.list, warnings: [] };
  return { ok: true, errors: [], warnings: warningsOf(scheme), scheme };
}

/** @returns null when the document is refused; the faults say why */
export function readScheme(text: string, metrics: MetricCatalogue, faults: Faults): Scheme | null {
  const written = readDocument(text, faults);
  const root = written && Fields.of({ written, path: '' }, faults, 'scheme: …');
  if (!root) return null;
  const head = readHead(root);
  const { inputs, names } = readInputs(root, head.cadence ?? 'annual', metrics);
  const known = new Set<string>([...names, ...KNOWN_NAMES]);
  const value: FormulaContext = { names: known, aggregates: true, yields: 'number' };
  const context: NodeContext = { inputs: names, value, codes: new Codes() };
  const cohorts = readCohorts(root, known);
  const eligibility = readEligibility(root, known);
  const tree = readRoot(root, context);
  const adjustments = readAdjustments(root, context);
  const total = readTotal(root);
  const rounding = readRounding(root);
  const ranking = readRanking(root, context.codes);
  const grades = readGrades(root);
  const commendation = readCommendation(root, grades);
  root.finish();
  const { code, version, cadence } = head;
  if (code === null || version === null || cadence === null || !tree) return null;
  return {
    ...head,
    code,
    version,
    cadence,
    inputs,
    cohorts,
    eligibility,
    root: tree,
    adjustments,
    total,
    rounding,
    ranking,
    grades,
    commendation,
  };
}

function readHead(root: Fields): {
  code: string | null;
  version: number | null;
  title: string;
  basis: readonly BasisDocument[];
  institutionTypes: readonly string[] | null;
  cadence: Cadence | null;
} {
  const code = root.requiredText('scheme');
  if (code !== null && !CODE.test(code))
    root.refuse('scheme', 'code', '小写字母、数字、汉字、-，至多 64 个', '方案代码不对');
  const version = root.require('version', '≥ 1 的整数') ? root.whole('version', 1, MOST_VERSIONS) : null;
  const title = root.label('title');
  const basis = basisOf(root.take('basis'));
  const institutionTypes = root.texts('institutionTypes');
  const cadence = root.require('cadence', 'annual | quarterly')
    ? root.choice('cadence', ['annual', 'quarterly'])
    : null;
  return { code, version, title, basis, institutionTypes, cadence };
}

/** What the scheme rests on is for readers and changes no digit: whatever is written is shown. */
function basisOf(placed: Placed | null): readonly BasisDocument[] {
  if (!placed || placed.written.kind === 'null') return [];
  const items = placed.written.kind === 'list' ? placed.written.items : [placed.written];
  return items.map((item) => {
    const entry = (key: string): string => {
      const written = item.kind === 'map' ? item.entries.get(key) : undefined;
      return written ? writtenText(written) : '';
    };
    const document = entry('document');
    return document === '' ? { document: writtenText(item), note: '' } : { document, note: entry('note') };
  });
}

function readTotal(root: Fields): Scheme['total'] {
  const fields = root.map('total');
  const min = fields?.decimal('min') ?? null;
  const max = fields?.decimal('max') ?? null;
  fields?.finish();
  if (min && max && min.gt(max)) fields?.refuse('max', 'domain', `≥ ${min.toFixed()}`, 'total 的 min 大于 max');
  return { min: min && toMicro(min), max: max && toMicro(max) };
}

function readRounding(root: Fields): Scheme['rounding'] {
  const fields = root.map('rounding');
  const indicator = fields?.whole('indicator', 0, MOST_PLACES) ?? 6;
  const total = fields?.whole('total', 0, MOST_PLACES) ?? 2;
  fields?.choice('mode', ['half_up']);
  fields?.finish();
  return { indicator, total };
}

function readRanking(root: Fields, codes: Codes): Scheme['ranking'] {
  const fields = root.map('ranking');
  const on = fields?.choice('on', ['rounded', 'exact']) ?? 'rounded';
  const ties = fields?.choice('ties', ['competition', 'dense', 'ordinal']) ?? 'competition';
  const tieBreak = fields?.texts('tieBreak') ?? [];
  fields?.finish();
  tieBreak.forEach((code, i) => {
    if (!codes.isNode(code))
      root.faults.add(`ranking.tieBreak[${i}]`, 'name', code, codes.nodes().join(' | '), `没有节点 ${code}`);
  });
  return { on, ties, tieBreak };
}

/** For the list drawn from a final ranking; it changes no digit. */
function readCommendation(root: Fields, grades: readonly Grade[]): Commendation | null {
  const fields = root.map('commendation');
  if (!fields) return null;
  const quota = fields.whole('quota', 1);
  const minGrade = fields.text('minGrade');
  fields.finish();
  if (minGrade !== null && !grades.some((grade) => grade.code === minGrade))
    fields.refuse('minGrade', 'name', grades.map((grade) => grade.code).join(' | '), `没有等次 ${minGrade}`);
  return quota === null && minGrade === null ? null : { quota, minGrade };
}
