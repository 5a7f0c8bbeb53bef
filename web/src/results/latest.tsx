import { Empty, Skeleton } from 'antd';
import { Link, Navigate } from 'react-router';
import { useSession } from '../api/session.query.js';
import type { Evaluation } from '../api/shapes.js';
import { isScored } from '../evaluations/evaluation-words.js';
import { useEvaluations } from '../evaluations/evaluations.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';

/** The newest evaluation of filed figures that has results; superseded ones only when nothing else is there. */
function newest(evaluations: readonly Evaluation[]): Evaluation | undefined {
  const scored = evaluations
    .filter((each) => isScored(each.state) && each.label === null)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return scored.find((each) => each.state !== 'superseded' && each.state !== 'annulled') ?? scored[0];
}

/** Menu entry 排名: the newest ranking. */
export function LatestRanking() {
  return <Latest title="排名" to={(evaluation) => `/evaluations/${evaluation.id}/ranking`} />;
}

/** Menu entry 评价结果 of an institution: its own newest result. */
export function LatestResult() {
  const { data: me } = useSession();
  const uscc = me?.institution?.uscc;
  return (
    <Latest
      title="评价结果"
      to={(evaluation) => (uscc === undefined ? null : `/evaluations/${evaluation.id}/results/${uscc}`)}
    />
  );
}

interface LatestProps {
  readonly title: string;
  readonly to: (evaluation: Evaluation) => string | null;
}

function Latest({ title, to }: LatestProps) {
  const { data, error, isPending, refetch } = useEvaluations();
  if (isPending) return <Skeleton active={true} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const evaluation = newest(data);
  const target = evaluation && to(evaluation);
  if (target) return <Navigate to={target} replace={true} />;
  return (
    <>
      <PageHead title={title} trail={['结果', title]} />
      <Card>
        <Empty description="尚无结果">
          <Link to="/home">返回工作台，看评价进行到哪一步</Link>
        </Empty>
      </Card>
    </>
  );
}
