import type { MethodologyNode } from '../../../src/scoring/methodology/methodology.js';

const KINDS: Readonly<Record<MethodologyNode['kind'], string>> = {
  group: '指标组',
  indicator: '定量',
  assessed: '定性',
};

/** 指标体系: each node with its weight in the group and of the whole, and how it is computed. */
export function NodeTree({ nodes }: { readonly nodes: readonly MethodologyNode[] }) {
  return (
    <table className="plain-table node-tree" data-testid="node-tree">
      <thead>
        <tr>
          <th>指标</th>
          <th>类别</th>
          <th className="number">组内权重</th>
          <th className="number">占总分 %</th>
          <th>算法</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <tr key={node.code} className={node.kind === 'group' ? 'group-row' : undefined}>
            <td className={`depth-${Math.min(node.depth, 4)}`}>{node.title}</td>
            <td>{KINDS[node.kind]}</td>
            <td className="number">{node.weight === '' ? '等权' : node.weight}</td>
            <td className="number">{node.share ?? '—'}</td>
            <td>{node.formula === '' ? node.says[0]?.says : node.formula}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
