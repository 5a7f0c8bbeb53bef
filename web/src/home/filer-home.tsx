import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import type { Obligation } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { holds } from '../api/session.query.js';
import type { Me, RankingItem } from '../api/shapes.js';
import '../filings/bars.css';
import { deadline, moment } from '../figures/moment.js';
import { FILING_STATES } from '../filings/filing-words.js';
import { useFilings } from '../filings/filings.query.js';
import { GradeTag } from '../ranking/grade-tag.js';
import { useOwnResults } from '../results/own-results.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { ObligationCard } from './obligation-card.js';
import './obligations.css';
import { isOwed, isUnderWay, ordered } from './obligation-order.js';

/** 工作台 of an institution: what it owes, by when, what is missing. */
export function FilerHome({ me }: { readonly me: Me }) {
  const obligations = useQuery<Obligation[], Problem>({
    queryKey: ['obligations'],
    queryFn: () => api.all<Obligation>('/obligations'),
  });
  const filings = useFilings({});
  const isChecker = holds(me, 'checker', 'department_approver');
  const isFiler = holds(me, 'filer', 'department_editor');
  const owed = ordered((obligations.data ?? []).filter(isOwed), isChecker);
  const underWay = (obligations.data ?? []).filter(isUnderWay);
  const unsent = owed.some(({ state }) => state === 'draft' || state === 'internal_review');
  const last =
    obligations.data
      ?.map(({ period }) => period)
      .sort()
      .at(-1) ?? '';
  return (
    <>
      <PageHead
        title="工作台"
        aside={me.institution?.name ?? me.department?.title}
        tab={unsent ? '▲未提交 工作台' : undefined}
        trail={[]}
      />
      {obligations.error && <Failure error={obligations.error} retry={() => void obligations.refetch()} />}
      {obligations.isPending && <Skeleton active={true} />}
      {obligations.data && (
        <Card title="填报任务" note={`${owed.length}项待办`} extra={<Link to="/filings">全部报表</Link>}>
          {owed.length === 0 && <p data-testid="nothing-owed">本期没有填报任务。新任务下达后会出现在这里。</p>}
          {owed.map((obligation) => (
            <ObligationCard
              key={obligation.id}
              obligation={obligation}
              filings={filings.data ?? []}
              lastPeriod={last}
              isFiler={isFiler}
            />
          ))}
        </Card>
      )}
      {underWay.length > 0 && (
        <Card title="已提交" note="领取审核之前可以撤回">
          <ul className="under-way">
            {underWay.map((obligation) => (
              <li key={obligation.id}>
                <Link to={`/filings/${obligation.filing}`}>{obligation.formTitle ?? obligation.form}</Link>
                <span>{obligation.period}</span>
                <span>{FILING_STATES[obligation.state as keyof typeof FILING_STATES] ?? obligation.state}</span>
                <span className="note">{obligation.due && `截止 ${deadline(obligation.due)}`}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <LatestResult />
    </>
  );
}

/** 第3名; of grades published alone, and of who is not ranked, that there is none. */
function placeWords({ rank, tied, status }: RankingItem): string {
  if (rank !== null) return `第${rank}名${tied ? '（并列）' : ''}`;
  return status === 'ranked' ? '只公布等次' : '未排名';
}

/** 第3名 良好, with the way to its trace. */
function LatestResult() {
  const { data } = useOwnResults();
  const latest = data?.[0];
  return (
    <Card title="最近结果" extra={<Link to="/results">全部结果</Link>}>
      {latest ? (
        <p className="latest-result" data-testid="latest-result">
          <b>{placeWords(latest.item)}</b>
          <GradeTag grade={latest.item.grade} grades={latest.evaluation.grades} status={latest.item.status} />
          <Link to={`/evaluations/${latest.evaluation.id}/results/${latest.item.institution}`}>
            {latest.evaluation.title}
          </Link>
          <span className="note">
            {latest.evaluation.periodTitle}　数据截至 {moment(latest.evaluation.cutOff)}
          </span>
        </p>
      ) : (
        <p className="note">结果公示后，这里会出现；每一分都能点回填报的那一格。</p>
      )}
    </Card>
  );
}
