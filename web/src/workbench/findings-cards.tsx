import type { Violation } from '../../../src/problems/problems.js';
import { isFarOff } from '../../../src/scoring/advice/importance.js';
import { signed } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import { moversOf, placesWon } from './movers.js';
import type { CohortAdvice, TrialRow } from './trial.js';

interface ChecksCardProps {
  readonly errors: readonly Violation[];
  readonly warnings: readonly Violation[];
  readonly advice: CohortAdvice | undefined;
}

/** More are in the matrix. */
const MOST_PAIRS = 3;

/** What keeps the scheme from being saved, and what has bitten somebody. */
export function ChecksCard({ errors, warnings, advice }: ChecksCardProps) {
  const titles = new Map(advice?.leaves.map(({ code, title }) => [code, title]));
  const weak = advice?.groups.flatMap(({ rows }) => rows.filter(isFarOff)) ?? [];
  const redundant = advice?.redundant ?? [];
  return (
    <Card
      title="检查"
      extra={errors.length > 0 ? <span className="must-act">{errors.length}项未通过</span> : undefined}
      className="checks-card"
    >
      <ul className="checks" data-testid="checks">
        {errors.map((fault) => (
          <li key={`${fault.path} ${fault.rule} ${fault.found}`} className="must-act">
            <span>✕</span>
            <div>
              {fault.message}
              <span className="note block">
                {fault.path}　现为 {fault.found || '空'}，应为 {fault.expected}
              </span>
            </div>
          </li>
        ))}
        {errors.length === 0 && (
          <li>
            <span className="good">✓</span>
            <div>名称、类型、缺失和零分母的处理、权重合计都已写明</div>
          </li>
        )}
        {warnings.map((warning) => (
          <li key={`${warning.path} ${warning.rule} ${warning.found}`}>
            <span className="take-care">▲</span>
            <div>
              {warning.message}
              <span className="note block">
                {warning.path}　现为 {warning.found}，建议 {warning.expected}
              </span>
            </div>
          </li>
        ))}
        {weak.map(({ code, title, nominal, effective }) => (
          <li key={`weight ${code}`}>
            <span className="take-care">▲</span>
            <div>
              {title}设定 {nominal.toFixed(2)}，有效 {(effective ?? 0).toFixed(2)}
              <span className="note block">
                {(effective ?? 0) < nominal
                  ? '各家差别小或与总分不同向，作用低于设定权重'
                  : '与组内其他指标同向，作用高于设定权重'}
              </span>
            </div>
          </li>
        ))}
        {redundant.slice(0, MOST_PAIRS).map(({ first, second, r }) => (
          <li key={`r ${first} ${second}`}>
            <span className="take-care">▲</span>
            <div>
              {titles.get(first)}与{titles.get(second)}高度相关（r = {r.toFixed(2)}）
              <span className="note block">
                {r > 0 ? '两项说的几乎是一回事，合起来比设定权重更重' : '两项此消彼长，作用相互抵消'}
              </span>
            </div>
          </li>
        ))}
        {redundant.length > MOST_PAIRS && (
          <li>
            <span />
            <span className="note">另有 {redundant.length - MOST_PAIRS} 对高度相关，见“指标相关”。</span>
          </li>
        )}
      </ul>
    </Card>
  );
}

const percent = (share: number | null): string => (share === null ? '—' : share.toFixed(2));

