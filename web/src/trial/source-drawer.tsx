import { Drawer } from 'antd';
import type { NodeRecord, ResultRecord } from '../../../src/scoring/types.js';
import type { OwnFigure } from '../../../src/trial/own-figures.js';
import { fixed, inUnit, short } from '../figures/figure-text.js';

/** 换算: `12.5 亿元 × 10000 = 125000 万元`; nothing where the unit is the same. */
export const conversion = ({ raw, stated, factor, value, unit }: OwnFigure): string =>
  factor === '1' ? '' : `${raw} ${stated} × ${factor} = ${value} ${unit}`;

export const placeOf = ({ sheet, cell }: OwnFigure): string => (sheet === '' ? cell : `${sheet}!${cell}`);

interface SourceDrawerProps {
  readonly result: ResultRecord | null;
  readonly period: string;
  /** All figures of this institution. */
  readonly figures: readonly OwnFigure[];
  readonly fileName: string;
  readonly titleOf: (metric: string) => string;
  readonly close: () => void;
}

/** Where the points of one institution come from: score, value, formula, cell, raw text, conversion. */
export function SourceDrawer({ result, period, figures, fileName, titleOf, close }: SourceDrawerProps) {
  const leaves = result?.nodes.filter(({ kind }) => kind !== 'group') ?? [];
  return (
    <Drawer
      title={result === null ? '' : `${result.name}　${result.rank === null ? '未列名次' : `第${result.rank}名`}`}
      open={result !== null}
      onClose={close}
      size={560}
    >
      <p className="note">试算，不作为结果　{fileName}</p>
      {leaves.map((node) => (
        <section key={node.code} className="source-node" data-testid="source-node">
          <h3>
            {node.title}
            <b>{node.score === null ? '未计分' : `${fixed(node.score)}分`}</b>
          </h3>
          <p className="note">{saidOf(node, titleOf)}</p>
          <ul>
            {figuresOf(node, figures, period).map((figure) => (
              <li key={figure.cell}>
                <b>{placeOf(figure)}</b>　原文 {figure.raw}
                {figure.stated === '' ? '' : ` ${figure.stated}`}
                {conversion(figure) !== '' && <span className="block note">{conversion(figure)}</span>}
                {figure.notes.map((note) => (
                  <span key={note} className="block note">
                    {note}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Drawer>
  );
}

function saidOf(node: NodeRecord, titleOf: (metric: string) => string): string {
  const value =
    node.value === null ? '没有数值' : `${inUnit(short(node.value).replaceAll(',', ''), node.unit)}${node.unit ?? ''}`;
  const { min, max } = node.normalisation?.statistics ?? {};
  const range = min && max ? `　全表最小 ${short(min)}，最大 ${short(max)}` : '';
  const weight = node.weight === null ? '' : `　权重 ${fixed(node.weight)}%`;
  return `${formulaWith(node, titleOf)}数值 ${value}${range}${weight}${node.note === '' ? '' : `　${node.note}`}`;
}

/** With the metrics' titles for the names of its inputs. A figure alone is no formula. */
function formulaWith({ formula, inputs }: NodeRecord, titleOf: (metric: string) => string): string {
  if (inputs.length === 1 && inputs[0]?.name === formula) return '';
  const titles = new Map(inputs.map(({ name, metric }) => [name, titleOf(metric)]));
  const words = formula.replaceAll(/[A-Za-z_][A-Za-z_0-9]*/g, (name) => titles.get(name) ?? name);
  return words === '' ? '' : `公式 ${words}　`;
}

/** The cells that a node read. A year of an annual scheme is told by its last quarter. */
function figuresOf(node: NodeRecord, figures: readonly OwnFigure[], period: string): OwnFigure[] {
  return node.inputs.flatMap((input) =>
    figures
      .filter(({ metric, period: at }) => metric === input.metric && (at ?? period).startsWith(input.period))
      .slice(-1),
  );
}
