import { useMutation } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import type { Moved } from '../../../src/scoring/what-if/what-if.js';
import '../analyses/analyses.css';
import { Decimal, parseFigure, plain } from '../../../src/numbers/decimal.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { InputUse, InstitutionResult } from '../api/shapes.js';
import { useRanking } from '../evaluations/evaluations.query.js';
import { fixed, inUnit, NONE, signed } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import type { Leaf } from './tree.js';

interface WhatIfPanelProps {
  readonly evaluation: string;
  readonly result: InstitutionResult;
  readonly leaves: readonly Leaf[];
}

interface Tried {
  readonly figure: InputUse;
  readonly value: string | null;
  readonly moved: readonly Moved[];
}

const keyOf = ({ metric, period }: InputUse): string => `${metric} ${period}`;

/** 改一个数据试算: one filed figure with another value, and who would move. Nothing is kept. */
export function WhatIfPanel({ evaluation, result, leaves }: WhatIfPanelProps) {
  const figures = useMemo(() => {
    const found = new Map(leaves.flatMap(({ node }) => node.inputs).map((input) => [keyOf(input), input]));
    return [...found.values()];
  }, [leaves]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const figure = figures.find((each) => keyOf(each) === chosen) ?? null;
  const written = value.replace(/[,，\s]/g, '');
  const isFigure = written === '' || typeof parseFigure(written) !== 'string';
  const attempt = useMutation<Tried, Problem, InputUse>({
    mutationFn: async (of) => {
      const figureValue = written === '' ? null : written;
      const { moved } = await api.post<{ moved: Moved[] }>(`/evaluations/${evaluation}/whatif`, {
        set: [{ institution: result.institution, period: of.period, metric: of.metric, value: figureValue }],
      });
      return { figure: of, value: figureValue, moved };
    },
  });
  if (figures.length === 0) return null;
  return (
    <Card
      className="what-if no-print"
      title="改一个数据试算"
      note="按同一方案精确重算，其他机构数据不变；不保存"
      extra={<span className="trial">试算，不作为结果</span>}
    >
      <form
        className="what-if-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (figure && isFigure) attempt.mutate(figure);
        }}
      >
        <Select
          aria-label="选择数据"
          placeholder="选择一个报送数据"
          showSearch={{ optionFilterProp: 'label' }}
          value={chosen}
          onChange={(key: string) => {
            setChosen(key);
            setValue(plainOf(figures.find((each) => keyOf(each) === key)?.value ?? null));
            attempt.reset();
          }}
          options={figures.map((each) => ({
            value: keyOf(each),
            label: `${each.title}　${each.period}　${inUnit(each.value, each.unit)}${each.unit ?? ''}`,
          }))}
          data-testid="what-if-figure"
        />
        <span>改为</span>
        <Input
          className="what-if-value"
          aria-label="改为"
          inputMode="decimal"
          placeholder="留空表示未报送"
          value={value}
          suffix={figure?.unit ?? ''}
          status={isFigure ? '' : 'error'}
          disabled={figure === null}
          onChange={(event) => setValue(event.target.value)}
          data-testid="what-if-value"
        />
        <Button
          htmlType="submit"
          disabled={figure === null || !isFigure}
          loading={attempt.isPending}
          data-testid="what-if-run"
        >
          试算
        </Button>
      </form>
      <FailureLine error={attempt.error} />
      {attempt.data && <Outcome evaluation={evaluation} own={result.institution} tried={attempt.data} />}
    </Card>
  );
}

const plainOf = (value: string | null): string => (value === null ? '' : plain(new Decimal(value)));

function Outcome({
  evaluation,
  own,
  tried: { figure, value, moved },
}: {
  readonly evaluation: string;
  readonly own: string;
  readonly tried: Tried;
}) {
  const ranking = useRanking(evaluation);
  const names = new Map((ranking.data ?? []).map((row) => [row.institution, row.name]));
  const change = `${figure.title}（${figure.period}）由 ${inUnit(figure.value, figure.unit)} 改为 ${
    value === null ? '未报送' : inUnit(value, figure.unit)
  }`;
  return (
    <div className="what-if-result" aria-live="polite" data-testid="what-if-result">
      <p>
        <strong>试算：</strong>
        {change}，{moved.length === 0 ? '没有机构的名次或得分变动。' : `${moved.length}家机构的名次或得分变动。`}
      </p>
      {moved.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th>机构</th>
              <th className="number">现名次</th>
              <th className="number">试算名次</th>
              <th className="number">现总分</th>
              <th className="number">试算总分</th>
              <th className="number">得分变动</th>
            </tr>
          </thead>
          <tbody>
            {moved.map((each) => (
              <tr key={each.institution} data-institution={each.institution}>
                <td>
                  {each.institution === own ? (
                    <strong>{names.get(each.institution) ?? each.institution}</strong>
                  ) : (
                    (names.get(each.institution) ?? each.institution)
                  )}
                </td>
                <td className="number">{each.rankBefore ?? NONE}</td>
                <td className="number">
                  {each.rankAfter === each.rankBefore ? (
                    (each.rankAfter ?? NONE)
                  ) : (
                    <strong>{each.rankAfter ?? NONE}</strong>
                  )}
                </td>
                <td className="number">{fixed(each.scoreBefore)}</td>
                <td className="number">{fixed(each.scoreAfter)}</td>
                <td className="number">{difference(each)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const difference = ({ scoreBefore, scoreAfter }: Moved): string =>
  scoreBefore === null || scoreAfter === null ? NONE : signed(plain(new Decimal(scoreAfter).minus(scoreBefore)));
