import { DIV0_CELL, type FloatBlock, NUMBER, OPEN, ULP } from '../../formula/float/block.js';
import { DIV0, MISSING } from '../../formula/outcome.js';
import { type FloatPoints, FloatSample } from '../normalise/floats.js';
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
    if (leaf.kind === 'assessed' || leaf.treat || !leaf.method.floats) return null;
    const sample = columns.floatSample(leaf, cohort);
    if (!sample) return null;
    const cells = leaf.over === 'all' ? columns.floatCells(leaf, rows, 0) : sample.cells;
    const turned = leaf.direction === 'lower' && turns(leaf.method.name);
    const computed = columns.scratch(rows.length);
    const isSettled = leaf.method.floats(
      turned ? negated(cells) : cells,
      {
        direction: leaf.direction,
        sample: turned ? new FloatSample(negated(sample.cells)) : sample,
        past: (steps) => columns.floatCells(leaf, rows, steps),
      },
      computed,
    );
    return isSettled ? this.round(leaf, cells, computed) : null;
  }

  /** Half-up to the scheme's decimals, wherever the bound stays on one side of the half. */
  private round(leaf: Indicator, { outcome, clean }: FloatBlock, { value, error }: FloatPoints): number[] {
    const { values } = this.points;
    const scale = 10 ** this.place.places;
    const unit = 10 ** (MICRO_PLACES - this.place.places);
    const most = MOST / unit;
    const open: number[] = [];
    for (let i = 0; i < values.length; i++) {
      if (!clean && outcome[i] !== NUMBER) {
        this.answer(leaf, outcome[i] as number, i, open);
        continue;
      }
      const scaled = (value[i] as number) * scale;
      const whole = Math.floor(scaled + 0.5);
      const magnitude = Math.abs(scaled);
      const doubt = (error[i] as number) * scale + magnitude * ROUNDINGS;
      if (0.5 - Math.abs(scaled - whole) > doubt && magnitude < most) values[i] = whole * unit + 0;
      else open.push(i);
    }
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

function negated({ value, error, outcome, clean }: FloatBlock): FloatBlock {
  return { value: value.map((x) => -x), error, outcome, clean };
}
