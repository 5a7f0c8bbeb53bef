import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Radio } from 'antd';
import { api } from '../api/client.js';
import type { Obligation } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { deadline } from '../figures/moment.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';

interface Asked {
  readonly kind: 'extension' | 'exemption';
  readonly until?: string;
  readonly reason: string;
}

/** 申请延期 or 免报: asked here, decided by the bureau. */
export function DueChangeDialog({
  obligation,
  onClose,
}: {
  readonly obligation: Obligation;
  readonly onClose: () => void;
}) {
  const [form] = Form.useForm<Asked>();
  const kind = Form.useWatch('kind', form) ?? 'extension';
  const { message } = App.useApp();
  const queries = useQueryClient();
  const ask = useMutation<unknown, Problem, Asked>({
    mutationFn: (asked) => api.post(`/obligations/${obligation.id}/due-changes`, asked),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['obligations'] });
      message.success('已送金融主管部门，决定后会告知');
      onClose();
    },
  });
  return (
    <Modal
      open={true}
      title="申请延期或免报"
      okText="提交申请"
      confirmLoading={ask.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
      okButtonProps={{ 'data-testid': 'ask-due' }}
    >
      <FailureLine error={ask.error} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ kind: 'extension' }}
        onFinish={({ kind: wanted, until, reason }) =>
          ask.mutate(wanted === 'extension' ? { kind: wanted, until: until ?? '', reason } : { kind: wanted, reason })
        }
      >
        <Form.Item name="kind" label="申请事项">
          <Radio.Group
            options={[
              { value: 'extension', label: '延期' },
              { value: 'exemption', label: '免报' },
            ]}
          />
        </Form.Item>
        {kind === 'extension' && (
          <Form.Item
            name="until"
            label={`延至（原截止 ${obligation.due ? deadline(obligation.due) : '未定'}）`}
            rules={[{ required: true, message: '请选择日期' }]}
          >
            <DayInput />
          </Form.Item>
        )}
        <Form.Item name="reason" label="理由" rules={[{ required: true, whitespace: true, message: '请填写理由' }]}>
          <Input.TextArea maxLength={500} rows={3} placeholder="如：核心系统升级，10月25日恢复" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
