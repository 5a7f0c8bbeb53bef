import { Decimal, plain, quantise } from '../../numbers/decimal.js';
import { DomainError } from '../../problems/problems.js';
import type { CohortMaterial, Material } from './material.js';
import { RELATIVE } from './points-floats.js';
import { type Factors, Simulation } from './simulation.js';

/** What is asked; `seed` and `replications` say every draw. */
export interface RobustnessOptions {
  /** 1 – 100,000. */
  readonly replications: number;
  /** Each weight times 1 + U(−w, w); 0 ≤ w < 1. */
  readonly weights: number;
  /** Whole, 0 … 2³² − 1. */
  readonly seed: number;
}

/** How often something came out, per cohort and in the order of `ranked`; sums over replications, so parts add up. */
export interface Counts {
  readonly replications: number;
  readonly cohorts: readonly {
    /** [institution · size + rank − 1] */
    readonly ranks: Uint32Array;
    /** [institution · (grades + 1) + grade]; the last one: no grade. */
    readonly grades: Uint32Array;
    /** By pair of neighbours: the lower one stood above the upper one. */
    readonly overtaken: Uint32Array;
  }[];
}

/** Decimals 0–1 as plain text. */
type Share = string;

/** Where one institution stands in 90 % of the replications, and how sure its official rank is. */
export interface RankInterval {
  readonly cohort: string;
  readonly institution: string;
  /** Official. */
  readonly rank: number;
  /** The least rank that at least 5 %, 50 %, 95 % of the replications do not exceed. */
  readonly p5: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
  readonly shareAtRank: Share;
  /** b(i, r): share of the replications at each rank that occurred. */
  readonly acceptability: readonly { readonly rank: number; readonly share: Share }[];
  /** Share of the replications in each grade that occurred; null: none. */
  readonly grades: readonly { readonly grade: string | null; readonly share: Share }[];
}

/** Two that follow each other in the official ranking. */
export interface Neighbours {
  readonly cohort: string;
  readonly upper: string;
  readonly lower: string;
  /** How often the lower one stood above the upper one. */
  readonly overtaken: Share;
  /** Not separable: officially equal, or overtaken in more than `MAY_OVERTAKE` of the replications. */
  readonly separable: boolean;
  /** The end of the list for commendation, or of a grade, runs between them. */
  readonly lines: readonly ('commendation' | 'grade')[];
}

/** Ranks without one indicator: its siblings share its weight. */
export interface WithoutIndicator {
  readonly indicator: string;
  readonly title: string;
  /** By institution, those whose rank it changes. */
  readonly moved: readonly { readonly institution: string; readonly rank: number; readonly without: number }[];
}

export interface Robustness {
  readonly intervals: readonly RankInterval[];
  readonly neighbours: readonly Neighbours[];
  readonly withoutIndicator: readonly WithoutIndicator[];
}

/** More often than that, and two neighbours are not separable: the usual 5 % of an interval p5–p95. */
export const MAY_OVERTAKE = '0.05';

/**
 * What varies unless somebody says otherwise: weights by `weights`; the normalisation of indicators that only compare
 * with the sample (declared, z-score, percentile; min-max where the scheme has another); winsorised points by up to two
 * where the scheme winsorises; figures by half a unit of their last digit. The kind of mean stays: it is a decision on
 * what may be compensated, not a guess.
 */
export function usualFactors({ leaves }: Material, weights: number): Factors {
  const relative = leaves.map((leaf) => leaf.method.name).filter((name) => RELATIVE.includes(name));
  const hasOther = relative.some((name) => name !== 'minmax' && name !== 'distance_to_max');
  const winsorises = leaves.some(({ treatment }) => treatment?.kind === 'winsorise' || treatment?.kind === 'force');
  return {
    weights,
    normalisations: [
      { method: 'declared' },
      ...(relative.length > 0 ? ([{ method: 'zscore' }, { method: 'percentile' }] as const) : []),
      ...(hasOther ? ([{ method: 'minmax' }] as const) : []),
    ],
    winsorising: winsorises ? [-2, -1, 0, 1, 2] : [0],
    aggregations: ['declared'],
    rounding: true,
  };
}

