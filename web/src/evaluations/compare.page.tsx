import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Select, Skeleton } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type { DifferenceLine } from '../../../src/scoring/scheme-difference/difference.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { Evaluation, RankingItem } from '../api/shapes.js';
import { fixed, NONE, signed } from '../figures/figure-text.js';
import { RankMove } from '../ranking/grade-tag.js';
import '../ranking/ranking.css';
import { DifferenceTable } from '../schemes/difference-table.js';
import '../schemes/schemes.css';
import { versionAddress } from '../schemes/schemes.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Attributions } from './attributions.js';
import { compareRows, movedWords } from './compare-rows.js';
import './compare.css';
import { EVALUATION_STATES, isScored, STATUS_WORDS } from './evaluation-words.js';
import { useEvaluations, useRanking } from './evaluations.query.js';

/** Two evaluations side by side: who stands where in each, and what differs between their schemes. `?a=…&b=…` */
export function ComparePage() {
  const [address, setAddress] = useSearchParams();
  const { data, error, isPending, refetch } = useEvaluations();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  const scored = data.filter(({ state }) => isScored(state));
  const [before, after] = ['a', 'b'].map((side) => scored.find(({ id }) => id === address.get(side)));
  const choose = (side: string, id: string): void =>
    setAddress(
      (old) => {
        old.set(side, id);
        return old;
      },
      { replace: true },
    );
  return (
    <>
      <PageHead title="两次评价比较" trail={['评价', ['评价列表', '/evaluations'], '比较']}>
        <Button onClick={() => window.print()}>打印</Button>
      </PageHead>
      <div className="compare-choice">
        <Choice label="甲" of={scored} chosen={before} choose={(id) => choose('a', id)} />
        <Choice label="乙" of={scored} chosen={after} choose={(id) => choose('b', id)} />
      </div>
      {before && after ? (
        <Compared key={`${before.id} ${after.id}`} before={before} after={after} />
      ) : (
        <Card>
          <Empty description={scored.length < 2 ? '完成两次评价后才能比较。' : '请选择两次评价。'}>
            同一报告期用两版方案各评一次，可看出换方案谁升谁降。
          </Empty>
        </Card>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly of: readonly Evaluation[];
  readonly chosen: Evaluation | undefined;
  readonly choose: (id: string) => void;
}

const Choice = ({ label, of, chosen, choose }: ChoiceProps) => (
  <div className="compare-side">
    <span>{label}</span>
    <Select
      aria-label={`评价${label}`}
      value={chosen?.id}
      placeholder="选择评价"
      popupMatchSelectWidth={false}
      onChange={choose}
      options={of.map((each) => ({ value: each.id, label: labelOf(each) }))}
    />
  </div>
);

const labelOf = (each: Evaluation): string =>
  `${each.periodTitle}　${each.title}（${each.scheme} v${each.version}，${each.label ?? EVALUATION_STATES[each.state]}）`;

function Compared({ before, after }: { readonly before: Evaluation; readonly after: Evaluation }) {
  const [first, second] = [useRanking(before.id), useRanking(after.id)];
  const error = first.error ?? second.error;
  if (error) return <Failure error={error} retry={() => void Promise.all([first.refetch(), second.refetch()])} />;
  if (!first.data || !second.data) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  const rows = compareRows(first.data, second.data);
  const cohorts = new Map([...before.cohorts, ...after.cohorts].map(({ code, title }) => [code, title]));
  const isGrouped = cohorts.size > 1;
  const sameScheme = before.scheme === after.scheme && before.version === after.version;
  const facts = [
    before.period === after.period ? '报告期相同' : '报告期不同',
    sameScheme ? '方案相同' : '方案不同',
    before.cutOff === after.cutOff ? '数据截至相同' : '数据截至不同',
  ];
  return (
    <>
      {(before.label ?? after.label) !== null && (
        <p className="notice-bar" role="note">
          <strong>{before.label ?? after.label}</strong>　其中有不作为正式结果的评价，仅供比较。
        </p>
      )}
      <Card title="名次与总分" note={`${facts.join('，')}。${movedWords(rows)}`} flush={true}>
        <table className="plain-table compare-table" data-testid="compare">
          <thead>
            <tr>
              <th>机构</th>
              <th className="number">甲 名次</th>
              <th className="number">乙 名次</th>
              <th>升降</th>
              <th className="number">甲 总分</th>
              <th className="number">乙 总分</th>
              <th className="number">变化</th>
              <th>甲 等次</th>
              <th>乙 等次</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.institution}>
                <td>
                  {row.name}
                  {isGrouped && (
                    <span className="note">　{cohorts.get((row.after ?? row.before)?.cohort ?? '') ?? '未分组'}</span>
                  )}
                </td>
                <td className="number">
                  <Place of={row.before} evaluation={before} />
                </td>
                <td className="number">
                  <Place of={row.after} evaluation={after} />
                </td>
                <td>
                  {row.places === null ? (
                    NONE
                  ) : (
                    <RankMove rank={row.after?.rank ?? null} previous={row.before?.rank ?? null} from="甲" />
                  )}
                </td>
                <td className="number">{fixed(row.before?.score)}</td>
                <td className="number">{fixed(row.after?.score)}</td>
                <td className="number">{row.points === null ? NONE : signed(row.points)}</td>
                <td>{row.before?.grade ?? NONE}</td>
                <td>{row.after?.grade ?? NONE}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
      <Attributions before={before} after={after} order={rows} />
      {!sameScheme && <Schemes before={before} after={after} />}
    </>
  );
}

/** The rank, leading to the result; or why there is none. */
function Place({ of, evaluation }: { readonly of: RankingItem | null; readonly evaluation: Evaluation }) {
  if (of === null) return <span className="note">未在其中</span>;
  if (of.rank === null) return <span className="note">{STATUS_WORDS[of.status]}</span>;
  return <Link to={`/evaluations/${evaluation.id}/results/${of.institution}`}>{of.rank}</Link>;
}

function Schemes({ before, after }: { readonly before: Evaluation; readonly after: Evaluation }) {
  const named = ({ scheme, version }: Evaluation) => ({ code: scheme, version });
  const { data, error } = useQuery<{ items: readonly DifferenceLine[] }, Problem>({
    queryKey: ['schemes', 'difference', before.id, after.id],
    queryFn: () =>
      api.get(
        `${versionAddress(named(after))}/difference?with=${before.version}&code=${encodeURIComponent(before.scheme)}`,
      ),
  });
  const head = ({ scheme, version }: Evaluation): string => `${scheme} v${version}`;
  return (
    <Card title="方案差异" note={`${head(before)} 与 ${head(after)}`} flush={true}>
      {error && <Failure error={error} />}
      {data && <DifferenceTable lines={data.items} before={`甲 ${head(before)}`} after={`乙 ${head(after)}`} />}
    </Card>
  );
}
