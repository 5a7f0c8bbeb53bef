import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import { consequence, type Paper } from './paper-words.js';

export interface Decision {
  readonly paper: Paper;
  readonly kind: 'confirm' | 'refuse';
}

/** The second person's word: what happens then is said before. */
export function DecidePaper({ decision, close }: { readonly decision: Decision; readonly close: () => void }) {
  const { paper, kind } = decision;
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const isRefusal = kind === 'refuse';
  const decide = useMutation<Paper, Problem>({
    mutationFn: () => api.post(`/on-behalf/${paper.id}/${kind}`, isRefusal ? { reason: reason.trim() } : {}),
    onSuccess: () => {
      message.success(isRefusal ? '已退回' : `${paper.actionTitle}：已办理`);
      close();
    },
    // The act reaches evaluations and filings, too.
    onSettled: () => void queries.invalidateQueries(),
  });
  const facts: [string, string][] = [
    ['事项', `${paper.actionTitle}　${paper.subjectTitle}`],
    ['代谁', [paper.person, paper.institution, paper.roleTitle].filter(Boolean).join('　')],
    ['文件', `${paper.paperNumber}　${paper.paperDate}`],
    ['登记', paper.recordedBy],
  ];
  return (
    <Modal
      open={true}
      title={isRefusal ? '退回代录' : '确认代录'}
      width={560}
      okText={isRefusal ? '退回' : '核对无误，确认'}
      cancelText="返回"
      confirmLoading={decide.isPending}
      okButtonProps={{ disabled: isRefusal && reason.trim() === '' }}
      onOk={() => decide.mutate()}
      onCancel={close}
    >
      <FailureLine error={decide.error} />
      <dl className="paper-facts">
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
        <div>
          <dt>扫描件</dt>
          <dd>
            <a href={`${API}/on-behalf/${paper.id}/scan`} download={true}>
              {paper.scan.fileName}
            </a>
          </dd>
        </div>
      </dl>
      {isRefusal ? (
        <>
          <p>退回后不办理；登记人可按文件重新登记。</p>
          <Input.TextArea
            aria-label="退回原因"
            placeholder="退回原因，如 纪要中没有此项"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </>
      ) : (
        <p className="notice-bar" data-testid="consequence">
          <strong>{consequence(paper)}</strong>
          {`记录写作“${paper.person}（代录，${paper.paperNumber}）”，您为确认人。请先核对扫描件。`}
        </p>
      )}
    </Modal>
  );
}
