import type { Evaluation, RankingItem } from '../api/shapes.js';
import { Card } from '../shell/card.js';
import { GradeTag } from './grade-tag.js';

interface GradeListProps {
  readonly evaluation: Evaluation;
  /** By cohort, grade and name; no ranks, no totals. */
  readonly items: readonly RankingItem[];
}

/** 公布稿 of an evaluation that is published by grades alone: what may leave the house. */
export function GradeList({ evaluation, items }: GradeListProps) {
  const titles = new Map(evaluation.cohorts.map(({ code, title }) => [code, title]));
  const cohorts = [...new Set(items.map(({ cohort }) => cohort ?? ''))];
  return (
    <>
      {cohorts.map((cohort) => {
        const rows = items.filter((item) => (item.cohort ?? '') === cohort);
        return (
          <Card
            key={cohort}
            flush={true}
            title={titles.get(cohort) || (cohorts.length > 1 ? '未分组' : '评价等次')}
            note={`${rows.length}家，同一等次按名称排列，不分先后`}
          >
            <table className="plain-table" data-testid="grade-list">
              <thead>
                <tr>
                  <th>机构</th>
                  <th className="middle">等次</th>
                  <th>说明</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.institution} data-testid="grade-row">
                    <td>{row.name}</td>
                    <td className="middle">
                      <GradeTag grade={row.grade} grades={evaluation.grades} status={row.status} />
                    </td>
                    <td>{row.reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Card>
        );
      })}
    </>
  );
}
