import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import type { SetupView } from './setup.query.js';

/** The end of 开办: the first quarter's obligations, and the board at 0 of N. */
export function BeginQuarter({ view }: { readonly view: SetupView }) {
  const { data: me } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const period = chosen ?? view.quarters[0]?.period ?? '';
  const generate = useMutation<unknown, Problem>({
    mutationFn: () => api.post('/obligations/generate', { period }),
    onSuccess: () => {
      void queries.invalidateQueries();
      void navigate(`/progress?period=${period}`);
    },
  });
  const mayBegin = may(me, 'obligation', 'generate') && !view.demo;
  const isEmpty = view.institutions.total === 0;
  return (
    <Card title="开始第一个季度">
      <FailureLine error={generate.error} />
      <p>
        按机构的类型给每家生成填报任务并推算截止时间，然后到报送进度看“已报 0/N”。
        {!mayBegin && !view.demo && '由经办人开始。'}
        {mayBegin && isEmpty && '请先登记机构。'}
      </p>
      <p className="question-buttons">
        <Select
          aria-label="报告期"
          className="period-select"
          value={period}
          onChange={setChosen}
          options={view.quarters.map((quarter) => ({
            value: quarter.period,
            label: `${periodTitle(quarter.period)}${quarter.obligations === 0 ? '' : `（已有 ${quarter.obligations} 张）`}`,
          }))}
        />
        <Button
          type="primary"
          disabled={!mayBegin || isEmpty}
          loading={generate.isPending}
          onClick={() => generate.mutate()}
          data-testid="begin-quarter"
        >
          生成任务，看报送进度
        </Button>
      </p>
    </Card>
  );
}
