import { ANSWERS, type LeafMaterial, type Material, type ValueColumn } from './material.js';
import { type Alternative, alternativePoints, type PointsOf, RELATIVE, type SampleFloats } from './points-floats.js';
import { replication } from './random.js';
import { meanOf, treatFloats } from './treat-floats.js';

/** What is uncertain, and by how much. */
export interface Factors {
  /** Each weight times 1 + U(−w, w), then shared anew within its group; 0: as declared. */
  readonly weights: number;
  /** One is drawn for all indicators that only compare with the sample (`RELATIVE`); one alone: fixed. */
  readonly normalisations: readonly Alternative[];
  /** Added to the points that the scheme winsorises (at least 0 in all); [0]: fixed. */
  readonly winsorising: readonly number[];
  /** `arithmetic`, `geometric`: of every group that is one of the two and may be the other. */
  readonly aggregations: readonly ('declared' | 'arithmetic' | 'geometric')[];
  /** Figures moved by up to half a unit of their last filed digit. */
  readonly rounding: boolean;
}

/** The choices of one replication. */
export interface Draw {
  /** Indices in the lists of `Factors`. */
  winsorising: number;
  normalisation: number;
  aggregation: number;
  /** By node: factor of its weight. */
  readonly weights: Float64Array;
  /** By figure, −1 … 1 halves of its last digit. */
  readonly noise: Float64Array;
}

const MICRO = 1_000_000;
/** A float that close to a half, in millionths, is that half: 10⁻¹² points. */
const HAIR = 1e-6;
/** More are sorted by the engine's own sort. */
const FEW = 128;

/** Half away from zero, to a whole number. */
const whole = (x: number): number => (x < 0 ? -Math.floor(0.5 + HAIR - x) : Math.floor(x + 0.5 + HAIR));

/**
 * One prepared run, scored again and again in float64 with other choices. Same rules as the official run: points,
 * groups and totals are rounded where the scheme rounds, so that with nothing changed the official ranks come out.
 * What does not change: who takes part and is ranked, cohorts, who lacks a value, adjustments, vetoes.
 */
export class Simulation {
  /** Ranks of the last replication by row; 0: not ranked. */
  readonly ranks: Int32Array;
  /** Grades of the last replication by row; −1: none. */
  readonly grades: Int8Array;
  /** Rounded totals of the last replication by row, millionths; NaN: none. */
  readonly totals: Float64Array;
  private readonly columns: Float64Array[];
  private readonly logs: Float64Array[];
  private readonly keys: Float64Array;
  private readonly tables: readonly LeafPoints[];
  private readonly numerator: Float64Array;
  private readonly denominator: Float64Array;
  private readonly orders: readonly Uint32Array[];
  /** Groups, children before their parents. */
  private readonly groups: readonly number[];
  private readonly mayBeGeometric: readonly boolean[];
  /** Weights of this replication by node. */
  private readonly own: Float64Array;
  private readonly present: Float64Array;

  constructor(
    private readonly material: Material,
    readonly factors: Factors,
  ) {
    const size = material.institutions.length;
    this.ranks = new Int32Array(size);
    this.grades = new Int8Array(size).fill(-1);
    this.totals = new Float64Array(size);
    this.keys = new Float64Array(size);
    this.numerator = new Float64Array(size);
    this.denominator = new Float64Array(size);
    this.own = new Float64Array(material.nodes.length);
    this.present = new Float64Array(Math.max(...material.nodes.map(({ children }) => children.length)));
    const needsLogs =
      factors.aggregations.includes('geometric') || material.nodes.some((node) => node.aggregate === 'geometric');
    this.tables = material.leaves.map((leaf) => new LeafPoints(material, leaf, factors, needsLogs));
    this.columns = material.nodes.map(() => new Float64Array(size));
    this.logs = material.nodes.map(() => EMPTY);
    this.orders = material.cohorts.map(({ ranked }) => Uint32Array.from(ranked));
    this.groups = material.nodes.flatMap((node, i) => (node.leaf === -1 ? [i] : [])).reverse();
    this.mayBeGeometric = material.nodes.map((node) => !node.mayGoBelowZero);
  }

