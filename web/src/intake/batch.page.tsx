import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Progress, Skeleton, Table, type TableColumnsType, Tabs } from 'antd';
import { type Key, useState } from 'react';
import { Link, useParams } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { PROGRESS } from '../progress/progress.query.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { AssignDialog } from './assign-dialog.js';
import { DespiteDialog } from './despite-dialog.js';
import { FileDetail } from './file-detail.js';
import './intake.css';
import { batchKey, INTAKE, useBatch } from './intake.query.js';
import {
  FILE_STATES,
  type FileState,
  type IntakeBatch,
  type IntakeFile,
  KNOWN_BY,
  type Outcome,
} from './intake-shapes.js';
import { RepliesDialog } from './replies-dialog.js';

/** Received at once: the bar moves between them. */
const AT_ONCE = 5;
const MARKS: Readonly<Record<FileState, string>> = { waiting: '◌', good: '●', faulty: '▲', unfit: '■', received: '✓' };

/** One batch of 收表: what came, what may be received, and what goes back. */
export function BatchPage() {
  const id = useParams().id ?? '';
  const { data, error, isPending, refetch } = useBatch(id);
  if (isPending) return <Skeleton active={true} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <Batch batch={data} />;
}

function Batch({ batch }: { readonly batch: IntakeBatch }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { counts, files } = batch;
  const [tab, setTab] = useState<'all' | FileState>('all');
  const [unticked, setUnticked] = useState<readonly string[]>([]);
  const [done, setDone] = useState<number | null>(null);
  const [changed, setChanged] = useState<IntakeFile | null>(null);
  const [suspected, setSuspected] = useState<IntakeFile | null>(null);
  const [isAnswering, setAnswering] = useState(false);
  const good = files.filter(({ state }) => state === 'good').map((file) => file.id);
  const chosen = good.filter((each) => !unticked.includes(each));
  const toAnswer = files.filter(({ reply }) => reply !== null);

  const receive = useMutation<Outcome[], Problem, readonly string[]>({
    mutationFn: async (ids) => {
      const outcomes: Outcome[] = [];
      setDone(0);
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const part = await api.post<{ outcomes: Outcome[] }>(`/intake/batches/${batch.id}/receive`, {
          files: ids.slice(from, from + AT_ONCE),
        });
        outcomes.push(...part.outcomes);
        setDone(outcomes.length);
      }
      return outcomes;
    },
    onSuccess: (outcomes) => {
      const kept = outcomes.filter(({ problem }) => problem === null).length;
      if (kept > 0) void message.success(`已收下 ${kept} 份，等待另一人审核采纳`);
      const [first] = outcomes.flatMap(({ problem }) => problem ?? []);
      if (first) void message.warning(`${outcomes.length - kept} 份没有收下：${first.title}`);
    },
    onSettled: () => {
      setDone(null);
      for (const key of [batchKey(batch.id), [...INTAKE, 'batches'], PROGRESS, ['filings']])
        void queries.invalidateQueries({ queryKey: key });
    },
  });

  const shown = tab === 'all' ? files : files.filter(({ state }) => state === tab);
  const read = files.length - counts.waiting;
  return (
    <>
      <PageHead
        title={batch.title}
        tab="收表"
        aside={`${periodTitle(batch.period)}　${batch.madeBy} ${moment(batch.madeAt)} 登记`}
        trail={['报送', ['收表', `/intake?period=${batch.period}`], '批次']}
      >
        {toAnswer.length > 0 && (
          <Button onClick={() => setAnswering(true)} data-testid="replies">
            复制回复
          </Button>
        )}
        {counts.faulty > 0 && (
          <Button href={`${API}/intake/batches/${batch.id}/marked.zip`} data-testid="marked-zip">
            下载标错工作簿
          </Button>
        )}
        <Button
          type="primary"
          disabled={chosen.length === 0 || counts.waiting > 0}
          loading={receive.isPending}
          onClick={() => receive.mutate(chosen)}
          data-testid="receive"
        >
          {`收下所选 ${chosen.length} 份`}
        </Button>
      </PageHead>
      <FailureLine error={receive.error} />
      {counts.waiting > 0 && (
        <p className="notice-bar making" role="status">
          {`正在读取 ${read}/${files.length}`}
          <Progress percent={Math.round((100 * read) / files.length)} size="small" showInfo={false} />
          离开本页不影响读取。
        </p>
      )}
      {done !== null && (
        <p className="notice-bar making" role="status">
          {`正在收下 ${done}/${chosen.length}`}
          <Progress percent={Math.round((100 * done) / Math.max(1, chosen.length))} size="small" showInfo={false} />
        </p>
      )}
      {counts.received > 0 && (
        <p className="note intake-next">
          {`已收下 ${counts.received} 份：在`}
          <Link to="/review">审核</Link>
          {'里由另一人采纳；'}
          <Link to={`/intake/stamped?period=${batch.period}`}>盖章页</Link>
          {'打印后发给机构盖章。'}
        </p>
      )}
      <Card flush={true}>
        <Tabs
          className="preview-tabs"
          activeKey={tab}
          onChange={(key) => setTab(key as typeof tab)}
          items={[
            { key: 'all', label: `全部 ${files.length}` },
            ...(['good', 'faulty', 'unfit', 'received'] as const).map((state) => ({
              key: state,
              label: `${FILE_STATES[state]} ${counts[state]}`,
            })),
          ]}
        />
        <Table
          size="small"
          rowKey="id"
          columns={columnsFor({ change: setChanged, despite: setSuspected })}
          dataSource={shown}
          pagination={false}
          rowSelection={{
            selectedRowKeys: chosen,
            getCheckboxProps: ({ state, fileName }) => ({
              disabled: state !== 'good',
              'aria-label': `收下 ${fileName}`,
            }),
            onChange: (keys: Key[]) => {
              const visible = shown.map((file) => file.id);
              setUnticked([
                ...unticked.filter((each) => !visible.includes(each)),
                ...visible.filter((each) => good.includes(each) && !keys.includes(each)),
              ]);
            },
          }}
          expandable={{
            expandedRowRender: (file) => <FileDetail batch={batch.id} file={file} />,
            rowExpandable: ({ issues, flags, reply }) => issues.length > 0 || flags.length > 0 || reply !== null,
          }}
          onRow={({ state, fileName }) =>
            ({ 'data-testid': 'intake-file', 'data-state': state, 'data-file': fileName }) as object
          }
          locale={{ emptyText: <Empty description="没有这样的文件。" /> }}
        />
      </Card>
      {changed && <AssignDialog batch={batch.id} file={changed} close={() => setChanged(null)} />}
      {suspected && <DespiteDialog batch={batch.id} file={suspected} close={() => setSuspected(null)} />}
      {isAnswering && <RepliesDialog files={toAnswer} close={() => setAnswering(false)} />}
    </>
  );
}

