import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Modal, Radio, Select, Skeleton } from 'antd';
import type { Role } from '../../../src/lifecycle/lifecycle.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { useSession } from '../api/session.query.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import type { OneTimeCode, Slip, User } from './user-shapes.js';
import { rolesOffered, unitOf } from './user-words.js';
import { USERS, useUnits } from './users.query.js';

interface Wanted {
  readonly username: string;
  readonly name: string;
  readonly kind: 'department' | 'institution';
  readonly department?: string;
  readonly institution?: string;
  readonly roles: Role[];
  readonly from?: string;
  readonly to?: string;
}

interface NewUserProps {
  readonly close: () => void;
  readonly print: (slips: readonly Slip[]) => void;
}

/** Dialog of 新建账号. A checker makes filers of the own institution; who else makes accounts chooses the unit. */
export function NewUser({ close, print }: NewUserProps) {
  const { data: me } = useSession();
  const [form] = Form.useForm<Wanted>();
  const queries = useQueryClient();
  const units = useUnits();
  const byChecker = me?.institution != null;
  const kind = Form.useWatch('kind', form) ?? (byChecker ? 'institution' : 'department');
  const isInstitution = kind === 'institution';
  const create = useMutation<OneTimeCode & { user: User }, Problem, Wanted>({
    mutationFn: ({ username, name, roles, from, to, ...unit }) =>
      api.post('/users', {
        username: username.trim(),
        name: name.trim(),
        roles,
        ...(isInstitution ? { institution: unit.institution } : { department: unit.department }),
        ...(from ? { from } : {}),
        ...(to ? { to } : {}),
      }),
    onSuccess: ({ user, code, codeUntil }) => {
      void queries.invalidateQueries({ queryKey: USERS });
      const { username, name } = user;
      print([{ username, name, unit: unitOf(user), roles: user.grants.map(({ title }) => title), code, codeUntil }]);
    },
  });
  const roles = rolesOffered(isInstitution, byChecker);
  return (
    <Modal
      open={true}
      title="新建账号"
      width={640}
      okText="新建并显示一次性代码"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={create.isPending}
      okButtonProps={{ htmlType: 'submit', disabled: units.isPending }}
    >
      <FailureLine error={units.error ?? create.error} />
      {units.isPending ? (
        <Skeleton active={true} />
      ) : (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{
            kind,
            roles: byChecker ? ['filer'] : [],
            institution: byChecker ? me?.institution?.uscc : undefined,
            department: byChecker ? undefined : 'finance_bureau',
          }}
          onFinish={(wanted) => create.mutate(wanted)}
        >
          <div className="half-and-half">
            <Form.Item
              name="username"
              label="用户名"
              rules={[
                { required: true, message: '请填写用户名' },
                {
                  pattern: /^\s*[A-Za-z0-9][A-Za-z0-9._-]{1,63}\s*$/,
                  message: '2–64 个字母、数字、点、下划线或连字符',
                },
              ]}
            >
              <Input placeholder="zhang.san" autoComplete="off" maxLength={64} />
            </Form.Item>
            <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
              <Input autoComplete="off" maxLength={64} />
            </Form.Item>
          </div>
          {!byChecker && (
            <Form.Item name="kind" label="人员">
              <Radio.Group
                onChange={() => form.setFieldValue('roles', [])}
                options={[
                  { value: 'department', label: '财政局或部门' },
                  { value: 'institution', label: '机构' },
                ]}
              />
            </Form.Item>
          )}
          {isInstitution ? (
            <Form.Item name="institution" label="机构" rules={[{ required: true, message: '请选择机构' }]}>
              <Select
                showSearch={{ optionFilterProp: 'label' }}
                disabled={byChecker}
                placeholder="名称或统一社会信用代码"
                options={units.data?.institutions.map(({ uscc, name }) => ({ value: uscc, label: `${name}　${uscc}` }))}
              />
            </Form.Item>
          ) : (
            <Form.Item name="department" label="部门" rules={[{ required: true, message: '请选择部门' }]}>
              <Select options={units.data?.departments.map(({ code, title }) => ({ value: code, label: title }))} />
            </Form.Item>
          )}
          <Form.Item name="roles" label="角色" rules={[{ required: true, message: '请至少选择一个角色' }]}>
            <Checkbox.Group className="role-boxes" options={roles} disabled={byChecker} />
          </Form.Item>
          <div className="half-and-half">
            <Form.Item name="from" label="起日" extra="空为今天起">
              <DayInput />
            </Form.Item>
            <Form.Item name="to" label="止日" extra="当天仍有效；空为长期">
              <DayInput />
            </Form.Item>
          </div>
        </Form>
      )}
    </Modal>
  );
}
