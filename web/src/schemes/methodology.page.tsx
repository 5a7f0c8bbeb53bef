import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { Link, useParams } from 'react-router';
import { dayTitle } from '../../../src/calendar/day.js';
import type { MethodologyExample, MethodologyNode, Said } from '../../../src/scoring/methodology/methodology.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { fixed, length, signed } from '../figures/figure-text.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { methodologyQuery } from './methodology.query.js';
import type { MethodologyView } from './methodology-shapes.js';
import './methodology.css';
import './schemes.css';
import { standingWords } from './scheme-words.js';
import { versionPage } from './schemes.query.js';

/** 评价办法说明: how one is ranked, for whoever is ranked. Prints on A4. */
export function MethodologyPage() {
  const { code = '', version: written = '' } = useParams();
  const version = /^[1-9]\d{0,8}$/.test(written) ? Number.parseInt(written, 10) : 0;
  const { data: me } = useSession();
  const { data, error, isPending, refetch } = useQuery<MethodologyView, Problem>(methodologyQuery({ code, version }));
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 16 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const readsSchemes = may(me, 'scheme', 'read');
  return (
    <>
      <PageHead
        title="评价办法说明"
        aside={`${data.title}　v${version}`}
        trail={
          readsSchemes
            ? ['评价', ['评价方案', '/schemes'], [`${code} v${version}`, versionPage(data)], '办法说明']
            : ['结果', '评价办法说明']
        }
      >
        {readsSchemes && (
          <Link to={versionPage(data)}>
            <Button>返回方案</Button>
          </Link>
        )}
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
      </PageHead>
      <article className="methodology" data-testid="methodology">
        <Head told={data} />
        <Section title="一、适用范围">
          <SaidList items={data.scope} />
          {data.basis.length > 0 && (
            <SaidList
              items={data.basis.map(({ document, note }) => ({
                term: '依据',
                says: note === '' ? document : `${document}。${note}`,
              }))}
            />
          )}
        </Section>
        <Section title="二、分组与参评条件">
          <SaidList items={data.cohorts} />
          <h3>参评须同时满足</h3>
          {data.eligibility.length === 0 ? (
            <p>没有另外的条件。</p>
          ) : (
            <SaidList
              items={data.eligibility.map(({ term, says }) => ({ term: says, says: `否则不参评，理由写“${term}”` }))}
              wide={true}
            />
          )}
        </Section>
        <Section title="三、指标与权重">
          <Weights nodes={data.tree} />
          <p className="note">占总分的比例按各项都有数据计算；有的指标缺数据不计入时，其权重由同组指标按比例分担。</p>
        </Section>
        <Section title="四、各项指标怎样计分">
          {data.tree
            .filter(({ kind }) => kind !== 'group')
            .map((node) => (
              <Indicator key={node.code} node={node} />
            ))}
        </Section>
        <Section title="五、总分、排名与等次">
          <SaidList items={data.total} />
          {data.adjustments.length > 0 && (
            <>
              <h3>加减分、封顶和一票否决</h3>
              <SaidList items={data.adjustments} />
            </>
          )}
          {data.grades.length > 0 && (
            <>
              <h3>等次</h3>
              <SaidList items={data.grades} />
            </>
          )}
        </Section>
        <Section title="六、取数">
          <table className="plain-table">
            <thead>
              <tr>
                <th>数据</th>
                <th>指标代码</th>
                <th>单位</th>
                <th>取法</th>
              </tr>
            </thead>
            <tbody>
              {data.inputs.map(({ title, code: metric, unit, says }) => (
                <tr key={`${metric} ${title}`}>
                  <td>{title}</td>
                  <td>{metric}</td>
                  <td>{unit}</td>
                  <td>{says}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
        <Section title="七、算例（数字为虚构）">
          {data.example ? <Example example={data.example} /> : <p>本方案的参评条件不便用虚构数字举例。</p>}
        </Section>
        {data.warnings.length > 0 && (
          <Section title="八、本方案须留意之处">
            <ul>
              {data.warnings.map(({ path, rule, message }) => (
                <li key={`${path} ${rule}`}>{message}。</li>
              ))}
            </ul>
          </Section>
        )}
      </article>
    </>
  );
}

function Head({ told }: { readonly told: MethodologyView }) {
  const isDistrict = told.documentNumber !== null || told.state !== 'reviewed';
  const facts = [
    `方案 ${told.code} v${told.version}`,
    standingWords(told),
    ...(told.documentNumber === null ? [] : [`文号 ${told.documentNumber}`]),
    ...(told.effectiveFrom === null ? [] : [`自 ${dayTitle(told.effectiveFrom)} 起施行`]),
    ...(told.effectiveTo === null ? [] : [`至 ${dayTitle(told.effectiveTo)} 止`]),
  ];
  return (
    <header className="methodology-head">
      <h1>{told.title}</h1>
      <p className="methodology-sub">评价办法说明</p>
      <p className="methodology-facts">{facts.join('　')}</p>
      {told.state === 'draft' || told.state === 'consultation' ? (
        <p className="notice-bar">尚未审定，仅供征求意见。</p>
      ) : told.state === 'retired' ? (
        <p className="notice-bar">本版已废止。</p>
      ) : (
        !isDistrict && <p className="notice-bar">尚无文号和施行日期。</p>
      )}
    </header>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** @param wide terms are sentences */
function SaidList({ items, wide = false }: { readonly items: readonly Said[]; readonly wide?: boolean }) {
  return (
    <dl className={wide ? 'said said-wide' : 'said'}>
      {items.map(({ term, says }, i) => (
        <div key={i}>
          <dt>{term}</dt>
          <dd>{says}</dd>
        </div>
      ))}
    </dl>
  );
}

function Weights({ nodes }: { readonly nodes: readonly MethodologyNode[] }) {
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>指标</th>
          <th className="number">组内权重</th>
          <th className="number">占总分 %</th>
          <th>说明</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <tr key={node.code} className={node.kind === 'group' ? 'group-row' : undefined}>
            <td className={`depth-${Math.min(node.depth, 4)}`}>{node.title}</td>
            <td className="number">{node.weight === '' ? '等权' : node.weight}</td>
            <td className="number">{node.share ?? '—'}</td>
            <td>
              {node.kind === 'group'
                ? node.says.map(({ says }) => says).join('；')
                : node.kind === 'assessed'
                  ? '定性，由部门评分'
                  : node.formula}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Indicator({ node }: { readonly node: MethodologyNode }) {
  return (
    <div className="methodology-indicator">
      <h3>
        {node.title}
        {node.share !== null && <span className="note">　占总分 {node.share}%</span>}
      </h3>
      {node.formula !== '' && <p className="formula">指标值 = {node.formula}</p>}
      <SaidList items={node.says} />
      {node.formulas.map((formula) => (
        <p key={formula} className="formula">
          {formula}
        </p>
      ))}
    </div>
  );
}

function Example({ example }: { readonly example: MethodologyExample }) {
  return (
    <>
      <p>
        设有 {example.ranking.length} 家虚构机构参评，评价期 {example.periodTitle}。以{example.name}
        为例，各项由评价程序按本办法算出：
      </p>
      <table className="plain-table" data-testid="worked-example">
        <thead>
          <tr>
            <th>指标</th>
            <th>代入数字</th>
            <th className="number">指标值</th>
            <th className="number">标准分</th>
            <th className="number">权重 %</th>
            <th className="number">得分</th>
          </tr>
        </thead>
        <tbody>
          {example.rows.map((row) => (
            <tr key={row.code}>
              <td className={`depth-${Math.min(row.depth, 4)}`}>{row.title}</td>
              <td>
                {row.formula}
                {row.compared.length > 0 && (
                  <span className="note block">
                    {row.compared.map(({ term, says }) => `${term} ${fixed(says)}`).join('，')}
                  </span>
                )}
              </td>
              <td className="number">
                {row.value === null ? '' : fixed(row.value)}
                {row.value !== null && row.unit !== '' && <span className="unit"> {row.unit}</span>}
              </td>
              <td className="number">{fixed(row.score)}</td>
              <td className="number">{fixed(row.weight)}</td>
              <td className="number">{fixed(row.contribution)}</td>
            </tr>
          ))}
          <tr className="group-row">
            <td colSpan={5}>加减分之前</td>
            <td className="number">{fixed(example.base)}</td>
          </tr>
          {example.adjustments
            .filter(({ applied, change }) => applied && change !== null && length(change) !== 0)
            .map(({ title, change }) => (
              <tr key={title}>
                <td colSpan={5}>{title}</td>
                <td className="number">{change === null ? '' : signed(change)}</td>
              </tr>
            ))}
          <tr className="group-row">
            <td colSpan={5}>总分{example.grade !== null && `（${example.grade}）`}</td>
            <td className="number">{example.score}</td>
          </tr>
        </tbody>
      </table>
      <p>
        各家同样算出后排名：
        {example.ranking
          .map(({ rank, name, score, reason }) =>
            rank === null ? `${name}不列名次（${reason}）` : `第${rank}名 ${name} ${score} 分`,
          )
          .join('；')}
        。
      </p>
    </>
  );
}
