import type { Json } from '../../numbers/canonical.js';
import { parseFigure } from '../../numbers/decimal.js';
import type { Assessment, EvaluationInput, Figure, Institution, MetricCatalogue } from '../types.js';

/** A place in the bundle that is not what the format says. */
export class BundleShapeError extends Error {
  constructor(
    readonly path: string,
    readonly expected: string,
  ) {
    super(`${path} 应为${expected}`);
  }
}

type JsonObject = { readonly [key: string]: Json };
export type Bundle = JsonObject;

/** @throws BundleShapeError */
export function readJson(text: string): Bundle {
  let bundle: Json;
  try {
    bundle = JSON.parse(text) as Json;
  } catch {
    throw new BundleShapeError('存证包', ' JSON');
  }
  return objectAt(bundle, '存证包');
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectAt(value: Json | undefined, path: string): JsonObject {
  if (isObject(value)) return value;
  throw new BundleShapeError(path, '对象');
}

export function listAt(value: Json | undefined, path: string): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new BundleShapeError(path, '列表');
}

export function textAt(value: Json | undefined, path: string): string {
  if (typeof value === 'string') return value;
  throw new BundleShapeError(path, '文字');
}

const textOrNull = (value: Json | undefined, path: string): string | null =>
  value === null ? null : textAt(value, path);

function decimalAt(value: Json | undefined, path: string): Figure['value'] {
  const figure = parseFigure(textAt(value, path));
  if (typeof figure === 'string') throw new BundleShapeError(path, '十进制数');
  return figure;
}

/** What an evaluation was made from. @throws BundleShapeError */
export function inputOf(bundle: JsonObject): EvaluationInput {
  return {
    document: textAt(bundle.scheme, 'scheme'),
    period: textAt(bundle.period, 'period'),
    metrics: metricsOf(objectAt(bundle.metrics, 'metrics')),
    institutions: listAt(bundle.institutions, 'institutions').map((item, i) =>
      institutionOf(item, `institutions[${i}]`),
    ),
    figures: listAt(bundle.figures, 'figures').map((item, i) =>
      figureOf(listAt(item, `figures[${i}]`), `figures[${i}]`),
    ),
    assessments: listAt(bundle.assessments, 'assessments').map((item, i) =>
      assessmentOf(listAt(item, `assessments[${i}]`), `assessments[${i}]`),
    ),
  };
}

function metricsOf(metrics: JsonObject): MetricCatalogue {
  return Object.fromEntries(
    Object.entries(metrics).map(([code, value]) => {
      const path = `metrics.${code}`;
      const facts = objectAt(value, path);
      const kind = textOrNull(facts.kind, `${path}.kind`);
      if (kind !== null && kind !== 'stock' && kind !== 'flow')
        throw new BundleShapeError(`${path}.kind`, ' stock 或 flow');
      return [code, { kind, unit: textOrNull(facts.unit, `${path}.unit`) }];
    }),
  );
}

function institutionOf(item: Json, path: string): Institution {
  const institution = objectAt(item, path);
  const attributes = objectAt(institution.attributes, `${path}.attributes`);
  return {
    code: textAt(institution.code, `${path}.code`),
    name: textAt(institution.name, `${path}.name`),
    type: textOrNull(institution.type, `${path}.type`),
    flags: listAt(institution.flags, `${path}.flags`).map((flag, i) => textAt(flag, `${path}.flags[${i}]`)),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([column, text]) => [column, textAt(text, `${path}.attributes.${column}`)]),
    ),
  };
}

function figureOf(row: readonly Json[], path: string): Figure {
  const [institution, period, metric, value, revision] = row;
  return {
    institution: textAt(institution, `${path}[0]`),
    period: textAt(period, `${path}[1]`),
    metric: textAt(metric, `${path}[2]`),
    value: decimalAt(value, `${path}[3]`),
    revision: textOrNull(revision, `${path}[4]`),
  };
}

function assessmentOf(row: readonly Json[], path: string): Assessment {
  const [institution, node, assessor, score] = row;
  return {
    institution: textAt(institution, `${path}[0]`),
    node: textAt(node, `${path}[1]`),
    assessor: textAt(assessor, `${path}[2]`),
    score: decimalAt(score, `${path}[3]`),
  };
}
