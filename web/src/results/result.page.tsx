import { Button, Empty, Skeleton } from 'antd';
import { useMemo } from 'react';
import { Link, useParams } from 'react-router';
import { holds, may, useSession } from '../api/session.query.js';
import { BundleButton } from '../evaluations/bundle-button.js';
import { STATUS_WORDS } from '../evaluations/evaluation-words.js';
import { useEvaluation, useResult } from '../evaluations/evaluations.query.js';
import { BasisStamp, LabelNotice, SchemeWarnings } from '../shell/basis-stamp.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { ExplanationCard } from './explanation.js';
import { Headline } from './headline.js';
import { ImprovementsCard } from './improvements.js';
import { IndicatorTable } from './indicator-table.js';
import './results.css';
import { leavesOf } from './tree.js';
import { Waterfall } from './waterfall.js';
import { WhatIfPanel } from './what-if-panel.js';

/** 评价结果 of one institution: from its rank to the cell that was filed. */
export function ResultPage() {
  const { id = '', institution = '' } = useParams();
  const { data: me } = useSession();
  const evaluation = useEvaluation(id);
  const result = useResult(id, institution);
  const leaves = useMemo(() => leavesOf(result.data?.nodes ?? []), [result.data]);
  const failed = evaluation.error ?? result.error;
  if (failed)
    return <Failure error={failed} retry={() => void Promise.all([evaluation.refetch(), result.refetch()])} />;
  if (!evaluation.data || !result.data) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  const seesRanking = holds(me, 'officer', 'verifier', 'leader', 'auditor');
  return (
    <>
      <PageHead
        title={result.data.name}
        aside={`${evaluation.data.title}　${evaluation.data.periodTitle}`}
        trail={['结果', seesRanking ? (['排名', `/evaluations/${id}/ranking`] as const) : '评价结果', result.data.name]}
      >
        {seesRanking && (
          <Link to={`/evaluations/${id}/ranking`}>
            <Button>返回排名</Button>
          </Link>
        )}
        <Link
          to={`/schemes/${evaluation.data.scheme}/${evaluation.data.version}/methodology`}
          data-testid="to-methodology"
        >
          <Button>评价办法</Button>
        </Link>
        {me?.institution && <BundleButton evaluation={id} />}
        <Button onClick={() => window.print()}>打印</Button>
      </PageHead>
      <BasisStamp evaluation={evaluation.data} />
      <LabelNotice evaluation={evaluation.data} />
      <SchemeWarnings evaluation={evaluation.data} />
      <Headline evaluation={evaluation.data} result={result.data} />
      {leaves.length === 0 ? (
        <Card>
          <Empty description={`${STATUS_WORDS[result.data.status]}，没有计算得分。${result.data.reason}`}>
            <Link to={`/filings?institution=${institution}`}>查看报表</Link>
          </Empty>
        </Card>
      ) : (
        <>
          <ExplanationCard evaluation={id} institution={institution} />
          <Waterfall evaluation={evaluation.data} result={result.data} leaves={leaves} />
          <IndicatorTable evaluation={evaluation.data} result={result.data} leaves={leaves} />
          {may(me, 'evaluation', 'whatif') && (
            <ImprovementsCard evaluation={id} institution={institution} isStaff={me?.institution === null} />
          )}
          {me?.institution === null && may(me, 'evaluation', 'whatif') && (
            <WhatIfPanel evaluation={id} result={result.data} leaves={leaves} />
          )}
        </>
      )}
    </>
  );
}
