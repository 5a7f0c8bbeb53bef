import { Button, Empty, Input, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { ROLE_TITLES, ROLES } from '../../../src/lifecycle/lifecycle.js';
import { usePages, withTerms } from '../api/pages.query.js';
import { may, useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import { AccountRequests, useRequests } from './account-requests.js';
import { ImportUsers } from './import-users.js';
import { NewUser } from './new-user.js';
import { SlipSheet } from './slip-sheet.js';
import { ThreePeopleForm } from './three-people-form.js';
import { UserDrawer } from './user-drawer.js';
import type { Slip, User, UserState } from './user-shapes.js';
import { grantWords, hindrance, USER_STATES, unitOf } from './user-words.js';
import './users.css';
import { USERS } from './users.query.js';

type Making = 'one' | 'workbook' | 'three' | null;

/** 用户: accounts, their dated roles, and how somebody gets in. `?user=ID` opens one. */
export function UsersPage() {
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const [making, setMaking] = useState<Making>(null);
  const [slips, setSlips] = useState<readonly Slip[] | null>(null);
  const filters = {
    q: address.get('q') ?? '',
    role: address.get('role') ?? '',
    state: address.get('state') ?? '',
  };
  const pages = usePages<User>(USERS, withTerms('/users', filters));
  const requests = useRequests(may(me, 'user', 'import'));
  const asked = requests.data?.length ?? 0;
  const chosen = address.get('user');
  const set = (key: string, value: string): void =>
    setAddress((old) => {
      if (value === '') old.delete(key);
      else old.set(key, value);
      return old;
    });
  const print = (made: readonly Slip[]): void => {
    setMaking(null);
    setAddress((old) => {
      for (const key of ['user', 'requests']) old.delete(key);
      return old;
    });
    setSlips(made);
  };
  if (slips !== null) return <SlipSheet slips={slips} close={() => setSlips(null)} />;
  if (pages.error) return <Failure error={pages.error} retry={pages.refetch} />;
  const isFiltered = Object.values(filters).some((value) => value !== '');
  const mayCreate = may(me, 'user', 'create');
  return (
    <>
      <PageHead title="用户" aside={me?.institution?.name} trail={['系统', '用户']}>
        {may(me, 'user', 'import') && (
          <>
            <Button onClick={() => setMaking('three')} data-testid="three-people">
              三人财政局预设
            </Button>
            <Button onClick={() => setMaking('workbook')} data-testid="import-users">
              从工作簿导入
            </Button>
          </>
        )}
        {mayCreate && (
          <Button type="primary" onClick={() => setMaking('one')} data-testid="new-user">
            新建账号
          </Button>
        )}
      </PageHead>
      {asked > 0 && (
        <p className="notice-bar" role="status" data-testid="asked">
          <strong>有 {asked} 个账号申请待建立。</strong>经办人在批量登记名册时提出。
          <Button type="link" size="small" onClick={() => set('requests', 'open')} data-testid="open-requests">
            查看并建立
          </Button>
        </p>
      )}
      <Card flush={true}>
        <div className="filters">
          <Input.Search
            aria-label="用户名或姓名"
            placeholder="用户名或姓名"
            defaultValue={filters.q}
            maxLength={64}
            allowClear={true}
            onSearch={(text) => set('q', text.trim())}
            data-testid="find-user"
          />
          <Select
            aria-label="角色"
            value={filters.role}
            onChange={(value: string) => set('role', value)}
            options={[
              { value: '', label: '全部角色' },
              ...ROLES.map((role) => ({ value: role as string, label: ROLE_TITLES[role] })),
            ]}
          />
          <Select
            aria-label="状态"
            value={filters.state}
            onChange={(value: string) => set('state', value)}
            options={[
              { value: '', label: '全部状态' },
              ...(Object.keys(USER_STATES) as UserState[]).map((state) => ({
                value: state as string,
                label: USER_STATES[state],
              })),
            ]}
          />
          {isFiltered && (
            <Button type="link" onClick={() => setAddress({})}>
              显示全部
            </Button>
          )}
        </div>
        <Table
          rowKey="id"
          size="small"
          columns={columnsFor((id) => set('user', id))}
          dataSource={pages.items}
          loading={pages.isFetching}
          pagination={false}
          onRow={({ username }) => ({ 'data-testid': 'user-row', 'data-username': username }) as object}
          locale={{
            emptyText: pages.isPending ? (
              ' '
            ) : (
              <Empty description={isFiltered ? '没有符合条件的用户。' : '还没有账号。'}>
                {isFiltered
                  ? '换个条件，或点“显示全部”。'
                  : mayCreate && '点右上角“新建账号”；人多时用“从工作簿导入”。'}
              </Empty>
            ),
          }}
        />
        <Pager pages={pages} />
      </Card>
      {chosen !== null && <UserDrawer id={chosen} close={() => set('user', '')} print={print} />}
      {address.get('requests') === 'open' && <AccountRequests close={() => set('requests', '')} print={print} />}
      {making === 'one' && <NewUser close={() => setMaking(null)} print={print} />}
      {making === 'workbook' && <ImportUsers close={() => setMaking(null)} print={print} />}
      {making === 'three' && <ThreePeopleForm close={() => setMaking(null)} print={print} />}
    </>
  );
}

const columnsFor = (open: (id: string) => void): TableColumnsType<User> => [
  {
    title: '用户名',
    width: 248,
    render: (_, user) => (
      <button type="button" className="link-button" onClick={() => open(user.id)} data-testid="open-user">
        {user.username}
      </button>
    ),
  },
  { title: '姓名', width: 104, dataIndex: 'name' },
  { title: '单位', render: (_, user) => unitOf(user) },
  {
    title: '角色（止期）',
    width: 232,
    render: (_, { grants }) => grants.map((grant) => grantWords(grant, new Date())).join('、') || '—',
  },
  { title: '状态', width: 132, render: (_, user) => <StateOf user={user} /> },
  { title: '动态口令', width: 84, render: (_, { secondFactor }) => (secondFactor ? '已启用' : '—') },
  { title: '最近登录', width: 144, render: (_, { lastSeenAt }) => moment(lastSeenAt) },
];

function StateOf({ user }: { readonly user: User }) {
  const hindered = hindrance(user, new Date());
  if (user.state !== 'active') return <span className="faded">{USER_STATES[user.state]}</span>;
  return (
    <>
      {USER_STATES.active}
      {hindered !== null && <span className="note">　{hindered}</span>}
    </>
  );
}
