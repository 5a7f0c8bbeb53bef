import { App, Button } from 'antd';
import { type RefObject, useState } from 'react';
import { Link } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import { useMetrics } from '../api/catalogue.query.js';
import { API } from '../api/client.js';
import type { Filing, FilingAction } from '../api/filing-shapes.js';
import { moment } from '../figures/moment.js';
import { FILING_STATES } from '../filings/filing-words.js';
import { useFilingContext } from '../filings/filings.query.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { differenceRows } from './difference-rows.js';
import { DifferenceTable } from './difference-table.js';
import { RiskBadge } from './queue-list.js';
import { ReasonDialog, type ReasonQuestion } from './reason-dialog.js';
import { ReturnDialog } from './return-dialog.js';
import { useReviewAct } from './review.query.js';

/** Acts that the keys of the page can start. */
export interface ReviewKeys {
  claim(): void;
  accept(): void;
  return(): void;
}

interface ReviewDetailProps {
  readonly filing: Filing;
  readonly keys: RefObject<ReviewKeys | null>;
  /** After the filing has left the queue. */
  next(): void;
}

/** One filing under review: what it is compared with, what rules say, and the acts on it. */
export function ReviewDetail({ filing, keys, next }: ReviewDetailProps) {
  const context = useFilingContext(filing.id);
  const { message } = App.useApp();
  const metrics = useMetrics();
  const act = useReviewAct(filing);
  const [pinned, setPinned] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<'return' | 'decline' | 'refuse-amendment' | 'set-aside' | 'amend' | null>(null);
  const may = (action: FilingAction): boolean => filing.actions.includes(action);
  const rows = differenceRows(filing, context);
  const questions = questionsOf(filing, rows, metrics);

  const claim = (): void => act.mutate({ act: 'claim' }, { onSuccess: () => void message.success('已领取') });
  const accept = (): void =>
    act.mutate(
      { act: 'accept' },
      {
        onSuccess: (changed) => {
          message.success(
            changed.second ? `已采纳，待经办人确认：${changed.second.why.join('；')}` : '已采纳，数据已生效',
          );
          next();
        },
      },
    );
  const done = (words: string, moveOn: boolean) => ({
    onSuccess: (): void => {
      setAsked(null);
      setPinned(new Set());
      message.success(words);
      if (moveOn) next();
    },
  });
  keys.current = {
    claim: () => may('claim') && claim(),
    accept: () => may('accept') && accept(),
    return: () => may('return') && setAsked('return'),
  };
  const pin = (metric: string): void => {
    const changed = new Set(pinned);
    if (!changed.delete(metric)) changed.add(metric);
    setPinned(changed);
  };
  return (
    <Card flush={true} className="review-detail">
      <header className="review-head">
        <div>
          <h2>
            <RiskBadge score={filing.risk?.score ?? 0} />
            {filing.institutionName}
            <span className="page-aside">{`${periodTitle(filing.period)}　${filing.formTitle}`}</span>
          </h2>
          <p className="note">{standing(filing)}</p>
        </div>
        <div className="page-buttons">
          {may('claim') && (
            <Button type="primary" onClick={claim} loading={act.isPending} data-testid="claim">
              领取 C
            </Button>
          )}
          {may('release') && <Button onClick={() => act.mutate({ act: 'release' })}>放回</Button>}
          {may('return') && (
            <Button onClick={() => setAsked('return')} data-testid="return">
              退回 R
            </Button>
          )}
          {may('accept') && (
            <Button type="primary" onClick={accept} loading={act.isPending} data-testid="accept">
              采纳 A
            </Button>
          )}
          {may('decline') && <Button onClick={() => setAsked('decline')}>不同意</Button>}
          {may('confirm') && (
            <Button
              type="primary"
              loading={act.isPending}
              data-testid="confirm"
              onClick={() => act.mutate({ act: 'confirm' }, done('已确认，数据已生效', true))}
            >
              确认采纳
            </Button>
          )}
          {may('refuse_amendment') && <Button onClick={() => setAsked('refuse-amendment')}>不同意更正</Button>}
          {may('approve_amendment') && (
            <Button
              type="primary"
              loading={act.isPending}
              data-testid="approve-amendment"
              onClick={() => act.mutate({ act: 'approve-amendment' }, done('已同意更正，机构可以修改', false))}
            >
              同意更正
            </Button>
          )}
          {may('amend') && <Button onClick={() => setAsked('amend')}>要求更正</Button>}
          {may('set_aside') && <Button onClick={() => setAsked('set-aside')}>不予采信</Button>}
          <Link to={`/filings/${filing.id}`}>
            <Button>看整张表</Button>
          </Link>
        </div>
      </header>
      <FailureLine error={asked === null ? act.error : null} />
      <Facts filing={filing} />
      {filing.rows.length > 0 ? (
        <RowTable filing={filing} />
      ) : (
        <DifferenceTable
          filing={filing}
          rows={rows}
          pinned={pinned}
          mayPin={may('return')}
          mayRule={may('accept')}
          pin={pin}
          rule={(key, ruling) => act.mutate({ act: 'rulings', body: { key, ruling } })}
        />
      )}
      {asked === 'return' && (
        <ReturnDialog
          institution={filing.institutionName}
          pinned={[...pinned]}
          busy={act.isPending}
          error={act.error}
          close={() => setAsked(null)}
          send={(body) => act.mutate({ act: 'return', body }, done('已退回', true))}
        />
      )}
      {asked !== null && asked !== 'return' && (
        <ReasonDialog
          question={questions[asked]}
          busy={act.isPending}
          error={act.error}
          close={() => setAsked(null)}
          send={(reason, metric) =>
            act.mutate(
              { act: asked, body: asked === 'set-aside' ? { reason, metric } : { reason } },
              done('已办理', asked === 'decline'),
            )
          }
        />
      )}
    </Card>
  );
}

