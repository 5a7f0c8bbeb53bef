import { useMutation } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { Fragment, type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { isQuarter, periodTitle } from '../../../src/calendar/period.js';
import { API, api } from '../api/client.js';
import type { Filing } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import type { Metric } from '../api/shapes.js';
import { NONE } from '../figures/figure-text.js';
import { deadline, moment } from '../figures/moment.js';
import { OnBehalfMark } from '../on-behalf/on-behalf-mark.js';
import { PageHead } from '../shell/page-head.js';
import type { Draft } from './draft.js';
import { type Entries, entryAt } from './edits.js';
import { EvidenceDrawer } from './evidence-drawer.js';
import { FILING_STATES } from './filing-words.js';
import { type Counts, UnsentBar } from './unsent-bar.js';

interface FilingHeadProps {
  readonly filing: Filing;
  readonly draft: Draft;
  readonly counts: Counts;
  readonly readOnly: boolean;
  readonly codes: readonly string[];
  readonly entries: Entries;
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly say: (words: string, isRefusal?: boolean) => void;
}

/** Title, ways in and out, what came back, what is unsent, which revision stands. */
export function FilingHead({ filing, draft, counts, readOnly, codes, entries, metrics, say }: FilingHeadProps) {
  const [withEvidence, setWithEvidence] = useState(false);
  const { returned } = filing;
  const isUnsent = filing.state === 'draft' || filing.state === 'returned' || filing.state === 'internal_review';
  const stocks = codes.filter(
    (code) => metrics.get(code)?.kind === 'stock' && entryAt(entries, code).state === 'blank',
  );
  const prefill = useMutation<Filing, Problem, void>({
    mutationFn: async () => {
      await draft.flush();
      return api.post<Filing>(`/filings/${filing.id}/prefill`, { metrics: stocks }, draft.state().filing.version);
    },
    onSuccess: (answer) => {
      const count = stocks.filter((code) => answer.figures[code]?.state === 'value').length;
      draft.adopt(answer, `预填${count}格`);
      say(count === 0 ? '上季没有可预填的余额' : `已从上季预填${count}格余额，请逐格核对`);
    },
    onError: (problem) => say(problem.title, true),
  });
  const period = isQuarter(filing.period) ? periodTitle(filing.period) : filing.period;
  return (
    <>
      <PageHead
        title={filing.formTitle}
        aside={`${filing.institutionName}　${period}　单位：万元（另注者除外）`}
        tab={isUnsent ? `▲未提交 ${filing.formTitle} ${filing.period}` : undefined}
        trail={['报送', [readOnly ? '报表' : '填报任务', '/filings'], filing.formTitle]}
      >
        {!readOnly && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'prefill', label: `从上季预填余额（${stocks.length}格空）`, disabled: stocks.length === 0 },
                { key: 'evidence', label: `证明材料${filing.evidence?.length ? `（${filing.evidence.length}）` : ''}` },
              ],
              onClick: ({ key }) => (key === 'prefill' ? prefill.mutate() : setWithEvidence(true)),
            }}
          >
            <Button loading={prefill.isPending} data-testid="more">
              更多
            </Button>
          </Dropdown>
        )}
        {readOnly && (filing.evidence?.length ?? 0) > 0 && (
          <Button onClick={() => setWithEvidence(true)}>证明材料（{filing.evidence?.length}）</Button>
        )}
        {!readOnly && (
          <>
            <Link to="/import">
              <Button>导入</Button>
            </Link>
            <Button href={`${API}/exports/templates/${filing.id}.xlsx`}>下载模板</Button>
          </>
        )}
      </PageHead>
      {returned && (
        <div className="returned-bar" role="status" data-testid="returned">
          <strong>■ 已退回</strong>　{returned.reason === returned.message ? '' : `${returned.reason}：`}
          {returned.message}
          {returned.cells.length > 0 && `（${returned.cells.join('、')}）`}
          {returned.due && `　请在 ${deadline(returned.due)} 前重新提交`}
        </div>
      )}
      {isUnsent && !returned && <UnsentBar filing={filing} counts={counts} />}
      {(!isUnsent || filing.revision) && <Stamp filing={filing} />}
      <EvidenceDrawer
        filing={filing}
        draft={draft}
        open={withEvidence}
        readOnly={readOnly}
        onClose={() => setWithEvidence(false)}
      />
    </>
  );
}

/** State, revision and what is in force, as a stamp above the cells. */
function Stamp({ filing }: { readonly filing: Filing }) {
  const { revision, inForce } = filing;
  const facts: [string, ReactNode][] = [['状态', FILING_STATES[filing.state] ?? filing.state]];
  if (filing.kind === 'backfill') facts.push(['类别', '补录']);
  if (filing.due !== null) facts.push(['截止', deadline(filing.due)]);
  if (revision) {
    facts.push(['版次', `第${revision.no}版`]);
    facts.push(['填报', <OnBehalfMark key="filed" name={revision.filedBy ?? NONE} />]);
    facts.push([
      '签署',
      <Fragment key="signed">
        <OnBehalfMark name={revision.signedBy ?? NONE} /> {moment(revision.submittedAt)}
      </Fragment>,
    ]);
    facts.push(['摘要', revision.hash.slice(0, 16)]);
  }
  facts.push([
    '生效',
    inForce ? `第${inForce.no}版，${inForce.acceptedBy ?? NONE} ${moment(inForce.acceptedAt)} 采纳` : '尚无生效版',
  ]);
  return (
    <dl className="basis" data-testid="revision">
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
