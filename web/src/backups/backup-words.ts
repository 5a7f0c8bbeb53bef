/** One backup that was tried. */
export interface BackupRun {
  readonly id: string;
  readonly at: string;
  readonly file: string;
  readonly bytes: number | null;
  /** Of all tables. */
  readonly rows: number | null;
  /** The last sealed root of the audit that the backup holds. */
  readonly root: string | null;
  /** null: it went well. */
  readonly error: string | null;
}

/** The last one that went well. */
export interface LastBackup {
  readonly at: string;
  readonly file: string;
  /** Whole hours. */
  readonly ageHours: number;
}

/** A daily backup may miss a day before somebody must look. */
export const OLD_HOURS = 48;

/** `good`, `old` (amber), or `none` (red). */
export const condition = (last: LastBackup | null): 'good' | 'old' | 'none' => {
  if (last === null) return 'none';
  return last.ageHours > OLD_HOURS ? 'old' : 'good';
};

/** 不到1小时前 · 5小时前 · 3天前. */
export function ageWords(hours: number): string {
  if (hours < 1) return '不到1小时前';
  return hours < OLD_HOURS ? `${hours}小时前` : `${Math.floor(hours / 24)}天前`;
}

const UNITS = ['KB', 'MB', 'GB'] as const;

/** `12.4 MB`, in steps of 1024. */
export function sizeWords(bytes: number | null): string {
  if (bytes === null) return '—';
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(1)} ${UNITS[unit]}`;
}
