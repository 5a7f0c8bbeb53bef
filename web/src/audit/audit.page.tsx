import { Button, Empty, Table, type TableColumnsType } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useInstitutionNames } from '../api/catalogue.query.js';
import { API } from '../api/client.js';
import { usePages, withTerms } from '../api/pages.query.js';
import { NONE } from '../figures/figure-text.js';
import { exactMoment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import './audit.css';
import { AUDIT, usePeople } from './audit.query.js';
import { AuditDetail } from './audit-detail.js';
import { type AuditFilter, AuditFilters } from './audit-filters.js';
import type { AuditItem } from './audit-shapes.js';
import { actionWords, actorWords, dayBegins, dayEnds, roleWords } from './audit-words.js';
import { SealStamp } from './seal-stamp.js';

const columnsFor = (
  people: ReadonlyMap<string, string>,
  institutions: ReadonlyMap<string, string>,
): TableColumnsType<AuditItem> => [
  { title: '时间', width: 164, render: (_, { at }) => exactMoment(at) },
  {
    title: '操作人',
    width: 240,
    render: (_, item) => (
      <>
        {actorWords(item, people)}
        <span className="note">　{roleWords(item)}</span>
      </>
    ),
  },
  { title: '操作', width: 168, render: (_, { action }) => actionWords(action) },
  {
    title: '机构',
    render: (_, { institution }) => (institution === null ? NONE : (institutions.get(institution) ?? institution)),
  },
  { title: '对象', width: 112, render: (_, { subject }) => <span title={subject ?? ''}>{shortened(subject)}</span> },
  { title: '来源', width: 120, dataIndex: 'from', ellipsis: true },
  { title: '封存', width: 96, render: (_, { seal }) => (seal === null ? '待封存' : `✓ 第${seal.batch}批`) },
];

const SHORT = 8;
const shortened = (id: string | null): string => (id === null ? NONE : id.length > 12 ? `${id.slice(0, SHORT)}…` : id);

/** 审计: who did what, when, to what; every filter is part of the address. */
export function AuditPage() {
  const [address, setAddress] = useSearchParams();
  const people = usePeople();
  const institutions = useInstitutionNames();
  const of = (key: keyof AuditFilter): string => address.get(key) ?? '';
  const filter: AuditFilter = {
    from: of('from'),
    to: of('to'),
    actor: of('actor'),
    action: of('action'),
    subject: of('subject'),
    institution: of('institution'),
  };
  const terms = {
    ...filter,
    from: filter.from === '' ? '' : dayBegins(filter.from),
    to: filter.to === '' ? '' : dayEnds(filter.to),
  };
  const pages = usePages<AuditItem>(AUDIT, withTerms('/audit', terms));
  const set = (key: keyof AuditFilter, value: string): void =>
    setAddress((old) => {
      if (value === '') old.delete(key);
      else old.set(key, value);
      return old;
    });
  const names = new Map([...people].map(([id, { name }]) => [id, name]));
  const exported = withTerms(`${API}/exports/audit.csv`, terms);
  return (
    <>
      <PageHead title="审计" trail={['系统', '审计']}>
        <Link to="/audit/roots">
          <Button>每日根</Button>
        </Link>
        <Button type="primary" href={exported} download={true} data-testid="export-audit">
          导出
        </Button>
      </PageHead>
      <SealStamp />
      {pages.error ? (
        <Failure error={pages.error} retry={pages.refetch} />
      ) : (
        <Card flush={true}>
          <AuditFilters filter={filter} set={set} clear={() => setAddress({})} />
          <Table
            rowKey="id"
            size="small"
            columns={columnsFor(names, institutions)}
            dataSource={pages.items}
            loading={pages.isPending}
            pagination={false}
            expandable={{ expandedRowRender: (item) => <AuditDetail item={item} />, expandRowByClick: true }}
            onRow={({ id, action }) =>
              ({ 'data-testid': 'audit-row', 'data-entry': id, 'data-action': action }) as object
            }
            locale={{
              emptyText: pages.isPending ? ' ' : <Empty description="没有记录。请放宽时间或其他条件。" />,
            }}
          />
          <Pager pages={pages} />
        </Card>
      )}
    </>
  );
}
