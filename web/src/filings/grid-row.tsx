import type { FiledCell } from '../api/filing-shapes.js';
import { fixed, inUnit, NONE } from '../figures/figure-text.js';
import { type Change, changeOf } from './change.js';
import { type Entries, entryAt } from './edits.js';
import { type FigureRow, sumFrom, sumOfEntries } from './grid-rows.js';
import { type Entry, typedText } from './typed-text.js';
import type { Sheet } from './use-sheet.js';

/** What is said of a cell in its last column, and how it is drawn. */
export type Mark = 'fault' | 'block' | 'slip' | 'justify' | null;

/** Earlier figures by metric code. */
export interface Earlier {
  readonly last: (code: string) => string | null;
  readonly year: (code: string) => string | null;
}

interface GridRowProps {
  readonly row: FigureRow;
  readonly index: number;
  readonly sheet: Sheet;
  readonly entries: Entries;
  readonly cells: Readonly<Record<string, FiledCell>>;
  readonly earlier: Earlier;
  readonly markOf: (code: string) => Mark;
  readonly isAsking: (code: string) => boolean;
  readonly readOnly: boolean;
}

/** Money with two decimals at least, counts without; what cannot be a figure as it was typed. */
export const entryText = (entry: Entry, unit: string | null): string =>
  entry.fault || entry.state !== 'value' ? typedText(entry) : inUnit(entry.value, unit);

const MARKS: Readonly<Record<Exclude<Mark, null>, string>> = {
  fault: '错误',
  block: '错误',
  slip: '单位?',
  justify: '待说明',
};

function stateWords(entry: Entry, mark: Mark, source: string | null): string {
  if (mark) return MARKS[mark];
  if (entry.state === 'not_applicable') return '不适用';
  if (entry.state === 'not_available') return '暂缺';
  if (entry.state === 'blank') return '未填';
  return source?.startsWith('预填') ? '预填' : '✓';
}

/** Said of a cell of the grid; which cells are only read is heard too. */
const asGridCell = (isSelected: boolean, isRead: boolean) => ({
  role: 'gridcell',
  'aria-selected': isSelected,
  'aria-readonly': isRead,
});

export function GridRow(props: GridRowProps) {
  return props.row.kind === 'cell' ? <CellRow {...props} row={props.row} /> : <SumRow {...props} row={props.row} />;
}

function CellRow({
  row,
  index,
  sheet,
  entries,
  cells,
  earlier,
  markOf,
  isAsking,
  readOnly,
}: GridRowProps & { readonly row: Extract<FigureRow, { kind: 'cell' }> }) {
  const { code, metric } = row;
  const entry = entryAt(entries, code);
  const mark = markOf(code);
  const source = entry.value === cells[code]?.value ? (cells[code]?.source ?? null) : null;
  const last = earlier.last(code);
  const year = earlier.year(code);
  const isLit = sheet.selection.focus.row === index;
  const prefilled = source?.startsWith('预填') ?? false;
  const marks = [
    mark === 'fault' || mark === 'block' ? 'wrong' : '',
    mark === 'slip' || mark === 'justify' ? 'amber' : '',
    prefilled ? 'prefilled' : '',
    isAsking(code) ? 'asking' : '',
    entry.state === 'not_applicable' ? 'struck' : '',
    readOnly ? 'closed' : '',
  ];
  return (
    <tr className={isLit ? 'lit' : undefined} data-cell={code} data-state={entry.state}>
      <td className="frozen grid-code">{code}</td>
      <th
        scope="row"
        className={`frozen grid-title${row.inner ? ' inner' : ''}${entry.state === 'not_applicable' ? ' struck' : ''}`}
      >
        <span title={metric.title}>{row.title}</span>
      </th>
      <td className="grid-unit">{metric.unit}</td>
      <NowCell
        row={row}
        index={index}
        sheet={sheet}
        entry={entry}
        marks={marks}
        readOnly={readOnly}
        isWrong={mark === 'fault' || mark === 'block'}
      />
      <EarlierCell place={{ row: index, column: 1 }} sheet={sheet} text={inUnit(last, metric.unit)} />
      <EarlierCell place={{ row: index, column: 2 }} sheet={sheet} text={inUnit(year, metric.unit)} />
      <ChangeCell change={changeOf(entry.value, last, metric.unit)} />
      <ChangeCell change={changeOf(entry.value, year, metric.unit)} />
      <td className={`grid-state${mark ? ` mark-${mark}` : ''}`}>{stateWords(entry, mark, source)}</td>
    </tr>
  );
}

interface NowCellProps {
  readonly row: Extract<FigureRow, { kind: 'cell' }>;
  readonly index: number;
  readonly sheet: Sheet;
  readonly entry: Entry;
  readonly marks: readonly string[];
  readonly readOnly: boolean;
  readonly isWrong: boolean;
}

