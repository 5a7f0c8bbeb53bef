import { Input, Select } from 'antd';
import { useSearchParams } from 'react-router';
import type { Evaluation, RankingItem } from '../api/shapes.js';
import { filterOf, moveOf } from './ranking-filter.js';
import { Legend } from './score-bar.js';
import { legendOf } from './segments.js';

interface RankingFiltersProps {
  readonly evaluation: Evaluation;
  readonly rows: readonly RankingItem[];
}

export function RankingFilters({ evaluation, rows }: RankingFiltersProps) {
  const [address, setAddress] = useSearchParams();
  const filter = filterOf(address);
  const set = (key: string, value: string): void =>
    setAddress(
      (old) => {
        if (value === '') old.delete(key);
        else old.set(key, value);
        return old;
      },
      { replace: true },
    );
  return (
    <div className="ranking-filters">
      <div className="no-print ranking-fields">
        <Input
          className="filter-name"
          placeholder="机构名称"
          aria-label="机构名称"
          allowClear={true}
          value={filter.name}
          onChange={(event) => set('name', event.target.value.trim())}
        />
        {evaluation.grades.length > 0 && (
          <Select
            className="filter-select"
            aria-label="等次"
            value={filter.grade}
            onChange={(grade: string) => set('grade', grade)}
            options={[
              { value: '', label: '全部等次' },
              ...evaluation.grades.map((grade) => ({ value: grade.code, label: grade.code })),
            ]}
          />
        )}
        {rows.some((row) => moveOf(row) !== '') && (
          <Select
            className="filter-select"
            aria-label="升降"
            value={filter.move}
            onChange={(move: string) => set('move', move)}
            options={[
              { value: '', label: '全部升降' },
              { value: 'up', label: '上升' },
              { value: 'same', label: '持平' },
              { value: 'down', label: '下降' },
            ]}
          />
        )}
      </div>
      <Legend segments={legendOf(rows)} note={evaluation.grades.length > 0 ? '满长100分，刻度为等次线' : '满长100分'} />
    </div>
  );
}
