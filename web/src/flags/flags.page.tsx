import { Button, Empty, Input, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { API } from '../api/client.js';
import { usePages, withTerms } from '../api/pages.query.js';
import { may, useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { span } from '../institutions/institution-words.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import { EnterFlag } from './enter-flag.js';
import { FlagDrawer } from './flag-drawer.js';
import type { Flag, FlagKind, FlagState } from './flag-shapes.js';
import { FLAG_STATES, useWords } from './flag-words.js';
import './flags.css';
import { FLAGS, useFlagKinds } from './flags.query.js';

/** 处罚与事项: dated flags on institutions, by whose word, and what schemes do with them. `?flag=ID` opens one. */
export function FlagsPage() {
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const [isEntering, setEntering] = useState(false);
  const kinds = useFlagKinds();
  const filters = {
    q: address.get('q') ?? '',
    kind: address.get('kind') ?? '',
    state: address.get('state') ?? '',
  };
  const pages = usePages<Flag>(FLAGS, withTerms('/flags', filters));
  const chosen = address.get('flag');
  const set = (key: string, value: string): void =>
    setAddress((old) => {
      if (value === '') old.delete(key);
      else old.set(key, value);
      return old;
    });
  const error = pages.error ?? kinds.error;
  if (error) return <Failure error={error} retry={pages.refetch} />;
  const isFiltered = Object.values(filters).some((value) => value !== '');
  const isInstitutions = Boolean(me?.institution);
  const mayEnter = may(me, 'flag', 'enter');
  return (
    <>
      <PageHead title="处罚与事项" aside={me?.institution?.name} trail={['协同', '处罚与事项']}>
        {may(me, 'flag', 'export') && (
          <Button href={`${API}${withTerms('/flags/export.xlsx', filters)}`} download={true}>
            导出 Excel
          </Button>
        )}
        {mayEnter && (
          <Button type="primary" onClick={() => setEntering(true)} data-testid="enter-flag">
            登记事项
          </Button>
        )}
      </PageHead>
      <Card flush={true}>
        <div className="filters">
          <Input.Search
            aria-label="机构、代码或文号"
            placeholder="机构、代码或文号"
            defaultValue={filters.q}
            maxLength={64}
            allowClear={true}
            onSearch={(text) => set('q', text.trim())}
          />
          <Select
            aria-label="事项"
            value={filters.kind}
            onChange={(value: string) => set('kind', value)}
            options={[
              { value: '', label: '全部事项' },
              ...(kinds.data ?? []).map(({ code, title }) => ({ value: code, label: title })),
            ]}
          />
          <Select
            aria-label="状态"
            value={filters.state}
            onChange={(value: string) => set('state', value)}
            options={[
              { value: '', label: '全部状态' },
              ...(Object.keys(FLAG_STATES) as FlagState[]).map((state) => ({
                value: state as string,
                label: FLAG_STATES[state],
              })),
            ]}
          />
          {isFiltered && (
            <Button type="link" onClick={() => setAddress({})}>
              显示全部
            </Button>
          )}
          <span className="note push">一人登记、另一人确认后才计入评价；撤回留痕，不删除。</span>
        </div>
        <Table
          rowKey="id"
          size="small"
          columns={columnsFor((id) => set('flag', id), isInstitutions)}
          dataSource={pages.items}
          loading={pages.isFetching}
          pagination={false}
          onRow={({ state }) => ({ 'data-testid': 'flag-row', 'data-state': state }) as object}
          locale={{
            emptyText: pages.isPending ? (
              ' '
            ) : (
              <Empty description={emptyTitle(isFiltered, isInstitutions)}>{emptyHint(isFiltered, mayEnter)}</Empty>
            ),
          }}
        />
        <Pager pages={pages} />
      </Card>
      {!isInstitutions && <Kinds kinds={kinds.data ?? []} />}
      {chosen !== null && <FlagDrawer id={chosen} close={() => set('flag', '')} />}
      {isEntering && <EnterFlag kinds={kinds.data ?? []} close={() => setEntering(false)} />}
    </>
  );
}

const emptyTitle = (isFiltered: boolean, isInstitutions: boolean): string => {
  if (isFiltered) return '没有符合条件的事项。';
  return isInstitutions ? '没有关于本机构的处罚或事项。' : '还没有登记过处罚或事项。';
};

const emptyHint = (isFiltered: boolean, mayEnter: boolean): string => {
  if (isFiltered) return '换个条件，或点“显示全部”。';
  return mayEnter ? '收到处罚决定书或部门来文后，点右上角“登记事项”。' : '部门或财政局登记并确认后，这里会出现。';
};

const columnsFor = (open: (id: string) => void, isInstitutions: boolean): TableColumnsType<Flag> => [
  {
    title: '事项',
    width: 150,
    render: (_, { id, kindTitle }) => (
      <button type="button" className="link-button" onClick={() => open(id)} data-testid="open-flag">
        {kindTitle}
      </button>
    ),
  },
  {
    title: '机构',
    render: (_, { institution, institutionName }) => (
      <>
        {isInstitutions ? institutionName : <Link to={`/institutions/${institution}`}>{institutionName}</Link>}
        <span className="note block code">{institution}</span>
      </>
    ),
  },
  { title: '有效期', width: 200, render: (_, { from, to }) => span(from, to) },
  {
    title: '文号和部门',
    width: 230,
    render: (_, { document, department }) => (
      <>
        {document || '—'}
        <span className="note block">{department.title}</span>
      </>
    ),
  },
  {
    title: '登记',
    width: 140,
    render: (_, { entered }) => (
      <>
        {entered.by}
        <span className="note block">{moment(entered.at)}</span>
      </>
    ),
  },
  {
    title: '状态',
    width: 220,
    render: (_, { state, confirmed, withdrawn }) => {
      const deed = state === 'withdrawn' ? withdrawn : confirmed;
      return (
        <>
          {state === 'entered' ? <span className="severity-warning">▲ {FLAG_STATES[state]}</span> : FLAG_STATES[state]}
          <span className="note block">{deed ? `${deed.by} ${moment(deed.at)}` : '须由另一人确认'}</span>
        </>
      );
    },
  },
];

/** What schemes do with each kind: read from the documents, so it cannot say something else than they do. */
function Kinds({ kinds }: { readonly kinds: readonly FlagKind[] }) {
  return (
    <Card title="事项与方案" note="按各方案最新一版的条文" flush={true}>
      <table className="plain-table flag-kinds" data-testid="flag-kinds">
        <thead>
          <tr>
            <th>事项</th>
            <th>由谁提出</th>
            <th>哪些方案读取，读取后怎样</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ code, title, note, departments, uses }) => (
            <tr key={code}>
              <td>
                {title}
                <span className="note block">{note}</span>
              </td>
              <td>{departments.map((each) => each.title).join('、') || '不由人登记'}</td>
              <td>
                {uses.length === 0 && <span className="note">没有方案读取</span>}
                {uses.map((use) => (
                  <span key={`${use.scheme} ${use.does} ${use.title}`} className="block">
                    <Link to={`/schemes/${use.scheme}/${use.version}`}>{use.schemeTitle}</Link>　{useWords(use)}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
