import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Radio } from 'antd';
import { api } from '../api/client.js';
import type { Obligation } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { deadline } from '../figures/moment.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { OBLIGATIONS } from './obligations.query.js';

interface Wanted {
  readonly kind: 'extension' | 'exemption';
  readonly until?: string;
  readonly reason: string;
}

/** The bureau moves one date, or waives one report, by its own motion: it holds at once. */
export function MoveDue({ of, close }: { readonly of: Obligation; readonly close: () => void }) {
  const [form] = Form.useForm<Wanted>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const kind = Form.useWatch('kind', form) ?? 'extension';
  const move = useMutation<unknown, Problem, Wanted>({
    mutationFn: (wanted) => api.post(`/obligations/${of.id}/due-changes`, wanted),
    onSuccess: () => {
      message.success(`${of.institutionName}：已${kind === 'extension' ? '延期' : '免报'}`);
      void queries.invalidateQueries({ queryKey: OBLIGATIONS });
      close();
    },
  });
  return (
    <Modal
      open={true}
      title={`${of.institutionName}：延期或免报`}
      okText="确定"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={move.isPending}
      okButtonProps={{ htmlType: 'submit' }}
    >
      <FailureLine error={move.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: 'extension' }}
        onFinish={({ kind: wanted, until, reason }) =>
          move.mutate({ kind: wanted, reason: reason.trim(), ...(wanted === 'extension' && until ? { until } : {}) })
        }
      >
        <Form.Item name="kind" label="事项" extra="只动这一张报表，立即生效，记入审计。">
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
            label={`延至当日 24:00（现截止 ${of.due === null ? '未定' : deadline(of.due)}）`}
            rules={[{ required: true, message: '请填写日期' }]}
          >
            <DayInput />
          </Form.Item>
        )}
        <Form.Item
          name="reason"
          label="理由"
          rules={[{ required: true, whitespace: true, min: 4, message: '请填写理由，至少 4 个字' }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
