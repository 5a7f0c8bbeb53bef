const SHANGHAI = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

const DAY = 86_400_000;

/** `2026-01-15 09:05` in Asia/Shanghai, whatever the reader's clock says. No instant: —. */
export const moment = (instant: string | null | undefined): string =>
  instant ? SHANGHAI.format(new Date(instant)) : '—';

const SECONDS = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** As {@link moment}, to the second. */
export const exactMoment = (instant: string): string => SECONDS.format(new Date(instant));

/** As {@link moment}, but midnight belongs to the day that ends: `2026-01-31 24:00`. */
export function deadline(instant: string): string {
  const text = moment(instant);
  if (!text.endsWith(' 00:00')) return text;
  return `${SHANGHAI.format(new Date(new Date(instant).getTime() - DAY)).slice(0, 10)} 24:00`;
}
