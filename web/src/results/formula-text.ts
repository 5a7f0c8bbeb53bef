import { isQuarter, isYear } from '../../../src/calendar/period.js';
import { type FormulaPiece, formulaInWords } from '../../../src/formula/words.js';
import type { InputUse } from '../api/shapes.js';
import { inUnit } from '../figures/figure-text.js';

const inWindow = (period: string, evaluated: string): boolean =>
  period === evaluated || (isYear(evaluated) && isQuarter(period) && period.startsWith(evaluated));

/**
 * The inputs that a name stands for in the evaluated period: one, or the quarters of a year. An input with a shift has
 * none in the window; then all that the trace lists under its name.
 */
function usesOf(name: string, inputs: readonly InputUse[], evaluated: string): number[] {
  const all = inputs.flatMap((input, index) => (input.name === name ? [index] : []));
  const now = all.filter((index) => inWindow(inputs[index]?.period ?? '', evaluated));
  return now.length > 0 ? now : all;
}

/** Title of an input, with its period where the same figure stands twice in the formula. */
function titleOf(index: number, inputs: readonly InputUse[]): string {
  const input = inputs[index];
  if (!input) return '';
  const twins = new Set(inputs.filter((each) => each.metric === input.metric).map((each) => each.name));
  return twins.size > 1 ? `${input.title}（${input.period}）` : input.title;
}

const compose = (
  formula: string,
  inputs: readonly InputUse[],
  evaluated: string,
  word: (uses: readonly number[]) => FormulaPiece,
): FormulaPiece[] =>
  formulaInWords(formula, (name) => {
    const uses = usesOf(name, inputs, evaluated);
    return uses.length === 0 ? null : word(uses);
  });

/** The formula with the titles of its inputs: `100 × （绿色贷款余额 − …）`. */
export const inWords = (formula: string, inputs: readonly InputUse[], evaluated: string): FormulaPiece[] =>
  compose(formula, inputs, evaluated, (uses) => ({ text: titleOf(uses[0] ?? -1, inputs), input: null }));

/** The same with the filed numbers in place; for several quarters under one name, what the formula took from them. */
export const inNumbers = (formula: string, inputs: readonly InputUse[], evaluated: string): FormulaPiece[] =>
  compose(formula, inputs, evaluated, (uses) => {
    const only = uses[0] ?? -1;
    const input = inputs[only];
    const taken = input?.taken ?? input?.value ?? null;
    return { text: taken === null ? '缺失' : inUnit(taken, input?.unit ?? null), input: only };
  });
