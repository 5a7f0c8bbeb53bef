import { useMutation } from '@tanstack/react-query';
import { Button, Spin } from 'antd';
import { Decimal, plain } from '../../../src/numbers/decimal.js';
import type { Improvement, Improvements, Target } from '../../../src/scoring/what-if/smallest-change.js';
import '../analyses/analyses.css';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { fixed, NONE, signed } from '../figures/figure-text.js';
import '../ranking/ranking.css';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { useExplanation } from './explanation.query.js';

interface ImprovementsCardProps {
  readonly evaluation: string;
  readonly institution: string;
  /** Ranks are for staff. */
  readonly isStaff: boolean;
}

type Item = Improvement & { readonly title: string; readonly unit: string | null };
type Answer = Omit<Improvements, 'items'> & { readonly items: readonly Item[] };

/** 如何达到: the smallest change of one figure for a rank or the next grade. Nothing is kept. */
export function ImprovementsCard({ evaluation, institution, isStaff }: ImprovementsCardProps) {
  const { data: explained } = useExplanation(evaluation, institution);
  const search = useMutation<Answer, Problem>({
    mutationFn: () => api.post(`/evaluations/${evaluation}/results/${institution}/improvements`),
  });
  const grade = explained?.toNextGrade?.points === '0' ? null : explained?.toNextGrade;
  const aims = [...(explained?.toNextRank ? ['前进一名'] : []), ...(grade ? [`达到“${grade.code}”`] : [])];
  if (aims.length === 0) return null;
  return (
    <Card
      className="what-if no-print"
      title={`如何${aims.join('、')}`}
      note="只改一个数据时最小的变动；其他机构不变，未核对表内校验关系，仅供参考"
      extra={<span className="trial">试算，不作为结果</span>}
    >
      <div aria-live="polite">
        {search.isPending ? (
          <p className="improvements-wait">
            <Spin size="small" />
            正在逐个数据重算，约需几秒
          </p>
        ) : (
          !search.data && (
            <Button onClick={() => search.mutate()} data-testid="improvements-run">
              试算
            </Button>
          )
        )}
        <FailureLine error={search.error} />
        {search.data && <Found answer={search.data} isStaff={isStaff} />}
      </div>
    </Card>
  );
}

function Found({ answer, isStaff }: { readonly answer: Answer; readonly isStaff: boolean }) {
  if (answer.figures === 0)
    return (
      <p data-testid="improvements">
        {isStaff
          ? '本方案没有读取该机构本期报送的数据。'
          : '您报送的数据都用于与其他机构比较的指标。为不透露其他机构的数据，不提供试算。'}
      </p>
    );
  const tables = answer.targets.map((target) => {
    const items = answer.items.filter((item) => item.target === target.kind);
    return { target, all: items.length, items: oncePerMetric(items) };
  });
  return (
    <div data-testid="improvements">
      {!isStaff && <p className="note">只列不与其他机构比较的指标所用的数据。</p>}
      {tables.map(({ target, items }) => (
        <Reached key={target.kind} target={target} items={items} isStaff={isStaff} />
      ))}
      {tables.some(({ all, items }) => all > items.length) && (
        <p className="note">同一指标按几个季度合计的，只列变动比例最小的一季。</p>
      )}
      {!answer.isComplete && <p className="note">数据较多，未全部试算；上表只列已找到的。</p>}
    </div>
  );
}

/** Of a metric that counts over several quarters, the quarter in which the least would do. @param items best first */
const oncePerMetric = (items: readonly Item[]): Item[] =>
  items.filter(({ metric }, i) => items.findIndex((each) => each.metric === metric) === i);

interface ReachedProps {
  readonly target: Target;
  readonly items: readonly Item[];
  readonly isStaff: boolean;
}

function Reached({ target, items, isStaff }: ReachedProps) {
  const head =
    target.kind === 'rank'
      ? '前进一名'
      : `达到“${target.grade}”（${fixed(target.min)}分）${target.isBySharesToo ? '，还受名额比例限制' : ''}`;
  return (
    <section className="improvements">
      <h3 className="improvements-head">{head}</h3>
      {items.length === 0 ? (
        <p>未找到只改一个数据就能达到的办法。</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th>指标</th>
              <th className="number">现值</th>
              <th className="number">需达到</th>
              <th className="number">变化</th>
              <th className="number">试算总分</th>
              {isStaff && <th className="number">试算名次</th>}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={`${item.metric} ${item.period}`}>
                <td>
                  {item.title}
                  <span className="note">{`　${item.period}　${item.unit ?? ''}`}</span>
                </td>
                <td className="number">{fixed(item.from, decimalsOf(item))}</td>
                <td className="number">
                  <strong>{fixed(item.to, decimalsOf(item))}</strong>
                </td>
                <td className={`number ${item.change.startsWith('-') ? 'move-down' : 'move-up'}`}>
                  <span className="arrow" aria-hidden={true} />
                  {changeText(item)}
                </td>
                <td className="number">{fixed(item.score)}</td>
                {isStaff && <td className="number">{item.rank ?? NONE}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** As many as the three of a row need, so that the change can be seen at once. */
const decimalsOf = ({ from, to, unit }: Item): number =>
  Math.max(unit === '万元' ? 2 : 0, ...[from, to].map((figure) => figure.split('.')[1]?.length ?? 0));

/** `+2.40（+10.00%）`; of a figure that is 0 there is no share. */
function changeText(item: Item): string {
  const by = signed(item.change, decimalsOf(item));
  const was = new Decimal(item.from);
  return was.isZero() ? by : `${by}（${signed(plain(new Decimal(item.change).div(was.abs()).times(100)))}%）`;
}