  /** Nothing changed: the official run. */
  nominal(): Draw {
    const { nodes, halves } = this.material;
    const { winsorising, normalisations, aggregations } = this.factors;
    return {
      winsorising: Math.max(winsorising.indexOf(0), 0),
      normalisation: Math.max(
        normalisations.findIndex(({ method }) => method === 'declared'),
        0,
      ),
      aggregation: Math.max(aggregations.indexOf('declared'), 0),
      weights: new Float64Array(nodes.length).fill(1),
      noise: new Float64Array(halves.length),
    };
  }

  /** The choices of a replication, always drawn in the same order, whatever is fixed. */
  draw(seed: number, index: number, into: Draw): void {
    const random = replication(seed, index);
    const { winsorising, normalisations, aggregations, weights } = this.factors;
    const among = (count: number): number => Math.floor(random.next() * count);
    into.winsorising = among(winsorising.length);
    into.normalisation = among(normalisations.length);
    into.aggregation = among(aggregations.length);
    for (let node = 0; node < into.weights.length; node++) into.weights[node] = 1 + weights * (2 * random.next() - 1);
    for (let figure = 0; figure < into.noise.length; figure++) into.noise[figure] = 2 * random.next() - 1;
  }

  /** Scores and ranks everybody: `ranks`, `grades`, `totals`. Allocates nothing. */
  run(draw: Draw): void {
    const { nodes } = this.material;
    for (let i = 0; i < nodes.length; i++) {
      const { leaf, weight } = nodes[i] as Material['nodes'][number];
      this.own[i] = weight * (draw.weights[i] as number);
      if (leaf === -1) continue;
      const table = this.tables[leaf] as LeafPoints;
      this.columns[i] = table.points(draw);
      this.logs[i] = table.logs;
    }
    for (const group of this.groups) this.aggregate(group, draw);
    this.adjust();
    for (let c = 0; c < this.orders.length; c++) this.rank(this.orders[c] as Uint32Array, c);
  }

  private aggregate(group: number, draw: Draw): void {
    const { children, absent } = this.material.nodes[group] as Material['nodes'][number];
    const column = this.columns[group] as Float64Array;
    switch (this.way(group, draw)) {
      case 'arithmetic':
        this.arithmetic(children, column);
        break;
      case 'geometric':
        this.geometric(children, column);
        break;
      case 'harmonic':
        this.harmonic(children, column);
        break;
      case 'outranking':
        this.outranking(children, column, absent);
        break;
      default:
        this.unweighted(children, column, this.way(group, draw) === 'min');
    }
    if (absent !== null) for (let i = 0; i < column.length; i++) if (absent[i] === 1) column[i] = Number.NaN;
  }

  private way(group: number, draw: Draw): string {
    const declared = this.material.nodes[group]?.aggregate as string;
    const drawn = this.factors.aggregations[draw.aggregation] as string;
    if (drawn === 'declared' || (declared !== 'arithmetic' && declared !== 'geometric')) return declared;
    return drawn === 'geometric' && !this.mayBeGeometric[group] ? declared : drawn;
  }

