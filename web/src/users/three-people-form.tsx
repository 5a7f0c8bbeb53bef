import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Form, Input, Modal, Skeleton } from 'antd';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import type { Slip, ThreePeople } from './user-shapes.js';
import { USERS } from './users.query.js';

const ORDINALS = ['第一人', '第二人', '第三人'];

interface Wanted {
  readonly people: readonly { readonly username: string; readonly name: string }[];
}

interface ThreePeopleFormProps {
  readonly close: () => void;
  readonly print: (slips: readonly Slip[]) => void;
}

/** Dialog of 三人财政局预设: three names, and the roles are shared out so that two persons stand wherever two must. */
export function ThreePeopleForm({ close, print }: ThreePeopleFormProps) {
  const [form] = Form.useForm<Wanted>();
  const queries = useQueryClient();
  const preset = useQuery<ThreePeople, Problem>({
    queryKey: [...USERS, 'three'],
    queryFn: () => api.get('/users/presets/three'),
  });
  const create = useMutation<{ accounts: readonly Slip[] }, Problem, Wanted>({
    mutationFn: ({ people }) =>
      api.post('/users/presets/three', {
        people: people.map(({ username, name }) => ({ username: username.trim(), name: name.trim() })),
      }),
    onSuccess: ({ accounts }) => {
      void queries.invalidateQueries({ queryKey: USERS });
      print(accounts);
    },
  });
  return (
    <Modal
      open={true}
      title="三人财政局预设"
      width={640}
      okText="新建三个账号"
      cancelText="取消"
      onCancel={close}
      onOk={form.submit}
      confirmLoading={create.isPending}
      okButtonProps={{ htmlType: 'submit', disabled: preset.data === undefined }}
    >
      <FailureLine error={preset.error ?? create.error} />
      {preset.isPending && <Skeleton active={true} />}
      {preset.data && (
        <Form form={form} requiredMark={false} onFinish={(wanted) => create.mutate(wanted)}>
          <ul className="three-notes">
            {preset.data.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
          {preset.data.people.map(({ roles }, index) => (
            <div className="three-person" key={ORDINALS[index]}>
              <h3>
                {ORDINALS[index]}
                <span className="note">　{roles.map(({ title }) => title).join('、')}</span>
              </h3>
              <div className="half-and-half">
                <Form.Item
                  name={['people', index, 'username']}
                  label="用户名"
                  rules={[
                    {
                      required: true,
                      pattern: /^\s*[A-Za-z0-9][A-Za-z0-9._-]{1,63}\s*$/,
                      message: '2–64 个字母、数字、点、下划线或连字符',
                    },
                  ]}
                >
                  <Input autoComplete="off" maxLength={64} />
                </Form.Item>
                <Form.Item
                  name={['people', index, 'name']}
                  label="姓名"
                  rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}
                >
                  <Input autoComplete="off" maxLength={64} />
                </Form.Item>
              </div>
            </div>
          ))}
        </Form>
      )}
    </Modal>
  );
}
