import { Button, Empty, Radio, Skeleton, Tabs } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router';
import { CloseCalls } from '../analyses/close-calls.js';
import { IntervalsTab } from '../analyses/intervals-tab.js';
import { API } from '../api/client.js';
import { may, useSession } from '../api/session.query.js';
import type { Evaluation, RankingItem } from '../api/shapes.js';
import { BundleButton } from '../evaluations/bundle-button.js';
import { countWords, headCount } from '../evaluations/evaluation-words.js';
import { useEvaluation, useRanking } from '../evaluations/evaluations.query.js';
import { BasisStamp, LabelNotice, SchemeWarnings } from '../shell/basis-stamp.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { GradeList } from './grade-list.js';
import { OtherEvaluations } from './other-evaluations.js';
import { RankingFilters } from './ranking-filters.js';
import { RankingTable } from './ranking-table.js';
import './ranking.css';

/** 排名: who stands where, on how many points made of what, and who is not ranked and why. */
export function RankingPage() {
  const id = useParams().id ?? '';
  const evaluation = useEvaluation(id);
  const [address, setAddress] = useSearchParams();
  const { data: me } = useSession();
  const isPaper = evaluation.data?.ranks === false && (address.get('as') === 'published' || me?.institution !== null);
  const ranking = useRanking(id, isPaper ? 'published' : undefined);
  const failed = evaluation.error ?? ranking.error;
  if (evaluation.data && ranking.error?.code === 'EVALUATION_NOT_COMPUTED')
    return <NotYet evaluation={evaluation.data} />;
  if (failed)
    return <Failure error={failed} retry={() => void Promise.all([evaluation.refetch(), ranking.refetch()])} />;
  if (!evaluation.data || !ranking.data) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  return (
    <>
      <PageHead
        title={evaluation.data.title}
        aside={evaluation.data.periodTitle}
        trail={['结果', ['排名', '/ranking']]}
      >
        <Button onClick={() => window.print()}>打印</Button>
        <BundleButton evaluation={id} />
        <Button
          type="primary"
          href={`${API}/exports/evaluations/${id}/ranking.csv?excel=1${isPaper ? '&as=published' : ''}`}
          download={true}
          data-testid="export-ranking"
        >
          导出
        </Button>
      </PageHead>
      <BasisStamp evaluation={evaluation.data} />
      <LabelNotice evaluation={evaluation.data} />
      <SchemeWarnings evaluation={evaluation.data} />
      {!evaluation.data.ranks && me?.institution === null && (
        <div className="notice-bar" role="note" data-testid="grades-only">
          <strong>只公布等次</strong>　机构和公布稿不带名次和总分。
          <Radio.Group
            aria-label="看哪一种"
            size="small"
            optionType="button"
            value={isPaper ? 'published' : 'internal'}
            onChange={(event) =>
              setAddress(event.target.value === 'published' ? { as: 'published' } : {}, { replace: true })
            }
            options={[
              { value: 'internal', label: '内部排名（不外发）' },
              { value: 'published', label: '公布稿' },
            ]}
          />
        </div>
      )}
      {isPaper ? (
        <GradeList evaluation={evaluation.data} items={ranking.data} />
      ) : ranking.data.length === 0 ? (
        <NoRows id={id} />
      ) : (
        <Cohorts evaluation={evaluation.data} items={ranking.data} />
      )}
    </>
  );
}

function NotYet({ evaluation }: { readonly evaluation: Evaluation }) {
  return (
    <>
      <PageHead title={evaluation.title} aside={evaluation.periodTitle} trail={['结果', '排名']} />
      <BasisStamp evaluation={evaluation} />
      <NoRows id={evaluation.id} />
    </>
  );
}

const NoRows = ({ id }: { readonly id: string }) => (
  <Card>
    <Empty description="尚无结果">
      <Link to={`/evaluations/${id}`}>先看评价进行到哪一步</Link>
    </Empty>
  </Card>
);

/** A tab per cohort; what belongs to no cohort is listed last. */
function Cohorts({ evaluation, items }: { readonly evaluation: Evaluation; readonly items: readonly RankingItem[] }) {
  const [address, setAddress] = useSearchParams();
  const present = new Set(items.map((item) => item.cohort ?? ''));
  const declared = evaluation.cohorts.map((cohort) => cohort.code).filter((code) => present.has(code));
  const codes = [...new Set([...declared, ...present])];
  const titles = new Map(evaluation.cohorts.map((cohort) => [cohort.code, cohort.title]));
  const asked = address.get('cohort') ?? '';
  const chosen = codes.includes(asked) ? asked : (codes[0] ?? '');
  const rows = items.filter((item) => (item.cohort ?? '') === chosen);
  const { data: me } = useSession();
  const seesIntervals = may(me, 'evaluation', 'findings');
  const view = seesIntervals && address.get('view') === 'intervals' ? 'intervals' : 'ranking';
  const set = (key: string, value: string): void =>
    setAddress(
      (old) => {
        old.set(key, value);
        return old;
      },
      { replace: true },
    );
  const toIntervals = new URLSearchParams([...address].filter(([key]) => key !== 'view'));
  toIntervals.set('view', 'intervals');
  return (
    <Card flush={true} className="ranking">
      <div className="ranking-top">
        {codes.length > 1 ? (
          <Tabs
            className="ranking-tabs"
            activeKey={chosen}
            onChange={(cohort) => set('cohort', cohort)}
            items={codes.map((code) => ({ key: code, label: code === '' ? '未分组' : (titles.get(code) ?? code) }))}
          />
        ) : seesIntervals ? (
          <Views view={view} set={set} />
        ) : (
          <h2>排名</h2>
        )}
        <OtherEvaluations current={evaluation.id} />
        <p data-testid="counts">
          {headCount(evaluation.counts)}家：{countWords(evaluation.counts).join('　')}
        </p>
      </div>
      {codes.length > 1 && seesIntervals && (
        <div className="ranking-views">
          <Views view={view} set={set} />
        </div>
      )}
      {view === 'intervals' ? (
        <IntervalsTab evaluation={evaluation.id} cohort={chosen} rows={rows} />
      ) : (
        <>
          <RankingFilters evaluation={evaluation} rows={rows} />
          <CloseCalls rows={rows} to={`?${toIntervals}`} />
          <RankingTable evaluation={evaluation} rows={rows} />
        </>
      )}
    </Card>
  );
}

/** The ranking itself, or how far its ranks move. */
const Views = ({ view, set }: { readonly view: string; readonly set: (key: string, value: string) => void }) => (
  <Tabs
    className="ranking-tabs"
    activeKey={view}
    onChange={(key) => set('view', key)}
    items={[
      { key: 'ranking', label: '排名' },
      { key: 'intervals', label: '名次区间' },
    ]}
  />
);
