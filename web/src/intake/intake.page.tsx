import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Radio, Select, Table, type TableColumnsType, Upload } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { dayOf } from '../../../src/calendar/day.js';
import { periodTitle } from '../../../src/calendar/period.js';
import { api } from '../api/client.js';
import { usePages, withTerms } from '../api/pages.query.js';
import type { Problem } from '../api/problem.js';
import { serverNow } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { usePeriods } from '../filings/filings.query.js';
import { Card } from '../shell/card.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import './intake.css';
import { batchKey, INTAKE } from './intake.query.js';
import { type IntakeBatch, type IntakeBatchItem, WAYS } from './intake-shapes.js';
import { SaveWorkbooks } from './save-workbooks.js';

/** 收表: workbooks go out to all, and what comes back is dropped here. */
export function IntakePage() {
  const [address, setAddress] = useSearchParams();
  const periods = usePeriods();
  const period = address.get('period') ?? periods.data?.[0]?.period ?? '';
  const batches = usePages<IntakeBatchItem>(
    [...INTAKE, 'batches'],
    withTerms('/intake/batches', { period, limit: '10' }),
  );
  return (
    <>
      <PageHead title="收表" trail={['报送', '收表']}>
        <Link to={`/intake/stamped${period === '' ? '' : `?period=${period}`}`}>
          <Button>盖章页</Button>
        </Link>
        <SaveWorkbooks period={period} />
      </PageHead>
      <div className="filters intake-filters">
        <Select
          aria-label="报告期"
          value={period}
          onChange={(value: string) => setAddress({ period: value })}
          options={(periods.data ?? []).map((each) => ({ value: each.period, label: periodTitle(each.period) }))}
        />
        <span className="note">
          把预填工作簿发给各机构，收到后放到下面：系统认出机构和报表，逐份检查；数字一格也不用您改。
        </span>
      </div>
      <Drop period={period} />
      <Card title="收到的批次" flush={true}>
        <FailureLine error={batches.error} />
        <Table
          size="small"
          rowKey="id"
          columns={COLUMNS}
          dataSource={batches.items ?? []}
          loading={batches.isPending && period !== ''}
          pagination={false}
          locale={{ emptyText: '还没有收到过工作簿。把收到的工作簿或压缩包拖到上面。' }}
        />
        <Pager pages={batches} />
      </Card>
    </>
  );
}

const COLUMNS: TableColumnsType<IntakeBatchItem> = [
  { title: '时间', width: 150, render: (_, { madeAt }) => moment(madeAt) },
  { title: '文件', render: (_, { id, title }) => <Link to={`/intake/${id}`}>{title}</Link> },
  { title: '登记人', width: 110, dataIndex: 'madeBy' },
  { title: '可收', width: 72, align: 'right', render: (_, { counts }) => counts.good },
  {
    title: '有问题',
    width: 80,
    align: 'right',
    render: (_, { counts }) => (counts.faulty > 0 ? <span className="must-act">{counts.faulty}</span> : 0),
  },
  { title: '不符', width: 72, align: 'right', render: (_, { counts }) => counts.unfit },
  { title: '已收下', width: 80, align: 'right', render: (_, { counts }) => counts.received },
  {
    title: '',
    width: 96,
    render: (_, { id, counts }) =>
      counts.waiting > 0 ? (
        `读取中 ${counts.waiting}`
      ) : counts.good > 0 ? (
        <Link to={`/intake/${id}`}>继续收下</Link>
      ) : (
        ''
      ),
  },
];

function Drop({ period }: { readonly period: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const today = dayOf(serverNow());
  const [sender, setSender] = useState('');
  const [note, setNote] = useState('微信群');
  const [day, setDay] = useState(today);
  const send = useMutation<IntakeBatch, Problem, readonly File[]>({
    mutationFn: (files) => {
      const form = new FormData();
      for (const [name, text] of Object.entries({ period, sender, note, receivedOn: day || today }))
        form.append(name, text);
      for (const file of files) form.append('file', file, file.name);
      return api.upload('/intake/batches', form);
    },
    onSuccess: (batch) => {
      queries.setQueryData(batchKey(batch.id), batch);
      void queries.invalidateQueries({ queryKey: [...INTAKE, 'batches'] });
      void navigate(`/intake/${batch.id}`);
    },
  });
  const take = (file: File, all: readonly File[]): false => {
    if (file === all.at(-1)) send.mutate(all);
    return false;
  };
  const common = { showUploadList: false, disabled: send.isPending || period === '', beforeUpload: take };
  return (
    <Card>
      <FailureLine error={send.error} />
      <div className="intake-said">
        <label htmlFor="intake-1">
          收到日期
          <DayInput id="intake-1" value={day} max={today} onChange={setDay} />
        </label>
        <label htmlFor="intake-2">
          发送人
          <Input
            id="intake-2"
            value={sender}
            maxLength={100}
            placeholder="不写则为各机构自己"
            onChange={(event) => setSender(event.target.value)}
          />
        </label>
        <Radio.Group
          aria-label="方式"
          value={note}
          onChange={(event) => setNote(event.target.value as string)}
          options={WAYS.map((way) => ({ value: way, label: way }))}
          optionType="button"
        />
      </div>
      <Upload.Dragger {...common} directory={true} multiple={true} openFileDialogOnClick={false}>
        <p className="drop-title">{send.isPending ? '正在上传…' : '把收到的工作簿或压缩包拖到这里'}</p>
        <p className="note">
          一次可拖入整个文件夹、多个 .xlsx 或一个 .zip；至多 300 份，合计 64 MB。原件和哈希都留存。
        </p>
        <span className="drop-buttons">
          <Upload {...common} multiple={true} accept=".xlsx,.csv,.zip">
            <Button disabled={common.disabled} data-testid="choose-files">
              选择文件
            </Button>
          </Upload>
          <Upload {...common} directory={true} multiple={true}>
            <Button disabled={common.disabled}>选择文件夹</Button>
          </Upload>
        </span>
      </Upload.Dragger>
    </Card>
  );
}
