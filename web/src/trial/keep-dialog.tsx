import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import type { OwnControls, OwnView } from './use-own-sheet.js';

interface KeepDialogProps {
  readonly view: OwnView;
  readonly controls: OwnControls;
  readonly suggested: string;
  readonly close: () => void;
}

/** 保存对应关系: headers and confirmed names, no figures. */
export function KeepDialog({ view, controls, suggested, close }: KeepDialogProps) {
  const [name, setName] = useState(view.mapping?.name ?? suggested);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const names = Object.entries(controls.decisions).flatMap(([text, decision]) =>
    decision.kind === 'institution' ? [{ text, institution: decision.uscc }] : [],
  );
  const keep = useMutation<{ learned: number }, Problem>({
    mutationFn: () =>
      api.post('/trials/mappings', {
        name: name.trim(),
        columns: view.layout.columns
          .filter(({ header }) => header !== '')
          .map(({ header, role, metric, unit, period }) => ({ header, role, metric, unit, period })),
        names,
      }),
    onSuccess: ({ learned }) => {
      void queries.invalidateQueries({ queryKey: ['sheet-mappings'] });
      void queries.invalidateQueries({ queryKey: ['trial-names'] });
      message.success(`已保存对应关系${learned > 0 ? `，记住${learned}个机构写法` : ''}`);
      close();
    },
  });
  return (
    <Modal
      title="保存对应关系"
      open={true}
      onCancel={close}
      onOk={() => keep.mutate()}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ disabled: name.trim().length < 2 }}
      confirmLoading={keep.isPending}
    >
      <FailureLine error={keep.error} />
      <p>
        只保存表头对应的指标、单位和用途
        {names.length > 0 ? `，以及您确认过的${names.length}个机构写法（记为别名）` : ''}
        ；不保存文件和数字。下次拖入表头相同的表，自动照此识别。
      </p>
      <Input
        aria-label="名称"
        value={name}
        maxLength={60}
        onChange={({ target }) => setName(target.value)}
        placeholder="如：各行季度绿贷表"
      />
    </Modal>
  );
}
