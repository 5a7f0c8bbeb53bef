/**
 * Brings one institution's total onto another's, by raising or lowering all points that its panel gave by the same
 * amount, so that the two stand equal at the line of praise. The core itself says what the totals are.
 */
export function tie({ evaluate, input, rows, scheme, leader, follower }) {
  const totalOf = (uscc) => {
    const own = rows.filter((row) => row.scheme === scheme);
    const result = evaluate(input(own)).results.find((each) => each.institution === uscc);
    const changes = result.adjustments.map((each) => each.change ?? '0');
    return [result.base, ...changes].reduce((sum, text) => sum + Math.round(Number.parseFloat(text) * 1e6), 0) / 1e6;
  };
  const aim = Math.round(totalOf(leader) * 100) / 100;
  const points = rows.filter(
    (row) => row.scheme === scheme && row.institution === follower && !['innovation', 'late'].includes(row.node),
  );
  for (let step = 0; step < 20; step++) {
    const miss = aim - totalOf(follower);
    if (Math.abs(miss) < 0.003) return;
    const before = points.map((row) => row.score);
    // One point from every assessor is worth the weight of the qualitative group.
    const probe = totalOf(follower);
    for (const row of points) row.score += 100;
    const worth = totalOf(follower) - probe;
    for (const [i, row] of points.entries()) row.score = before[i] + Math.round((miss / worth) * 100);
    if (points.some((row) => row.score < 0 || row.score > 10000))
      throw new Error(`${scheme}: ${miss} points are out of reach`);
  }
  throw new Error(`${scheme}: no tie reached`);
}
