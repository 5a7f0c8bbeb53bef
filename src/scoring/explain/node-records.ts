import type { Read } from '../../formula/reads.js';
import { readsOf } from '../../formula/reads.js';
import { plain } from '../../numbers/decimal.js';
import { microText } from '../../numbers/micro.js';
import type { Share } from '../aggregate/contributions.js';
import type { Windows } from '../inputs/windows.js';
import {
  type Indicator,
  type Input,
  type Leaf,
  nodesOf,
  periodsPerYear,
  type Scheme,
  type SchemeNode,
  titleOf,
} from '../scheme/scheme.js';
import type { InputUse, NodeRecord } from '../types.js';
import type { LeafCell } from '../values/exact-cells.js';

/** What was computed for one institution, ready to be written down. */
export interface Computed {
  readonly row: number;
  readonly cellOf: (leaf: Leaf) => LeafCell;
  /** Points of a node; null: excluded or no total to come. */
  readonly scoreOf: (node: SchemeNode) => bigint | null;
  readonly shares: ReadonlyMap<SchemeNode, Share>;
}

/** What the record of a node says alike for every institution. */
interface Template {
  readonly node: SchemeNode;
  readonly reads: readonly (readonly [Input, number])[];
  readonly fixed: Pick<NodeRecord, 'code' | 'title' | 'parent' | 'kind' | 'formula' | 'unit' | 'declaredWeight'>;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Writes the records of the whole tree: what is equal for all institutions is made once. */
export class NodeRecorder {
  private readonly templates: readonly Template[];

  constructor(
    scheme: Scheme,
    private readonly windows: Windows,
  ) {
    const inputs = new Map(scheme.inputs.map((input) => [input.name, input]));
    const parents = new Map<SchemeNode, string>();
    const nodes = nodesOf(scheme.root);
    for (const node of nodes)
      if (node.kind === 'group') for (const child of node.children) parents.set(child, node.code);
    const perYear = periodsPerYear(scheme.cadence);
    const declared = ({ name, back }: Read): [Input, number][] => {
      const input = inputs.get(name);
      return input ? [[input, back]] : [];
    };
    this.templates = nodes.map((node) => ({
      node,
      reads: node.kind === 'indicator' ? readsOf(node.value.tree, perYear).flatMap(declared) : [],
      fixed: {
        code: node.code,
        title: titleOf(node),
        parent: parents.get(node) ?? null,
        kind: node.kind,
        formula: formulaOf(node),
        unit: node.kind === 'group' ? null : node.unit,
        declaredWeight: node.weight?.text ?? null,
      },
      parameters: node.kind === 'indicator' ? parametersOf(node) : {},
    }));
  }

  records(computed: Computed): readonly NodeRecord[] {
    const usesOf = ({ reads }: Template): readonly InputUse[] =>
      reads.flatMap(([input, back]) => this.windows.uses(input, computed.row, back));
    return this.templates.map((template) => recordOf(template, usesOf, computed));
  }
}

function recordOf(
  template: Template,
  usesOf: (template: Template) => readonly InputUse[],
  { cellOf, scoreOf, shares }: Computed,
): NodeRecord {
  const { node, fixed, parameters } = template;
  const cell = node.kind === 'group' ? null : cellOf(node);
  const score = scoreOf(node);
  const share = shares.get(node);
  const method = node.kind === 'indicator' ? node.method.name : null;
  return {
    code: fixed.code,
    title: fixed.title,
    parent: fixed.parent,
    kind: fixed.kind,
    formula: fixed.formula,
    unit: fixed.unit,
    get inputs() {
      return usesOf(template);
    },
    value: cell?.value ? plain(cell.value) : null,
    outcome: cell?.outcome ?? null,
    treated: cell?.treated ? plain(cell.treated) : null,
    policy: cell?.policy ?? null,
    normalisation: method !== null && cell ? { method, parameters, statistics: cell.statistics } : null,
    score: score === null ? null : microText(score),
    declaredWeight: fixed.declaredWeight,
    weight: textOf(share?.weight),
    contribution: textOf(share?.contribution),
    note: cell?.note ?? '',
  };
}

const textOf = (micro: bigint | null | undefined): string | null => (micro == null ? null : microText(micro));

function formulaOf(node: SchemeNode): string {
  if (node.kind === 'group') return node.aggregate;
  return node.kind === 'indicator' ? node.value.text : node.assessed.combine;
}

const parametersOf = ({ method, direction, over }: Indicator): Readonly<Record<string, unknown>> => ({
  ...method.parameters,
  direction,
  over,
});
