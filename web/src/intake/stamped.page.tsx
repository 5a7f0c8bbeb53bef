import { Button, Empty, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import { API } from '../api/client.js';
import { usePeriods } from '../filings/filings.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import './intake.css';
import { useStamped } from './intake.query.js';
import { codeText, type StampedItem } from './intake-shapes.js';
import { RemindersDialog } from './reminders-dialog.js';
import { StampDialog } from './stamp-dialog.js';

/** 盖章页: which of the received workbooks have their signed and stamped paper. */
export function StampedPage() {
  const [address, setAddress] = useSearchParams();
  const periods = usePeriods();
  const period = address.get('period') ?? periods.data?.[0]?.period ?? '';
  const only = address.get('state') ?? '';
  const { data, error, isPending, refetch } = useStamped(period);
  const [stamped, setStamped] = useState<StampedItem | null>(null);
  const [isReminding, setReminding] = useState(false);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const items = data ?? [];
  const missing = items.filter(({ page }) => page === null);
  const shown = only === 'missing' ? missing : only === 'came' ? items.filter(({ page }) => page !== null) : items;
  const set = (key: string, value: string): void =>
    setAddress((old) => {
      if (value === '') old.delete(key);
      else old.set(key, value);
      return old;
    });
  return (
    <>
      <PageHead
        title="盖章页"
        aside={items.length > 0 ? `已收 ${items.length - missing.length}/${items.length}` : undefined}
        trail={['报送', ['收表', `/intake?period=${period}`], '盖章页']}
      >
        <Button href={`${API}/intake/stamped-pages.xlsx?period=${period}`} disabled={items.length === 0}>
          导出
        </Button>
        <Button disabled={missing.length === 0} onClick={() => setReminding(true)}>
          复制催收文字
        </Button>
        <Link to={`/intake/stamped/print?period=${period}`}>
          <Button type="primary" disabled={items.length === 0}>
            打印全部
          </Button>
        </Link>
      </PageHead>
      <Card flush={true}>
        <div className="filters">
          <Select
            aria-label="报告期"
            value={period}
            onChange={(value: string) => set('period', value)}
            options={(periods.data ?? []).map((each) => ({ value: each.period, label: periodTitle(each.period) }))}
          />
          <Select
            aria-label="盖章页"
            value={only}
            onChange={(value: string) => set('state', value)}
            options={[
              { value: '', label: '全部' },
              { value: 'missing', label: `未收 ${missing.length}` },
              { value: 'came', label: `已收盖章页 ${items.length - missing.length}` },
            ]}
          />
        </div>
        <Table
          size="small"
          rowKey="revision"
          columns={columnsFor(setStamped)}
          dataSource={shown}
          loading={isPending && period !== ''}
          pagination={false}
          onRow={({ institution, page }) =>
            ({
              'data-testid': 'stamped-row',
              'data-institution': institution,
              'data-page': page === null ? 'missing' : 'came',
            }) as object
          }
          locale={{ emptyText: <Empty description="本期还没有收下的工作簿：先到“收表”收下，再打印盖章页。" /> }}
        />
      </Card>
      {stamped && <StampDialog item={stamped} close={() => setStamped(null)} />}
      {isReminding && <RemindersDialog items={missing} close={() => setReminding(false)} />}
    </>
  );
}

const columnsFor = (stamp: (item: StampedItem) => void): TableColumnsType<StampedItem> => [
  {
    title: '机构',
    render: (_, { institution, institutionName }) => <Link to={`/institutions/${institution}`}>{institutionName}</Link>,
  },
  {
    title: '报表',
    width: 240,
    render: (_, { filing, formTitle, no }) => <Link to={`/filings/${filing}`}>{`${formTitle}　第${no}版`}</Link>,
  },
  { title: '校验码', width: 200, render: (_, { code }) => <span className="hash">{codeText(code)}</span> },
  {
    title: '工作簿',
    width: 150,
    render: (_, { sender, receivedOn }) => (
      <>
        {receivedOn}
        <span className="note block">{sender}</span>
      </>
    ),
  },
  {
    title: '盖章页',
    width: 190,
    render: (_, { page, revision }) =>
      page === null ? (
        <span className="take-care">▲ 未收</span>
      ) : (
        <>
          {`✓ 已收盖章页 ${page.receivedOn}`}
          {page.scan ? (
            <a className="block" href={`${API}/intake/stamped-pages/${revision}/scan`} download={true}>
              {page.scan.fileName}
            </a>
          ) : (
            <span className="note block">无扫描件</span>
          )}
        </>
      ),
  },
  {
    title: '',
    width: 150,
    render: (_, item) => (
      <span className="row-acts">
        <Link to={`/intake/stamped/print?period=${item.period}&revision=${item.revision}`}>打印</Link>
        <Button type="link" size="small" onClick={() => stamp(item)} data-testid="stamp">
          {item.page === null ? '登记收到' : '重新登记'}
        </Button>
      </span>
    ),
  },
];
