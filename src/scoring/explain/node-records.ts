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
import type { LeafCell } from '../values/leaf-column.js';

/** What was computed for one institution, ready to be written down. */
export interface Computed {
  readonly row: number;
  readonly cellOf: (leaf: Leaf) => LeafCell;
  /** Points of a node; null: excluded or no total to come. */
  readonly scoreOf: (node: SchemeNode) => bigint | null;
  readonly shares: ReadonlyMap<SchemeNode, Share>;
}

/** Writes the records of the whole tree: the parts that are equal for all institutions are made once. */
export class NodeRecorder {
  private readonly nodes: readonly { node: SchemeNode; parent: string | null; reads: readonly [Input, number][] }[];

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
    this.nodes = nodes.map((node) => ({
      node,
      parent: parents.get(node) ?? null,
      reads: node.kind === 'indicator' ? readsOf(node.value.tree, perYear).flatMap(declared) : [],
    }));
  }

  records(computed: Computed): readonly NodeRecord[] {
    return this.nodes.map(({ node, parent, reads }) => {
      const uses = reads.flatMap(([input, back]) => this.windows.uses(input, computed.row, back));
      return recordOf(node, parent, uses, computed);
    });
  }
}

function recordOf(
  node: SchemeNode,
  parent: string | null,
  inputs: readonly InputUse[],
  { cellOf, scoreOf, shares }: Computed,
): NodeRecord {
  const cell = node.kind === 'group' ? null : cellOf(node);
  const score = scoreOf(node);
  const share = shares.get(node);
  return {
    code: node.code,
    title: titleOf(node),
    parent,
    kind: node.kind,
    formula: formulaOf(node),
    unit: node.kind === 'group' ? null : node.unit,
    inputs,
    value: cell?.value ? plain(cell.value) : null,
    outcome: cell?.outcome ?? null,
    treated: cell?.treated ? plain(cell.treated) : null,
    policy: cell?.policy ?? null,
    normalisation: node.kind === 'indicator' && cell ? normalisationOf(node, cell) : null,
    score: score === null ? null : microText(score),
    declaredWeight: node.weight?.text ?? null,
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

function normalisationOf(
  { method, direction, over }: Indicator,
  { statistics }: LeafCell,
): NodeRecord['normalisation'] {
  return { method: method.name, parameters: { ...method.parameters, direction, over }, statistics };
}
