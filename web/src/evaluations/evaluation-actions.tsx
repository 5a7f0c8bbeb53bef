import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Evaluation, EvaluationAction } from '../api/shapes.js';
import { FailureLine } from '../shell/failure.js';
import { ACTION_WORDS } from './evaluation-words.js';
import { evaluationKey } from './evaluations.query.js';

/** What an act leads to, said before it is confirmed. */
const CONSEQUENCES: Readonly<Record<EvaluationAction, string>> = {
  requeue: '按启动时留存的数字重新计算。',
  cancel: '停止计算，不产生结果。',
  verify: '由您按留存的数字重新计算一遍，两次的核验码一致才通过。',
  publish: '结果进入公示，机构可以看到本机构的结果。',
  finalise: '结果生效，之后不再变动。',
  annul: '结果作废，机构不再看到。须写明理由。',
};

const NEEDS_REASON: readonly EvaluationAction[] = ['annul'];
/** The step forward is the page's primary button. */
const FORWARD: readonly EvaluationAction[] = ['requeue', 'verify', 'publish', 'finalise'];

interface Act {
  readonly action: EvaluationAction;
  readonly reason: string;
}

/** Buttons from `actions`: what this person may do with the evaluation now. */
export function EvaluationActions({ evaluation }: { readonly evaluation: Evaluation }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<EvaluationAction | null>(null);
  const [reason, setReason] = useState('');
  const act = useMutation<unknown, Problem, Act>({
    mutationFn: ({ action, reason: why }) =>
      api.post(`/evaluations/${evaluation.id}/${action}`, NEEDS_REASON.includes(action) ? { reason: why } : {}),
    onSuccess: (_, { action }) => {
      message.success(`${ACTION_WORDS[action]}：已完成`);
      setAsked(null);
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: evaluationKey(evaluation.id) });
      void queries.invalidateQueries({ queryKey: ['evaluations'] });
    },
  });
  const ordered = [...evaluation.actions].sort((a, b) => (FORWARD.includes(a) ? 1 : 0) - (FORWARD.includes(b) ? 1 : 0));
  const open = (action: EvaluationAction): void => {
    act.reset();
    setReason('');
    setAsked(action);
  };
  return (
    <>
      {ordered.map((action) => (
        <Button
          key={action}
          type={FORWARD.includes(action) ? 'primary' : 'default'}
          danger={action === 'annul'}
          onClick={() => open(action)}
          data-testid={`act-${action}`}
        >
          {ACTION_WORDS[action] ?? action}
        </Button>
      ))}
      {asked !== null && (
        <Modal
          open={true}
          title={ACTION_WORDS[asked]}
          okText={`确认${ACTION_WORDS[asked]}`}
          cancelText="返回"
          confirmLoading={act.isPending}
          okButtonProps={{
            danger: asked === 'annul',
            disabled: NEEDS_REASON.includes(asked) && reason.trim() === '',
          }}
          onOk={() => act.mutate({ action: asked, reason: reason.trim() })}
          onCancel={() => setAsked(null)}
        >
          <FailureLine error={act.error} />
          <p>
            {evaluation.title}　{evaluation.periodTitle}
          </p>
          <p>{CONSEQUENCES[asked]}</p>
          {NEEDS_REASON.includes(asked) && (
            <Input.TextArea
              aria-label="理由"
              placeholder="理由"
              rows={3}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Modal>
      )}
    </>
  );
}
