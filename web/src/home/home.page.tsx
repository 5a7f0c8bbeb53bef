import { Skeleton } from 'antd';
import { Link } from 'react-router';
import { holds, may, useSession } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';
import { LastBackupLine } from '../backups/last-backup.js';
import { EVALUATION_STATES, isScored } from '../evaluations/evaluation-words.js';
import { useEvaluations } from '../evaluations/evaluations.query.js';
import { checkCode } from '../figures/figure-text.js';
import { useFilings } from '../filings/filings.query.js';
import { SetupHint } from '../setup/setup-hint.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { FilerHome } from './filer-home.js';
import './home.css';
import { EVALUATION_TO_DOS, type EvaluationToDo, FILING_TO_DOS, type FilingToDo } from './to-dos.js';

/** 工作台: what waits for this person, and where to go on. */
export function HomePage() {
  const { data: me } = useSession();
  if (!me) return null;
  if (holds(me, 'filer', 'checker')) return <FilerHome me={me} />;
  const filings = FILING_TO_DOS.filter((each) => holds(me, ...each.roles));
  const seesEvaluations = holds(me, 'officer', 'verifier', 'leader', 'auditor');
  return (
    <>
      <PageHead title="工作台" aside={me.institution?.name ?? me.department?.title} trail={[]} />
      <SetupHint me={me} />
      {filings.length > 0 && (
        <Card title="报表" extra={<Link to="/filings">全部报表</Link>}>
          <div className="to-dos">
            {filings.map((each) => (
              <FilingsWaiting key={each.state} toDo={each} />
            ))}
          </div>
        </Card>
      )}
      {seesEvaluations && <EvaluationsWaiting me={me} />}
      {filings.length > 0 && holds(me, 'officer') && (
        <Card title="导入">
          从工作簿或 CSV 一次导入多格数字，先预览、后入库。<Link to="/import">去导入</Link>
        </Card>
      )}
      {may(me, 'trial', 'run') && (
        <Card title="用我自己的表">
          手头任何一张有机构名称和数字的表，拖进来马上排名（试算，不保存）。<Link to="/trial">去试算</Link>
        </Card>
      )}
      <LastBackupLine />
      {filings.length === 0 && !seesEvaluations && (
        <Card>
          <p>今日没有待办。</p>
          <p className="note">与您角色相关的业务还没有开通页面；开通后会出现在左侧菜单。</p>
        </Card>
      )}
    </>
  );
}

function FilingsWaiting({ toDo }: { readonly toDo: FilingToDo }) {
  const { data, error } = useFilings({ state: toDo.state });
  return <ToDo to="/review" title={toDo.title} hint={toDo.hint} count={error ? null : data?.length} unit="张" />;
}

function EvaluationsWaiting({ me }: { readonly me: Me }) {
  const { data, error, isPending, refetch } = useEvaluations();
  if (isPending) return <Skeleton active={true} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const mine: EvaluationToDo[] = EVALUATION_TO_DOS.filter((each) => holds(me, ...each.roles));
  return (
    <Card title="评价" extra={<Link to="/evaluations">全部评价</Link>}>
      {mine.length > 0 && (
        <div className="to-dos">
          {mine.map((each) => (
            <ToDo
              key={each.state}
              to={`/evaluations?state=${each.state}`}
              title={each.title}
              hint={each.hint}
              count={data.filter((evaluation) => evaluation.state === each.state).length}
              unit="项"
            />
          ))}
        </div>
      )}
      {data.length === 0 ? (
        <p>尚未开展评价。{holds(me, 'officer') && <Link to="/evaluations">去启动评价</Link>}</p>
      ) : (
        <ul className="recent">
          {data.slice(0, 6).map((evaluation) => (
            <li key={evaluation.id}>
              <Link
                to={
                  isScored(evaluation.state) ? `/evaluations/${evaluation.id}/ranking` : `/evaluations/${evaluation.id}`
                }
              >
                {evaluation.title}
              </Link>
              <span>{evaluation.periodTitle}</span>
              <span>{EVALUATION_STATES[evaluation.state] ?? evaluation.state}</span>
              <span className="note">{evaluation.hash === null ? '' : checkCode(evaluation.hash)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface ToDoProps {
  readonly to: string;
  readonly title: string;
  readonly hint: string;
  /** null: could not be counted; undefined: not yet. */
  readonly count: number | null | undefined;
  readonly unit: string;
}

function ToDo({ to, title, hint, count, unit }: ToDoProps) {
  return (
    <Link to={to} className={count ? 'to-do waiting' : 'to-do'} data-testid={`to-do-${title}`}>
      <span>{title}</span>
      <b>
        {count ?? '—'} <i>{unit}</i>
      </b>
      <span className="note">{hint}</span>
    </Link>
  );
}
