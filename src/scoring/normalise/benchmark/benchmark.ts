import { isOutcome } from '../../../formula/outcome.js';
import { type Decimal, meanOf, plain, ZERO } from '../../../numbers/decimal.js';
import type { Cell, Comparison, Method, Points, Tells } from '../method.js';
import { Sample } from '../sample.js';
import type { Horizontal, Parts, Vertical } from './parts.js';
import { readParts } from './parts.js';
import type { BoundRule } from './rule.js';

/**
 * The official schemes' family: a value against the institution's own past (纵向) and against the cohort now (横向).
 * points = (wV · s(x, bV) + wH · s(x, bH)) / (wV + wH); a part without a benchmark gives its weight to the other one.
 * Source: scheme-language 4; the outer frame stands in 银发〔2021〕142号 (domain 1.2, 1.4).
 */
export const benchmarkMethod: Method = {
  name: 'benchmark',
  title: '纵横基准',
  direction: 'means',
  read: (fields, direction) => {
    fields.forbid('to', 'benchmark 没有 to');
    const parts = readParts(fields, direction);
    if (!parts) return null;
    const { rule, vertical, horizontal } = parts;
    return {
      name: 'benchmark',
      tells: tellsOf(parts),
      parameters: {
        rule: rule.name,
        ...rule.parameters,
        ...(vertical && {
          vertical: { periods: vertical.periods, step: vertical.step, weight: plain(vertical.weight) },
        }),
        ...(horizontal && {
          horizontal: {
            statistic: horizontal.statistic,
            ...(horizontal.excludesSelf ? { self: 'exclude' } : {}),
            weight: plain(horizontal.weight),
          },
        }),
      },
      belowZero: null,
      history: vertical ? vertical.periods * vertical.step : 0,
      points: (cells, comparison) => cells.map((cell) => compare(cell, comparison, parts)),
      explains: true,
    };
  },
};

/** The own past is known, so what the points say of the cohort's benchmark can be told apart. */
function tellsOf({ horizontal, order }: Parts): Tells {
  if (!horizontal) return 'nothing';
  if (order) return 'order';
  return horizontal.statistic === 'mean' ? 'mean' : 'one';
}

interface Half {
  readonly weight: Decimal;
  readonly benchmark: Decimal;
  readonly score: Decimal;
}

function compare(cell: Cell, comparison: Comparison, { rule, vertical, horizontal }: Parts): Points {
  if (!vertical && !horizontal) return { points: rule.score(cell.value, ZERO, null), note: '', statistics: {} };
  const own = vertical && verticalHalf(cell, comparison, vertical, rule);
  const peers = horizontal && horizontalHalf(cell, comparison, horizontal, rule);
  const statistics = {
    ...(vertical && { bV: own ? plain(own.benchmark) : null, sV: own ? plain(own.score) : null }),
    ...(horizontal && { bH: peers ? plain(peers.benchmark) : null, sH: peers ? plain(peers.score) : null }),
  };
  return { points: together(own, peers), note: noteOf(vertical && !own, horizontal && !peers), statistics };
}

function together(own: Half | null, peers: Half | null): Decimal | null {
  if (own && peers) {
    const weighted = own.weight.times(own.score).plus(peers.weight.times(peers.score));
    return weighted.div(own.weight.plus(peers.weight));
  }
  return (own ?? peers)?.score ?? null;
}

function noteOf(noPast: boolean | null, noPeers: boolean | null): string {
  if (noPast && noPeers) return '没有纵向和横向基准，本项不计';
  if (noPast) return '没有往期数值，纵向权重计入横向';
  return noPeers ? '没有可比机构，横向权重计入纵向' : '';
}

function verticalHalf({ row, value }: Cell, { past }: Comparison, vertical: Vertical, rule: BoundRule): Half | null {
  const earlier: Decimal[] = [];
  for (let period = 1; period <= vertical.periods; period++) {
    const before = past(row, period * vertical.step);
    if (!isOutcome(before)) earlier.push(before);
  }
  if (earlier.length === 0) return null;
  const benchmark = meanOf(earlier);
  return { weight: vertical.weight, benchmark, score: rule.score(value, benchmark, null) };
}

function horizontalHalf(cell: Cell, { sample }: Comparison, horizontal: Horizontal, rule: BoundRule): Half | null {
  const peers = horizontal.excludesSelf && !cell.byPolicy ? without(sample, cell.value) : sample;
  if (peers.size === 0) return null;
  const benchmark = peers[horizontal.statistic];
  return { weight: horizontal.weight, benchmark, score: rule.score(cell.value, benchmark, peers) };
}

function without(sample: Sample, value: Decimal): Sample {
  const own = sample.values.findIndex((other) => other.eq(value));
  return new Sample(sample.values.filter((_, i) => i !== own));
}
