/** A cell of the grid by its place among the rows that are open and the columns of figures. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** The rectangle between two corners; the figures that are typed go to `focus`. */
export interface Selection {
  readonly anchor: Place;
  readonly focus: Place;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const at = (place: Place): Selection => ({ anchor: place, focus: place });

export const rectangleOf = ({ anchor, focus }: Selection): Rectangle => ({
  top: Math.min(anchor.row, focus.row),
  bottom: Math.max(anchor.row, focus.row),
  left: Math.min(anchor.column, focus.column),
  right: Math.max(anchor.column, focus.column),
});

export const isInside = ({ top, bottom, left, right }: Rectangle, { row, column }: Place): boolean =>
  row >= top && row <= bottom && column >= left && column <= right;

const within = (wanted: number, count: number): number => Math.max(0, Math.min(count - 1, wanted));

/** One step, never out of the grid. @param extend keeps the other corner: Shift with an arrow */
export function moved(selection: Selection, down: number, right: number, size: Size, extend = false): Selection {
  const focus = {
    row: within(selection.focus.row + down, size.rows),
    column: within(selection.focus.column + right, size.columns),
  };
  return extend ? { anchor: selection.anchor, focus } : at(focus);
}

/**
 * The next cell that can be typed into, row by row; Tab and Enter.
 * @returns null at the end of the grid
 */
export function nextInput(
  from: Place,
  step: 1 | -1,
  size: Size,
  isInput: (place: Place) => boolean,
  by: 'cell' | 'row',
): Place | null {
  if (by === 'row') {
    for (let row = from.row + step; row >= 0 && row < size.rows; row += step)
      if (isInput({ row, column: from.column })) return { row, column: from.column };
    return null;
  }
  const count = size.rows * size.columns;
  for (let n = from.row * size.columns + from.column + step; n >= 0 && n < count; n += step) {
    const place = { row: Math.floor(n / size.columns), column: n % size.columns };
    if (isInput(place)) return place;
  }
  return null;
}
