import { Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useMetrics } from '../api/catalogue.query.js';
import type { Problem } from '../api/problem.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { useReviewRules } from './review.query.js';

interface ReturnDialogProps {
  readonly institution: string;
  readonly pinned: readonly string[];
  readonly busy: boolean;
  readonly error: Problem | null;
  send(body: { reason: string; message: string; cells: readonly string[]; due: string | null }): void;
  close(): void;
}

/** 退回: a reason, the cells, a new date. Without a reason it cannot be sent. */
export function ReturnDialog({ institution, pinned, busy, error, send, close }: ReturnDialogProps) {
  const { data: rules } = useReviewRules();
  const metrics = useMetrics();
  const [reason, setReason] = useState<string>();
  const [message, setMessage] = useState('');
  const [day, setDay] = useState('');
  const isReady = reason !== undefined && message.trim() !== '';
  return (
    <Modal
      open={true}
      title={`退回${institution}`}
      width={560}
      okText="退回"
      cancelText="返回"
      confirmLoading={busy}
      okButtonProps={{ disabled: !isReady, 'data-testid': 'send-return' }}
      onOk={() =>
        send({
          reason: reason ?? '',
          message: message.trim(),
          cells: pinned,
          // The day ends at its midnight in Shanghai.
          due: day === '' ? null : new Date(`${day}T24:00:00+08:00`).toISOString(),
        })
      }
      onCancel={close}
    >
      <FailureLine error={error} />
      <div className="dialog-fields">
        <label htmlFor="return-reason">退回原因</label>
        <Select
          id="return-reason"
          placeholder="请选择"
          value={reason}
          onChange={setReason}
          options={(rules?.returnReasons ?? []).map(({ title }) => ({ value: title, label: title }))}
        />
        <label htmlFor="return-message">请机构怎么改</label>
        <Input.TextArea
          id="return-message"
          rows={3}
          maxLength={500}
          placeholder="如 绿色贷款余额与九类合计不符，请核对后重新提交"
          value={message}
          onChange={(event) => setMessage(event.target.value)}
        />
        <span>涉及的格</span>
        <p>
          {pinned.length === 0
            ? '没有钉住的格；可在表格左侧勾选。'
            : pinned.map((code) => metrics.get(code)?.title ?? code).join('、')}
        </p>
        <label htmlFor="return-day">新的期限</label>
        <DayInput id="return-day" value={day} onChange={setDay} />
      </div>
      <p className="note">退回后机构立即可以修改；本次所报留作第几版，不会丢失。</p>
    </Modal>
  );
}
