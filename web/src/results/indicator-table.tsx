import { Fragment, useState } from 'react';
import type { Evaluation, InstitutionResult } from '../api/shapes.js';
import { fixed, length, NONE, signed } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import { outcomeWords } from './outcome-words.js';
import { TracePanel } from './trace-panel.js';
import { type Leaf, sumKnown } from './tree.js';

interface IndicatorTableProps {
  readonly evaluation: Evaluation;
  readonly result: InstitutionResult;
  readonly leaves: readonly Leaf[];
}

const COLUMNS = 8;

/** 指标明细: a row opens to formula, inputs and the filed cell. */
export function IndicatorTable({ evaluation, result, leaves }: IndicatorTableProps) {
  const [opened, setOpened] = useState<string | null>(null);
  const applied = result.adjustments.filter((each) => each.applied && length(each.change ?? '1') !== 0);
  return (
    <Card title="指标明细" note="点指标看算式，点取数看填报单元格" flush={true}>
      <table className="plain-table indicators" data-testid="indicators">
        <thead>
          <tr>
            <th className="col-fold">
              <span className="visually-hidden">展开</span>
            </th>
            <th className="col-category">类别</th>
            <th>指标</th>
            <th className="number">指标值</th>
            <th className="number">标准分</th>
            <th className="number">权重 %</th>
            <th className="number">得分</th>
            <th className="number col-lost">失分</th>
          </tr>
        </thead>
        <tbody>
          {leaves.map((leaf) => {
            const { node } = leaf;
            const open = opened === node.code;
            const toggle = (): void => setOpened(open ? null : node.code);
            return (
              <Fragment key={node.code}>
                {/* The button carries the keyboard; a click anywhere on the row does the same. */}
                <tr
                  className={open ? 'opened-row' : undefined}
                  onClick={toggle}
                  data-testid="indicator-row"
                  data-indicator={node.code}
                >
                  <td className="fold" aria-hidden={true}>
                    {open ? '▾' : '▸'}
                  </td>
                  <td>{leaf.category}</td>
                  <td>
                    <button
                      type="button"
                      className="link-button"
                      aria-expanded={open}
                      onClick={(event) => {
                        event.stopPropagation();
                        toggle();
                      }}
                    >
                      {node.title}
                    </button>
                    {node.outcome !== null && <span className="note outcome-note">　{outcomeWords(node)}</span>}
                  </td>
                  <td className="number">
                    {fixed(node.value)}
                    {node.value !== null && (
                      <span className="unit"> {node.unit ?? (node.kind === 'assessed' ? '分' : '')}</span>
                    )}
                  </td>
                  <td className="number">{fixed(node.score)}</td>
                  <td className="number">{fixed(leaf.weight)}</td>
                  <td className="number score">{fixed(node.contribution)}</td>
                  <td className="number lost">{fixed(leaf.lost)}</td>
                </tr>
                {open && (
                  <tr className="trace-row">
                    <td className="trace-cell" colSpan={COLUMNS}>
                      <TracePanel evaluation={evaluation} leaf={leaf} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
        <tfoot>
          {applied.map((each) => (
            <tr key={each.code}>
              <td />
              <td>加减分</td>
              <td colSpan={4}>
                {each.title}
                {each.reason !== '' && each.reason !== each.title && <span className="note">　{each.reason}</span>}
              </td>
              <td className="number">
                {each.kind === 'veto' ? '不列名次' : each.change === null ? NONE : signed(each.change)}
              </td>
              <td />
            </tr>
          ))}
          <tr className="sum">
            <td />
            <td colSpan={4}>合计{result.cohortSize > 0 && `（${result.cohortSize}家参评）`}</td>
            <td className="number">{fixed(sumKnown(leaves.map((leaf) => leaf.weight)))}</td>
            <td className="number">{fixed(result.score)}</td>
            <td className="number">{fixed(sumKnown(leaves.map((leaf) => leaf.lost)))}</td>
          </tr>
        </tfoot>
      </table>
    </Card>
  );
}
