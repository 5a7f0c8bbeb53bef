/** When the last one went well, and when the last one failed; null: never. */
export interface LastRuns {
  readonly done: Date | null;
  readonly failed: Date | null;
}

const HOUR_MS = 3_600_000;
/** 02:00 at Shanghai, where there is no summer time. */
const SHANGHAI_MS = 8 * HOUR_MS;
const AT_HOUR = 2;

/** Whether the daily backup is due: none went well since 02:00 was last struck, and none failed within the hour. */
export function isDue(now: Date, { done, failed }: LastRuns): boolean {
  if (failed && (!done || failed > done) && now.getTime() - failed.getTime() < HOUR_MS) return false;
  const shift = SHANGHAI_MS - AT_HOUR * HOUR_MS;
  const struck = Math.floor((now.getTime() + shift) / (24 * HOUR_MS)) * 24 * HOUR_MS - shift;
  return done === null || done.getTime() < struck;
}

const PATTERN = /^greenrank-\d{8}-\d{6}\.backup$/;

/** `greenrank-20261020-020001.backup`: the wall clock of Shanghai. */
export function dailyName(now: Date): string {
  const [date = '', time = ''] = new Date(now.getTime() + SHANGHAI_MS).toISOString().split(/[T.]/);
  return `greenrank-${date.replaceAll('-', '')}-${time.replaceAll(':', '')}.backup`;
}

/** Which of a folder's files go: all but the newest `kept` of those that are called like daily backups. */
export function outdated(names: readonly string[], kept: number): string[] {
  return names
    .filter((name) => PATTERN.test(name))
    .sort()
    .slice(0, -kept);
}

/** What a process that was killed in the midst of it left behind. */
export const isLeftOver = (name: string): boolean =>
  name.endsWith('.partial') && PATTERN.test(name.slice(0, -'.partial'.length));
