import { Fragment } from 'react';
import type { FiledCell } from '../api/filing-shapes.js';
import type { Entries } from './edits.js';
import { type Earlier, GridRow, type Mark } from './grid-row.js';
import type { FigureRow, RowGroup } from './grid-rows.js';
import type { Sheet } from './use-sheet.js';

interface EntryGridProps {
  readonly groups: readonly RowGroup[];
  readonly folded: ReadonlySet<string>;
  readonly onFold: (title: string) => void;
  /** The rows of the unfolded groups, as the sheet counts them. */
  readonly rows: readonly FigureRow[];
  readonly sheet: Sheet;
  readonly period: string;
  readonly entries: Entries;
  readonly cells: Readonly<Record<string, FiledCell>>;
  readonly earlier: Earlier;
  readonly markOf: (code: string) => Mark;
  readonly isAsking: (code: string) => boolean;
  readonly readOnly: boolean;
}

/** The form as a sheet: one cell is in the tab order, arrows reach the others. */
export function EntryGrid({ groups, folded, onFold, rows, sheet, period, ...rest }: EntryGridProps) {
  const places = new Map(rows.map((row, index) => [row.key, index]));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the grid inside, as its pattern asks
    <div
      className="entry-scroll"
      ref={sheet.host}
      onKeyDown={sheet.onKeyDown}
      onCopy={sheet.onCopy}
      onCut={sheet.onCut}
      onPaste={sheet.onPaste}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table is the grid's best skeleton */}
      <table className="entry-grid" role="grid" aria-label="填报表" aria-readonly={rest.readOnly} data-testid="figures">
        <thead>
          <tr>
            <th scope="col" className="frozen grid-code">
              代码
            </th>
            <th scope="col" className="frozen grid-title">
              指标
            </th>
            <th scope="col" className="grid-unit">
              单位
            </th>
            <th scope="col" className="grid-now">
              本期　{period}
            </th>
            <th scope="col" className="grid-earlier">
              上季
            </th>
            <th scope="col" className="grid-earlier">
              上年同期
            </th>
            <th scope="col" className="grid-change">
              比上季
            </th>
            <th scope="col" className="grid-change year">
              比上年
            </th>
            <th scope="col" className="grid-state">
              状态
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ title, rows: own }) => {
            const isFolded = folded.has(title);
            return (
              <Fragment key={title}>
                <tr className="group-row">
                  <th scope="colgroup" colSpan={9}>
                    <button
                      type="button"
                      aria-expanded={!isFolded}
                      onClick={() => onFold(title)}
                      tabIndex={-1}
                      data-group={title}
                    >
                      <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span> {title}
                      {isFolded && <span className="note">　{own.length}项</span>}
                    </button>
                  </th>
                </tr>
                {!isFolded &&
                  own.map((row) => (
                    <GridRow key={row.key} row={row} index={places.get(row.key) ?? 0} sheet={sheet} {...rest} />
                  ))}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
