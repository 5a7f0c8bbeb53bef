import { Input, Modal, Select } from 'antd';
import { useState } from 'react';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';

export interface ReasonQuestion {
  readonly title: string;
  readonly ok: string;
  /** What happens then. */
  readonly consequence: string;
  /** A metric is chosen, too: code → title. */
  readonly metrics?: ReadonlyMap<string, string>;
}

interface ReasonDialogProps {
  readonly question: ReasonQuestion;
  readonly busy: boolean;
  readonly error: Problem | null;
  send(reason: string, metric: string): void;
  close(): void;
}

/** An act that needs its reason in words. */
export function ReasonDialog({ question, busy, error, send, close }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const [metric, setMetric] = useState<string>();
  const isReady = reason.trim() !== '' && (question.metrics === undefined || metric !== undefined);
  return (
    <Modal
      open={true}
      title={question.title}
      okText={question.ok}
      cancelText="返回"
      confirmLoading={busy}
      okButtonProps={{ disabled: !isReady, 'data-testid': 'send-reason' }}
      onOk={() => send(reason.trim(), metric ?? '')}
      onCancel={close}
    >
      <FailureLine error={error} />
      <p className="notice-bar">{question.consequence}</p>
      <div className="dialog-fields">
        {question.metrics && (
          <>
            <label htmlFor="reason-metric">指标</label>
            <Select
              id="reason-metric"
              showSearch={{ optionFilterProp: 'label' }}
              placeholder="请选择"
              value={metric}
              onChange={setMetric}
              options={[...question.metrics].map(([value, title]) => ({ value, label: `${title}（${value}）` }))}
            />
          </>
        )}
        <label htmlFor="reason-text">理由</label>
        <Input.TextArea
          id="reason-text"
          rows={3}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Modal>
  );
}