const columnsFor = (act: {
  readonly change: (file: IntakeFile) => void;
  readonly despite: (file: IntakeFile) => void;
}): TableColumnsType<IntakeFile> => [
  {
    title: '机构',
    width: 220,
    render: (_, { institution, knownBy }) =>
      institution === null ? (
        <span className="must-act">认不出机构</span>
      ) : (
        <>
          <Link to={`/institutions/${institution.uscc}`}>{institution.name}</Link>
          {knownBy !== 'template' && <span className="note block">按{KNOWN_BY[knownBy ?? ''] ?? ''}认出</span>}
        </>
      ),
  },
  {
    title: '文件',
    render: (_, { fileName, formTitle, sha256, figures }) => (
      <>
        <span title={`SHA-256 ${sha256}`}>{fileName}</span>
        <span className="note block">
          {formTitle === null ? '' : `${formTitle}${figures > 0 ? `　${figures} 格` : ''}`}
        </span>
      </>
    ),
  },
  {
    title: '状态',
    width: 92,
    render: (_, { state }) => <span className={`file-${state}`}>{`${MARKS[state]} ${FILE_STATES[state]}`}</span>,
  },
  {
    title: '说明',
    width: 300,
    render: (_, { state, why, filing, revision }) =>
      state === 'received' && filing !== null ? (
        <>
          <Link to={`/filings/${filing}`}>{`第${revision?.no}版`}</Link>
          <span className="note">{`　校验码 ${revision?.hash.slice(0, 16)}`}</span>
        </>
      ) : (
        why
      ),
  },
  {
    title: '发送人',
    width: 132,
    render: (_, { sender, receivedOn, note }) => (
      <>
        {sender || '机构'}
        <span className="note block">{`${receivedOn} ${note}`}</span>
      </>
    ),
  },
  {
    title: '',
    width: 112,
    render: (_, file) =>
      file.state === 'received' || file.state === 'waiting' ? null : (
        <span className="intake-acts">
          <Button type="link" size="small" onClick={() => act.change(file)}>
            {file.institution === null ? '选定机构' : file.why.includes('请选定收哪一份') ? '改收这一份' : '改发送人'}
          </Button>
          {file.suspectedOnly && (
            <Button type="link" size="small" onClick={() => act.despite(file)}>
              仍要收下
            </Button>
          )}
        </span>
      ),
  },
];
