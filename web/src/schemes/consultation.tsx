import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Form, Input, Modal, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import type { ReplyOutcome, SchemeReply, SchemeVersion } from '../api/shapes.js';
import { DayInput } from '../shell/day-input.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { OUTCOMES } from './scheme-words.js';
import { SCHEMES, useReplies, versionAddress } from './schemes.query.js';

/** 征求意见: from when to when, who said what, whether it was adopted and why. */
export function Consultation({ scheme }: { readonly scheme: SchemeVersion }) {
  const { data: me } = useSession();
  const { data: replies, error, isPending, refetch } = useReplies(scheme);
  const [noting, setNoting] = useState(false);
  const [settling, setSettling] = useState<SchemeReply | null>(null);
  const { consultation, state } = scheme;
  if (consultation === null)
    return (
      <Empty className="tab-empty" description="这一版没有征求过意见。">
        {state === 'draft' ? '征求意见不是必经的一步；需要时由经办人点右上角“征求意见”。' : ''}
      </Empty>
    );
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (isPending) return <Skeleton active={true} />;
  const isOpen = state === 'consultation';
  return (
    <>
      <div className="tab-head">
        <p>
          {consultation.opensOn} 至 {consultation.closesOn}
          {consultation.whom !== null && `　征求对象：${consultation.whom}`}
          {`　意见 ${consultation.replies} 条`}
          {consultation.unsettled > 0 && <strong>，{consultation.unsettled} 条未答复</strong>}
        </p>
        {isOpen && may(me, 'scheme', 'reply') && (
          <Button type="primary" onClick={() => setNoting(true)} data-testid="note-reply">
            登记意见
          </Button>
        )}
      </div>
      {replies.length === 0 ? (
        <Empty className="tab-empty" description="尚未收到意见。" />
      ) : (
        <table className="plain-table replies" data-testid="replies">
          <thead>
            <tr>
              <th>提出方</th>
              <th>收到</th>
              <th>意见</th>
              <th>是否采纳</th>
              <th>理由</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {replies.map((reply) => (
              <tr key={reply.id}>
                <td>{reply.from}</td>
                <td>{reply.receivedOn}</td>
                <td className="wide">{reply.content}</td>
                <td>{reply.outcome === null ? <strong>▲ 未答复</strong> : OUTCOMES[reply.outcome]}</td>
                <td className="wide">
                  {reply.reason}
                  {reply.settled && <span className="note block">{reply.settled.by}</span>}
                </td>
                <td>
                  {isOpen && may(me, 'scheme', 'settle') && (
                    <Button size="small" onClick={() => setSettling(reply)} data-testid="settle-reply">
                      {reply.outcome === null ? '答复' : '改答复'}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {noting && <NoteReply scheme={scheme} close={() => setNoting(false)} />}
      {settling && <SettleReply scheme={scheme} reply={settling} close={() => setSettling(null)} />}
    </>
  );
}

interface NoteReplyProps {
  readonly scheme: SchemeVersion;
  readonly close: () => void;
}

interface Noted {
  readonly from: string;
  readonly receivedOn: string;
  readonly content: string;
}

function NoteReply({ scheme, close }: NoteReplyProps) {
  const [form] = Form.useForm<Noted>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const note = useMutation<SchemeReply, Problem, Noted>({
    mutationFn: (noted) => api.post(`${versionAddress(scheme)}/replies`, noted),
    onSuccess: () => {
      message.success('意见已登记');
      close();
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: SCHEMES }),
  });
  return (
    <Modal
      open={true}
      title="登记意见"
      okText="登记"
      cancelText="取消"
      confirmLoading={note.isPending}
      okButtonProps={{ htmlType: 'submit' }}
      onOk={form.submit}
      onCancel={close}
    >
      <FailureLine error={note.error} />
      <Form name="reply" form={form} layout="vertical" requiredMark={false} onFinish={(noted) => note.mutate(noted)}>
        <Form.Item name="from" label="提出方" rules={[{ required: true, message: '请填写是谁的意见' }]}>
          <Input maxLength={200} placeholder="机构、部门或个人" />
        </Form.Item>
        <Form.Item name="receivedOn" label="收到日期" rules={[{ required: true, message: '请填写收到日期' }]}>
          <DayInput />
        </Form.Item>
        <Form.Item name="content" label="意见内容" rules={[{ required: true, message: '请填写意见内容' }]}>
          <Input.TextArea rows={5} maxLength={4000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

interface SettleReplyProps extends NoteReplyProps {
  readonly reply: SchemeReply;
}

interface Settled {
  readonly outcome: ReplyOutcome;
  readonly reason: string;
}

function SettleReply({ scheme, reply, close }: SettleReplyProps) {
  const [form] = Form.useForm<Settled>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const settle = useMutation<SchemeReply, Problem, Settled>({
    mutationFn: (settled) => api.post(`${versionAddress(scheme)}/replies/${reply.id}/settle`, settled, reply.version),
    onSuccess: () => {
      message.success('已答复');
      close();
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: SCHEMES }),
  });
  return (
    <Modal
      open={true}
      title={`答复${reply.from}的意见`}
      okText="答复"
      cancelText="取消"
      confirmLoading={settle.isPending}
      okButtonProps={{ htmlType: 'submit' }}
      onOk={form.submit}
      onCancel={close}
    >
      <FailureLine error={settle.error} />
      <blockquote className="reply-text">{reply.content}</blockquote>
      <Form
        name="settle"
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ outcome: reply.outcome ?? undefined, reason: reply.reason ?? undefined }}
        onFinish={(settled) => settle.mutate(settled)}
      >
        <Form.Item name="outcome" label="是否采纳" rules={[{ required: true, message: '请选择是否采纳' }]}>
          <Radio.Group
            options={(Object.keys(OUTCOMES) as ReplyOutcome[]).map((value) => ({ value, label: OUTCOMES[value] }))}
          />
        </Form.Item>
        <Form.Item
          name="reason"
          label="理由"
          extra="采纳的写明改在哪里；文本不改，改动写进下一版。"
          rules={[{ required: true, message: '请写明理由' }]}
        >
          <Input.TextArea rows={3} maxLength={1000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
