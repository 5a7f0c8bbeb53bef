import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Skeleton } from 'antd';
import { useSearchParams } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import { useMetrics } from '../api/catalogue.query.js';
import { api } from '../api/client.js';
import type { Filing } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import './intake.css';
import { STAMPED, useStamped } from './intake.query.js';
import { codeText, type StampedItem } from './intake-shapes.js';

const STATES: Readonly<Record<string, string>> = { not_applicable: '/', not_available: '..', blank: '' };
/** Read at once: a page each. */
const AT_ONCE = 4;

/** 盖章页 on A4, one for each received filing: figures, code, places to sign and to stamp. */
export function StampedPrintPage() {
  const [address] = useSearchParams();
  const period = address.get('period') ?? '';
  const revision = address.get('revision');
  const stamped = useStamped(period);
  const wanted = (stamped.data ?? []).filter((item) => revision === null || item.revision === revision);
  const filings = useQuery<Filing[], Problem>({
    queryKey: [...STAMPED, 'print', wanted.map((item) => item.revision)],
    queryFn: async () => {
      const all: Filing[] = [];
      for (let from = 0; from < wanted.length; from += AT_ONCE)
        all.push(
          ...(await Promise.all(
            wanted.slice(from, from + AT_ONCE).map(({ filing }) => api.get<Filing>(`/filings/${filing}`)),
          )),
        );
      return all;
    },
    enabled: stamped.data !== undefined,
  });
  const error = stamped.error ?? filings.error;
  if (error) return <Failure error={error} retry={() => void filings.refetch()} />;
  return (
    <>
      <PageHead
        title="打印盖章页"
        trail={['报送', ['收表', '/intake'], ['盖章页', `/intake/stamped?period=${period}`], '打印']}
      >
        <Button type="primary" disabled={!filings.data} onClick={() => window.print()}>
          {filings.data ? `打印 ${filings.data.length} 页` : '正在准备'}
        </Button>
      </PageHead>
      {filings.isPending && <Skeleton active={true} />}
      {filings.data?.length === 0 && <Empty description="没有可打印的盖章页。" />}
      {filings.data?.map((filing, i) => (
        <Sheet key={filing.id} item={wanted[i] as StampedItem} filing={filing} />
      ))}
    </>
  );
}

function Sheet({ item, filing }: { readonly item: StampedItem; readonly filing: Filing }) {
  const metrics = useMetrics();
  const asked = filing.sections.flatMap((section) => section.metrics);
  return (
    <article className="stamp-sheet" data-testid="stamp-sheet">
      <h2>{`${item.formTitle}盖章页`}</h2>
      <dl>
        <dt>填报单位</dt>
        <dd>{item.institutionName}</dd>
        <dt>统一社会信用代码</dt>
        <dd>{item.institution}</dd>
        <dt>报告期</dt>
        <dd>{periodTitle(item.period)}</dd>
        <dt>版次</dt>
        <dd>{`第${item.no}版，${item.receivedOn}收到`}</dd>
        <dt>工作簿</dt>
        <dd>{item.fileName}</dd>
        <dt>校验码</dt>
        <dd className="stamp-code">{codeText(item.code)}</dd>
      </dl>
      <div className="stamp-figures">
        {asked.map((code) => {
          const cell = filing.figures[code];
          const metric = metrics.get(code);
          return (
            <div key={code}>
              <span>{`${metric?.title ?? code}${metric?.unit ? `（${metric.unit}）` : ''}`}</span>
              <span className="number">{cell?.value ?? STATES[cell?.state ?? 'blank']}</span>
            </div>
          );
        })}
      </div>
      <p>本单位确认以上数字与所报工作簿一致，真实、准确、完整。</p>
      <div className="stamp-hands">
        <span>单位负责人：</span>
        <span>统计负责人：</span>
        <span>填表人：</span>
      </div>
      <p className="stamp-seal">（单位公章）　　　　年　　月　　日</p>
      <p className="stamp-foot">
        校验码为本版报表摘要（SHA-256）的前 16 位，任何一格不同，校验码即不同。“/”为不适用，“..”为暂缺，空白为未填。
      </p>
    </article>
  );
}
