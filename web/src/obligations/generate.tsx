import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { isQuarter } from '../../../src/calendar/period.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import { OBLIGATIONS } from './obligations.query.js';

interface Generated {
  readonly period: string;
  readonly made: number;
  readonly there: number;
}

interface GenerateProps {
  readonly close: () => void;
  readonly done: (period: string) => void;
}

/** Dialog of 生成填报任务: a quarter, from the types on its last day. */
export function Generate({ close, done }: GenerateProps) {
  const [form] = Form.useForm<{ period: string }>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const generate = useMutation<Generated, Problem, { period: string }>({
    mutationFn: (wanted) => api.post('/obligations/generate', wanted),
    onSuccess: ({ period, made, there }) => {
      message.success(made === 0 ? `没有新的任务（已有 ${there} 张）` : `已生成 ${made} 张，原有 ${there} 张不变`);
      void queries.invalidateQueries({ queryKey: OBLIGATIONS });
      void queries.invalidateQueries({ queryKey: ['periods'] });
      done(period);
    },
  });
  return (
    <Modal
      open={true}
      title="生成填报任务"
      okText="生成"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={generate.isPending}
      okButtonProps={{ htmlType: 'submit' }}
    >
      <FailureLine error={generate.error} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(wanted) => generate.mutate(wanted)}>
        <Form.Item
          name="period"
          label="报告期"
          extra="按季末的机构类型生成并固定，截止时间按工作日推算；再次生成只补漏，不改已有的任务。"
          rules={[
            {
              validator: (_, period: string) =>
                isQuarter(period ?? '') ? Promise.resolve() : Promise.reject(new Error('写作 2026Q4')),
            },
          ]}
        >
          <Input placeholder="2026Q4" maxLength={6} autoComplete="off" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
