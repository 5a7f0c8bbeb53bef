import { Button, Empty, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { API } from '../api/client.js';
import { usePages, withTerms } from '../api/pages.query.js';
import { may, useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import { DecidePaper, type Decision } from './decide-paper.js';
import './on-behalf.css';
import { PAPER_STATES, type Paper, type PaperState, subjectPath } from './paper-words.js';
import { RecordPaper } from './record-paper.js';

/** 代录: what was decided on paper; one person records it, another confirms it, and only then it is done. */
export function OnBehalfPage() {
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const state = address.get('state') ?? '';
  const pages = usePages<Paper>(['on-behalf'], withTerms('/on-behalf', { state }));
  const [recording, setRecording] = useState(false);
  const [decision, setDecision] = useState<Decision | null>(null);
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  const mayRecord = may(me, 'on_behalf', 'record');
  return (
    <>
      <PageHead title="代录" trail={['协同', '代录']}>
        {mayRecord && (
          <Button type="primary" onClick={() => setRecording(true)} data-testid="record-paper">
            登记纸质文件
          </Button>
        )}
      </PageHead>
      <Card flush={true}>
        <div className="filters">
          <Select
            aria-label="状态"
            value={state}
            onChange={(value: string) => setAddress(value === '' ? {} : { state: value })}
            options={[
              { value: '', label: '全部状态' },
              ...(Object.keys(PAPER_STATES) as PaperState[]).map((each) => ({
                value: each as string,
                label: PAPER_STATES[each],
              })),
            ]}
          />
          <span className="note push">
            一人凭纸质文件登记，另一人核对扫描件后确认；确认时才办理，记录里写明代录和文号。
          </span>
        </div>
        <Table
          rowKey="id"
          size="small"
          columns={columnsFor(setDecision)}
          dataSource={pages.items}
          loading={pages.isFetching}
          pagination={false}
          onRow={(paper) => ({ 'data-testid': 'paper-row', 'data-state': paper.state }) as object}
          locale={{
            emptyText: pages.isPending ? (
              ' '
            ) : (
              <Empty description={state === '' ? '还没有代录。' : '没有此状态的代录。'}>
                {emptyHint(state, mayRecord)}
              </Empty>
            ),
          }}
        />
        <Pager pages={pages} />
      </Card>
      {recording && <RecordPaper close={() => setRecording(false)} />}
      {decision !== null && <DecidePaper decision={decision} close={() => setDecision(null)} />}
    </>
  );
}

function emptyHint(state: string, mayRecord: boolean): string {
  if (state !== '') return '可在上方换个状态查看。';
  return mayRecord ? '领导小组或机构以纸质文件办理的，点右上角“登记纸质文件”。' : '由经办人登记后，这里会出现。';
}

const columnsFor = (decide: (decision: Decision) => void): TableColumnsType<Paper> => [
  {
    title: '事项',
    render: (_, paper) => (
      <>
        {paper.actionTitle}
        <span className="block">
          <Link to={subjectPath(paper)}>{paper.subjectTitle}</Link>
        </span>
      </>
    ),
  },
  {
    title: '代谁',
    width: 168,
    render: (_, paper) => (
      <>
        {paper.person}
        <span className="note block">{[paper.institution, paper.roleTitle].filter(Boolean).join(' ')}</span>
      </>
    ),
  },
  {
    title: '纸质文件',
    width: 216,
    render: (_, paper) => (
      <>
        {paper.paperNumber}
        <span className="note block">
          {paper.paperDate}
          {'　'}
          <a href={`${API}/on-behalf/${paper.id}/scan`} download={true} title={paper.scan.fileName}>
            下载扫描件
          </a>
        </span>
      </>
    ),
  },
  {
    title: '登记',
    width: 144,
    render: (_, paper) => (
      <>
        {paper.recordedBy}
        <span className="note block">{moment(paper.recordedAt)}</span>
      </>
    ),
  },
  {
    title: '状态',
    width: 184,
    render: (_, paper) => (
      <>
        {PAPER_STATES[paper.state]}
        <span className="note block">
          {paper.decidedBy === null ? '须由另一人确认' : `${paper.decidedBy} ${moment(paper.decidedAt)}`}
        </span>
        {paper.reason !== null && <span className="note block">{paper.reason}</span>}
      </>
    ),
  },
  {
    title: '',
    width: 132,
    render: (_, paper) => (
      <div className="paper-actions">
        {paper.actions.includes('refuse') && (
          <Button size="small" onClick={() => decide({ paper, kind: 'refuse' })} data-testid="refuse-paper">
            退回
          </Button>
        )}
        {paper.actions.includes('confirm') && (
          <Button
            size="small"
            type="primary"
            onClick={() => decide({ paper, kind: 'confirm' })}
            data-testid="confirm-paper"
          >
            确认
          </Button>
        )}
      </div>
    ),
  },
];
