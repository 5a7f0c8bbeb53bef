import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import { INTAKE } from './intake.query.js';
import type { IntakeFile, Outcome } from './intake-shapes.js';

const SHORTEST = 4;

interface DespiteDialogProps {
  readonly batch: string;
  readonly file: IntakeFile;
  readonly close: () => void;
}

/** A workbook whose unit is suspected and that is right nevertheless: received with a reason, open for the reviewer. */
export function DespiteDialog({ batch, file, close }: DespiteDialogProps) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const receive = useMutation<void, Problem>({
    mutationFn: async () => {
      const { outcomes } = await api.post<{ outcomes: Outcome[] }>(`/intake/batches/${batch}/receive`, {
        files: [file.id],
        despite: reason.trim(),
      });
      const [problem] = outcomes.flatMap((outcome) => outcome.problem ?? []);
      if (problem) throw new Problem({ title: problem.title, code: problem.code }, 409);
    },
    onSuccess: close,
    onSettled: () => void queries.invalidateQueries({ queryKey: INTAKE }),
  });
  return (
    <Modal
      open={true}
      title="仍要收下"
      okText="收下"
      cancelText="取消"
      okButtonProps={{ disabled: reason.trim().length < SHORTEST }}
      confirmLoading={receive.isPending}
      onOk={() => receive.mutate()}
      onCancel={close}
    >
      <FailureLine error={receive.error} />
      <p>{`${file.institution?.name ?? file.fileName}：${file.why}`}</p>
      <p className="note">数字照工作簿收下，不换算；标记留给审核员看。</p>
      <label htmlFor="despite-1" className="dialog-field">
        理由
        <Input.TextArea
          id="despite-1"
          rows={3}
          maxLength={500}
          value={reason}
          placeholder="如：电话核实，当季并购，数字无误"
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
    </Modal>
  );
}
