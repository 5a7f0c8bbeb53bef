import { type Cadence } from '../../calendar/period.js';
import { isName } from '../../formula/tokens.js';
import type { MetricCatalogue } from '../types.js';
import { Fields, type Placed } from './fields.js';
import { type Input, KNOWN_NAMES, type Take } from './scheme.js';

const TAKES = ['last', 'first', 'sum', 'mean', 'max'] as const;
/** These look at all quarters of the window, so a number of them may be missing. */
const OVER_QUARTERS: readonly Take[] = ['sum', 'mean', 'max'];
const FARTHEST_SHIFT = -400;

/** The inputs as declared; `names` holds also those with a fault, so that a formula is not blamed for it. */
export interface ReadInputs {
  readonly inputs: readonly Input[];
  readonly names: ReadonlySet<string>;
}

export function readInputs(root: Fields, cadence: Cadence, metrics: MetricCatalogue): ReadInputs {
  const placed = root.require('inputs', '{ 名称: { metric, … } }，可以是 {}');
  const names = new Set<string>();
  const inputs: Input[] = [];
  if (!placed || placed.written.kind === 'null') return { inputs, names };
  const fields = Fields.of(placed, root.faults);
  for (const entry of fields?.all() ?? []) {
    const name = entry.key.normalize('NFKC');
    if (!isName(name))
      root.faults.add(entry.path, 'name', entry.key, '汉字、字母、下划线开头，可含数字', '这个名称不能写进公式');
    else if (KNOWN_NAMES.some((known) => known === name))
      root.faults.add(entry.path, 'name', entry.key, '别的名称', '这个名称已有固定含义');
    else if (names.has(name)) root.faults.add(entry.path, 'double-name', entry.key, '每个名称一次', '名称重复');
    names.add(name);
    const input = readInput(entry, name, root, cadence, metrics);
    if (input) inputs.push(input);
  }
  return { inputs, names };
}

function readInput(
  placed: Placed,
  name: string,
  root: Fields,
  cadence: Cadence,
  metrics: MetricCatalogue,
): Input | null {
  const fields = Fields.of(placed, root.faults, '{ metric, kind, take, shift, missing, atLeast }');
  if (!fields) return null;
  const metric = fields.requiredText('metric');
  const stated = fields.choice('kind', ['stock', 'flow']);
  const kind = stated ?? (metric !== null && Object.hasOwn(metrics, metric) ? (metrics[metric]?.kind ?? null) : null);
  if (metric !== null && kind === null && !fields.has('kind'))
    fields.refuse('kind', 'required', 'stock | flow', `指标目录没有说 ${metric} 是存量还是流量`);
  const take = fields.choice('take', TAKES) ?? (kind === 'flow' ? 'sum' : 'last');
  const shift = fields.whole('shift', FARTHEST_SHIFT, 0) ?? 0;
  const missing = fields.decimal('missing');
  const quarters = cadence === 'annual' ? 4 : 1;
  const atLeast = fields.whole('atLeast', 1, quarters);
  if (atLeast !== null && !OVER_QUARTERS.includes(take))
    fields.refuse('atLeast', 'not-here', '与 sum、mean、max 同用', `take 是 ${take} 时没有 atLeast`);
  fields.finish();
  return metric !== null && kind ? { name, metric, kind, take, shift, missing, atLeast } : null;
}
