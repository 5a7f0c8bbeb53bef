import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import { may, useSession } from '../api/session.query.js';
import { NONE } from '../figures/figure-text.js';
import { moment } from '../figures/moment.js';
import { Absent } from '../shell/absent.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { AliasCard } from './alias-card.js';
import type { Institution } from './institution-shapes.js';
import { EVENT_TITLES, eventWords, flagTitle, REGISTER_TITLES, span, typeTitle } from './institution-words.js';
import './institutions.css';
import { useInstitution } from './institutions.query.js';
import { RecordEvent } from './record-event.js';

/** One institution as it is and as it became: types, names, events, flags, what it owes. */
export function InstitutionPage() {
  const { data: me } = useSession();
  const { data, error, isPending, refetch } = useInstitution(useParams().institution ?? '');
  const [isRecording, setRecording] = useState(false);
  if (isPending) return <Skeleton active={true} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data === null) return <Absent />;
  return (
    <>
      <PageHead title={data.name} aside={data.uscc} trail={['报送', ['机构', '/institutions'], data.name]}>
        {may(me, 'institution', 'edit') && data.closedOn === null && (
          <Button type="primary" onClick={() => setRecording(true)} data-testid="record-event">
            登记变更
          </Button>
        )}
      </PageHead>
      <Facts of={data} />
      <Events of={data} />
      <div className="institution-columns">
        <Types of={data} />
        <Flags of={data} />
      </div>
      <AliasCard of={data} mayEdit={may(me, 'institution', 'edit')} />
      <Obligations of={data} />
      {isRecording && <RecordEvent of={data} close={() => setRecording(false)} />}
    </>
  );
}

function Facts({ of }: { readonly of: Institution }) {
  const { name, register, types, openedOn, closedOn, formerNames, contact, attributes } = of;
  const now = types.find((each) => each.to === null);
  return (
    <Card title="基本情况">
      <dl className="institution-facts">
        <div>
          <dt>名称</dt>
          <dd>{name}</dd>
        </div>
        <div>
          <dt>现类型</dt>
          <dd>{closedOn === null ? typeTitle(now?.type ?? null) : NONE}</dd>
        </div>
        <div>
          <dt>曾用名</dt>
          <dd>
            {formerNames.length === 0
              ? NONE
              : formerNames.map((former) => `${former.name}（至 ${former.until} 前）`).join('、')}
          </dd>
        </div>
        <div>
          <dt>名册</dt>
          <dd>{REGISTER_TITLES[register] ?? register}</dd>
        </div>
        <div>
          <dt>开业</dt>
          <dd>{openedOn ?? NONE}</dd>
        </div>
        <div>
          <dt>关闭</dt>
          <dd>{closedOn ?? NONE}</dd>
        </div>
        <div>
          <dt>联系人</dt>
          <dd>{[contact?.name, contact?.phone, contact?.email].filter(Boolean).join('　') || NONE}</dd>
        </div>
        {Object.entries(attributes).map(([key, text]) => (
          <div key={key}>
            <dt>属性 {key}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Events({ of: { events } }: { readonly of: Institution }) {
  return (
    <Card title="变更" flush={true}>
      {events.length === 0 ? (
        <p className="card-body note">没有登记过变更。</p>
      ) : (
        <table className="plain-table institution-events" data-testid="institution-events">
          <thead>
            <tr>
              <th>生效日</th>
              <th>事项</th>
              <th>内容</th>
              <th>文号和理由</th>
              <th>登记</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <tr key={event.id}>
                <td>{event.effectiveOn}</td>
                <td>{EVENT_TITLES[event.kind]}</td>
                <td>
                  {event.other === null ? (
                    eventWords(event)
                  ) : (
                    <Link to={`/institutions/${event.other.uscc}`}>{eventWords(event)}</Link>
                  )}
                </td>
                <td>
                  {event.document}
                  <span className="note block">{event.reason}</span>
                </td>
                <td>
                  {event.recordedBy}
                  <span className="note block">{moment(event.recordedAt)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Types({ of: { types } }: { readonly of: Institution }) {
  return (
    <Card title="类型" note="填报任务按报告期末的类型生成" flush={true}>
      <table className="plain-table">
        <tbody>
          {types.map(({ type, from, to }) => (
            <tr key={from}>
              <td>{typeTitle(type)}</td>
              <td>{span(from, to)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Flags({ of: { flags } }: { readonly of: Institution }) {
  return (
    <Card title="标记" note="评价方案可以读取" flush={true}>
      {flags.length === 0 ? (
        <p className="card-body note">没有标记。</p>
      ) : (
        <table className="plain-table">
          <tbody>
            {flags.map(({ flag, from, to, evidence }) => (
              <tr key={`${flag} ${from}`}>
                <td>{flagTitle(flag)}</td>
                <td>{span(from, to)}</td>
                <td>{evidence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Obligations({ of: { uscc, obligations } }: { readonly of: Institution }) {
  return (
    <Card title="填报任务" note="近 40 期" flush={true}>
      {obligations.length === 0 ? (
        <p className="card-body note">没有填报任务。</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th>报告期</th>
              <th className="number">应报（张）</th>
              <th className="number">已采纳</th>
              <th className="number">免报</th>
              <th>性质</th>
            </tr>
          </thead>
          <tbody>
            {obligations.map(({ period, owed, accepted, exempt, backfill }) => (
              <tr key={period}>
                <td>
                  <Link to={`/filings?institution=${uscc}&period=${period}`}>{periodTitle(period)}</Link>
                </td>
                <td className="number">{owed}</td>
                <td className="number">{accepted}</td>
                <td className="number">{exempt === 0 ? NONE : exempt}</td>
                <td>{backfill ? '补录' : '按期'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
