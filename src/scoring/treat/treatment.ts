import type { Decimal } from '../../numbers/decimal.js';

/** What is done to the values of a column before they are normalised. */
export type Treatment =
  | {
      readonly kind: 'winsorise';
      readonly maxPoints: number;
      readonly skewness: Decimal;
      readonly kurtosis: Decimal;
      /** Takes the logarithm instead when the test still fails. */
      readonly thenLog: boolean;
    }
  | { readonly kind: 'force'; readonly points: number }
  | { readonly kind: 'log' }
  | { readonly kind: 'box_cox'; readonly lambda: Decimal };
