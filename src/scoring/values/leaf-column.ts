import { DIV0_CELL, type FloatBlock, NUMBER, OPEN, SLACK, TINY, ULP } from '../../formula/float/block.js';
import { DIV0, MISSING } from '../../formula/outcome.js';
import { FloatSample, type Line } from '../normalise/floats.js';
import { turns } from '../normalise/registry.js';
import { Points } from '../points/points.js';
import type { Indicator } from '../scheme/scheme.js';
import { ExactCells, type LeafCell, type LeafPlace, policyOf, type ScoredCell } from './exact-cells.js';

/**
 * One leaf of one cohort: the points of all members at once, everything else of a cell when it is asked for.
 *
 * Points are computed in floats wherever the bound settles their rounding, in decimal for the rest; both give the same
 * digits (design 6), which a property test compares cell by cell.
 */
export class LeafColumn {
  readonly points: Points;
  private readonly withdrawn = new Set<number>();
  /** Cells that were computed in decimal anyway, by member. */
  private readonly kept = new Map<number, ScoredCell>();
  private readonly exact: ExactCells;

  constructor(private readonly place: LeafPlace) {
    this.points = new Points(place.rows.length);
    this.exact = new ExactCells(place);
    const open = this.settle();
    const rows = open === null ? place.rows : open.map((member) => place.rows[member] as number);
    for (const [i, cell] of this.exact.scored(rows).entries()) {
      const member = open === null ? i : (open[i] as number);
      this.points.set(member, cell.score);
      this.kept.set(member, cell);
      if (cell.answer.policy === 'unranked') this.withdrawn.add(member);
    }
  }

  /** How many cells floats have settled. */
  get settled(): number {
    return this.place.rows.length - this.kept.size;
  }

  /** For want of this value the member is not ranked. */
  isUnranked(member: number): boolean {
    return this.withdrawn.has(member);
  }

  unrankedMembers(): Iterable<number> {
    return this.withdrawn;
  }

  /** Everything of a cell except its points, which stand in `points`. */
  cell(member: number): LeafCell {
    const row = this.place.rows[member] as number;
    const kept = this.kept.get(member);
    return kept ? this.exact.cell(row, kept) : this.exact.settled(row);
  }

  /** Fills what floats can tell. @returns the members that are left to decimals; null: all */
  private settle(): readonly number[] | null {
    const { leaf, rows, cohort, columns } = this.place;
    if (leaf.kind === 'assessed' || leaf.treat || !leaf.method.line) return null;
    const sample = columns.floatSample(leaf, cohort);
    if (!sample) return null;
    const turned = leaf.direction === 'lower' && turns(leaf.method.name);
    const line = leaf.method.line(turned ? new FloatSample(negated(sample.cells)) : sample, leaf.direction);
    if (!line) return null;
    const cells = leaf.over === 'all' ? columns.floatCells(leaf, rows, 0) : sample.cells;
    const open: number[] = [];
    if (!cells.clean)
      for (let i = 0; i < rows.length; i++)
        if (cells.outcome[i] !== NUMBER) this.answer(leaf, cells.outcome[i] as number, i, open);
    settleLine(turned ? negated(cells) : cells, line, this.place.places, this.points, open);
    return open;
  }

  /** A cell that is no number: what its policy needs no value for. */
  private answer(leaf: Indicator, outcome: number, member: number, open: number[]): void {
    const policy = outcome === OPEN ? null : policyOf(leaf, outcome === DIV0_CELL ? DIV0 : MISSING);
    if (policy === 'zero') this.points.values[member] = 0;
    else if (policy === 'unranked') this.withdrawn.add(member);
    else if (policy !== 'exclude') open.push(member);
  }
}

const MICRO_PLACES = 6;
/** `scaled`, its half and its distance are each rounded once. */
const ROUNDINGS = 4 * ULP;
/** Whole numbers of a point's millionths stay exact. */
const MOST = 2 ** 50;

/**
 * Points of the cells that are numbers, half-up to the scheme's decimals wherever the bound stays on one side of the
 * half. Where most of the time of an evaluation goes: one pass, plain.
 * @param open receives the members that are left to decimals
 */
function settleLine(cells: FloatBlock, line: Line, places: number, points: Points, open: number[]): void {
  const { value: x, outcome, clean, relative, plus } = cells;
  const doubts = relative === null ? cells.error : null;
  const share = (relative ?? 0) * SLACK;
  const { values } = points;
  const { least, most } = line;
  const [start, rise, base] = [line.from.value, line.slope.value, line.at.value];
  const steep = Math.abs(rise) + line.slope.error;
  const scale = 10 ** places;
  const unit = 10 ** (MICRO_PLACES - places);
  // |points| ≤ |at| + steep · far, so that every rounding is a share of `far` or the same for all.
  const perFar = (line.slope.error + 4 * ULP * steep) * SLACK * scale;
  const still = ((line.at.error + steep * line.from.error + 4 * ULP * Math.abs(base)) * SLACK + TINY) * scale;
  const perDoubt = steep * SLACK * scale;
  const limit = MOST / unit;
  let [top, bottom, settled] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (!clean && outcome[i] !== NUMBER) continue;
    const way = (x[i] as number) - start;
    const straight = base + rise * way;
    const scaled = Math.min(Math.max(straight, least), most) * scale;
    const whole = Math.floor(scaled + 0.5);
    const size = Math.abs(scaled);
    const doubt = doubts === null ? Math.abs(x[i] as number) * share + plus : (doubts[i] as number);
    const reach = perDoubt * doubt + perFar * Math.abs(way) + still + size * ROUNDINGS;
    if (0.5 - Math.abs(scaled - whole) > reach && size < limit) {
      values[i] = whole * unit + 0;
      settled++;
      if (whole > top) top = whole;
      else if (whole < bottom) bottom = whole;
    } else open.push(i);
  }
  if (settled === x.length) points.know(Math.max(top, -bottom) * unit);
}

const negated = (cells: FloatBlock): FloatBlock => ({ ...cells, value: cells.value.map((x) => -x) });
