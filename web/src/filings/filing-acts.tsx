import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Filing, FilingContext } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import type { Metric } from '../api/shapes.js';
import { FailureLine } from '../shell/failure.js';
import type { Draft } from './draft.js';
import type { Entries } from './edits.js';
import { filingKey } from './filings.query.js';
import type { Verdict } from './problems.js';
import { ReceiptDialog, type Signed } from './receipt-dialog.js';
import { SignDialog } from './sign-dialog.js';
import type { Counts } from './unsent-bar.js';

export interface FilingActsProps {
  readonly filing: Filing;
  readonly draft: Draft;
  readonly verdict: Verdict;
  readonly counts: Counts;
  readonly context: FilingContext;
  readonly entries: Entries;
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly textOf: (key: string) => string;
  readonly say: (words: string, isRefusal?: boolean) => void;
}

/** An act on the filing that changes its state; what waits to be saved goes first. */
export function useFilingAct<T extends Filing = Filing>(filing: Filing, draft: Draft, onDone: (answer: T) => void) {
  const queries = useQueryClient();
  return useMutation<T, Problem, { readonly act: string; readonly body?: unknown }>({
    mutationFn: async ({ act, body }) => {
      await draft.flush();
      return api.post<T>(`/filings/${filing.id}/${act}`, body ?? {}, draft.state().filing.version);
    },
    onSuccess: (answer) => {
      queries.setQueryData(filingKey(filing.id), answer);
      void queries.invalidateQueries({ queryKey: ['filings'] });
      void queries.invalidateQueries({ queryKey: ['obligations'] });
      draft.adopt(answer, null);
      onDone(answer);
    },
  });
}

/** What filer and checker may do now; the reviewer's acts are on the review page. */
export function FilingActs(props: FilingActsProps) {
  const { filing, draft, verdict, counts, say } = props;
  const [open, setOpen] = useState<'pass' | 'sign' | 'return' | 'amend' | null>(null);
  const [signed, setSigned] = useState<Signed | null>(null);
  const [reason, setReason] = useState('');
  const act = useFilingAct(filing, draft, () => setOpen(null));
  const may = (action: Filing['actions'][number]): boolean => filing.actions.includes(action);
  const asked = { pass: '提交复核', sign: '签署并提交', return: '退回填报人', amend: '申请更正' } as const;
  return (
    <>
      {may('return') && filing.state === 'internal_review' && (
        <Button onClick={() => setOpen('return')} data-testid="give-back">
          {asked.return}
        </Button>
      )}
      {may('withdraw') && (
        <Popconfirm
          title="撤回后报表回到草稿，须重新签署提交。"
          okText="撤回"
          onConfirm={() => act.mutate({ act: 'withdraw' }, { onSuccess: () => say('已撤回，报表回到草稿') })}
        >
          <Button loading={act.isPending} data-testid="withdraw">
            撤回
          </Button>
        </Popconfirm>
      )}
      {may('amend') && (
        <Button onClick={() => setOpen('amend')} data-testid="amend">
          {asked.amend}
        </Button>
      )}
      {may('pass') && (
        <Button type="primary" disabled={!verdict.may} onClick={() => setOpen('pass')} data-testid="pass">
          {asked.pass}
        </Button>
      )}
      {may('submit') && (
        <Button
          type="primary"
          disabled={verdict.errors > 0 || counts.filled === 0}
          onClick={() => setOpen('sign')}
          data-testid="sign"
        >
          {asked.sign}
        </Button>
      )}
      <Modal
        open={open === 'pass'}
        title="提交复核"
        okText="提交复核"
        okButtonProps={{ 'data-testid': 'pass-confirm' }}
        confirmLoading={act.isPending}
        onCancel={() => setOpen(null)}
        onOk={() => act.mutate({ act: 'pass' }, { onSuccess: () => say('已提交复核，等待复核人签署') })}
      >
        <FailureLine error={act.error} />
        <p>
          已填 {counts.filled}/{counts.asked} 格，未填 {counts.asked - counts.filled} 格，待说明 {counts.open} 处。
        </p>
        <p className="note">提交复核后您不能再修改；由本机构复核人核对、签署后才算报送。复核人可退回。</p>
      </Modal>
      <Modal
        open={open === 'return' || open === 'amend'}
        title={open === 'amend' ? asked.amend : asked.return}
        okText={open === 'amend' ? asked.amend : asked.return}
        okButtonProps={{ disabled: reason.trim() === '', 'data-testid': 'reason-confirm' }}
        confirmLoading={act.isPending}
        onCancel={() => setOpen(null)}
        onOk={() =>
          open === 'amend'
            ? act.mutate({ act: 'amend', body: { reason } }, { onSuccess: () => say('已申请更正') })
            : act.mutate(
                { act: 'return', body: { reason: '内部复核', message: reason } },
                { onSuccess: () => say('已退回填报人') },
              )
        }
      >
        <FailureLine error={act.error} />
        {open === 'amend' && <p className="note">更正获准并重新采纳之前，现有版次继续有效。</p>}
        <Input.TextArea
          aria-label="理由"
          data-testid="reason"
          value={reason}
          maxLength={500}
          rows={3}
          placeholder="请写明哪一格、什么原因"
          onChange={(event) => setReason(event.target.value)}
        />
      </Modal>
      {open === 'sign' && (
        <SignDialog
          {...props}
          onClose={() => setOpen(null)}
          onSigned={(answer) => {
            setOpen(null);
            setSigned(answer);
          }}
        />
      )}
      {signed && <ReceiptDialog signed={signed} onClose={() => setSigned(null)} />}
    </>
  );
}
