import { parseDocument } from 'yaml';
import { DomainError, type Violation } from '../../problems/problems.js';
import { checkScheme } from '../scheme/check-scheme.js';
import { nodesOf } from '../scheme/scheme.js';
import type { MetricCatalogue } from '../types.js';

const WEIGHT = /^[0-9]{1,9}(\.[0-9]{1,6})?$/;

/**
 * A scheme's document with other weights. Whether they add up is for the scheme's own check to say.
 * @param weights by node, decimals as text
 * @throws WHAT_IF_REFUSED for a node that the scheme lacks and for what is no weight; SCHEME_REFUSED
 */
export function documentWithWeights(
  document: string,
  metrics: MetricCatalogue,
  weights: Readonly<Record<string, string>>,
): string {
  const { scheme } = checkScheme(document, metrics);
  const paths = new Map((scheme ? nodesOf(scheme.root) : []).map((node) => [node.code, node.path]));
  const faults = Object.entries(weights).flatMap(([code, weight]): Violation[] => {
    const fault = (expected: string, message: string) => [
      { path: `weights.${code}`, rule: 'WHAT_IF_REFUSED', found: weight, expected, message },
    ];
    if (!paths.has(code)) return fault([...paths.keys()].join(' | '), `没有节点 ${code}`);
    return WEIGHT.test(weight) ? [] : fault('大于 0、至多 6 位小数', '权重写法不对');
  });
  if (faults.length > 0) throw new DomainError('WHAT_IF_REFUSED', 422, `试算的权重有 ${faults.length} 处不对`, faults);
  const written = parseDocument(document, { version: '1.2', schema: 'core' });
  // Read as YAML, so that it is written as the number that it is.
  for (const [code, weight] of Object.entries(weights))
    written.setIn([...stepsOf(paths.get(code) ?? ''), 'weight'], parseDocument(weight).contents);
  const changed = written.toString({ lineWidth: 0 });
  const { errors } = checkScheme(changed, metrics);
  if (errors.length > 0)
    throw new DomainError('SCHEME_REFUSED', 422, `换了权重的方案未通过检查：${errors.length} 处`, errors);
  return changed;
}

/** `indicators[0].of[1]` → indicators, 0, of, 1. */
const stepsOf = (path: string): (string | number)[] =>
  [...path.matchAll(/([^.[\]]+)|\[([0-9]+)\]/g)].map(([, key, index]) =>
    index === undefined ? (key as string) : Number.parseInt(index, 10),
  );
