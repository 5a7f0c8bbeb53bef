import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import type { Violation } from '../../../src/problems/problems.js';
import type { Problem } from '../api/problem.js';
import type { Deed, SchemeVersion } from '../api/shapes.js';
import { moment } from '../figures/moment.js';
import { Failure } from '../shell/failure.js';
import { methodologyQuery } from './methodology.query.js';
import type { MethodologyView } from './methodology-shapes.js';
import { NodeTree } from './node-tree.js';
import { CADENCES, effectWords, standingWords } from './scheme-words.js';

/** 概览: how the version stands, what it is warned of, its tree of indicators. */
export function Overview({ scheme }: { readonly scheme: SchemeVersion }) {
  const { data, error, isPending, refetch } = useQuery<MethodologyView, Problem>(methodologyQuery(scheme));
  return (
    <>
      <Facts scheme={scheme} />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {isPending && <Skeleton active={true} paragraph={{ rows: 8 }} />}
      {data && (
        <>
          <Warnings warnings={data.warnings} />
          <NodeTree nodes={data.tree} />
        </>
      )}
    </>
  );
}

const deedWords = (deed: Deed | null): string => (deed === null ? '—' : `${deed.by}　${moment(deed.at)}`);

function Facts({ scheme }: { readonly scheme: SchemeVersion }) {
  const facts: [string, string][] = [
    ['状态', standingWords(scheme)],
    ['文号', scheme.documentNumber ?? '—'],
    ['施行', effectWords(scheme)],
    ['周期', CADENCES[scheme.cadence]],
    ['起草', deedWords(scheme.created)],
    ['审定', deedWords(scheme.reviewed)],
    ['发布', deedWords(scheme.issued)],
    ['废止', deedWords(scheme.retired)],
  ];
  return (
    <dl className="scheme-facts" data-testid="scheme-facts">
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Why each of them matters (scheme-language 8): every one has bitten somebody. */
const WHY: Readonly<Record<string, string>> = {
  'small-minmax': '两家比较时，极差法只会给出满分和零分，差一点和差很多没有区别。',
  'not-filing-pays': '不报数的不计入或以别人的数代替，报得差的反而吃亏。',
  'cohort-by-filing': '分组看的数字没有列为参评条件，不报它就会换到别的组去排名。',
  'zero-not-worst': '“计0分”在这里不是最低分，缺数据的反而比做得差的得分高。',
  'share-with-ties': '并列的都算在比例之内，获得该等次的可能多于比例。',
  heavy: '一项决定半数以上的总分，其余各项难以影响名次。',
  'short-history': '往期数据不够时全部按横向比较，头几年的得分口径不同。',
};

/** 检查提示: what the check warns of, in plain words. They refuse nothing. */
export function Warnings({ warnings }: { readonly warnings: readonly Violation[] }) {
  if (warnings.length === 0) return <p className="no-warnings">✓ 检查通过，没有提示。</p>;
  return (
    <section className="scheme-warnings" data-testid="check-warnings">
      <h3>检查提示（{warnings.length}）：不影响使用，请斟酌</h3>
      <ul>
        {warnings.map(({ path, rule, found, expected, message }) => (
          <li key={`${path} ${rule} ${found}`}>
            <strong>▲ {message}</strong>
            {WHY[rule] !== undefined && `：${WHY[rule]}`}
            <span className="note block">
              位置 {path}　现为 {found || '空'}，建议 {expected}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
