import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { SESSION } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';

/** Where one is reached: mails of reminders and returns, and the phone number of the bureau's call list. */
export function ContactCard({ me }: { readonly me: Me }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [email, setEmail] = useState(me.contact.email ?? '');
  const [phone, setPhone] = useState(me.contact.phone ?? '');
  const save = useMutation<unknown, Problem>({
    mutationFn: () => api.post('/account/contact', { email: email.trim(), phone: phone.trim() }),
    onSuccess: () => {
      message.success('已保存');
      void queries.invalidateQueries({ queryKey: SESSION });
    },
  });
  const isSame = email.trim() === (me.contact.email ?? '') && phone.trim() === (me.contact.phone ?? '');
  return (
    <Card title="联系方式" note="催报、退回等消息同时发到邮箱（配置了邮件服务器时）；电话供财政局催报时联系">
      <FailureLine error={save.error} />
      <form
        className="contact-form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <label htmlFor="contact-email">邮箱</label>
        <Input
          id="contact-email"
          type="email"
          autoComplete="email"
          placeholder="未登记"
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <label htmlFor="contact-phone">电话</label>
        <Input
          id="contact-phone"
          type="tel"
          autoComplete="tel"
          placeholder="未登记"
          maxLength={32}
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
        />
        <Button htmlType="submit" disabled={isSame} loading={save.isPending} data-testid="save-contact">
          保存
        </Button>
      </form>
    </Card>
  );
}
