/** Directions closer than this count as one: slopes are taken to about eight digits. */
const NEAR = 1e-5;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

const lengthOf = (row: Float64Array): number => Math.sqrt(dot(row, row));

/** Takes a row's share in a direction of length 1 off it. */
function takeOff(row: Float64Array, direction: Float64Array): void {
  const share = dot(row, direction);
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) - share * (direction[i] as number);
}

/** Orthonormal directions that span the rows: each time the row that is farthest from those there are. */
export function spanOf(rows: readonly (readonly number[])[]): readonly Float64Array[] {
  const rests = rows.flatMap((row) => {
    const length = lengthOf(Float64Array.from(row));
    return length === 0 ? [] : [Float64Array.from(row, (x) => x / length)];
  });
  const span: Float64Array[] = [];
  for (;;) {
    const lengths = rests.map(lengthOf);
    const longest = Math.max(0, ...lengths);
    if (longest < NEAR) return span;
    const direction = (rests[lengths.indexOf(longest)] as Float64Array).map((x) => x / longest);
    span.push(direction);
    // Twice, for what rounding puts back.
    for (const row of [...rests, ...rests]) takeOff(row, direction);
  }
}

/** Whether a direction lies in a span; one of length 0 is none. @param direction its parts that are not 0, by place */
export function isSpanned(direction: readonly (readonly [number, number])[], span: readonly Float64Array[]): boolean {
  const whole = direction.reduce((sum, [, x]) => sum + x * x, 0);
  let inside = 0;
  for (const each of span) inside += direction.reduce((sum, [i, x]) => sum + x * (each[i] as number), 0) ** 2;
  return whole > 0 && whole - inside < NEAR * NEAR * whole;
}
