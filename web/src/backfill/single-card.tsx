import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Select } from 'antd';
import { isQuarter } from '../../../src/calendar/period.js';
import { useInstitutionNames } from '../api/catalogue.query.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { useFormsCatalogue } from '../forms/forms.query.js';
import { OBLIGATIONS } from '../obligations/obligations.query.js';
import { Card } from '../shell/card.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';

interface Wanted {
  readonly institution: string;
  readonly form: string;
  readonly period: string;
  readonly due: string;
  readonly reason: string;
}

/** One obligation of history, which the institution itself answers. */
export function SingleCard({ today }: { readonly today: string }) {
  const [form] = Form.useForm<Wanted>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const names = useInstitutionNames();
  const { data: catalogue } = useFormsCatalogue();
  const create = useMutation<unknown, Problem, Wanted>({
    mutationFn: ({ due, ...wanted }) =>
      // 24:00 of that day.
      api.post('/obligations', { ...wanted, kind: 'backfill', due: new Date(`${due}T24:00:00+08:00`).toISOString() }),
    onSuccess: () => {
      message.success('已下达补录任务，机构的工作台会出现');
      void queries.invalidateQueries({ queryKey: OBLIGATIONS });
      form.resetFields();
    },
  });
  return (
    <Card title="只补一家一期，由机构自己填" note="下达一张补录任务，有自己的截止日">
      <FailureLine error={create.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        className="backfill-form"
        onFinish={(wanted) => create.mutate(wanted)}
        data-testid="single-backfill"
      >
        <Form.Item name="institution" label="机构" rules={[{ required: true, message: '请选机构' }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={[...names].map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="form" label="报表" rules={[{ required: true, message: '请选报表' }]}>
          <Select
            options={(catalogue?.forms ?? [])
              .filter(({ filer, kind }) => filer.department === null && kind === 'metrics')
              .map(({ form: value, title }) => ({ value, label: title }))}
          />
        </Form.Item>
        <Form.Item
          name="period"
          label="报告期"
          rules={[
            {
              validator: (_, period: string) =>
                isQuarter(period ?? '') ? Promise.resolve() : Promise.reject(new Error('写作 2025Q4')),
            },
          ]}
        >
          <Input placeholder="2025Q4" maxLength={6} autoComplete="off" />
        </Form.Item>
        <Form.Item name="due" label="截止日（当日24:00）" rules={[{ required: true, message: '请选截止日' }]}>
          <DayInput min={today} />
        </Form.Item>
        <Form.Item name="reason" label="原因" rules={[{ required: true, min: 4, message: '至少4个字' }]}>
          <Input maxLength={500} placeholder="如：新纳入统计，补录上年数据" />
        </Form.Item>
        <Button htmlType="submit" loading={create.isPending}>
          下达
        </Button>
      </Form>
    </Card>
  );
}
