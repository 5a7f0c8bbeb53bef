import { Skeleton } from 'antd';
import { Fragment, type ReactNode, useEffect, useRef } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { isQuarter, periodTitle } from '../../../src/calendar/period.js';
import { useMetrics } from '../api/catalogue.query.js';
import type { FiledCell, Filing, FilingCheck } from '../api/filing-shapes.js';
import { inUnit, NONE } from '../figures/figure-text.js';
import { deadline, moment } from '../figures/moment.js';
import { OnBehalfMark } from '../on-behalf/on-behalf-mark.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { CELL_WORDS, FILING_STATES, SEVERITIES } from './filing-words.js';
import './filings.css';
import { useFiling } from './filings.query.js';

/** One filing, read only: its cells, its checks, who signed and who accepted. `?cell=CODE` points at a cell. */
export function FilingPage() {
  const id = useParams().id ?? '';
  const { data: filing, error, isPending, refetch } = useFiling(id);
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={filing.institutionName}
        aside={`${isQuarter(filing.period) ? periodTitle(filing.period) : filing.period}　${filing.formTitle} v${filing.formVersion}`}
        trail={['报送', ['报表', '/filings'], filing.institutionName]}
      />
      <Revisions filing={filing} />
      {filing.state === 'draft' && (
        <p className="notice-bar" role="status">
          <strong>▲ 已保存，尚未提交</strong>
        </p>
      )}
      {filing.returned && (
        <p className="notice-bar" role="status" data-testid="returned">
          <strong>已退回</strong>　{filing.returned.message}
          {filing.returned.cells.length > 0 && `（${filing.returned.cells.join('、')}）`}
        </p>
      )}
      <Checks checks={filing.checks} />
      <Cells figures={filing.figures} checks={filing.checks} />
    </>
  );
}

/** State, revision and what is in force, as a stamp above the cells. */
function Revisions({ filing }: { readonly filing: Filing }) {
  const { revision, inForce } = filing;
  const facts: [string, ReactNode][] = [['状态', FILING_STATES[filing.state] ?? filing.state]];
  if (filing.due !== null) facts.push(['截止', deadline(filing.due)]);
  if (revision) {
    facts.push(['版次', `第${revision.no}版`]);
    facts.push(['填报', <OnBehalfMark key="filed" name={revision.filedBy ?? NONE} />]);
    facts.push([
      '签署',
      <Fragment key="signed">
        <OnBehalfMark name={revision.signedBy ?? NONE} /> {moment(revision.submittedAt)}
      </Fragment>,
    ]);
    facts.push(['摘要', revision.hash.slice(0, 16)]);
  }
  facts.push([
    '生效',
    inForce ? `第${inForce.no}版，${inForce.acceptedBy ?? NONE} ${moment(inForce.acceptedAt)} 采纳` : '尚无生效版',
  ]);
  return (
    <dl className="basis" data-testid="revision">
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

function Checks({ checks }: { readonly checks: readonly FilingCheck[] }) {
  if (checks.length === 0) return null;
  return (
    <Card title="校验" note={`${checks.length}处`} className="checks">
      <ul className="check-list">
        {checks.map((check) => (
          <li key={`${check.rule} ${check.cells.join()}`} className={`severity-${check.severity}`}>
            <b>{SEVERITIES[check.severity] ?? check.severity}</b>　{check.message}
            <span className="note">{`　${check.rule}　${check.cells.join('、')}`}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface CellsProps {
  readonly figures: Readonly<Record<string, FiledCell>>;
  readonly checks: readonly FilingCheck[];
}

function Cells({ figures, checks }: CellsProps) {
  const metrics = useMetrics();
  const [address] = useSearchParams();
  const pointed = address.get('cell');
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (pointed !== null) row.current?.scrollIntoView({ block: 'center' });
  }, [pointed]);
  const codes = Object.keys(figures);
  return (
    <Card title="报表数字" note={`${codes.length}格`} flush={true}>
      <table className="plain-table" data-testid="figures">
        <thead>
          <tr>
            <th className="col-code">代码</th>
            <th>指标</th>
            <th className="number">本期</th>
            <th className="col-unit">单位</th>
            <th>状态</th>
          </tr>
        </thead>
        <tbody>
          {codes.map((code) => {
            const cell = figures[code];
            const metric = metrics.get(code);
            const faults = checks.filter((check) => check.cells.includes(code));
            const lit = code === pointed;
            return (
              <tr key={code} ref={lit ? row : undefined} className={lit ? 'pointed' : undefined} data-cell={code}>
                <td className="code">{code}</td>
                <td>{metric?.title ?? code}</td>
                <td className="number">{cell?.state === 'value' ? inUnit(cell.value, metric?.unit) : ''}</td>
                <td>{metric?.unit ?? ''}</td>
                <td>
                  {cell ? CELL_WORDS[cell.state] : ''}
                  {cell?.source && <span className="note">{cell.source} </span>}
                  {faults.map((fault) => (
                    <span key={fault.rule} className={`severity-${fault.severity}`}>
                      {SEVERITIES[fault.severity]} {fault.rule}{' '}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
          {codes.length === 0 && (
            <tr>
              <td colSpan={5}>还没有填报任何数字。</td>
            </tr>
          )}
        </tbody>
      </table>
    </Card>
  );
}
