/** Seeded generator (mulberry32): integer arithmetic only, so every machine draws the same numbers. */
export function seeded(text) {
  let state = 0x9e3779b9;
  for (const char of text) state = Math.imul(state ^ char.codePointAt(0), 0x01000193) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    /** Uniform in [low, high). */
    between: (low, high) => low + (high - low) * next(),
    /** A whole number from low to high, both included. */
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    /** About normal: four uniform numbers added. */
    about: (mean, spread) => mean + spread * (next() + next() + next() + next() - 2) * 1.7,
    chance: (share) => next() < share,
  };
}

/** Amounts are whole hundredths of 万元 while they are added up, so that every sum is exact. */
export const cents = (value) => Math.round(value * 100);
export const wan = (hundredths) => {
  const sign = hundredths < 0 ? '-' : '';
  const digits = String(Math.abs(hundredths)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`.replace(/\.?0+$/, '');
};
/** Rates and ratios with up to four decimals. */
export const rate = (value) => value.toFixed(4).replace(/\.?0+$/, '');

/** Splits an amount by shares; the last part takes the remainder, so that the parts add up. */
export function split(amount, shares) {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const parts = shares.slice(0, -1).map((share) => Math.floor((amount * share) / total));
  return [...parts, amount - parts.reduce((sum, part) => sum + part, 0)];
}

/** 2023Q1 … 2026Q3. */
export const QUARTERS = [2023, 2024, 2025, 2026].flatMap((year) =>
  [1, 2, 3, 4].map((quarter) => `${year}Q${quarter}`).filter((period) => period <= '2026Q3'),
);
