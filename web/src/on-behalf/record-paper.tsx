import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Select } from 'antd';
import { isQuarter, periodTitle } from '../../../src/calendar/period.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { EVALUATION_STATES } from '../evaluations/evaluation-words.js';
import { useEvaluations } from '../evaluations/evaluations.query.js';
import { moment } from '../figures/moment.js';
import { FILING_STATES } from '../filings/filing-words.js';
import { useFilings } from '../filings/filings.query.js';
import { useFlagsIn } from '../flags/flags.query.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { ScanInput } from '../shell/scan-input.js';
import { EVALUATIONS_FOR, FLAGS_FOR, NEEDS_REASON, NO_SUBJECT, type Paper, type PaperAction } from './paper-words.js';

interface Wanted {
  readonly action: string;
  readonly subject: string;
  readonly person: string;
  readonly paperNumber: string;
  readonly paperDate: string;
  readonly reason?: string;
  readonly scan: File;
}

/** Dialog of 登记纸质文件. Nothing is done by it: another person confirms. */
export function RecordPaper({ close }: { readonly close: () => void }) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Wanted>();
  const queries = useQueryClient();
  const known = useQuery<readonly PaperAction[], Problem>({
    queryKey: ['on-behalf', 'acts'],
    queryFn: () => api.all<PaperAction>('/on-behalf/acts'),
  });
  const action = Form.useWatch('action', form);
  const record = useMutation<Paper, Problem, Wanted>({
    mutationFn: ({ scan, reason, ...paper }) => {
      const body = new FormData();
      body.append('record', JSON.stringify({ ...paper, ...(reason ? { body: { reason } } : {}) }));
      body.append('file', scan);
      return api.upload('/on-behalf', body);
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['on-behalf'] });
      message.success('已登记，等待另一人确认');
      close();
    },
  });
  return (
    <Modal
      open={true}
      title="登记纸质文件"
      width={640}
      okText="登记"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={record.isPending}
      okButtonProps={{ htmlType: 'submit' }}
    >
      <FailureLine error={known.error ?? record.error} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(wanted) => record.mutate(wanted)}>
        <Form.Item name="action" label="事项" rules={[{ required: true, message: '请选择事项' }]}>
          <Select
            placeholder="文件决定了什么"
            loading={known.isPending}
            onChange={() => form.setFieldValue('subject', undefined)}
            options={known.data?.map(({ action: value, title }) => ({ value, label: title }))}
          />
        </Form.Item>
        {action !== undefined && (
          <Form.Item name="subject" label="对象" rules={[{ required: true, message: '请选择对象' }]}>
            <SubjectSelect action={action} />
          </Form.Item>
        )}
        {NEEDS_REASON.includes(action ?? '') && (
          <Form.Item
            name="reason"
            label="文件所述理由"
            rules={[{ required: true, whitespace: true, message: '请照文件填写理由' }]}
          >
            <Input maxLength={500} />
          </Form.Item>
        )}
        <Form.Item
          name="person"
          label="签批人或签字人"
          rules={[{ required: true, whitespace: true, message: '请照文件填写' }]}
        >
          <Input placeholder="如 王副区长、丙行李行长" maxLength={64} autoComplete="off" />
        </Form.Item>
        <div className="half-and-half">
          <Form.Item
            name="paperNumber"
            label="文号或纪要号"
            rules={[{ required: true, whitespace: true, message: '请照文件填写' }]}
          >
            <Input placeholder="如 会议纪要〔2026〕3号" maxLength={128} autoComplete="off" />
          </Form.Item>
          <Form.Item name="paperDate" label="文件日期" rules={[{ required: true, message: '请选择文件日期' }]}>
            <DayInput max={moment(new Date().toISOString()).slice(0, 10)} />
          </Form.Item>
        </div>
        <Form.Item name="scan" label="扫描件" rules={[{ required: true, message: '请选择扫描件' }]}>
          <ScanInput />
        </Form.Item>
      </Form>
      <p className="note">登记只是存下文件；由另一人确认后才办理。</p>
    </Modal>
  );
}

interface SubjectSelectProps {
  readonly id?: string;
  readonly action: string;
  readonly value?: string;
  readonly onChange?: (subject: string) => void;
}

/** Evaluations or flags in a fitting state, or filings that are still to be signed. */
function SubjectSelect({ id, action, value, onChange }: SubjectSelectProps) {
  const states = EVALUATIONS_FOR[action];
  const flagState = FLAGS_FOR[action];
  const isFilings = states === undefined && flagState === undefined;
  const evaluations = useEvaluations();
  const flags = useFlagsIn(flagState);
  const drafts = useFilings({ state: 'draft' }, isFilings);
  const internal = useFilings({ state: 'internal_review' }, isFilings);
  const options = (): { value: string; label: string }[] => {
    if (flagState !== undefined)
      return (flags.data ?? [])
        .filter(({ department }) => department.code !== 'finance_bureau')
        .map((flag) => ({
          value: flag.id,
          label: [flag.institutionName, flag.kindTitle, flag.document, flag.department.title].join('　'),
        }));
    if (states !== undefined)
      return (evaluations.data ?? [])
        .filter(({ state, label }) => states.includes(state) && label === null)
        .map(({ id: subject, title, periodTitle: period, state }) => ({
          value: subject,
          label: `${title}　${period}　${EVALUATION_STATES[state]}`,
        }));
    return [...(internal.data ?? []), ...(drafts.data ?? [])].map((filing) => ({
      value: filing.id,
      label: [
        filing.institutionName,
        isQuarter(filing.period) ? periodTitle(filing.period) : filing.period,
        filing.formTitle,
        FILING_STATES[filing.state],
      ].join('　'),
    }));
  };
  const asked = flagState !== undefined ? [flags] : isFilings ? [drafts, internal] : [evaluations];
  const isPending = asked.some((each) => each.isPending);
  return (
    <>
      <FailureLine error={asked.find((each) => each.error)?.error ?? null} />
      <Select
        id={id}
        value={value}
        onChange={onChange}
        loading={isPending}
        showSearch={{ optionFilterProp: 'label' }}
        placeholder="选择，可输入名称查找"
        notFoundContent={isPending ? '正在读取…' : (NO_SUBJECT[action] ?? '没有可选的对象。')}
        options={options()}
      />
    </>
  );
}
