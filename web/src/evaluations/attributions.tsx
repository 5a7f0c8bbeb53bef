import { useQuery } from '@tanstack/react-query';
import { Spin } from 'antd';
import { Decimal, plain } from '../../../src/numbers/decimal.js';
import type { Attribution, Factor } from '../../../src/scoring/explain/attribution.js';
import { FACTOR_WORDS } from '../../../src/scoring/words/factor-words.js';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Evaluation } from '../api/shapes.js';
import { fixed, NONE, signed } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import type { CompareRow } from './compare-rows.js';

type Item = Attribution & { readonly name: string };

const FACTORS = Object.entries(FACTOR_WORDS) as [Factor, string][];
const DAY_MS = 86_400_000;

interface AttributionsProps {
  readonly before: Evaluation;
  readonly after: Evaluation;
  /** In whose order they are listed. */
  readonly order: readonly CompareRow[];
}

/** 变动归因: why each total changed from 甲 to 乙, in five parts that sum to the change. */
export function Attributions({ before, after, order }: AttributionsProps) {
  const address = `evaluations/${after.id}/attribution`;
  const { data, error } = useQuery<Item[], Problem>({
    queryKey: ['evaluation', after.id, 'attribution', before.id],
    queryFn: () => api.all(`/${address}?against=${before.id}`),
    staleTime: DAY_MS,
  });
  const items = new Map((data ?? []).map((item) => [item.institution, item]));
  const listed = order.flatMap(({ institution }) => items.get(institution) ?? []);
  return (
    <Card
      title="变动归因"
      note="五项之和就是总分的变化"
      flush={true}
      extra={
        <a
          className="no-print"
          href={`${API}/exports/${address}.csv?against=${before.id}&excel=1`}
          download={true}
          data-testid="attribution-export"
        >
          导出表格
        </a>
      }
    >
      <p className="attribution-note">
        从甲到乙依次换上乙的：{FACTORS.map(([, word]) => word).join(' → ')}；每换一步，总分的变动归于该项。
        同组基准指两次都参评的其他机构的数据。换一种次序，各项数值会有出入，合计不变。
      </p>
      {error && <FailureLine error={error} />}
      {!data && !error && (
        <p className="attribution-wait">
          <Spin size="small" />
          正在逐步替换重算，约需几秒
        </p>
      )}
      {data && listed.length === 0 && <p className="attribution-note">没有两次都参评的机构。</p>}
      {listed.length > 0 && (
        <table className="plain-table compare-table" data-testid="attribution">
          <thead>
            <tr>
              <th>机构</th>
              <th className="number">甲 总分</th>
              {FACTORS.map(([factor, word]) => (
                <th key={factor} className="number">
                  {word}
                </th>
              ))}
              <th className="number">变化</th>
              <th className="number">乙 总分</th>
            </tr>
          </thead>
          <tbody>
            {listed.map((item) => (
              <tr key={item.institution}>
                <td>{item.name}</td>
                <td className="number">{fixed(item.before)}</td>
                {FACTORS.map(([factor]) => (
                  <td key={factor} className="number">
                    <Points points={item.points?.[factor] ?? null} />
                  </td>
                ))}
                <td className="number">
                  <strong>
                    <Points points={changeOf(item)} />
                  </strong>
                </td>
                <td className="number">{fixed(item.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

const changeOf = ({ before, after }: Item): string | null =>
  before === null || after === null ? null : plain(new Decimal(after).minus(before));

function Points({ points }: { readonly points: string | null }) {
  if (points === null) return <>{NONE}</>;
  if (points === '0') return <span className="note">0.00</span>;
  return (
    <span className={points.startsWith('-') ? 'move-down' : 'move-up'}>
      {signed(points, Math.max(2, points.split('.')[1]?.length ?? 0))}
    </span>
  );
}