  private arithmetic(children: readonly number[], column: Float64Array): void {
    const { numerator, denominator } = this;
    numerator.fill(0);
    denominator.fill(0);
    for (const child of children) {
      const scores = this.columns[child] as Float64Array;
      const weight = this.own[child] as number;
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i] as number;
        if (Number.isNaN(score)) continue;
        numerator[i] = (numerator[i] as number) + weight * score;
        denominator[i] = (denominator[i] as number) + weight;
      }
    }
    for (let i = 0; i < column.length; i++) column[i] = whole((numerator[i] as number) / (denominator[i] as number));
  }

  private geometric(children: readonly number[], column: Float64Array): void {
    const { numerator, denominator } = this;
    numerator.fill(0);
    denominator.fill(0);
    for (const child of children) {
      const scores = this.columns[child] as Float64Array;
      const logs = this.logs[child] as Float64Array;
      const weight = this.own[child] as number;
      if (weight === 0) continue;
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i] as number;
        if (Number.isNaN(score)) continue;
        // −Infinity for a 0: the mean is 0 then.
        const log = logs.length > 0 ? (logs[i] as number) : Math.log(Math.max(score, 0));
        numerator[i] = (numerator[i] as number) + weight * log;
        denominator[i] = (denominator[i] as number) + weight;
      }
    }
    for (let i = 0; i < column.length; i++)
      column[i] = whole(Math.exp((numerator[i] as number) / (denominator[i] as number)));
  }

  private harmonic(children: readonly number[], column: Float64Array): void {
    const { numerator, denominator } = this;
    numerator.fill(0);
    denominator.fill(0);
    for (const child of children) {
      const scores = this.columns[child] as Float64Array;
      const weight = this.own[child] as number;
      if (weight === 0) continue;
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i] as number;
        if (Number.isNaN(score)) continue;
        numerator[i] = (numerator[i] as number) + weight;
        denominator[i] = (denominator[i] as number) + weight / Math.max(score, 0);
      }
    }
    for (let i = 0; i < column.length; i++) column[i] = whole((numerator[i] as number) / (denominator[i] as number));
  }

  /** Median or least: all that are there count the same. */
  private unweighted(children: readonly number[], column: Float64Array, least: boolean): void {
    const { present } = this;
    for (let i = 0; i < column.length; i++) {
      let count = 0;
      for (const child of children) {
        const score = this.columns[child]?.[i] as number;
        if (Number.isNaN(score) || this.own[child] === 0) continue;
        let at = count++;
        for (; at > 0 && (present[at - 1] as number) > score; at--) present[at] = present[at - 1] as number;
        present[at] = score;
      }
      if (count === 0) column[i] = Number.NaN;
      else if (least) column[i] = present[0] as number;
      else column[i] = whole(((present[(count - 1) >> 1] as number) + (present[count >> 1] as number)) / 2);
    }
  }

  private outranking(children: readonly number[], column: Float64Array, absent: Uint8Array | null): void {
    column.fill(Number.NaN);
    const root = this.material.nodes[0]?.absent ?? null;
    for (const { from, to } of this.material.cohorts) {
      let n = 0;
      for (let i = from; i < to; i++) {
        if (root?.[i] === 1) continue;
        n++;
        let score = 0;
        for (let j = from; j < to; j++) {
          if (j === i || root?.[j] === 1) continue;
          let margin = 0;
          for (const child of children) {
            const a = this.columns[child]?.[i] as number;
            const b = this.columns[child]?.[j] as number;
            if (a > b) margin += this.own[child] as number;
            else if (a < b) margin -= this.own[child] as number;
          }
          // What is left of a sum that should be 0 is no victory.
          if (Math.abs(margin) > 1e-6) score += Math.sign(margin);
        }
        column[i] = score;
      }
      for (let i = from; i < to; i++) {
        const score = column[i] as number;
        if (Number.isNaN(score) || absent?.[i] === 1) continue;
        column[i] = n === 1 ? 50 * MICRO : whole((100 * MICRO * (score + n - 1)) / (2 * (n - 1)));
      }
    }
  }

  private adjust(): void {
    const { total, totalPlaces, ranking } = this.material;
    const base = this.columns[0] as Float64Array;
    const step = 10 ** (6 - totalPlaces);
    for (let i = 0; i < base.length; i++) {
      let points = (base[i] as number) + (total.added[i] as number);
      points = Math.max(total.min, Math.min(total.max, points));
      for (const { at, holds } of total.caps) if (holds[i] === 1 && points > at) points = at;
      const rounded = whole(points / step) * step;
      this.totals[i] = rounded;
      this.keys[i] = Number.isNaN(points) ? -Infinity : ranking.on === 'rounded' ? rounded : points;
    }
  }

  /** Higher first: the total, then the scores of the tie-breaking nodes, an excluded one lowest. */
  private compare(a: number, b: number): number {
    const first = (this.keys[b] as number) - (this.keys[a] as number);
    if (first !== 0 && !Number.isNaN(first)) return first;
    for (const node of this.material.ranking.tieBreak) {
      const mine = this.columns[node]?.[a] as number;
      const other = this.columns[node]?.[b] as number;
      if (mine === other || (Number.isNaN(mine) && Number.isNaN(other))) continue;
      if (Number.isNaN(mine)) return 1;
      return Number.isNaN(other) ? -1 : other - mine;
    }
    return 0;
  }

  private rank(order: Uint32Array, cohort: number): void {
    if (order.length <= FEW) this.insertionSort(order);
    else order.sort((a, b) => this.compare(a, b) || a - b);
    const { ties } = this.material.ranking;
    let rank = 0;
    for (let i = 0; i < order.length; i++) {
      const row = order[i] as number;
      const isLikeBefore = i > 0 && this.compare(order[i - 1] as number, row) === 0;
      if (ties === 'ordinal' || !isLikeBefore) rank = ties === 'dense' ? rank + 1 : i + 1;
      this.ranks[row] = rank;
      this.grades[row] = this.gradeOf(row, rank, cohort);
    }
  }

  /** From the order of the replication before, which is often nearly this one. Equal ones by row, so by code. */
  private insertionSort(order: Uint32Array): void {
    for (let i = 1; i < order.length; i++) {
      const row = order[i] as number;
      let at = i;
      for (; at > 0; at--) {
        const before = order[at - 1] as number;
        if ((this.compare(before, row) || before - row) < 0) break;
        order[at] = before;
      }
      order[at] = row;
    }
  }

  private gradeOf(row: number, rank: number, cohort: number): number {
    const { grades } = this.material;
    for (let g = 0; g < grades.length; g++) {
      const { min, lastRank } = grades[g] as Material['grades'][number];
      const last = lastRank[cohort] ?? null;
      if ((this.totals[row] as number) >= min && (last === null || rank <= last)) return g;
    }
    return -1;
  }
}

