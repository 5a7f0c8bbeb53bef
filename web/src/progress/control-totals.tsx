import { useQuery } from '@tanstack/react-query';
import { api, type Page } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { inUnit, NONE } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';

interface ControlTotal {
  readonly metric: string;
  readonly title: string;
  readonly unit: string;
  readonly departmentTitle: string;
  readonly total: string;
  readonly sum: string | null;
  readonly institutions: number;
  /** Percent. */
  readonly difference: string | null;
  readonly isFar: boolean;
}

/** 控制数核对: district totals of departments beside the sum of accepted filings. Nothing, while none was accepted. */
export function ControlTotals({ period }: { readonly period: string }) {
  const { data } = useQuery<readonly ControlTotal[], Problem>({
    queryKey: ['control-totals', period],
    queryFn: async () =>
      (await api.get<Page<ControlTotal>>(`/obligations/progress/control-totals?period=${period}`)).items,
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <Card title="控制数核对" note="部门所报全区总量，与已采纳报表之和；相差超过5%请查明" flush={true}>
      <table className="plain-table" data-testid="control-totals">
        <thead>
          <tr>
            <th>指标</th>
            <th>来源</th>
            <th className="number">控制数</th>
            <th className="number">填报之和</th>
            <th className="number">家数</th>
            <th className="number">相差</th>
          </tr>
        </thead>
        <tbody>
          {data.map((row) => (
            <tr key={`${row.departmentTitle} ${row.metric}`}>
              <td>
                {row.title}
                <span className="note">{`　${row.metric}　${row.unit}`}</span>
              </td>
              <td>{row.departmentTitle}</td>
              <td className="number">{inUnit(row.total, row.unit)}</td>
              <td className="number">{inUnit(row.sum, row.unit)}</td>
              <td className="number">{row.institutions}</td>
              <td className="number">
                {row.difference === null ? NONE : `${row.isFar ? '▲ ' : ''}${row.difference.replace('-', '−')}%`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
