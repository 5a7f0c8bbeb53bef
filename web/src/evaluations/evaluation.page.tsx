import { Button, Skeleton } from 'antd';
import { Link, useParams } from 'react-router';
import { may, useSession } from '../api/session.query.js';
import type { Evaluation } from '../api/shapes.js';
import { moment } from '../figures/moment.js';
import { BasisStamp, LabelNotice, SchemeWarnings } from '../shell/basis-stamp.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { BundleButton, getsFullBundle } from './bundle-button.js';
import { DisclosureNotice } from './disclosure-notice.js';
import { EvaluationActions } from './evaluation-actions.js';
import { EVALUATION_STATES, headCount, isScored, isUnderWay, STATUS_WORDS } from './evaluation-words.js';
import { useEvaluation } from './evaluations.query.js';
import './evaluations.css';
import { useRunEvents } from './run-events.query.js';
import { RunProgress } from './run-progress.js';

/** One evaluation: how far its computation is, what came out, what is to be done with it. */
export function EvaluationPage() {
  const id = useParams().id ?? '';
  const { data: evaluation, error, isPending, refetch } = useEvaluation(id);
  const { data: me } = useSession();
  const progress = useRunEvents(id, evaluation?.state);
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 8 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const scored = isScored(evaluation.state);
  return (
    <>
      <PageHead
        title={evaluation.title}
        aside={`${evaluation.periodTitle}　${EVALUATION_STATES[evaluation.state] ?? evaluation.state}`}
        trail={['评价', ['评价列表', '/evaluations']]}
      >
        {scored && (
          <>
            <BundleButton evaluation={id} />
            <Button href="/verifier.html" target="_blank" data-testid="to-verifier">
              离线核验工具
            </Button>
            <Link to={`/evaluations/${id}/ranking`} data-testid="to-ranking">
              <Button>看排名</Button>
            </Link>
            {may(me, 'scheme', 'check') && (
              <Link
                to={`/schemes/${encodeURIComponent(evaluation.scheme)}/${evaluation.version}/workbench?evaluation=${id}`}
                data-testid="to-workbench"
              >
                <Button>方案试算</Button>
              </Link>
            )}
          </>
        )}
        <EvaluationActions evaluation={evaluation} />
      </PageHead>
      <BasisStamp evaluation={evaluation} />
      <LabelNotice evaluation={evaluation} />
      <SchemeWarnings evaluation={evaluation} />
      <DisclosureNotice evaluation={evaluation} />
      <Card
        title="计算"
        note={
          isUnderWay(evaluation.state)
            ? '可以离开本页，计算在后台继续'
            : `${evaluation.startedBy} ${moment(evaluation.startedAt)} 启动${evaluation.verifiedBy === null ? '' : `　${evaluation.verifiedBy} 核验一致`}`
        }
      >
        <RunProgress evaluation={evaluation} progress={progress} />
      </Card>
      {scored && <Outcome evaluation={evaluation} />}
    </>
  );
}

/** Who was ranked and who was not, and the hash everybody can recompute. */
function Outcome({ evaluation }: { readonly evaluation: Evaluation }) {
  const { data: me } = useSession();
  const statuses = Object.entries(STATUS_WORDS).filter(
    ([status]) => (evaluation.counts[status as keyof typeof STATUS_WORDS] ?? 0) > 0,
  );
  return (
    <Card
      title="结果"
      note={`${headCount(evaluation.counts)}家`}
      extra={<Link to={`/evaluations/${evaluation.id}/ranking`}>名次与不参评的原因</Link>}
    >
      <dl className="outcome" data-testid="outcome">
        {statuses.map(([status, words]) => (
          <div key={status}>
            <dt>{words}</dt>
            <dd>
              {evaluation.counts[status as keyof typeof STATUS_WORDS]} <span className="outcome-unit">家</span>
            </dd>
          </div>
        ))}
      </dl>
      {evaluation.hash !== null && (
        <p className="hash">
          存证包摘要（SHA-256）<code data-testid="hash">{evaluation.hash}</code>
          <span className="note">
            {getsFullBundle(me)
              ? '　下载存证包后，用离线核验工具或命令行 greenrank verify，可在任何机器上重新计算并核对。'
              : '　脱敏存证包里其他机构的数据只留散列；用离线核验工具或命令行 greenrank verify，可核对哈希和本机构的各行。'}
          </span>
        </p>
      )}
    </Card>
  );
}
