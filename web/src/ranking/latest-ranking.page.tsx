import { Empty, Skeleton } from 'antd';
import { Link, Navigate } from 'react-router';
import type { Evaluation } from '../api/shapes.js';
import { isScored } from '../evaluations/evaluation-words.js';
import { useEvaluations } from '../evaluations/evaluations.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';

const FULLY_VALID: readonly string[] = ['computed', 'verified', 'provisional', 'final'];

/** The newest evaluation of filed figures with a ranking; what no longer holds only when nothing else is there. */
function newest(evaluations: readonly Evaluation[]): Evaluation | undefined {
  const ranked = evaluations
    .filter((each) => isScored(each.state) && each.label === null && (each.counts.ranked ?? 0) > 0)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return ranked.find((each) => FULLY_VALID.includes(each.state)) ?? ranked[0];
}

/** Menu entry 排名: leads to the newest ranking. */
export function LatestRankingPage() {
  const { data, error, isPending, refetch } = useEvaluations();
  if (isPending) return <Skeleton active={true} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const evaluation = newest(data);
  if (evaluation) return <Navigate to={`/evaluations/${evaluation.id}/ranking`} replace={true} />;
  return (
    <>
      <PageHead title="排名" trail={['结果', '排名']} />
      <Card>
        <Empty description="尚无结果">
          <Link to="/evaluations">看评价进行到哪一步</Link>
        </Empty>
      </Card>
    </>
  );
}
