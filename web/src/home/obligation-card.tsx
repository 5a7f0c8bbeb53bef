import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { isQuarter, periodTitle } from '../../../src/calendar/period.js';
import { useCalendars } from '../api/catalogue.query.js';
import { api } from '../api/client.js';
import type { Filing, FilingItem, Obligation } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { serverNow } from '../api/session.query.js';
import { dueTitle, leftWords } from '../filings/due-words.js';
import { FILING_STATES } from '../filings/filing-words.js';
import { filingKey, useFiling } from '../filings/filings.query.js';
import { isJustified } from '../filings/problems.js';
import { FailureLine } from '../shell/failure.js';
import { DueChangeDialog } from './due-change-dialog.js';
import { dotsOf } from './obligation-order.js';

const STATES: Readonly<Record<Obligation['state'], string>> = {
  ...FILING_STATES,
  not_started: '未开始',
  exempt: '免报',
  closed: '已关闭',
};

interface ObligationCardProps {
  readonly obligation: Obligation;
  readonly filings: readonly FilingItem[];
  readonly lastPeriod: string;
  readonly isFiler: boolean;
}

/** What is owed, by when, what is missing, and the one next step. */
export function ObligationCard({ obligation, filings, lastPeriod, isFiler }: ObligationCardProps) {
  const { state, overdue, due, provisional, period, filing: id } = obligation;
  const navigate = useNavigate();
  const [open, setOpen] = useState<'due' | 'nil' | null>(null);
  const calendars = useCalendars();
  const start = useStart(obligation);
  const nil = useNil(obligation, () => setOpen(null));
  const title =
    obligation.formTitle ?? filings.find((each) => each.form === obligation.form)?.formTitle ?? obligation.form;
  const isUnsent = state === 'draft';
  const go = (): void => {
    if (id !== null) void navigate(`/filings/${id}`);
    else start.mutate(undefined, { onSuccess: (made) => void navigate(`/filings/${made}`) });
  };
  const untouched = state === 'not_started' || (state === 'draft' && (obligation.filled?.done ?? 0) === 0);
  return (
    <article
      className={`obligation${overdue ? ' overdue' : ''}`}
      data-testid="obligation"
      data-state={state}
      data-form={obligation.form}
      data-period={period}
    >
      <header>
        <h3>{title}</h3>
        <span>{isQuarter(period) ? periodTitle(period) : period}</span>
        {obligation.kind === 'backfill' && <span className="note">补录</span>}
        {overdue && <span className="state-mark late">■ 逾期</span>}
        <span className={`state-mark ${state}`}>{STATES[state]}</span>
        <span className="obligation-due">
          {due === null ? '截止日未定' : `截止 ${dueTitle(due)}${provisional ? '（暂定）' : ''}`}
          {due !== null && <b className={overdue ? 'must-act' : ''}>　{leftWords(due, serverNow(), calendars)}</b>}
        </span>
      </header>
      {id !== null && (isUnsent || state === 'returned' || state === 'internal_review') && (
        <OpenFiling id={id} state={state} filled={obligation.filled} />
      )}
      <FailureLine error={start.error ?? nil.error} />
      <footer>
        <span
          className="dots"
          role="img"
          aria-label={`近8期报送：${dotsOf(filings, obligation.form, lastPeriod)
            .map((dot) => `${dot.period} ${dot.words}`)
            .join('，')}`}
        >
          近8期报送
          {dotsOf(filings, obligation.form, lastPeriod).map((dot) => (
            <i key={dot.period} className={`dot-${dot.words.slice(0, 2)}`} title={`${dot.period} ${dot.words}`}>
              {dot.sign}
            </i>
          ))}
        </span>
        {obligation.asked && (
          <span className="note">已申请{obligation.asked.kind === 'extension' ? '延期' : '免报'}，等待决定</span>
        )}
        <span className="obligation-acts">
          {!obligation.asked && state !== 'internal_review' && (
            <Button type="text" onClick={() => setOpen('due')}>
              申请延期
            </Button>
          )}
          {isFiler && untouched && (
            <Button onClick={() => setOpen('nil')} data-testid="nil">
              无业务零报
            </Button>
          )}
          {(isFiler || id !== null) && (
            <Button type="primary" onClick={go} loading={start.isPending} data-testid="go-on">
              {nextStep(state, isFiler)}
            </Button>
          )}
        </span>
      </footer>
      {open === 'due' && <DueChangeDialog obligation={obligation} onClose={() => setOpen(null)} />}
      <Modal
        open={open === 'nil'}
        title="无业务零报"
        okText="按零填报并送复核"
        confirmLoading={nil.isPending}
        okButtonProps={{ 'data-testid': 'nil-confirm' }}
        onCancel={() => setOpen(null)}
        onOk={() => nil.mutate()}
      >
        <FailureLine error={nil.error} />
        <p>
          {title}　{period}：所有空格填 0，随即送本机构复核人签署。
        </p>
        <p className="note">零是如实的数字，不同于空白；如只是部分项目没有业务，请进入报表逐格填写。</p>
      </Modal>
    </article>
  );
}

