import { DatePicker } from 'antd';
import dayjs from 'dayjs';

interface DayInputProps {
  readonly id?: string;
  /** `2027-12-31`; empty: none. */
  readonly value?: string;
  readonly onChange?: (day: string) => void;
  readonly min?: string;
  readonly max?: string;
}

const FORMAT = 'YYYY-MM-DD';

/** A day as the tables write it, typed or picked; the browser's own field would write it its own way. */
export function DayInput({ id, value, onChange, min, max }: DayInputProps) {
  return (
    <DatePicker
      id={id}
      className="day-input"
      format={FORMAT}
      placeholder="年-月-日"
      value={value ? dayjs(value) : null}
      minDate={min === undefined ? undefined : dayjs(min)}
      maxDate={max === undefined ? undefined : dayjs(max)}
      onChange={(day) => onChange?.(day === null ? '' : day.format(FORMAT))}
    />
  );
}
