import { Button, Empty, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { usePages, withTerms } from '../api/pages.query.js';
import { may, useSession } from '../api/session.query.js';
import { deadline, moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { Pager } from '../shell/pager.js';
import { ObligationDrawer } from './obligation-drawer.js';
import { PROGRESS } from './progress.query.js';
import { PROGRESS_STATES, type ProgressName } from './progress-shapes.js';
import { daysWords, filledWords, listTitle, STATE_TITLES } from './progress-words.js';
import { RemindDialog } from './remind-dialog.js';

const columnsFor = (open: (id: string) => void): TableColumnsType<ProgressName> => [
  {
    title: '机构',
    render: (_, { id, name }) => (
      <button type="button" className="link-button" onClick={() => open(id)} data-testid="open-name">
        {name}
      </button>
    ),
  },
  {
    title: '报表',
    width: 196,
    ellipsis: true,
    render: (_, { formTitle, filing }) =>
      filing === null ? formTitle : <Link to={`/filings/${filing}`}>{formTitle}</Link>,
  },
  {
    title: '状态',
    width: 116,
    render: (_, { state, overdue }) => (
      <>
        {STATE_TITLES[state]}
        {overdue && <span className="must-act"> 逾期</span>}
      </>
    ),
  },
  { title: '已填', width: 76, align: 'right', render: (_, name) => filledWords(name) },
  {
    title: '期限',
    width: 104,
    render: (_, name) => (
      <span className={name.overdue ? 'must-act' : undefined} title={name.due === null ? '' : deadline(name.due)}>
        {daysWords(name)}
      </span>
    ),
  },
  {
    title: '联系人',
    width: 200,
    render: (_, { contacts }) =>
      contacts.length === 0 ? (
        <span className="take-care">没有账号</span>
      ) : (
        contacts.map(({ id, name, phone }) => (
          <span key={id} className="block">
            {name} <span className="note">{phone ?? ''}</span>
          </span>
        ))
      ),
  },
  { title: '最近催报', width: 144, render: (_, { lastReminder }) => moment(lastReminder) },
  {
    title: '最近通话',
    width: 132,
    render: (_, { lastCall }) =>
      lastCall === null ? (
        '—'
      ) : (
        <>
          {moment(lastCall.at).slice(5)}
          {lastCall.promised !== null && <span className="note block">答应 {lastCall.promised}</span>}
        </>
      ),
  },
];

interface NamesCardProps {
  readonly period: string;
  readonly type: string;
  readonly state: string;
  readonly show: (terms: { readonly type?: string; readonly state?: string }) => void;
  readonly mails: boolean;
  readonly typeTitle: string;
  readonly asksToRemind: boolean;
  readonly reminded: () => void;
}

/** Whose the counted ones are: list, selection, and what is done about them. */
export function NamesCard({ period, type, state, show, mails, typeTitle, asksToRemind, reminded }: NamesCardProps) {
  const { data: me } = useSession();
  const terms = { period, type, state: state === 'all' ? '' : state };
  const pages = usePages<ProgressName>([...PROGRESS, 'names'], withTerms('/obligations/progress/names', terms));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [opened, setOpened] = useState<string | null>(null);
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  const items = pages.items ?? [];
  const one = items.find(({ id }) => id === opened);
  const chases = may(me, 'obligation', 'chase');
  const isFiltered = type !== '' || state !== 'missing';
  return (
    <Card
      className="names"
      title={`${typeTitle}·${listTitle(state)}`}
      flush={true}
      extra={
        <span className="names-filters">
          {isFiltered && (
            <Button type="link" size="small" onClick={() => show({ type: '', state: '' })} data-testid="show-missing">
              看全部尚未报送的
            </Button>
          )}
          <Select
            aria-label="状态"
            size="small"
            value={state}
            onChange={(value: string) => show({ state: value })}
            options={[
              { value: 'missing', label: '尚未报送' },
              { value: 'overdue', label: '逾期' },
              ...PROGRESS_STATES.map((each) => ({ value: each as string, label: STATE_TITLES[each] })),
              { value: 'all', label: '全部' },
            ]}
            data-testid="names-state"
          />
        </span>
      }
    >
      <Table
        size="small"
        rowKey="id"
        columns={columnsFor(setOpened)}
        dataSource={[...items]}
        loading={pages.isFetching}
        pagination={false}
        {...(chases
          ? {
              rowSelection: {
                selectedRowKeys: [...chosen],
                onChange: (keys) => setChosen(keys.map(String)),
                columnWidth: 40,
                getCheckboxProps: ({ reminding, name }: ProgressName) => ({
                  disabled: reminding === null,
                  'aria-label': `选择 ${name}`,
                }),
              },
            }
          : {})}
        onRow={({ id, name }) => ({ 'data-testid': 'name-row', 'data-id': id, 'data-name': name }) as object}
        locale={{ emptyText: <Empty description={state === 'missing' ? '都已报送。' : '没有这样的机构。'} /> }}
      />
      <Pager pages={pages} />
      {asksToRemind && (
        <RemindDialog
          period={period}
          type={type}
          chosen={chosen}
          mails={mails}
          close={() => {
            setChosen([]);
            reminded();
          }}
        />
      )}
      {one !== undefined && <ObligationDrawer name={one} close={() => setOpened(null)} />}
    </Card>
  );
}
