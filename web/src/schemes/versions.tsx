import { useQuery } from '@tanstack/react-query';
import { Empty, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { DifferenceLine } from '../../../src/scoring/scheme-difference/difference.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { SchemeSummary, SchemeVersion } from '../api/shapes.js';
import { Failure } from '../shell/failure.js';
import { DifferenceTable } from './difference-table.js';
import { effectWords, standingWords } from './scheme-words.js';
import { SCHEMES, useSchemes, versionAddress, versionPage } from './schemes.query.js';
import { Standing } from './standing.js';

const nameOf = ({ code, version }: Pick<SchemeSummary, 'code' | 'version'>): string => `${code}@${version}`;

/** 版本与差异: all versions of the scheme, and this one beside another. */
export function Versions({ scheme }: { readonly scheme: SchemeVersion }) {
  const { data: all, error, isPending, refetch } = useSchemes();
  const [chosen, setChosen] = useState<string | null>(null);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (isPending) return <Skeleton active={true} />;
  const own = all.filter(({ code }) => code === scheme.code).reverse();
  const others = all.filter((each) => nameOf(each) !== nameOf(scheme));
  const before =
    own.find(({ version }) => version < scheme.version) ?? own.find((each) => nameOf(each) !== nameOf(scheme));
  const compared = others.find((each) => nameOf(each) === chosen) ?? before;
  return (
    <>
      <table className="plain-table versions" data-testid="versions">
        <thead>
          <tr>
            <th>版本</th>
            <th>状态</th>
            <th>文号</th>
            <th>施行</th>
          </tr>
        </thead>
        <tbody>
          {own.map((each) => (
            <tr key={each.version} className={each.version === scheme.version ? 'current-row' : undefined}>
              <td>
                {each.version === scheme.version ? (
                  `v${each.version}（本页）`
                ) : (
                  <Link to={`${versionPage(each)}?tab=versions`}>v{each.version}</Link>
                )}
              </td>
              <td>
                <Standing scheme={each} />
              </td>
              <td>{each.documentNumber ?? '—'}</td>
              <td>{effectWords(each)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="tab-head">
        <p>
          与
          <Select
            aria-label="比较的版本"
            className="compared"
            value={compared && nameOf(compared)}
            placeholder="选择版本"
            onChange={setChosen}
            showSearch={{ optionFilterProp: 'label' }}
            options={[
              ...own.filter((each) => nameOf(each) !== nameOf(scheme)),
              ...others.filter(({ code }) => code !== scheme.code),
            ].map((each) => ({
              value: nameOf(each),
              label: `${each.code} v${each.version}（${each.title}，${standingWords(each)}）`,
            }))}
          />
          比较
        </p>
      </div>
      {compared ? (
        <Compared scheme={scheme} other={compared} />
      ) : (
        <Empty className="tab-empty" description="只有这一版。可选择另一方案的版本比较。" />
      )}
    </>
  );
}

function Compared({ scheme, other }: { readonly scheme: SchemeVersion; readonly other: SchemeSummary }) {
  // The earlier version of one scheme stands on the left, whichever page one is on.
  const isLater = other.code === scheme.code && other.version > scheme.version;
  const [before, after] = isLater ? [scheme, other] : [other, scheme];
  const { data, error, isPending, refetch } = useQuery<{ items: readonly DifferenceLine[] }, Problem>({
    queryKey: [...SCHEMES, 'difference', nameOf(before), nameOf(after)],
    queryFn: () =>
      api.get(`${versionAddress(after)}/difference?with=${before.version}&code=${encodeURIComponent(before.code)}`),
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (isPending) return <Skeleton active={true} />;
  const head = ({ code, version }: SchemeSummary): string =>
    other.code === scheme.code ? `v${version}` : `${code} v${version}`;
  return <DifferenceTable lines={data.items} before={head(before)} after={head(after)} />;
}
