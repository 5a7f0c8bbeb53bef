import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { useSyncExternalStore } from 'react';
import { Link, Navigate, Outlet, useLocation, useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { standing, useSession } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';
import { UnreadLink } from '../messages/unread-link.js';
import { Failure } from './failure.js';
import { isLit, isNarrow, menuFor } from './menu.js';
import { MenuIcon } from './menu-icon.js';
import './shell.css';

const listen = (changed: () => void): (() => void) => {
  window.addEventListener('online', changed);
  window.addEventListener('offline', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('offline', changed);
  };
};

/** Head, side menu and the page. Nobody signed in: off to the sign-in, and back here afterwards. */
export function Shell() {
  const { data: me, error, isPending, refetch } = useSession();
  const { pathname, search } = useLocation();
  const online = useSyncExternalStore(listen, () => navigator.onLine);

  if (error?.status === 401)
    return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace={true} />;
  return (
    <div className="shell">
      <a className="skip" href="#content">
        跳到正文
      </a>
      <Head me={me} />
      <div className="shell-body">
        <SideMenu me={me} path={pathname} />
        <main id="content" tabIndex={-1}>
          {!online && (
            <p className="notice-bar" role="status">
              网络已断开，页面内容可能不是最新；恢复后会自动重试。
            </p>
          )}
          {isPending && <Skeleton active={true} />}
          {error && <Failure error={error} retry={() => void refetch()} />}
          {me && <Outlet />}
        </main>
      </div>
    </div>
  );
}

function Head({ me }: { readonly me: Me | undefined }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => api.post('/auth/logout'),
    onSettled: () => {
      queries.clear();
      void navigate(me?.demo ? '/' : '/sign-in');
    },
  });
  return (
    <header className="head">
      <Link to="/home" className="brand">
        绿评 GreenRank
      </Link>
      {me && <span className="district">{me.district.name}绿色金融评价</span>}
      {me?.demo && <span className="demo-mark">演示数据</span>}
      {me?.testClock && <span className="demo-mark">测试时钟</span>}
      {me && (
        <div className="head-right">
          <UnreadLink />
          {me.institution === null && (
            <Link to="/handbook" data-testid="to-handbook">
              使用手册
            </Link>
          )}
          <Link to="/account" data-testid="who" title="我的账号">
            {me.user.name}
            <span className="standing">{standing(me)}</span>
          </Link>
          {me.demo && <Link to="/">换个身份</Link>}
          <Button type="text" size="small" loading={signOut.isPending} onClick={() => signOut.mutate()}>
            退出
          </Button>
        </div>
      )}
    </header>
  );
}

function SideMenu({ me, path }: { readonly me: Me | undefined; readonly path: string }) {
  return (
    <nav className={isNarrow(path) ? 'side-menu narrow' : 'side-menu'} aria-label="主菜单">
      {me &&
        menuFor(me).map((group) => (
          <div key={group.title ?? ''}>
            {group.title !== null && <h2>{group.title}</h2>}
            {group.entries.map((entry) => (
              <Link
                key={entry.to}
                to={entry.to}
                className={isLit(entry, path) ? 'lit' : undefined}
                title={isNarrow(path) ? entry.title : undefined}
                aria-current={isLit(entry, path) ? 'page' : undefined}
              >
                <MenuIcon to={entry.to} />
                {isNarrow(path) ? (entry.short ?? entry.title) : entry.title}
              </Link>
            ))}
          </div>
        ))}
    </nav>
  );
}