/** Declared weights beside what counts in fact and what entropy would say. */
export function EffectiveCard({ advice }: { readonly advice: CohortAdvice | undefined }) {
  if (!advice || advice.groups.length === 0) return null;
  return (
    <Card title="有效权重" note="只作参考，不改变权重" flush={true}>
      {advice.groups.map(({ group, title, rows }) => (
        <table key={group} className="plain-table effective" data-testid="effective">
          <thead>
            <tr>
              <th scope="col">{title}</th>
              <th scope="col" className="number">
                设定
              </th>
              <th scope="col" className="number">
                有效
              </th>
              <th scope="col" className="number">
                熵权（参考）
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.code}>
                <td title={row.title}>{row.title}</td>
                <td className="number">
                  <b>{percent(row.nominal)}</b>
                </td>
                <td className={isFarOff(row) ? 'number take-care' : 'number'}>{percent(row.effective)}</td>
                <td className="number faded">{percent(row.entropy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      <p className="note card-foot">
        有效：各项得分与本组得分相关系数平方所占的份额，即一项实际左右名次的程度。熵权：由各家差别大小算出。
      </p>
    </Card>
  );
}

interface MoversCardProps {
  readonly rows: readonly TrialRow[];
  readonly nameOf: (row: TrialRow) => string;
}

/** Who gains and who loses, all of them. */
export function MoversCard({ rows, nameOf }: MoversCardProps) {
  const movers = moversOf(rows);
  return (
    <Card title="变动名单" note={`${movers.length}家`} flush={true}>
      {movers.length === 0 ? (
        <p className="card-empty">名次没有变动。</p>
      ) : (
        <table className="plain-table movers" data-testid="movers">
          <thead>
            <tr>
              <th scope="col">机构</th>
              <th scope="col" className="number">
                名次
              </th>
              <th scope="col" className="number">
                升降
              </th>
              <th scope="col" className="number">
                总分变化
              </th>
            </tr>
          </thead>
          <tbody>
            {movers.map((row) => (
              <tr key={row.institution} data-testid="mover" data-institution={row.institution}>
                <td>
                  {nameOf(row)}
                  {row.gradeBefore !== row.grade && row.grade !== null && (
                    <span className="note block">
                      {row.gradeBefore ?? '—'} → {row.grade}
                    </span>
                  )}
                </td>
                <td className="number">
                  {row.rankBefore ?? '—'} → <b>{row.rank ?? '—'}</b>
                </td>
                <td className="number">
                  <Places won={placesWon(row)} />
                </td>
                <td className="number">{scoreChange(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Places({ won }: { readonly won: number | null }) {
  if (won === null) return <>—</>;
  return won > 0 ? <span className="up">▲{won}</span> : <span className="down">▼{-won}</span>;
}

function scoreChange({ scoreBefore, score }: TrialRow): string {
  if (scoreBefore === null || score === null) return '—';
  const places = (score.split('.')[1] ?? '').length;
  return signed(difference(score, scoreBefore, places), places);
}

/** Of two decimals with the same number of places, in whole units of the last. */
function difference(a: string, b: string, places: number): string {
  const units = (text: string): bigint => {
    const [whole = '', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(places, '0').slice(0, places));
  };
  return `${units(a) - units(b)}e-${places}`;
}

/** Correlations of the indicators, for whoever wants them all. */
export function CorrelationCard({ advice }: { readonly advice: CohortAdvice | undefined }) {
  if (!advice || advice.leaves.length < 2) return null;
  return (
    <Card title="指标相关" note="得分的相关系数；绝对值高于 0.90 的两项重复" flush={true}>
      <div className="matrix-scroll">
        <table className="plain-table matrix" data-testid="matrix">
          <thead>
            <tr>
              <th scope="col">指标</th>
              {advice.leaves.map(({ code }, i) => (
                <th key={code} scope="col" className="number">
                  {i + 1}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {advice.leaves.map(({ code, title }, i) => (
              <tr key={code}>
                <td title={title}>
                  {i + 1} {title}
                </td>
                {advice.leaves.map((other, j) => (
                  <Correlation key={other.code} r={j < i ? (advice.matrix[i]?.[j] ?? null) : undefined} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** undefined: on or above the diagonal. */
function Correlation({ r }: { readonly r: number | null | undefined }) {
  if (r === undefined) return <td />;
  if (r === null) return <td className="number faded">—</td>;
  const strength = Math.abs(r) > 0.9 ? ' strong' : Math.abs(r) > 0.7 ? ' high' : '';
  return <td className={`number${strength}`}>{r.toFixed(2).replace('-', '−')}</td>;
}
