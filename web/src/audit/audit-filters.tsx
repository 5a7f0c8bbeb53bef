import { Button, Input, Select } from 'antd';
import { useInstitutionNames } from '../api/catalogue.query.js';
import { DayInput } from '../shell/day-input.js';
import { usePeople } from './audit.query.js';
import { ACTION_WORDS } from './audit-words.js';

/** As the address of the page has them; days inclusive. Empty: not asked for. */
export interface AuditFilter {
  readonly from: string;
  readonly to: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly institution: string;
}

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly set: (key: keyof AuditFilter, value: string) => void;
  readonly clear: () => void;
}

const findsLabel = { optionFilterProp: 'label' } as const;

export function AuditFilters({ filter, set, clear }: AuditFiltersProps) {
  const people = usePeople();
  const institutions = useInstitutionNames();
  const isFiltered = Object.values(filter).some((value) => value !== '');
  return (
    <search className="filters audit-filters">
      <span className="audit-days">
        <DayInput value={filter.from} onChange={(day) => set('from', day)} {...maxOf(filter.to)} /> 至{' '}
        <DayInput value={filter.to} onChange={(day) => set('to', day)} {...minOf(filter.from)} />
      </span>
      <Select
        aria-label="操作人"
        showSearch={findsLabel}
        allowClear={true}
        placeholder="操作人"
        {...chosen(filter.actor)}
        onChange={(id: string | undefined) => set('actor', id ?? '')}
        options={[...people].map(([id, { name, unit }]) => ({
          value: id,
          label: unit === '' ? name : `${name} ${unit}`,
        }))}
      />
      <Select
        aria-label="操作"
        showSearch={findsLabel}
        allowClear={true}
        placeholder="操作"
        {...chosen(filter.action)}
        onChange={(action: string | undefined) => set('action', action ?? '')}
        options={Object.entries(ACTION_WORDS).map(([value, label]) => ({ value, label: `${label} ${value}` }))}
      />
      <Select
        aria-label="机构"
        showSearch={findsLabel}
        allowClear={true}
        placeholder="机构"
        {...chosen(filter.institution)}
        onChange={(uscc: string | undefined) => set('institution', uscc ?? '')}
        options={[...institutions].map(([value, name]) => ({ value, label: `${name} ${value}` }))}
      />
      <Input.Search
        key={filter.subject}
        aria-label="对象编号"
        placeholder="对象编号"
        defaultValue={filter.subject}
        maxLength={128}
        allowClear={true}
        onSearch={(text) => set('subject', text.trim())}
      />
      {isFiltered && (
        <Button type="link" onClick={clear}>
          显示全部
        </Button>
      )}
    </search>
  );
}

const chosen = (value: string) => (value === '' ? {} : { value });
const minOf = (day: string) => (day === '' ? {} : { min: day });
const maxOf = (day: string) => (day === '' ? {} : { max: day });