export const noCounts = ({ cohorts, grades }: Material): Counts => ({
  replications: 0,
  cohorts: cohorts.map(({ ranked }) => ({
    ranks: new Uint32Array(ranked.length * ranked.length),
    grades: new Uint32Array(ranked.length * (grades.length + 1)),
    overtaken: new Uint32Array(Math.max(ranked.length - 1, 0)),
  })),
});

/** A table of n × n counts; 5,000 take 100 MB in each thread. */
const MOST_RANKED = 5_000;

/** Counts replications one by one; any range of them, in any thread. */
export class Counter {
  private readonly simulation: Simulation;
  private readonly draw: ReturnType<Simulation['nominal']>;
  private readonly counted: Counts;
  private done = 0;

  /** @throws ROBUSTNESS_TOO_LARGE */
  constructor(
    private readonly material: Material,
    factors: Factors,
    private readonly seed: number,
  ) {
    const largest = Math.max(0, ...material.cohorts.map(({ ranked }) => ranked.length));
    if (largest > MOST_RANKED)
      throw new DomainError(
        'ROBUSTNESS_TOO_LARGE',
        422,
        `一个分组列名次的机构至多 ${MOST_RANKED} 家，才能作稳健性分析；现有 ${largest} 家`,
      );
    this.counted = noCounts(material);
    this.simulation = new Simulation(material, factors);
    this.draw = this.simulation.nominal();
  }

  /** Adds the replications `from` … `to` − 1. @returns all that were counted so far */
  count(from: number, to: number): Counts {
    const counts = this.counted;
    for (let index = from; index < to; index++) {
      this.simulation.draw(this.seed, index, this.draw);
      this.simulation.run(this.draw);
      for (let c = 0; c < counts.cohorts.length; c++)
        this.add(this.material.cohorts[c] as CohortMaterial, counts.cohorts[c] as Counts['cohorts'][number]);
    }
    this.done += to - from;
    return { ...counts, replications: this.done };
  }

  private add({ ranked }: CohortMaterial, { ranks, grades, overtaken }: Counts['cohorts'][number]): void {
    const size = ranked.length;
    const kinds = this.material.grades.length + 1;
    let above = 0;
    for (let i = 0; i < size; i++) {
      const row = ranked[i] as number;
      const rank = this.simulation.ranks[row] as number;
      const grade = this.simulation.grades[row] as number;
      const place = i * size + rank - 1;
      const kind = i * kinds + (grade === -1 ? kinds - 1 : grade);
      ranks[place] = (ranks[place] as number) + 1;
      grades[kind] = (grades[kind] as number) + 1;
      if (i > 0 && rank < above) overtaken[i - 1] = (overtaken[i - 1] as number) + 1;
      above = rank;
    }
  }
}

/** The counts of parts together. @param parts of one material */
export function together(parts: readonly Counts[]): Counts {
  const added = (columns: readonly Uint32Array[]): Uint32Array => {
    const sums = Uint32Array.from(columns[0] as Uint32Array);
    for (const column of columns.slice(1))
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (column[i] as number);
    return sums;
  };
  const [first] = parts;
  if (!first) throw new RangeError('no parts');
  return {
    replications: parts.reduce((sum, part) => sum + part.replications, 0),
    cohorts: first.cohorts.map((_, c) => {
      const of = parts.map((part) => part.cohorts[c] as Counts['cohorts'][number]);
      return {
        ranks: added(of.map(({ ranks }) => ranks)),
        grades: added(of.map(({ grades }) => grades)),
        overtaken: added(of.map(({ overtaken }) => overtaken)),
      };
    }),
  };
}

/** What the counts say of the official ranking. @param counts at least one replication */
export function robustnessOf(material: Material, counts: Counts): Robustness {
  const share = (count: number): Share => plain(quantise(new Decimal(count).div(counts.replications), 6));
  return {
    intervals: material.cohorts.flatMap((cohort, c) =>
      intervalsOf(material, cohort, counts.cohorts[c] as Counts['cohorts'][number], share),
    ),
    neighbours: material.cohorts.flatMap((cohort, c) =>
      neighboursOf(material, cohort, counts.cohorts[c]?.overtaken ?? new Uint32Array(0), share),
    ),
    withoutIndicator: withoutEach(material),
  };
}

