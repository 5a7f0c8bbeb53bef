import { Form, Input } from 'antd';

interface CodeItemProps {
  readonly label?: string;
  readonly autoFocus?: boolean;
}

/** Six digits; full-width ones and blanks are put right as they are typed. */
export function CodeItem({ label = '动态口令', autoFocus = false }: CodeItemProps) {
  return (
    <Form.Item
      name="code"
      label={label}
      normalize={(typed: string) => typed.normalize('NFKC').replace(/\D/g, '').slice(0, 6)}
      rules={[{ required: true, len: 6, message: '请填写 6 位数字' }]}
      validateTrigger="onSubmit"
    >
      <Input inputMode="numeric" autoComplete="one-time-code" autoFocus={autoFocus} />
    </Form.Item>
  );
}