function standing(filing: Filing): string {
  const { revision } = filing;
  return [
    FILING_STATES[filing.state] ?? filing.state,
    revision
      ? `第${revision.no}版　${revision.filedBy}填报　${revision.signedBy}签署　${moment(revision.submittedAt)}`
      : '',
    filing.waiver ? '一人机构' : '',
    filing.overdue || revision?.onTime === false ? '▲ 逾期' : '',
    filing.claimedBy ? `${filing.claimedBy.name}领取` : '',
  ]
    .filter(Boolean)
    .join('　');
}

function Facts({ filing }: { readonly filing: Filing }) {
  const { risk, second, evidence, amendment, returned, revision } = filing;
  return (
    <>
      {revision?.received && (
        <p className="notice-bar review-bar" data-testid="received">
          {`收表　${revision.received.fileName}　${revision.received.sender}于 ${revision.received.receivedOn} 发来，${revision.received.by}收下。收表人不得采纳，由另一人采纳即为第二人确认。`}
        </p>
      )}
      {second && (
        <p className="notice-bar review-bar" role="status">
          <strong>▲ 待确认</strong>
          {`　${second.by}已于 ${moment(second.at)} 采纳。须第二人确认：${second.why.join('；')}。`}
        </p>
      )}
      {amendment && (
        <p className="notice-bar review-bar">{`更正　${amendment.by}　${moment(amendment.at)}：${amendment.reason}`}</p>
      )}
      {returned && <p className="notice-bar review-bar">{`已退回：${returned.reason}　${returned.message}`}</p>}
      {risk && risk.parts.length > 0 && (
        <dl className="risk-parts" aria-label="风险分的组成">
          {risk.parts.map((part) => (
            <div key={part.code}>
              <dt>{part.title}</dt>
              <dd>{`+${part.points}`}</dd>
            </div>
          ))}
        </dl>
      )}
      {evidence.length > 0 && (
        <p className="review-evidence">
          佐证：
          {evidence.map((file) => (
            <a key={file.id} href={`${API}/filings/${filing.id}/evidence/${file.id}`} download={true}>
              {`${file.fileName}${file.metric ? `（${file.metric}）` : ''}`}
            </a>
          ))}
        </p>
      )}
    </>
  );
}

function RowTable({ filing }: { readonly filing: Filing }) {
  const codes = [...new Set(filing.rows.flatMap((row) => Object.keys(row.amounts)))];
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>主体</th>
          {codes.map((code) => (
            <th key={code} className="number">
              {code}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {filing.rows.map((row) => (
          <tr key={row.subject}>
            <td>{row.subject}</td>
            {codes.map((code) => (
              <td key={code} className="number">
                {row.amounts[code] ?? '—'}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function questionsOf(
  filing: Filing,
  rows: ReturnType<typeof differenceRows>,
  metrics: ReturnType<typeof useMetrics>,
): Record<'decline' | 'refuse-amendment' | 'set-aside' | 'amend', ReasonQuestion> {
  const filed = rows.filter((row) => row.now !== null && !filing.setAside.some((each) => each.metric === row.metric));
  return {
    decline: {
      title: '不同意采纳',
      ok: '退给审核员',
      consequence: '报表回到审核员手里，由其重新处理；机构看不到这一步。',
    },
    'refuse-amendment': { title: '不同意更正', ok: '不同意', consequence: '已采纳的数据继续有效；理由会告诉机构。' },
    amend: {
      title: '要求更正',
      ok: '要求更正',
      consequence: '机构可以修改；在新的一版采纳之前，已采纳的数据继续有效。',
    },
    'set-aside': {
      title: '不予采信',
      ok: '不予采信',
      consequence: '该数据从此按缺失处理，机构所报仍原样留存；机构可以提出异议。已经开始的评价不变。',
      metrics: new Map(filed.map((row) => [row.metric, metrics.get(row.metric)?.title ?? row.metric])),
    },
  };
}
