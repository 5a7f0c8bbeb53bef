import fc from 'fast-check';
import { inputOf } from '../../../test/scenario.js';
import { compileValue } from '../../formula/compile.js';
import { type Bounded, DIV0_CELL, MISSING_CELL, NUMBER, newBlock, OPEN } from '../../formula/float/block.js';
import { compileFloat, evaluateColumn } from '../../formula/float/compile-float.js';
import { DIV0, isOutcome, MISSING } from '../../formula/outcome.js';
import { type Decimal, Exact } from '../../numbers/decimal.js';
import { FloatSample } from '../normalise/floats.js';
import { Sample } from '../normalise/sample.js';
import { prepare } from '../prepare.js';
import type { Run } from '../run.js';
import { leavesOf } from '../scheme/scheme.js';
import { floatEnvironment } from './float-environment.js';

/** Formulas as officers may write them, out of every operation and function. */
const { formula } = fc.letrec<{ formula: string; condition: string }>((tie) => {
  const number = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('x', 'y', 'quarters_filed') },
    { weight: 1, arbitrary: fc.constantFrom('0.1', '3', '100', '0', '2.7182818') },
  );
  const pair = fc.tuple(tie('formula'), tie('formula'));
  const operations = fc.tuple(pair, fc.constantFrom('+', '-', '*', '/')).map(([[a, b], o]) => `(${a} ${o} ${b})`);
  const calls = fc.oneof(
    fc.tuple(pair, fc.constantFrom('min', 'max', 'sum', 'avg', 'default')).map(([[a, b], f]) => `${f}(${a}, ${b})`),
    fc
      .tuple(
        tie('formula'),
        fc.constantFrom(
          'abs',
          'prev',
          'yoy',
          'cohort_sum',
          'cohort_mean',
          'all_median',
          'all_max',
          'cohort_min',
          'cohort_count',
        ),
      )
      .map(([a, f]) => `${f}(${a})`),
    fc.tuple(tie('formula'), fc.integer({ min: 0, max: 6 })).map(([a, n]) => `round(${a}, ${n})`),
    fc.constantFrom('if(x > 50 and y > 50, 1, 2)', 'if(yoy(x) > 0 or x > 50, x, y)', 'if(y > 1 and x / y > 1, 3, 4)'),
    pair.map(([a, b]) => `band(${a}, 0, -1.5, ${b}, 50, 7)`),
    fc.tuple(tie('condition'), pair).map(([c, [a, b]]) => `if(${c}, ${a}, ${b})`),
  );
  return {
    formula: fc.oneof({ depthSize: 'small', withCrossShrink: true }, number, operations, operations, calls),
    condition: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(pair, fc.constantFrom('<', '<=', '>', '>=', '==', '!=')).map(([[a, b], o]) => `${a} ${o} ${b}`),
      tie('formula').map((a) => `is_missing(${a})`),
      fc
        .tuple(tie('condition'), tie('condition'), fc.constantFrom('and', 'or'))
        .map(([a, b, o]) => `(${a} ${o} not (${b}))`),
    ),
  };
});

const figure = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('', '0', '50') },
  { weight: 6, arbitrary: fc.integer({ min: -99_999_999, max: 999_999_999 }).map((n) => (n / 10_000).toFixed(4)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 99 }).map((n) => `0.0000000${n}`) },
);

function runOf(value: string, rows: readonly (readonly string[])[]): Run {
  const document = `{ scheme: generated, version: 1, cadence: annual,
    inputs: { x: { metric: x, kind: stock }, y: { metric: y, kind: flow, atLeast: 1 } },
    indicators: [{ indicator: i, weight: 100, value: "${value}", normalise: { method: none }, missing: exclude, zeroDenominator: exclude }] }`;
  const lines = rows.flatMap(([x, y, more, before], i) => [
    `I${i},2025Q4,x,${x}`,
    `I${i},2025Q4,y,${y}`,
    `I${i},2025Q1,y,${more}`,
    `I${i},2024Q4,x,${before}`,
  ]);
  return prepare(inputOf({ document, data: ['institution,period,metric,value', ...lines].join('\n') }));
}

const district = fc.array(fc.tuple(figure, figure, figure, figure), { minLength: 1, maxLength: 6 });

it('what floats say of a formula holds of its decimal result: bounds and outcomes', () => {
  let numbers = 0;
  fc.assert(
    fc.property(formula, district, (value, rows) => {
      const run = runOf(value, rows);
      const { scheme, participants, windows, settled, environment } = run;
      const [leaf] = leavesOf(scheme.root);
      if (leaf?.kind !== 'indicator') throw new Error('no indicator');
      const { tree } = leaf.value;
      const cells = newBlock(participants.list.length);
      const list = Int32Array.from(participants.list.keys());
      evaluateColumn(compileFloat(tree, floatEnvironment(scheme, participants, windows, settled)), list, 0, cells);
      const exact = compileValue(tree, environment);
      for (const row of list) {
        const expected = exact(row, 0);
        const outcome = cells.outcome[row] as number;
        if (outcome === OPEN) continue;
        const told = outcome === MISSING_CELL ? MISSING : outcome === DIV0_CELL ? DIV0 : 'a number';
        expect(isOutcome(expected) ? expected : 'a number').toBe(told);
        if (outcome !== NUMBER || isOutcome(expected)) continue;
        numbers++;
        const value_ = cells.value[row] as number;
        // Not finite: every cell that needs it is left to decimals.
        if (Number.isFinite(value_) && Number.isFinite(cells.error[row] as number))
          expectWithin(expected, { value: value_, error: cells.error[row] as number });
      }
    }),
    { numRuns: 1500 },
  );
  expect(numbers).toBeGreaterThan(1000);
});

/** A float's own value, not the shortest text that leads to it. */
function exactly(float: number): Decimal {
  let [whole, halvings] = [float, 0];
  while (!Number.isInteger(whole)) [whole, halvings] = [whole * 2, halvings + 1];
  return new Exact(BigInt(whole).toString()).div(new Exact(2).pow(halvings));
}

function expectWithin(exact: Decimal, { value, error }: Bounded): void {
  expect(
    new Exact(exact).minus(exactly(value)).abs().lte(exactly(error)) ? 'within' : `${exact} is not ${value} ± ${error}`,
  ).toBe('within');
}

it('statistics of values that are known within bounds hold of the values', () => {
  const known = fc.tuple(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: 0, max: 1e-3, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(known, { minLength: 2, maxLength: 9 }), (cells) => {
      const block = newBlock(cells.length);
      for (const [i, [value, error]] of cells.entries()) {
        block.value[i] = value;
        block.error[i] = error;
      }
      // Any place within the bounds.
      const exact = cells.map(([value, error, where]) => exactly(value).plus(exactly(error).times(exactly(where))));
      const [floats, decimals] = [new FloatSample(block), new Sample(exact)];
      expectWithin(decimals.min, floats.min);
      expectWithin(decimals.max, floats.max);
      expectWithin(decimals.mean, floats.mean);
      expectWithin(decimals.median, floats.median);
      if (floats.deviation) expectWithin(decimals.deviation, floats.deviation);
    }),
    { numRuns: 500 },
  );
});
