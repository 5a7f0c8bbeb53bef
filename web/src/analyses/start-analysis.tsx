import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import { type Analysis, robustnessKey } from './robustness.query.js';

const REPLICATIONS = [1_000, 5_000, 20_000];
const WEIGHTS = [0.05, 0.1, 0.25];
const SEED = /^[0-9]{1,9}$/;

interface StartAnalysisProps {
  readonly evaluation: string;
  readonly again: boolean;
}

/** How many replications, how far the weights move, from which seed: the same question has the same answer. */
export function StartAnalysis({ evaluation, again }: StartAnalysisProps) {
  const [replications, setReplications] = useState(REPLICATIONS[0] as number);
  const [weights, setWeights] = useState(0.1);
  const [seed, setSeed] = useState('1');
  const queries = useQueryClient();
  const start = useMutation<Analysis, Problem>({
    mutationFn: () =>
      api.post(`/evaluations/${evaluation}/robustness`, { replications, weights, seed: Number.parseInt(seed, 10) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: robustnessKey(evaluation) }),
  });
  return (
    <>
      <form
        className="start-analysis no-print"
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <span>权重浮动</span>
        <Select
          aria-label="权重浮动"
          value={weights}
          onChange={setWeights}
          options={WEIGHTS.map((value) => ({ value, label: `±${value * 100}%` }))}
        />
        <span>重算</span>
        <Select
          aria-label="重算次数"
          value={replications}
          onChange={setReplications}
          options={REPLICATIONS.map((value) => ({ value, label: `${value}次` }))}
        />
        <span>种子</span>
        <Input
          aria-label="种子"
          className="seed"
          inputMode="numeric"
          value={seed}
          status={SEED.test(seed) ? '' : 'error'}
          onChange={(event) => setSeed(event.target.value.trim())}
        />
        <Button
          type={again ? 'default' : 'primary'}
          htmlType="submit"
          disabled={!SEED.test(seed)}
          loading={start.isPending}
          data-testid="start-analysis"
        >
          {again ? '重新分析' : '开始分析'}
        </Button>
      </form>
      <FailureLine error={start.error} />
    </>
  );
}
