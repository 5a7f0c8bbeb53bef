import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { dayOf } from '../../../src/calendar/day.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { serverNow } from '../api/session.query.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { batchKey } from './intake.query.js';
import type { IntakeBatch, IntakeFile } from './intake-shapes.js';

interface AssignDialogProps {
  readonly batch: string;
  readonly file: IntakeFile;
  readonly close: () => void;
}

/** Of one file: who sent it and when, whose it is, and whether it is the one of two. */
export function AssignDialog({ batch, file, close }: AssignDialogProps) {
  const queries = useQueryClient();
  const today = dayOf(serverNow());
  const [sender, setSender] = useState(file.sender);
  const [receivedOn, setDay] = useState(file.receivedOn);
  const [note, setNote] = useState(file.note);
  const [institution, setInstitution] = useState('');
  const isTwin = file.why.includes('请选定收哪一份');
  const save = useMutation<IntakeBatch, Problem>({
    mutationFn: () =>
      api.post(`/intake/batches/${batch}/files/${file.id}/assign`, {
        sender,
        receivedOn,
        note,
        ...(institution.trim() === '' ? {} : { institution: institution.trim() }),
        ...(isTwin ? { prefer: true } : {}),
      }),
    onSuccess: (view) => {
      queries.setQueryData(batchKey(batch), view);
      close();
    },
  });
  return (
    <Modal
      open={true}
      title={isTwin ? '改收这一份' : file.institution === null ? '选定机构' : '改发送人、收到日期'}
      okText={isTwin ? '改收这一份' : '保存'}
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={close}
    >
      <FailureLine error={save.error} />
      <p>{file.fileName}</p>
      {isTwin && <p className="note">{`${file.why}。改收后，另一份列为不符，原件仍留存。`}</p>}
      {file.institution === null && (
        <div className="dialog-field">
          {file.candidates.length > 0 && (
            <Radio.Group
              aria-label="可能是"
              value={institution}
              onChange={(event) => setInstitution(event.target.value as string)}
              options={file.candidates.map(({ uscc, name }) => ({ value: uscc, label: name }))}
            />
          )}
          <label htmlFor="assign-1">
            统一社会信用代码
            <Input
              id="assign-1"
              value={institution}
              maxLength={40}
              onChange={(event) => setInstitution(event.target.value)}
            />
          </label>
        </div>
      )}
      <div className="dialog-field">
        <label htmlFor="assign-2">
          发送人
          <Input
            id="assign-2"
            value={sender}
            maxLength={100}
            placeholder="机构自己"
            onChange={(event) => setSender(event.target.value)}
          />
        </label>
        <label htmlFor="assign-3">
          收到日期
          <DayInput id="assign-3" value={receivedOn} max={today} onChange={setDay} />
        </label>
        <label htmlFor="assign-4">
          方式
          <Input id="assign-4" value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
        </label>
      </div>
    </Modal>
  );
}
