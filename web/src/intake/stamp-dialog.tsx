import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Upload } from 'antd';
import { useState } from 'react';
import { dayOf } from '../../../src/calendar/day.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { serverNow } from '../api/session.query.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { STAMPED } from './intake.query.js';
import type { StampedItem } from './intake-shapes.js';

/** Registers the paper: day, who brought it, its code as typed from the paper, the scan. */
export function StampDialog({ item, close }: { readonly item: StampedItem; readonly close: () => void }) {
  const queries = useQueryClient();
  const today = dayOf(serverNow());
  const [code, setCode] = useState('');
  const [receivedOn, setDay] = useState(today);
  const [note, setNote] = useState('');
  const [scan, setScan] = useState<File | null>(null);
  const save = useMutation<StampedItem, Problem>({
    mutationFn: () => {
      const form = new FormData();
      for (const [name, text] of Object.entries({ code, receivedOn, note })) form.append(name, text);
      if (scan) form.append('file', scan, scan.name);
      return api.upload(`/intake/stamped-pages/${item.revision}`, form);
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: STAMPED });
      close();
    },
  });
  return (
    <Modal
      open={true}
      title="登记收到盖章页"
      okText="登记"
      cancelText="取消"
      okButtonProps={{ disabled: code.trim() === '' }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={close}
    >
      <FailureLine error={save.error} />
      <p>{`${item.institutionName}　${item.formTitle}　第${item.no}版`}</p>
      <div className="dialog-field">
        <label htmlFor="stamp-1">
          纸上的校验码（16 位，照纸面输入）
          <Input
            id="stamp-1"
            value={code}
            maxLength={40}
            onChange={(event) => setCode(event.target.value)}
            data-testid="stamp-code"
          />
        </label>
        <label htmlFor="stamp-2">
          收到日期
          <DayInput id="stamp-2" value={receivedOn} max={today} onChange={setDay} />
        </label>
        <label htmlFor="stamp-3">
          谁送来、谁签字
          <Input id="stamp-3" value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
        </label>
        <Upload
          accept=".pdf,.png,.jpg,.jpeg"
          maxCount={1}
          showUploadList={false}
          beforeUpload={(file) => {
            setScan(file);
            return false;
          }}
        >
          <Button>{scan === null ? '选择扫描件（PDF、PNG、JPEG）' : scan.name}</Button>
        </Upload>
      </div>
    </Modal>
  );
}