function intervalsOf(
  { institutions, grades }: Material,
  { code, ranked, ranks: official }: CohortMaterial,
  counts: Counts['cohorts'][number],
  share: (count: number) => Share,
): RankInterval[] {
  const size = ranked.length;
  const kinds = grades.length + 1;
  return [...ranked].map((row, i) => {
    const ranks = [...counts.ranks.subarray(i * size, (i + 1) * size)];
    const total = ranks.reduce((sum, count) => sum + count, 0);
    const rank = official[i] as number;
    return {
      cohort: code,
      institution: institutions[row] as string,
      rank,
      p5: quantile(ranks, total * 0.05),
      median: quantile(ranks, total * 0.5),
      p95: quantile(ranks, total * 0.95),
      min: ranks.findIndex((count) => count > 0) + 1,
      max: ranks.findLastIndex((count) => count > 0) + 1,
      shareAtRank: share(ranks[rank - 1] ?? 0),
      acceptability: ranks.flatMap((count, r) => (count === 0 ? [] : [{ rank: r + 1, share: share(count) }])),
      grades: [...counts.grades.subarray(i * kinds, (i + 1) * kinds)].flatMap((count, g) =>
        count === 0 ? [] : [{ grade: grades[g]?.code ?? null, share: share(count) }],
      ),
    };
  });
}

/** The least rank up to which at least `needed` replications lie. */
function quantile(counts: readonly number[], needed: number): number {
  let rank = 0;
  // A hair, since 0.05 is no float: 50 of 1,000 are 5 %.
  for (let sum = 0; rank < counts.length && sum < needed - 1e-6; rank++) sum += counts[rank] as number;
  return rank;
}

function neighboursOf(
  { institutions }: Material,
  { code, ranked, ranks, grades, quota }: CohortMaterial,
  overtaken: Uint32Array,
  share: (count: number) => Share,
): Neighbours[] {
  return [...overtaken].map((count, i) => {
    const often = share(count);
    const isEqual = ranks[i] === ranks[i + 1];
    const isQuota = quota !== null && (ranks[i] as number) <= quota && (ranks[i + 1] as number) > quota;
    return {
      cohort: code,
      upper: institutions[ranked[i] as number] as string,
      lower: institutions[ranked[i + 1] as number] as string,
      overtaken: often,
      separable: !isEqual && new Decimal(often).lte(MAY_OVERTAKE),
      lines: [
        ...(isQuota ? (['commendation'] as const) : []),
        ...(grades[i] === grades[i + 1] ? [] : (['grade'] as const)),
      ],
    };
  });
}

function withoutEach(material: Material): WithoutIndicator[] {
  const fixed: Factors = {
    weights: 0,
    normalisations: [{ method: 'declared' }],
    winsorising: [0],
    aggregations: ['declared'],
    rounding: false,
  };
  const simulation = new Simulation(material, fixed);
  const leaves = material.nodes.flatMap((node, index) => (node.leaf === -1 ? [] : [{ ...node, index }]));
  // Of one indicator alone nothing is left.
  if (leaves.length < 2) return [];
  return leaves.map(({ code, title, index }) => {
    const draw = simulation.nominal();
    draw.weights[index] = 0;
    simulation.run(draw);
    const moved = material.cohorts.flatMap(({ ranked, ranks }) =>
      [...ranked].flatMap((row, i) => {
        const [rank, without] = [ranks[i] as number, simulation.ranks[row] as number];
        return rank === without ? [] : [{ institution: material.institutions[row] as string, rank, without }];
      }),
    );
    return { indicator: code, title, moved };
  });
}

export const INTERVALS_HEADER = [
  'cohort',
  'institution',
  'rank',
  'p5',
  'median',
  'p95',
  'min',
  'max',
  'share_at_rank',
] as const;

/** The rows of rank_intervals.csv, without its header. */
export const intervalRows = (intervals: readonly RankInterval[]): string[][] =>
  intervals.map(({ cohort, institution, rank, p5, median, p95, min, max, shareAtRank }) => [
    cohort,
    institution,
    ...[rank, p5, median, p95, min, max].map(String),
    shareAtRank,
  ]);
