import { useQuery } from '@tanstack/react-query';
import { Button, Radio, Skeleton } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router';
import type { DisclosurePreview, PreviewCase } from '../../../src/scoring/disclosure/preview.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { fixed, short } from '../figures/figure-text.js';
import { Headline } from '../results/headline.js';
import { statisticWord, statisticWords } from '../results/normalisation-words.js';
import '../results/results.css';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import './disclosure.css';
import { SCHEMES, versionAddress, versionPage } from './schemes.query.js';

/**
 * 公开方式预览: what an institution would see of its result and what it would not, for each way to publish, before
 * anything is filed. The server cuts an invented result as it cuts the real ones.
 */
export function DisclosurePage() {
  const { code = '', version: written = '' } = useParams();
  const version = /^[1-9]\d{0,8}$/.test(written) ? Number.parseInt(written, 10) : 0;
  const named = { code, version };
  const { data: me } = useSession();
  const { data, error, isPending, refetch } = useQuery<DisclosurePreview, Problem>({
    queryKey: [...SCHEMES, code, version, 'disclosure'],
    queryFn: () => api.get(`${versionAddress(named)}/disclosure`),
  });
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const readsSchemes = may(me, 'scheme', 'read');
  return (
    <>
      <PageHead
        title="公开方式预览"
        aside={`${data.title}　v${version}`}
        trail={
          readsSchemes
            ? ['评价', ['评价方案', '/schemes'], [`${code} v${version}`, versionPage(named)], '公开方式预览']
            : ['结果', '公开方式预览']
        }
      >
        {readsSchemes && (
          <Link to={versionPage(named)}>
            <Button>返回方案</Button>
          </Link>
        )}
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
      </PageHead>
      {data.cases.length === 0 ? (
        <Card>
          <p>本方案的参评条件不便用虚构数字举例，无法预览。</p>
        </Card>
      ) : (
        <Preview data={data} />
      )}
    </>
  );
}

function Preview({ data }: { readonly data: DisclosurePreview }) {
  const [address, setAddress] = useSearchParams();
  const sizes = [...new Set(data.cases.map(({ members }) => members))];
  const chosen = {
    disclosure: address.get('disclosure') === 'open' ? 'open' : 'sealed',
    ranks: address.get('ranks') !== 'no',
    members: sizes.find((size) => `${size}` === address.get('members')) ?? sizes.at(-1),
  };
  const set = (key: string, value: string): void =>
    setAddress(
      (old) => {
        old.set(key, value);
        return old;
      },
      { replace: true },
    );
  const shown = data.cases.find(
    ({ disclosure, ranks, members }) =>
      disclosure === chosen.disclosure && ranks === chosen.ranks && members === chosen.members,
  );
  const isRefused = chosen.disclosure === 'sealed' && data.sealedIssues.length > 0;
  return (
    <>
      <Card>
        <div className="preview-choice">
          <Choice
            title="公开方式"
            value={chosen.disclosure}
            choose={(value) => set('disclosure', value)}
            options={[
              ['sealed', '封闭（默认）'],
              ['open', '公开（填报前约定）'],
            ]}
          />
          <Choice
            title="名次"
            value={chosen.ranks ? 'yes' : 'no'}
            choose={(value) => set('ranks', value)}
            options={[
              ['yes', '公布名次'],
              ['no', '只公布等次'],
            ]}
          />
          <Choice
            title="同组家数"
            value={`${chosen.members}`}
            choose={(value) => set('members', value)}
            options={sizes.map((size) => [`${size}`, `${size}家`])}
          />
        </div>
        <p className="note">
          数字为虚构，不代表任何机构；删减由正式公布时的同一程序完成。公开方式在启动评价时选定，名次在公布时选定。
        </p>
      </Card>
      {isRefused && (
        <div className="notice-bar" role="note" data-testid="sealed-issues">
          <strong>本方案不能以“封闭”方式公布</strong>　机构由本机构得分可推出他人数值：
          {data.sealedIssues.map(({ message }) => message).join('；')}。
        </div>
      )}
      {shown && <Sides shown={shown} data={data} />}
    </>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly value: string;
  readonly choose: (value: string) => void;
  readonly options: readonly (readonly [string, string])[];
}

const Choice = ({ title, value, choose, options }: ChoiceProps) => (
  <div>
    <span className="note">{title}</span>
    <Radio.Group
      aria-label={title}
      optionType="button"
      value={value}
      onChange={(event) => choose(event.target.value as string)}
      options={options.map(([key, label]) => ({ value: key, label }))}
    />
  </div>
);

function Sides({ shown, data }: { readonly shown: PreviewCase; readonly data: DisclosurePreview }) {
  const { seen, unseen, cohortSize } = shown;
  const leaves = seen.nodes.filter(({ kind }) => kind !== 'group');
  return (
    <div className="preview-sides" data-testid="preview">
      <section aria-label="本机构看到" data-testid="preview-seen">
        <h2>本机构看到</h2>
        <Headline evaluation={{ grades: data.grades, cohorts: [] }} result={{ ...seen, cohortSize }} />
        <Card title={`${seen.name}（虚构）`} note={data.periodTitle} flush={true}>
          <table className="plain-table">
            <thead>
              <tr>
                <th>指标</th>
                <th className="number">指标值</th>
                <th className="number">标准分</th>
                <th className="number">得分</th>
                <th>能看到的同组统计</th>
              </tr>
            </thead>
            <tbody>
              {leaves.map((node) => (
                <tr key={node.code}>
                  <td>{node.title}</td>
                  <td className="number">
                    {fixed(node.value)}
                    {node.value !== null && node.unit !== null && <span className="unit"> {node.unit}</span>}
                  </td>
                  <td className="number">{fixed(node.score)}</td>
                  <td className="number">{fixed(node.contribution)}</td>
                  <td className="note">
                    {node.normalisation === null
                      ? '不与他人比较'
                      : statisticWords(node.normalisation)
                          .map(([word, value]) => `${word} ${value}`)
                          .join('，') || '无'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
        <p className="note">
          还能看到：每个指标的算式、取数和填报单元格，权重，加减分，距上一等次的分差，评价办法，删减后的存证包。
        </p>
      </section>
      <section aria-label="本机构看不到" data-testid="preview-unseen">
        <h2>本机构看不到</h2>
        <Card title="排名和他人" flush={true}>
          <ul className="unseen">
            {unseen.rank !== null && (
              <li>
                本机构的名次、是否并列<span>（虚构例中为第{unseen.rank}名）</span>
              </li>
            )}
            <li>其余{unseen.others}家的名称、名次、总分、等次和数字</li>
            <li>试算中他人名次的变动</li>
          </ul>
        </Card>
        <Card title="各指标的同组统计" flush={true}>
          {unseen.nodes.length === 0 ? (
            <p className="unseen-none">没有不显示的统计。</p>
          ) : (
            <table className="plain-table">
              <tbody>
                {unseen.nodes.map((node) => (
                  <tr key={node.code}>
                    <td>{node.title}</td>
                    <td className="hidden-values">
                      {node.values.map(({ name, value }) => (
                        <span key={name}>
                          {statisticWord(name)} <s>{short(value)}</s>
                        </span>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Card>
        <p className="note">划去的数字只有工作人员看得到；最小、最大以加盐校验值留存，日后公开时可核对。</p>
      </section>
    </div>
  );
}
