import { Radio, Skeleton } from 'antd';
import { useState } from 'react';
import type { Explanation, Gap, Part } from '../../../src/scoring/explain/explanation.js';
import { fixed, length, signed } from '../figures/figure-text.js';
import '../ranking/ranking.css';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { useExplanation } from './explanation.query.js';

interface ExplanationCardProps {
  readonly evaluation: string;
  readonly institution: string;
}

/** 得分说明: why the total is what it is, in sentences and in parts that sum to the difference. */
export function ExplanationCard({ evaluation, institution }: ExplanationCardProps) {
  const { data, error } = useExplanation(evaluation, institution);
  if (error)
    return (
      <Card title="得分说明">
        <FailureLine error={error} />
      </Card>
    );
  if (!data)
    return (
      <Card title="得分说明">
        <Skeleton active={true} paragraph={{ rows: 3 }} title={false} />
      </Card>
    );
  return (
    <Card title="得分说明" className="explanation" flush={true}>
      <div className="explanation-halves">
        <div data-testid="explanation">
          <ul className="explanation-sentences">
            {data.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          {data.lost.length > 0 && <Lost parts={data.lost} />}
        </div>
        {data.toMedian && <Gaps median={data.toMedian} next={data.toNextRank} />}
      </div>
    </Card>
  );
}

function Lost({ parts }: { readonly parts: readonly Part[] }) {
  const most = Math.max(...parts.map(({ points }) => length(points)));
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>失分项目</th>
          <th>
            <span className="visually-hidden">失分长短</span>
          </th>
          <th className="number">失分</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ code, title, points }) => (
          <tr key={code}>
            <td>{title}</td>
            <td className="parts-plot" aria-hidden={true}>
              <span className="part part-lost" style={{ width: `${(100 * length(points)) / most}%` }} />
            </td>
            <td className="number">{fixed(points)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface GapsProps {
  readonly median: Gap;
  readonly next: Explanation['toNextRank'];
}

function Gaps({ median, next }: GapsProps) {
  const [against, setAgainst] = useState<'median' | 'next'>('median');
  const gap = against === 'next' && next ? next : median;
  return (
    <div className="explanation-gap" data-testid="explanation-gap">
      <div className="explanation-choice">
        <Radio.Group
          value={gap === median ? 'median' : 'next'}
          onChange={(event) => setAgainst(event.target.value)}
          aria-label="与谁相比"
        >
          <Radio value="median">与同组中位数相比</Radio>
          {next && <Radio value="next">与上一名（第{next.rank}名）相比</Radio>}
        </Radio.Group>
      </div>
      {gap.parts.length === 0 && gap.difference !== '0' ? (
        <p className="explanation-none">
          总分{word(gap.difference)} {fixed(gap.difference.replace('-', ''))}{' '}
          分。本方案不是逐项相加合成总分，差额不能拆到各指标。
        </p>
      ) : (
        <GapTable gap={gap} />
      )}
    </div>
  );
}

const word = (difference: string): string => (difference.startsWith('-') ? '低' : '高');

/** Bars to both sides of the middle; decimals enough that what is printed adds up. */
function GapTable({ gap: { parts, difference } }: { readonly gap: Gap }) {
  const sizes = parts.map(({ points }) => Math.abs(length(points)));
  const most = Math.max(...sizes, 0.01);
  const places = Math.max(2, ...[...parts.map(({ points }) => points), difference].map(decimalsOf));
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>项目</th>
          <th className="middle">低 │ 高</th>
          <th className="number">分差</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ code, title, points }, i) => {
          const isLess = points.startsWith('-');
          const width = `${(50 * (sizes[i] ?? 0)) / most}%`;
          return (
            <tr key={code}>
              <td>{title}</td>
              <td className="parts-plot parts-axis" aria-hidden={true}>
                <span
                  className={isLess ? 'part part-less' : 'part part-more'}
                  style={isLess ? { width, right: '50%' } : { width, left: '50%' }}
                />
              </td>
              <td className={`number ${isLess ? 'move-down' : 'move-up'}`}>{signed(points, places)}</td>
            </tr>
          );
        })}
        <tr className="parts-sum">
          <td>合计</td>
          <td className="middle parts-sum-note">各项之和就是总分之差</td>
          <td className="number" data-testid="explanation-difference">
            {signed(difference, places)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

const decimalsOf = (points: string): number => points.split('.')[1]?.length ?? 0;
