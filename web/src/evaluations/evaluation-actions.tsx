import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Evaluation, EvaluationAction } from '../api/shapes.js';
import { FailureLine } from '../shell/failure.js';
import { ACTION_WORDS } from './evaluation-words.js';
import '../schemes/disclosure.css';
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
  readonly ranks: boolean;
}

/** Buttons from `actions`: what this person may do with the evaluation now. */
export function EvaluationActions({ evaluation }: { readonly evaluation: Evaluation }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<EvaluationAction | null>(null);
  const [reason, setReason] = useState('');
  const [ranks, setRanks] = useState(true);
  const act = useMutation<unknown, Problem, Act>({
    mutationFn: ({ action, reason: why, ranks: told }) =>
      api.post(
        `/evaluations/${evaluation.id}/${action}`,
        NEEDS_REASON.includes(action) ? { reason: why } : action === 'publish' ? { ranks: told } : {},
      ),
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
          onOk={() => act.mutate({ action: asked, reason: reason.trim(), ranks })}
          onCancel={() => setAsked(null)}
        >
          <FailureLine error={act.error} />
          <p>
            {evaluation.title}　{evaluation.periodTitle}
          </p>
          <p>{CONSEQUENCES[asked]}</p>
          {asked === 'publish' && <Ranks evaluation={evaluation} ranks={ranks} choose={setRanks} />}
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

/** Among so few, a place tells more than it can bear. */
const FEW = 10;

interface RanksProps {
  readonly evaluation: Evaluation;
  readonly ranks: boolean;
  readonly choose: (ranks: boolean) => void;
}

/** Whether institutions and papers are told ranks, or grades alone; and where each would see what. */
function Ranks({ evaluation, ranks, choose }: RanksProps) {
  const small = evaluation.cohorts.filter(({ ranked, size }) => (ranked ?? size) < FEW);
  return (
    <div className="publish-ranks">
      <Radio.Group
        aria-label="是否公布名次"
        value={ranks}
        onChange={(event) => choose(event.target.value as boolean)}
        options={[
          { value: true, label: '公布名次和等次' },
          { value: false, label: '只公布等次，不公布名次' },
        ]}
      />
      {small.length > 0 && (
        <p className="note">
          {small.map(({ title, ranked, size }) => `${title || '本组'}${ranked ?? size}家`).join('、')}
          ，不足{FEW}家；首年或家数少时，可以只公布等次。
        </p>
      )}
      <p className="note">
        只公布等次时，机构、公布稿和存证包（删减）不带名次；工作人员仍可查看。公布后不能更改。
        <Link to={`/schemes/${evaluation.scheme}/${evaluation.version}/disclosure`} target="_blank">
          机构会看到什么
        </Link>
      </p>
    </div>
  );
}
