import { Empty, Skeleton } from 'antd';
import { Link } from 'react-router';
import { EVALUATION_STATES } from '../evaluations/evaluation-words.js';
import { fixed } from '../figures/figure-text.js';
import { GradeTag } from '../ranking/grade-tag.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { useOwnResults } from './own-results.query.js';

/** 评价结果 of an institution: its place in each evaluation that was published. */
export function OwnResultsPage() {
  const { data, error, isPending, refetch } = useOwnResults();
  if (isPending) return <Skeleton active={true} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHead title="评价结果" trail={['结果', '评价结果']} />
      <Card flush={data.length > 0}>
        {data.length === 0 ? (
          <Empty description="尚无结果">
            结果公示后，这里会出现。<Link to="/filings">先看填报任务</Link>
          </Empty>
        ) : (
          <table className="plain-table" data-testid="own-results">
            <thead>
              <tr>
                <th>评价</th>
                <th>报告期</th>
                <th>状态</th>
                <th className="number">名次</th>
                <th className="number">总分</th>
                <th className="middle">等次</th>
                <th>说明</th>
              </tr>
            </thead>
            <tbody>
              {data.map(({ evaluation, item }) => (
                <tr key={evaluation.id} data-testid="own-result-row" data-evaluation={evaluation.id}>
                  <td>
                    <Link to={`/evaluations/${evaluation.id}/results/${item.institution}`}>{evaluation.title}</Link>
                  </td>
                  <td>{evaluation.periodTitle}</td>
                  <td>{EVALUATION_STATES[evaluation.state]}</td>
                  <td className="number">
                    <b>
                      {item.rank === null
                        ? item.status === 'ranked'
                          ? '不公布'
                          : '—'
                        : `第${item.rank}名${item.tied ? '（并列）' : ''}`}
                    </b>
                  </td>
                  <td className="number">{fixed(item.score)}</td>
                  <td className="middle">
                    <GradeTag grade={item.grade} grades={evaluation.grades} status={item.status} />
                  </td>
                  <td>{item.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </>
  );
}
