/** No figure. Never null, never 0: the scheme answers it with a policy. */
export const MISSING = 'MISSING';
/** A division by exactly 0. */
export const DIV0 = 'DIV0';

export type Outcome = typeof MISSING | typeof DIV0;

/** What a formula yields: a number, or one of two outcomes. */
export type Value<N> = N | Outcome;

export const isOutcome = (value: unknown): value is Outcome => value === MISSING || value === DIV0;

/** MISSING goes before DIV0; null when all are numbers or conditions. */
export function outcomeOf(values: readonly unknown[]): Outcome | null {
  if (values.includes(MISSING)) return MISSING;
  return values.includes(DIV0) ? DIV0 : null;
}