const EMPTY = new Float64Array(0);

/** The points of one leaf under every treatment and normalisation; computed once each while the figures stand still. */
class LeafPoints {
  logs: Float64Array = EMPTY;
  private readonly methods: readonly PointsOf[];
  private readonly ready: (Float64Array | undefined)[] = [];
  private readonly readyLogs: Float64Array[] = [];
  private readonly values: Float64Array;
  private readonly treated: Float64Array;
  private readonly sample: Float64Array;
  private readonly original: Float64Array;
  private readonly past: Float64Array;
  private readonly moved: Float64Array;
  private readonly compared: SampleFloats;
  private readonly moves: boolean;

  constructor(
    private readonly material: Material,
    private readonly leaf: LeafMaterial,
    private readonly factors: Factors,
    private readonly needsLogs: boolean,
  ) {
    const size = material.institutions.length;
    const isRelative = RELATIVE.includes(leaf.method.name);
    this.methods = factors.normalisations.map((alternative) =>
      alternativePoints(leaf.method, isRelative ? alternative : { method: 'declared' }),
    );
    this.values = new Float64Array(size);
    this.treated = new Float64Array(size);
    this.sample = new Float64Array(size);
    this.original = new Float64Array(size);
    this.past = new Float64Array(size).fill(Number.NaN);
    this.moved = new Float64Array(size);
    this.compared = { n: 0, sorted: new Float64Array(size), mean: 0, deviation: 0, reference: Number.NaN };
    this.moves = factors.rounding && [leaf.own, ...leaf.past].some(({ slopes }) => slopes !== null);
  }

  points(draw: Draw): Float64Array {
    const key = this.moves ? 0 : draw.winsorising * this.methods.length + draw.normalisation;
    const there = this.ready[key];
    const column = there ?? new Float64Array(this.values.length);
    if (!there || this.moves) {
      this.compute(draw, column);
      this.ready[key] = column;
      if (this.needsLogs) {
        const logs = this.readyLogs[key] ?? new Float64Array(column.length);
        for (let i = 0; i < column.length; i++) logs[i] = Math.log(Math.max(column[i] as number, 0));
        this.readyLogs[key] = logs;
      }
    }
    this.logs = this.readyLogs[key] ?? EMPTY;
    return column;
  }

  private compute(draw: Draw, column: Float64Array): void {
    const { leaf, material } = this;
    this.move(leaf.own, draw.noise, this.values);
    this.meanOfPast(draw.noise);
    const points = (leaf.treatment?.points ?? 0) + (this.factors.winsorising[draw.winsorising] as number);
    const method = this.methods[draw.normalisation] as PointsOf;
    if (leaf.over === 'all') this.treat(0, this.values.length, points);
    for (const { from, to } of material.cohorts) {
      if (leaf.over !== 'all') this.treat(from, to, points);
      this.score(from, to, method, column);
    }
  }