function nextStep(state: Obligation['state'], isFiler: boolean): string {
  if (state === 'internal_review') return isFiler ? '查看' : '复核并签署';
  if (!isFiler) return '查看';
  if (state === 'returned') return '按意见改正';
  return state === 'draft' ? '继续填报' : '开始填报';
}

/** Creates the draft. @returns its id */
const create = async ({ institution, department, form, period }: Obligation): Promise<string> => {
  const filer = institution === null ? { department } : { institution };
  return (await api.post<Filing>('/filings', { ...filer, form, period })).id;
};

function useStart(obligation: Obligation) {
  const queries = useQueryClient();
  return useMutation<string, Problem, void>({
    mutationFn: () => create(obligation),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['obligations'] });
      void queries.invalidateQueries({ queryKey: ['filings'] });
    },
  });
}

/** Zeros in every blank cell, and on to the checker: the two clicks of a nil return. */
function useNil(obligation: Obligation, onDone: () => void) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation<Filing, Problem, void>({
    mutationFn: async () => {
      const path = `/filings/${obligation.filing ?? (await create(obligation))}`;
      const { version } = await api.get<Filing>(path);
      const zeros = await api.post<Filing>(`${path}/nil`, {}, version);
      return api.post<Filing>(`${path}/pass`, {}, zeros.version);
    },
    onSuccess: (filing) => {
      queries.setQueryData(filingKey(filing.id), filing);
      message.success('已按零填报并送复核，待复核人签署');
      onDone();
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['obligations'] });
      void queries.invalidateQueries({ queryKey: ['filings'] });
    },
  });
}

/** Why it came back, how far it is, that it is unsent. */
function OpenFiling({
  id,
  state,
  filled,
}: {
  readonly id: string;
  readonly state: Obligation['state'];
  readonly filled: Obligation['filled'];
}) {
  const { data: filing } = useFiling(id);
  if (!filing) return null;
  const errors = filing.checks.filter(({ severity }) => severity === 'block').length;
  const textOf = (key: string): string => filing.justifications?.[key]?.text ?? '';
  const open = filing.checks.filter((check) => check.severity === 'justify' && !isJustified(check, textOf)).length;
  const cells = Object.values(filing.figures);
  const done = filled?.done ?? cells.filter((cell) => cell.state !== 'blank').length;
  return (
    <>
      {state === 'returned' && filing.returned && (
        <p className="returned-bar">
          <strong>■ 已退回</strong>　{filing.returned.message}
          {filing.returned.cells.length > 0 && `（${filing.returned.cells.join('、')}）`}
        </p>
      )}
      <div className="unsent-bar" data-testid="unsent">
        <strong>{state === 'internal_review' ? '▲ 待复核，尚未提交' : '▲ 已保存，尚未提交'}</strong>
        <span className="unsent-counts">
          <b>
            已填 {done}/{filled?.of ?? cells.length}
          </b>
          <b>错误 {errors}</b>
          <b>待说明 {open}</b>
        </span>
      </div>
    </>
  );
}
