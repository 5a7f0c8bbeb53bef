import { Button, Empty, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { holds, may, useSession } from '../api/session.query.js';
import type { Evaluation } from '../api/shapes.js';
import { checkCode } from '../figures/figure-text.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { countWords, EVALUATION_STATES, isScored } from './evaluation-words.js';
import { useEvaluations } from './evaluations.query.js';
import { StartEvaluation } from './start-evaluation.js';

const columns: TableColumnsType<Evaluation> = [
  {
    title: '评价',
    render: (_, evaluation) => (
      <>
        <Link to={`/evaluations/${evaluation.id}`}>{evaluation.title}</Link>
        <span className="note block">
          {evaluation.scheme} v{evaluation.version}
          {evaluation.label !== null && `　${evaluation.label}，非官方评价`}
        </span>
      </>
    ),
  },
  { title: '报告期', dataIndex: 'periodTitle', width: 132 },
  { title: '状态', width: 92, render: (_, { state }) => EVALUATION_STATES[state] ?? state },
  { title: '机构', width: 224, render: (_, { counts }) => countWords(counts).join('　') || '—' },
  { title: '启动', width: 148, render: (_, { startedAt }) => moment(startedAt) },
  { title: '核验码', width: 176, render: (_, { hash }) => (hash === null ? '—' : checkCode(hash)) },
  {
    title: '',
    width: 72,
    render: (_, { id, state }) => isScored(state) && <Link to={`/evaluations/${id}/ranking`}>排名</Link>,
  },
];

export function EvaluationsPage() {
  const { data: me } = useSession();
  const { data, error, isPending, refetch } = useEvaluations();
  const [address, setAddress] = useSearchParams();
  const [starting, setStarting] = useState(false);
  const navigate = useNavigate();
  const mayStart = holds(me, 'officer');
  const state = address.get('state');
  const shown = data?.filter((evaluation) => state === null || evaluation.state === state);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHead
        title="评价"
        aside={state === null ? undefined : (EVALUATION_STATES[state as Evaluation['state']] ?? state)}
        trail={['评价', '评价列表']}
      >
        {state !== null && <Button onClick={() => setAddress({})}>显示全部</Button>}
        {me?.institution === null && (
          <Link to="/evaluations/compare" data-testid="to-compare">
            <Button>两次比较</Button>
          </Link>
        )}
        {mayStart && (
          <Button type="primary" onClick={() => setStarting(true)} data-testid="start-evaluation">
            启动评价
          </Button>
        )}
      </PageHead>
      <Card flush={true}>
        <Table
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={shown}
          loading={isPending}
          pagination={false}
          onRow={(evaluation) => ({ 'data-testid': 'evaluation-row', 'data-evaluation': evaluation.id }) as object}
          locale={{
            emptyText: isPending ? (
              ' '
            ) : (
              <Empty description="尚未开展评价。">
                {mayStart ? '报表采纳后，点右上角“启动评价”。' : '由经办人启动评价后，这里会出现。'}
                {may(me, 'trial', 'run') && (
                  <>
                    　还没有报表，也可以先<Link to="/trial">用我自己的表试算</Link>。
                  </>
                )}
              </Empty>
            ),
          }}
        />
      </Card>
      {starting && (
        <StartEvaluation close={() => setStarting(false)} started={(id) => void navigate(`/evaluations/${id}`)} />
      )}
    </>
  );
}
