import { isDay } from '../calendar/day.js';
import type { Calendars, YearCalendar } from '../calendar/working-days.js';
import type { Violation } from '../problems/problems.js';
import { DocumentReader } from './document-reader.js';
import type { ConfigurationFile } from './read-form.js';

/** The announced years; each day lies in its year, a make-up day on a weekend, no day twice. Faults are noted. */
export function readCalendars(files: readonly ConfigurationFile[], faults: Violation[]): Calendars {
  const calendars = new Map<number, YearCalendar>();
  for (const file of files) {
    const at = new DocumentReader(file.content, file.name, faults);
    const year = at.whole('year', 2000, 2100);
    const day = (reader: DocumentReader, key: string, text: string): string => {
      if (!isDay(text) || !text.startsWith(`${year}-`)) reader.fault(key, text, `${year} 年的日期，如 ${year}-10-01`);
      return text;
    };
    const source = at.text('source');
    const holidays = at.entries('holidays').map((entry) => {
      const title = entry.text('title');
      const [from, to] = [day(entry, 'from', entry.text('from')), day(entry, 'to', entry.text('to'))];
      if (to < from) entry.fault('to', to, `不早于 ${from} 的日期`);
      entry.nothingElse();
      return { title, from, to };
    });
    const workdays = at.texts('workdays').map((text, i) => {
      const worked = day(at, `workdays[${i}]`, text);
      const weekday = isDay(worked) ? new Date(`${worked}T00:00:00Z`).getUTCDay() : 0;
      if (weekday !== 0 && weekday !== 6) at.fault(`workdays[${i}]`, worked, '调休上班的星期六或星期日');
      if (holidays.some(({ from, to }) => from <= worked && worked <= to))
        at.fault(`workdays[${i}]`, worked, '不在假期内的日期');
      return worked;
    });
    at.nothingElse();
    if (calendars.has(year)) at.fault('year', year, '没有写过的年份');
    calendars.set(year, { year, source, holidays, workdays });
  }
  return calendars;
}