  private move({ values, slopes }: ValueColumn, noise: Float64Array, into: Float64Array): void {
    into.set(values);
    if (!this.moves || slopes === null) return;
    const { halves } = this.material;
    for (let i = 0; i < into.length; i++) {
      let moved = into[i] as number;
      for (let k = slopes.starts[i] as number; k < (slopes.starts[i + 1] as number); k++) {
        const figure = slopes.figures[k] as number;
        moved += (slopes.slopes[k] as number) * (halves[figure] as number) * (noise[figure] as number);
      }
      into[i] = moved;
    }
  }

  private meanOfPast(noise: Float64Array): void {
    const { past } = this.leaf;
    if (past.length === 0) return;
    const { original: sum, sample: count } = this;
    sum.fill(0);
    count.fill(0);
    for (const column of past) {
      this.move(column, noise, this.moved);
      for (let i = 0; i < sum.length; i++) {
        const value = this.moved[i] as number;
        if (Number.isNaN(value)) continue;
        sum[i] = (sum[i] as number) + value;
        count[i] = (count[i] as number) + 1;
      }
    }
    for (let i = 0; i < sum.length; i++) this.past[i] = (sum[i] as number) / (count[i] as number);
  }

  /** Treats the values of rows `from` to `to` and takes their statistics. */
  private treat(from: number, to: number, points: number): void {
    const { leaf, values, treated, sample, compared } = this;
    let n = 0;
    for (let i = from; i < to; i++) if (!Number.isNaN(values[i] as number)) sample[n++] = values[i] as number;
    if (leaf.treatment !== null) treatFloats(sample, n, this.original, leaf.treatment, points);
    let k = 0;
    for (let i = from; i < to; i++)
      treated[i] = !Number.isNaN(values[i] as number) ? (sample[k++] as number) : Number.NaN;
    const sign = leaf.method.turned ? -1 : 1;
    const { sorted } = compared;
    for (let i = 0; i < n; i++) sorted[i] = sign * (sample[i] as number);
    sorted.subarray(0, n).sort();
    compared.n = n;
    compared.mean = n > 0 ? meanOf(sorted, n) : Number.NaN;
    compared.deviation = deviationOf(sorted, n, compared.mean);
    const { reference } = leaf.method;
    const isThere = reference >= from && reference < to;
    compared.reference = isThere ? sign * (treated[reference] as number) : Number.NaN;
  }

  private score(from: number, to: number, method: PointsOf, column: Float64Array): void {
    const { leaf, treated, compared, past, material } = this;
    const sign = leaf.method.turned ? -1 : 1;
    const scale = 10 ** material.indicatorPlaces;
    const step = MICRO / scale;
    for (let i = from; i < to; i++) {
      const own = treated[i] as number;
      const isOwn = !Number.isNaN(own);
      const answer = ANSWERS[leaf.answers[i] as number];
      if (!isOwn && answer === 'zero') {
        column[i] = 0;
        continue;
      }
      const x = isOwn ? own : this.filled(i, answer, from, to);
      column[i] = Number.isNaN(x) ? x : whole(method(sign * x, compared, !isOwn, past[i] as number) * scale) * step;
    }
  }

  /** What a policy puts in place of a missing value; NaN: nothing. */
  private filled(row: number, answer: string | undefined, from: number, to: number): number {
    if (answer === 'previous_period') return this.leaf.previous?.[row] ?? Number.NaN;
    if (answer !== 'cohort_mean' && answer !== 'cohort_median') return Number.NaN;
    const { sample, treated } = this;
    let n = 0;
    for (let i = from; i < to; i++) if (!Number.isNaN(treated[i] as number)) sample[n++] = treated[i] as number;
    if (n === 0) return Number.NaN;
    if (answer === 'cohort_mean') return meanOf(sample, n);
    sample.subarray(0, n).sort();
    return ((sample[(n - 1) >> 1] as number) + (sample[n >> 1] as number)) / 2;
  }
}

/** @param sorted rising */
function deviationOf(sorted: Float64Array, n: number, mean: number): number {
  if (n < 2 || sorted[0] === sorted[n - 1]) return 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const distance = (sorted[i] as number) - mean;
    squares += distance * distance;
  }
  return Math.sqrt(squares / (n - 1));
}
