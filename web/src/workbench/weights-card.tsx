import type { KeyboardEvent, ReactNode } from 'react';
import { Card } from '../shell/card.js';
import type { Outline, OutlineGroup, OutlineNode } from './trial.js';
import { inProportion, shownWeight, stepped, typedWeight, WHOLE } from './weight-texts.js';

/** What stands in a weight's box, by code; a node that is not named shows the document's weight. */
export type Typed = ReadonlyMap<string, string>;

export const weightText = (node: OutlineNode, typed: Typed): string =>
  typed.get(node.code) ?? (node.weight === null ? '' : shownWeight(node.weight));

/** Millionths; null: what is typed is no weight. */
const weightOf = (node: OutlineNode, typed: Typed): bigint | null => {
  const text = typed.get(node.code);
  return text === undefined ? node.weight : typedWeight(text);
};

/** Whether the children of a group must sum to 100. */
export const mustSum = (group: OutlineGroup): boolean =>
  group.weights === 'stated' && group.children.some((child) => child.isMovable);

/** What the group lacks to 100, in millionths; null while a weight cannot be read. */
export function gapOf(group: OutlineGroup, typed: Typed): bigint | null {
  const weights = group.children.map((child) => weightOf(child, typed));
  if (weights.some((weight) => weight === null)) return null;
  return WHOLE - weights.reduce<bigint>((sum, weight) => sum + (weight ?? 0n), 0n);
}

interface WeightsCardProps {
  readonly outline: Outline;
  readonly typed: Typed;
  readonly change: (changes: ReadonlyMap<string, string>) => void;
  readonly selected: string;
  readonly select: (code: string) => void;
}

/** The tree with a box for each weight; of every group its sum, and what it lacks. */
export function WeightsCard({ outline, typed, change, selected, select }: WeightsCardProps) {
  const root = outline.groups[0];
  const part = { typed, change, selected, select, outline };
  return (
    <Card title="权重" note="组内合计须为 100.00" flush={true} className="weights-card">
      <table className="weights">
        <thead>
          <tr>
            <th scope="col">指标</th>
            <th scope="col" className="number">
              原
            </th>
            <th scope="col" className="number">
              试算 %
            </th>
            <th scope="col" className="number">
              变化
            </th>
          </tr>
        </thead>
        <tbody>{root && <GroupRows group={root} level={0} {...part} />}</tbody>
      </table>
    </Card>
  );
}

interface RowsProps extends WeightsCardProps {
  readonly group: OutlineGroup;
  readonly level: number;
}

function GroupRows({ group, level, ...part }: RowsProps) {
  return (
    <>
      {group.children.map((child) => {
        const own = part.outline.groups.find(({ code }) => code === child.code);
        return (
          <FragmentRows key={child.code} child={child} level={level} {...part}>
            {child.kind === 'group' && own ? <GroupRows group={own} level={level + 1} {...part} /> : null}
          </FragmentRows>
        );
      })}
      <SumRow group={group} level={level} {...part} />
    </>
  );
}

function FragmentRows({
  child,
  level,
  children,
  ...part
}: Omit<RowsProps, 'group'> & { readonly child: OutlineNode; readonly children: ReactNode }) {
  return (
    <>
      <WeightRow node={child} level={level} {...part} />
      {children}
    </>
  );
}

function WeightRow({
  node,
  level,
  typed,
  change,
  selected,
  select,
}: Omit<RowsProps, 'group'> & { readonly node: OutlineNode }) {
  const weight = weightOf(node, typed);
  const difference = weight === null || node.weight === null ? null : weight - node.weight;
  const set = (text: string): void => change(new Map([[node.code, text]]));
  const press = (event: KeyboardEvent): void => {
    if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || weight === null) return;
    event.preventDefault();
    set(shownWeight(stepped(weight, event.key === 'ArrowUp')));
  };
  return (
    <tr className={selected === node.code ? 'selected' : ''} data-testid="weight-row" data-node={node.code}>
      <td className={`level-${Math.min(level, 4)}`}>
        {node.kind === 'group' ? (
          <b>▾ {node.title}</b>
        ) : (
          <button type="button" className="link-button" onClick={() => select(node.code)}>
            {node.title}
          </button>
        )}
      </td>
      <td className="number faded">{node.weight === null ? '—' : shownWeight(node.weight)}</td>
      <td className="number">
        {node.isMovable ? (
          <span className="weight-box">
            <input
              value={weightText(node, typed)}
              inputMode="decimal"
              aria-label={`${node.title}的权重`}
              aria-invalid={weight === null}
              data-testid="weight"
              onChange={(event) => set(event.target.value.trim())}
              onKeyDown={press}
              onFocus={(event) => {
                event.target.select();
                if (node.kind !== 'group') select(node.code);
              }}
              onBlur={() => weight !== null && typed.has(node.code) && set(shownWeight(weight))}
            />
            <span className="arrows">
              {(['加', '减'] as const).map((way) => (
                <button
                  key={way}
                  type="button"
                  aria-label={`${node.title}${way} 1`}
                  tabIndex={-1}
                  disabled={weight === null}
                  onClick={() => weight !== null && set(shownWeight(stepped(weight, way === '加')))}
                >
                  {way === '加' ? '▴' : '▾'}
                </button>
              ))}
            </span>
          </span>
        ) : (
          <span className="note">{node.weight === null ? '等权' : '不用'}</span>
        )}
      </td>
      <td className="number">{difference === null ? '' : <Change by={difference} />}</td>
    </tr>
  );
}

function Change({ by }: { readonly by: bigint }) {
  if (by === 0n) return <span className="faded">—</span>;
  return by > 0n ? <span className="up">+{shownWeight(by)}</span> : <span className="down">−{shownWeight(-by)}</span>;
}

function SumRow({ group, level, typed, change, selected }: RowsProps) {
  if (!mustSum(group)) return null;
  const gap = gapOf(group, typed);
  const isWhole = gap === 0n;
  const indent = `level-${Math.min(level, 4)}`;
  const fill = (): void => {
    const shares = inProportion(group.children.map((child) => weightOf(child, typed) ?? 0n));
    change(new Map(group.children.map((child, i) => [child.code, shownWeight(shares[i] as bigint)])));
  };
  const row = group.children.find(({ code }) => code === selected);
  const filled = row && gap !== null ? (weightOf(row, typed) ?? 0n) + gap : null;
  return (
    <>
      <tr className={isWhole ? 'sum' : 'sum lacking'} data-testid="sum" data-group={group.code}>
        <td className={indent}>
          {isWhole ? '✓' : '✕'} {group.code === '' ? '总分合计' : '合计'}
        </td>
        <td />
        <td className="number">{gap === null ? '—' : shownWeight(WHOLE - gap)}</td>
        <td className="number">
          {gap === null ? '未填好' : isWhole ? '' : gap > 0n ? `差 ${shownWeight(gap)}` : `多 ${shownWeight(-gap)}`}
        </td>
      </tr>
      {!isWhole && gap !== null && (
        <tr>
          <td colSpan={4} className="number fill">
            <button type="button" onClick={fill} data-testid="fill">
              按比例补足
            </button>
            {row && filled !== null && filled > 0n && (
              <button type="button" onClick={() => change(new Map([[row.code, shownWeight(filled)]]))}>
                补到本行（{shownWeight(filled)}）
              </button>
            )}
          </td>
        </tr>
      )}
    </>
  );
}
