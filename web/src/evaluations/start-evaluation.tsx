import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Form, Input, Modal, Radio, Select } from 'antd';
import { Link } from 'react-router';
import { isQuarter, isYear } from '../../../src/calendar/period.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { useSession } from '../api/session.query.js';
import type { Evaluation, SchemeSummary } from '../api/shapes.js';
import { SCHEME_STATES } from '../schemes/scheme-words.js';
import { versionPage } from '../schemes/schemes.query.js';
import { FailureLine } from '../shell/failure.js';
import { StartWarnings } from './start-warnings.js';

interface Wanted {
  /** `code@version`: both are needed to name a scheme. */
  readonly scheme: string;
  readonly period: string;
  readonly disclosure: Evaluation['disclosure'];
}

interface StartEvaluationProps {
  readonly close: () => void;
  readonly started: (id: string) => void;
}

/** Dialog of 启动评价: which scheme, which period; figures are pinned as they stand now. */
export function StartEvaluation({ close, started }: StartEvaluationProps) {
  const { data: me } = useSession();
  const [form] = Form.useForm<Wanted>();
  const queries = useQueryClient();
  const schemes = useQuery<SchemeSummary[], Problem>({ queryKey: ['schemes'], queryFn: () => api.all('/schemes') });
  const start = useMutation<Evaluation, Problem, Wanted>({
    mutationFn: ({ scheme, period, disclosure }) => {
      const chosen = schemes.data?.find((each) => nameOf(each) === scheme);
      return api.post('/evaluations', { scheme: chosen?.code, version: chosen?.version, period, disclosure });
    },
    onSuccess: (evaluation) => {
      void queries.invalidateQueries({ queryKey: ['evaluations'] });
      started(evaluation.id);
    },
  });
  return (
    <Modal
      open={true}
      title="启动评价"
      okText="启动评价"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={start.isPending}
      okButtonProps={{ htmlType: 'submit' }}
    >
      <FailureLine error={schemes.error ?? start.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ disclosure: me?.district.disclosure ?? 'sealed' }}
        onFinish={(wanted) => start.mutate(wanted)}
      >
        <Form.Item name="scheme" label="评价方案" rules={[{ required: true, message: '请选择评价方案' }]}>
          <Select
            loading={schemes.isPending}
            placeholder="选择方案和版本"
            options={schemes.data?.map((scheme) => ({
              value: nameOf(scheme),
              label: `${scheme.title}（${scheme.code} v${scheme.version}${scheme.state === 'reviewed' || scheme.state === 'issued' ? '' : `，${SCHEME_STATES[scheme.state]}，只能试算`}）`,
            }))}
          />
        </Form.Item>
        <Form.Item
          name="period"
          label="报告期"
          extra="年度方案写 2025，季度方案写 2025Q4"
          rules={[
            { required: true, message: '请填写报告期' },
            {
              validator: (_, period: string | undefined) =>
                !period || isQuarter(period) || isYear(period)
                  ? Promise.resolve()
                  : Promise.reject(new Error('报告期应写作 2025 或 2025Q4')),
            },
          ]}
        >
          <Input placeholder="2025" />
        </Form.Item>
        <Form.Item noStyle={true} shouldUpdate={true}>
          {({ getFieldValue }) => (
            <StartWarnings
              scheme={schemes.data?.find((each) => nameOf(each) === getFieldValue('scheme'))}
              period={getFieldValue('period') as string | undefined}
            />
          )}
        </Form.Item>
        <Form.Item name="disclosure" label="公开方式">
          <Radio.Group
            options={[
              { value: 'sealed', label: '封闭：机构只见本机构的数字' },
              { value: 'open', label: '公开：须在填报前约定' },
            ]}
          />
        </Form.Item>
        <Form.Item noStyle={true} shouldUpdate={true}>
          {({ getFieldValue }) => {
            const chosen = schemes.data?.find((each) => nameOf(each) === getFieldValue('scheme'));
            return (
              chosen && (
                <p className="note">
                  <Link to={`${versionPage(chosen)}/disclosure`} target="_blank" data-testid="to-disclosure">
                    用这个方案，机构会看到什么
                  </Link>
                </p>
              )
            );
          }}
        </Form.Item>
      </Form>
      <p className="note">启动时按此刻已采纳的数字留存一份；之后的更正不会混入本次评价。</p>
    </Modal>
  );
}

const nameOf = (scheme: SchemeSummary): string => `${scheme.code}@${scheme.version}`;
