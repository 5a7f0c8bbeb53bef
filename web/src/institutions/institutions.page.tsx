import { Button, Empty, Input, Select, Table, type TableColumnsType } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { usePages, withTerms } from '../api/pages.query.js';
import { may, useSession } from '../api/session.query.js';
import { NONE } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import type { InstitutionItem } from './institution-shapes.js';
import { REGISTER_TITLES, TYPE_TITLES, typeTitle } from './institution-words.js';
import './institutions.css';
import { INSTITUTIONS } from './institutions.query.js';

const columns: TableColumnsType<InstitutionItem> = [
  { title: '机构', render: (_, { uscc, name }) => <Link to={`/institutions/${uscc}`}>{name}</Link> },
  { title: '统一社会信用代码', width: 216, render: (_, { uscc }) => <span className="code">{uscc}</span> },
  { title: '类型', width: 128, render: (_, { type }) => typeTitle(type) },
  { title: '开业', width: 120, render: (_, { openedOn }) => openedOn ?? NONE },
  { title: '状态', width: 168, render: (_, { closedOn }) => (closedOn === null ? '存续' : `${closedOn} 关闭`) },
];

/** 机构: who files and is ranked. Filters stand in the address. */
export function InstitutionsPage() {
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const filters = {
    q: address.get('q') ?? '',
    type: address.get('type') ?? '',
    register: address.get('register') ?? 'district',
  };
  const pages = usePages<InstitutionItem>(INSTITUTIONS, withTerms('/institutions', filters));
  const set = (key: string, value: string): void =>
    setAddress((old) => {
      if (value === '') old.delete(key);
      else old.set(key, value);
      return old;
    });
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  const isFiltered = filters.q !== '' || filters.type !== '';
  return (
    <>
      <PageHead title="机构" trail={['报送', '机构']}>
        {may(me, 'institution', 'register') && (
          <Link to="/institutions/register">
            <Button type="primary" data-testid="register">
              批量登记
            </Button>
          </Link>
        )}
      </PageHead>
      <Card flush={true}>
        <div className="filters">
          <Input.Search
            aria-label="名称、曾用名或代码"
            placeholder="名称、曾用名或代码"
            defaultValue={filters.q}
            maxLength={64}
            allowClear={true}
            onSearch={(text) => set('q', text.trim())}
            data-testid="find-institution"
          />
          <Select
            aria-label="类型"
            value={filters.type}
            onChange={(value: string) => set('type', value)}
            options={[
              { value: '', label: '全部类型' },
              ...Object.entries(TYPE_TITLES).map(([value, label]) => ({ value, label })),
            ]}
          />
          <Select
            aria-label="名册"
            value={filters.register}
            onChange={(value: string) => set('register', value)}
            options={Object.entries(REGISTER_TITLES).map(([value, label]) => ({ value, label }))}
          />
          {isFiltered && (
            <Button type="link" onClick={() => setAddress({})}>
              显示全部
            </Button>
          )}
        </div>
        <Table
          rowKey="uscc"
          size="small"
          columns={columns}
          dataSource={pages.items}
          loading={pages.isFetching}
          pagination={false}
          onRow={({ uscc }) => ({ 'data-testid': 'institution-row', 'data-institution': uscc }) as object}
          locale={{
            emptyText: pages.isPending ? (
              ' '
            ) : (
              <Empty description={isFiltered ? '没有符合条件的机构。' : '名册还是空的。'}>
                {isFiltered ? '换个条件，或点“显示全部”。' : '点右上角“批量登记”，一张工作簿登记全部机构。'}
              </Empty>
            ),
          }}
        />
        <Pager pages={pages} />
      </Card>
    </>
  );
}
