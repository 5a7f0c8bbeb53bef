import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Input, Popconfirm, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { EVALUATION_STATES } from '../evaluations/evaluation-words.js';
import { moment } from '../figures/moment.js';
import { span } from '../institutions/institution-words.js';
import { OnBehalfMark } from '../on-behalf/on-behalf-mark.js';
import { Failure, FailureLine } from '../shell/failure.js';
import type { FlagDetail } from './flag-shapes.js';
import { FLAG_STATES, useWords } from './flag-words.js';
import { FLAGS, useFlag } from './flags.query.js';

/** One flag: its document, its two persons, what it does in which scheme, which pins lack it; confirm, withdraw. */
export function FlagDrawer({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { data: flag, error, isPending, refetch } = useFlag(id);
  return (
    <Drawer open={true} size={680} title={flag ? `${flag.institutionName}　${flag.kindTitle}` : '事项'} onClose={close}>
      {isPending && <Skeleton active={true} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {flag === null && <p>没有这一事项，或您无权查看。</p>}
      {flag && (
        <>
          <Facts of={flag} />
          <Acts of={flag} />
          <Effects of={flag} />
        </>
      )}
    </Drawer>
  );
}

function Facts({ of: flag }: { readonly of: FlagDetail }) {
  const facts: [string, string][] = [
    ['状态', FLAG_STATES[flag.state]],
    ['有效期', span(flag.from, flag.to)],
    ['提出部门', flag.department.title],
    ['文号', flag.document || '—'],
    ['说明', flag.note === flag.document ? '—' : flag.note || '—'],
    ['登记', `${flag.entered.by}　${moment(flag.entered.at)}`],
  ];
  return (
    <dl className="flag-facts" data-testid="flag-facts">
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
      <div>
        <dt>确认</dt>
        <dd>
          {flag.confirmed === null ? (
            '—'
          ) : (
            <>
              <OnBehalfMark name={flag.confirmed.by} />　{moment(flag.confirmed.at)}
            </>
          )}
        </dd>
      </div>
      {flag.withdrawn && (
        <div>
          <dt>撤回</dt>
          <dd>
            <OnBehalfMark name={flag.withdrawn.by} />　{moment(flag.withdrawn.at)}
            <span className="block">理由：{flag.withdrawn.reason}</span>
          </dd>
        </div>
      )}
      <div>
        <dt>佐证</dt>
        <dd>
          {flag.evidence === null ? (
            '没有附件'
          ) : (
            <a href={`${API}/flags/${flag.id}/evidence`} download={true}>
              {flag.evidence.fileName}
            </a>
          )}
        </dd>
      </div>
    </dl>
  );
}

function Acts({ of: { id, state, actions, department } }: { readonly of: FlagDetail }) {
  const { data: me } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const act = useMutation<FlagDetail, Problem, 'confirm' | 'withdraw'>({
    mutationFn: (action) => api.post(`/flags/${id}/${action}`, action === 'withdraw' ? { reason: reason.trim() } : {}),
    onSuccess: (_, action) => {
      message.success(action === 'confirm' ? '已确认，此后开始的评价计入' : '已撤回，此后开始的评价不再计入');
      void queries.invalidateQueries({ queryKey: FLAGS });
    },
  });
  const isOnPaper = may(me, 'on_behalf', 'record') && department.code !== 'finance_bureau' && state !== 'withdrawn';
  if (actions.length === 0 && !isOnPaper) return null;
  return (
    <div className="drawer-part">
      <FailureLine error={act.error} />
      {actions.includes('confirm') && (
        <Popconfirm
          title="确认这一事项？"
          description="请先核对文号和佐证。确认后机构可以看到，此后开始的评价计入。"
          okText="确认"
          cancelText="取消"
          onConfirm={() => act.mutate('confirm')}
        >
          <Button type="primary" loading={act.isPending} data-testid="confirm-flag">
            确认
          </Button>
        </Popconfirm>
      )}
      {actions.includes('withdraw') && (
        <div className="flag-withdraw">
          <Input
            aria-label="撤回的理由"
            placeholder="撤回的理由，如 处罚决定已撤销"
            value={reason}
            maxLength={500}
            onChange={({ target }) => setReason(target.value)}
            data-testid="withdraw-reason"
          />
          <Button
            disabled={reason.trim().length < 4}
            loading={act.isPending}
            onClick={() => act.mutate('withdraw')}
            data-testid="withdraw-flag"
          >
            撤回
          </Button>
        </div>
      )}
      {isOnPaper && (
        <p className="note">
          {department.title}以来文{state === 'entered' ? '确认' : '撤回'}的，到“
          <Link to="/on-behalf">代录</Link>”页登记纸质文件，由另一人确认。
        </p>
      )}
    </div>
  );
}

function Effects({ of: { uses, evaluations } }: { readonly of: FlagDetail }) {
  const { data: me } = useSession();
  if (me?.institution) return null;
  return (
    <>
      <div className="drawer-part">
        <h3>哪些方案读取</h3>
        {uses.length === 0 ? (
          <p className="note">现在没有评价方案读取这一事项：登记着，但不影响评价。</p>
        ) : (
          <ul className="flag-uses" data-testid="flag-uses">
            {uses.map((use) => (
              <li key={`${use.scheme} ${use.does} ${use.title}`}>
                <Link to={`/schemes/${use.scheme}/${use.version}`}>{use.schemeTitle}</Link>
                <span className="note">　第 {use.version} 版</span>　{useWords(use)}
              </li>
            ))}
          </ul>
        )}
      </div>
      {may(me, 'evaluation', 'read') && (
        <div className="drawer-part">
          <h3>同期已固定的评价</h3>
          {evaluations.length === 0 ? (
            <p className="note">有效期内的报告期还没有评价。</p>
          ) : (
            <table className="plain-table" data-testid="flag-evaluations">
              <thead>
                <tr>
                  <th>评价</th>
                  <th>状态</th>
                  <th>这一事项</th>
                </tr>
              </thead>
              <tbody>
                {evaluations.map((each) => (
                  <tr key={each.id}>
                    <td>
                      <Link to={`/evaluations/${each.id}`}>{each.title}</Link>
                      <span className="note">　{each.periodTitle}</span>
                    </td>
                    <td>{EVALUATION_STATES[each.state as keyof typeof EVALUATION_STATES] ?? each.state}</td>
                    <td>
                      {each.carries ? '已计入' : '未计入'}
                      {each.gap !== null && (
                        <span className="severity-warning">
                          　▲ {each.gap === 'predates' ? '评价先于确认，不追溯' : '评价时尚未撤回，不改动'}
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <p className="note">已固定的评价不改动；要按现在的事项评价，请重新启动一次。</p>
        </div>
      )}
    </>
  );
}