function NowCell({ row, index, sheet, entry, marks, readOnly, isWrong }: NowCellProps) {
  const { code, metric } = row;
  const place = { row: index, column: 0 };
  const isFocus = sheet.isFocus(place);
  const text = sheet.typing?.code === code ? sheet.typing.text : entryText(entry, metric.unit);
  const classes = ['grid-now', ...marks, sheet.isSelected(place) ? 'chosen' : '', isFocus ? 'focus' : ''];
  return (
    <td
      className={classes.filter(Boolean).join(' ')}
      {...asGridCell(sheet.isSelected(place), readOnly)}
      {...(readOnly && {
        'data-place': `${index}:0`,
        tabIndex: isFocus ? 0 : -1,
        onFocus: () => isFocus || sheet.go(place),
      })}
      onMouseDown={(event) => {
        if (event.shiftKey) {
          event.preventDefault();
          sheet.go(place, true);
        }
      }}
      onMouseEnter={(event) => {
        if (event.buttons === 1 && !sheet.typing) sheet.go(place, true);
      }}
    >
      {isWrong && (
        <span className="cross" aria-hidden="true">
          ✕
        </span>
      )}
      {readOnly ? (
        <span>{text}</span>
      ) : (
        <input
          className="grid-input"
          data-place={`${index}:0`}
          aria-label={`${metric.title}（${metric.unit ?? ''}）本期`}
          aria-invalid={isWrong}
          autoComplete="off"
          spellCheck={false}
          tabIndex={isFocus ? 0 : -1}
          value={text}
          onChange={(event) => sheet.type(code, event.target.value)}
          onFocus={(event) => {
            if (!isFocus) sheet.go(place);
            event.target.select();
          }}
          onDoubleClick={() => sheet.typing ?? sheet.type(code, typedText(entry))}
          onBlur={() => sheet.typing?.code === code && sheet.endTyping()}
        />
      )}
    </td>
  );
}

interface EarlierCellProps {
  readonly place: { readonly row: number; readonly column: number };
  readonly sheet: Sheet;
  readonly text: string;
}

function EarlierCell({ place, sheet, text }: EarlierCellProps) {
  const isFocus = sheet.isFocus(place);
  const classes = ['grid-earlier', sheet.isSelected(place) ? 'chosen' : '', isFocus ? 'focus' : ''];
  return (
    <td
      className={classes.filter(Boolean).join(' ')}
      data-place={`${place.row}:${place.column}`}
      tabIndex={isFocus ? 0 : -1}
      {...asGridCell(sheet.isSelected(place), true)}
      onFocus={() => isFocus || sheet.go(place)}
      onMouseEnter={(event) => event.buttons === 1 && sheet.go(place, true)}
    >
      {text}
    </td>
  );
}

const ChangeCell = ({ change }: { readonly change: Change | null }) => (
  <td className={`grid-change${change ? ` ${change.direction}` : ''}`}>{change?.text ?? NONE}</td>
);

function SumRow({
  row,
  index,
  sheet,
  entries,
  earlier,
}: GridRowProps & { readonly row: Extract<FigureRow, { kind: 'sum' }> }) {
  const { title, unit, of } = row;
  const sum = sumOfEntries(of, entries);
  const last = sumFrom(of, earlier.last);
  const year = sumFrom(of, earlier.year);
  const text = (value: string | null): string => (unit === '万元' ? fixed(value, 2) : inUnit(value, unit));
  const place = { row: index, column: 0 };
  const isFocus = sheet.isFocus(place);
  const classes = [
    'grid-now computed',
    sum.isWhole ? '' : 'partial',
    sheet.isSelected(place) ? 'chosen' : '',
    isFocus ? 'focus' : '',
  ];
  return (
    <tr className={sheet.selection.focus.row === index ? 'lit' : undefined} data-sum={title}>
      <td className="frozen grid-code" />
      <th scope="row" className="frozen grid-title">
        <span title={title}>{title}</span>
      </th>
      <td className="grid-unit">{unit}</td>
      <td
        className={classes.filter(Boolean).join(' ')}
        data-place={`${index}:0`}
        tabIndex={isFocus ? 0 : -1}
        {...asGridCell(sheet.isSelected(place), true)}
        onFocus={() => isFocus || sheet.go(place)}
      >
        <i aria-hidden="true">ƒ</i>
        {sum.value === null ? '' : text(sum.value)}
      </td>
      <EarlierCell place={{ row: index, column: 1 }} sheet={sheet} text={last.isWhole ? text(last.value) : NONE} />
      <EarlierCell place={{ row: index, column: 2 }} sheet={sheet} text={year.isWhole ? text(year.value) : NONE} />
      <ChangeCell change={sum.isWhole && last.isWhole ? changeOf(sum.value, last.value, unit) : null} />
      <ChangeCell change={sum.isWhole && year.isWhole ? changeOf(sum.value, year.value, unit) : null} />
      <td className="grid-state">{sum.isWhole ? 'ƒ 自动' : 'ƒ 未齐'}</td>
    </tr>
  );
}
