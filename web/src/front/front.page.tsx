import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useEffect } from 'react';
import { Link, Navigate, useNavigate } from 'react-router';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { DemoAccount } from '../api/shapes.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { BeginOfficial } from './begin-official.js';
import { useDemonstration } from './demonstration.query.js';
import { Showcase } from './showcase.js';
import './front.css';

interface Entry {
  readonly username: string;
  readonly to: string;
}

/** The demonstration's front page: who you may be, what waits there, and what comes out. */
export function FrontPage() {
  const { data, error, isPending, refetch } = useDemonstration();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const enter = useMutation<unknown, Problem, Entry>({
    mutationFn: ({ username }) => api.post('/auth/demo', { username }),
    onSuccess: (_, { to }) => {
      queries.clear();
      void navigate(to);
    },
  });
  useEffect(() => {
    document.title = '绿评 GreenRank';
  }, []);

  if (data === null) return <Navigate to="/sign-in" replace={true} />;
  // Rankings are for officers, verifiers and leaders; the leader can change nothing by accident.
  const onlooker = data?.accounts.find((account) => account.username === 'leader')?.username ?? 'leader';
  const view = (evaluation: string): void =>
    enter.mutate({ username: onlooker, to: `/evaluations/${evaluation}/ranking` });
  const published = data?.published;

  return (
    <div className="front">
      <header className="front-head">
        <span className="brand">绿评 GreenRank</span>
        <span className="demo-mark">演示数据</span>
        <nav aria-label="其他入口">
          {published && (
            <button type="button" className="link-button" data-testid="published" onClick={() => view(published.id)}>
              公开数据方法演示（2023年）
            </button>
          )}
          <a href="/api/docs">接口文档</a>
          <Link to="/sign-in">用账号登录</Link>
          {data && <BeginOfficial />}
        </nav>
      </header>
      <main className="front-body">
        <h1>区县绿色金融评价：名次上的每一分，都能点回机构填报的那一格。</h1>
        <p className="front-lead">示范区为虚构，机构、人员和全部数字均为虚构。选择一个身份，一次点击即可进入。</p>
        <FailureLine error={enter.error} />
        {isPending && <Skeleton active={true} paragraph={{ rows: 10 }} />}
        {error && <Failure error={error} retry={() => void refetch()} />}
        {data && (
          <div className="front-columns">
            <div>
              <Roles accounts={data.accounts} busy={enter.isPending} enter={enter.mutate} />
            </div>
            <Showcase showcase={data.showcase} open={view} />
          </div>
        )}
        <p className="chain">
          {['填报', '采纳', '观测值', '指标', '得分', '总分', '名次'].map((link, index) => (
            <span key={link}>
              {index > 0 && <i aria-hidden={true}> → </i>}
              <b>{link}</b>
            </span>
          ))}
          <span className="chain-words">整条链路可从任何一端打开；持有存证包，即可用命令行逐字节复算名次。</span>
        </p>
      </main>
    </div>
  );
}

interface RolesProps {
  readonly accounts: readonly DemoAccount[];
  readonly busy: boolean;
  readonly enter: (entry: Entry) => void;
}

function Roles({ accounts, busy, enter }: RolesProps) {
  const others = accounts.filter((account) => !account.primary);
  return (
    <>
      {accounts
        .filter((account) => account.primary)
        .map((account) => (
          <button
            key={account.username}
            type="button"
            className="role"
            data-testid={`enter-${account.username}`}
            disabled={busy}
            onClick={() => enter(account)}
          >
            <span className="role-who">
              <b>{account.title}</b>
              <span>{account.unit}</span>
            </span>
            <span className="role-lines">
              {account.lines.map((line) => (
                <span key={line}>{line}</span>
              ))}
            </span>
            <span className="role-action">{account.action} →</span>
          </button>
        ))}
      {others.length > 0 && (
        <p className="other-roles">
          其他身份：
          {others.map((account) => (
            <button
              key={account.username}
              type="button"
              className="link-button"
              data-testid={`enter-${account.username}`}
              title={`${account.unit} ${account.name}`}
              disabled={busy}
              onClick={() => enter(account)}
            >
              {shortName(account, accounts)}
            </button>
          ))}
        </p>
      )}
    </>
  );
}

/** 核验员; 生态环境局经办; 审核员（周敏）: short, and never twice the same. */
function shortName(account: DemoAccount, all: readonly DemoAccount[]): string {
  const namesakes = all.filter((each) => each.title === account.title && each.username !== account.username);
  if (namesakes.length === 0) return account.title;
  if (namesakes.some((each) => each.unit === account.unit)) return `${account.title}（${account.name}）`;
  if (all.some((each) => each.primary && each.unit === account.unit)) return account.title;
  return `${account.unit.replace(/^区/, '')}${account.title.replace(/^部门/, '')}`;
}
