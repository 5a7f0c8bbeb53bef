import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Select } from 'antd';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { holds, may, serverNow, useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { useDistrict } from '../institutions/institutions.query.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { ScanInput } from '../shell/scan-input.js';
import type { FlagDetail, FlagKind } from './flag-shapes.js';
import { useWords } from './flag-words.js';
import { FLAGS } from './flags.query.js';

interface Wanted {
  readonly institution: string;
  readonly kind: string;
  readonly department?: string;
  readonly from: string;
  readonly to?: string;
  readonly document: string;
  readonly note?: string;
  readonly file?: File;
  /** Who signed the department's letter, and its day: the officer acts on its behalf. */
  readonly person?: string;
  readonly paperDate?: string;
}

const BUREAU = 'finance_bureau';

/** A paper of a department becomes a flag and its 代录 in one go; another person confirms it there. */
async function enter({ file, person, paperDate, ...wanted }: Wanted): Promise<FlagDetail> {
  const made = await api.post<FlagDetail>('/flags', wanted);
  if (file) {
    const evidence = new FormData();
    evidence.append('file', file);
    await api.upload(`/flags/${made.id}/evidence`, evidence);
  }
  if (file && person && paperDate) {
    const record = { action: 'flag.confirm', subject: made.id, person, paperNumber: wanted.document, paperDate };
    const paper = new FormData();
    paper.append('record', JSON.stringify(record));
    paper.append('file', file);
    await api.upload('/on-behalf', paper);
  }
  return made;
}

/** Dialog of 登记事项. */
export function EnterFlag({ kinds, close }: { readonly kinds: readonly FlagKind[]; readonly close: () => void }) {
  const { data: me } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Wanted>();
  const district = useDistrict(true);
  const isOfficer = holds(me, 'officer');
  const own = me?.department?.code ?? '';
  const offered = kinds.filter(({ departments }) =>
    isOfficer ? departments.length > 0 : departments.some(({ code }) => code === own),
  );
  const chosen = Form.useWatch('kind', form);
  const kind = kinds.find(({ code }) => code === chosen);
  const department = Form.useWatch('department', form);
  const isOnPaper = isOfficer && department !== undefined && department !== BUREAU;
  const make = useMutation<FlagDetail, Problem, Wanted>({
    mutationFn: enter,
    onSuccess: () => {
      message.success(isOnPaper ? '已登记，代录待另一人确认' : '已登记，待另一人确认');
      close();
    },
    // Whatever came of it: the flag may stand though its paper was refused.
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: FLAGS });
      void queries.invalidateQueries({ queryKey: ['on-behalf'] });
    },
  });
  const today = moment(serverNow().toISOString()).slice(0, 10);
  return (
    <Modal
      open={true}
      title="登记事项"
      width={680}
      okText="登记"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={make.isPending}
      okButtonProps={{ htmlType: 'submit' }}
    >
      <FailureLine error={make.error} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(wanted) => make.mutate(wanted)}>
        <Form.Item name="institution" label="机构" rules={[{ required: true, message: '请选择机构' }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            loading={district.isPending}
            placeholder="名称或统一社会信用代码"
            options={(district.data ?? []).map(({ uscc, name }) => ({ value: uscc, label: `${name}　${uscc}` }))}
          />
        </Form.Item>
        <div className="half-and-half">
          <Form.Item name="kind" label="事项" rules={[{ required: true, message: '请选择事项' }]}>
            <Select
              placeholder="选择"
              options={offered.map(({ code, title }) => ({ value: code, label: title }))}
              onChange={(code: string) =>
                form.setFieldValue(
                  'department',
                  isOfficer ? kinds.find((each) => each.code === code)?.departments[0]?.code : undefined,
                )
              }
            />
          </Form.Item>
          {isOfficer && (
            <Form.Item name="department" label="提出部门" rules={[{ required: true, message: '请选择部门' }]}>
              <Select
                disabled={kind === undefined}
                options={kind?.departments.map(({ code, title }) => ({ value: code, label: title })) ?? []}
              />
            </Form.Item>
          )}
        </div>
        {kind && (
          <p className="note flag-hint">
            {kind.note}。
            {kind.uses.length === 0
              ? '现在没有评价方案读取它。'
              : `会影响：${kind.uses.map((use) => `${use.schemeTitle}（${useWords(use)}）`).join('；')}`}
          </p>
        )}
        <div className="half-and-half">
          <Form.Item name="from" label="起日" rules={[{ required: true, message: '请填写起日' }]}>
            <DayInput />
          </Form.Item>
          <Form.Item name="to" label="止日（含；空为仍有效）">
            <DayInput />
          </Form.Item>
        </div>
        <Form.Item
          name="document"
          label="文号"
          rules={[{ required: true, whitespace: true, min: 2, message: '请照文书填写文号' }]}
        >
          <Input placeholder="如 示环罚〔2026〕17号" maxLength={128} autoComplete="off" />
        </Form.Item>
        <Form.Item name="note" label="说明">
          <Input maxLength={500} placeholder="事由，一句话" autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="file"
          label={isOnPaper ? '来文扫描件' : '佐证（文书扫描件）'}
          rules={[{ required: isOnPaper, message: '代部门登记须有来文扫描件' }]}
        >
          <ScanInput />
        </Form.Item>
        {isOnPaper && (
          <div className="half-and-half">
            <Form.Item
              name="person"
              label="来文签发人"
              rules={[{ required: true, whitespace: true, message: '请照来文填写' }]}
            >
              <Input placeholder="如 区生态环境局 张科长" maxLength={64} autoComplete="off" />
            </Form.Item>
            <Form.Item name="paperDate" label="来文日期" rules={[{ required: true, message: '请选择来文日期' }]}>
              <DayInput max={today} />
            </Form.Item>
          </div>
        )}
      </Form>
      <p className="note">
        {isOnPaper
          ? '按代录办理：登记来文和扫描件，由另一人在“代录”页核对后确认。'
          : '登记后须由另一人确认，确认后开始的评价才计入。'}
        {!may(me, 'on_behalf', 'record') && '机构在确认后才看到。'}
      </p>
    </Modal>
  );
}
