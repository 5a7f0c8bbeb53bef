import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Skeleton } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useInstitutionNames } from '../api/catalogue.query.js';
import { api } from '../api/client.js';
import type { ImportOutcome, ImportPreview } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import './imports.css';
import { useImport } from './imports.query.js';
import { PreviewTables } from './preview-tables.js';

interface Choice {
  /** Leave out the rows with problems. */
  readonly skip: boolean;
  /** Let empty cells clear filed figures. */
  readonly clear: boolean;
}

/** 导入预览: what would change and what is wrong, before anything is stored. */
export function PreviewPage() {
  const id = useParams().id ?? '';
  const { data: preview, error, isPending, refetch } = useImport(id);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const commit = useMutation<ImportOutcome, Problem, Choice>({
    mutationFn: (choice) => api.post(`/imports/${id}/commit`, choice),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['filings'] }),
  });
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 8 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHead title="导入预览" aside={preview.fileName} trail={['报送', ['导入', '/import'], preview.fileName]} />
      <FailureLine error={commit.error} />
      {commit.data ? (
        <Committed outcome={commit.data} />
      ) : (
        <>
          <Counters
            preview={preview}
            busy={commit.isPending}
            commit={commit.mutate}
            discard={() => void navigate('/import')}
          />
          <PreviewTables preview={preview} />
        </>
      )}
    </>
  );
}

interface CountersProps {
  readonly preview: ImportPreview;
  readonly busy: boolean;
  readonly commit: (choice: Choice) => void;
  readonly discard: () => void;
}

function Counters({ preview, busy, commit, discard }: CountersProps) {
  const [clear, setClear] = useState(false);
  const { counts } = preview;
  const good = counts.added + counts.changed + (clear ? counts.cleared : 0);
  const figures: [string, number][] = [
    ['新增', counts.added],
    ['变更', counts.changed],
    ['清空', counts.cleared],
    ['未变', counts.unchanged],
    ['问题', counts.problems],
    ['提醒', counts.warnings],
  ];
  return (
    <>
      <div className="counters">
        <dl data-testid="import-counts">
          {figures.map(([term, count]) => (
            <div key={term} className={term === '问题' && count > 0 ? 'bad' : undefined}>
              <dt>{term}</dt>
              <dd>{count}</dd>
            </div>
          ))}
        </dl>
        {counts.cleared > 0 && (
          <Checkbox checked={clear} onChange={(event) => setClear(event.target.checked)}>
            同意清空{counts.cleared}格
          </Checkbox>
        )}
        <Button onClick={discard} disabled={busy} data-testid="import-discard">
          放弃
        </Button>
        <Button
          type="primary"
          loading={busy}
          disabled={good === 0}
          onClick={() => commit({ skip: counts.problems > 0, clear })}
          data-testid="import-commit"
        >
          {counts.problems > 0 ? `导入无误的${good}格` : `导入${good}格`}
        </Button>
      </div>
      {counts.problems > 0 && (
        <p className="notice-bar" role="status">
          有{counts.problems}处问题不会导入；也可以放弃，改好文件再来。
        </p>
      )}
      {preview.state === 'committed' && (
        <p className="notice-bar" role="status">
          这个文件已经导入过，再次导入不会重复入库。
        </p>
      )}
    </>
  );
}

const MOST_LISTED = 20;

function Committed({ outcome }: { readonly outcome: ImportOutcome }) {
  const names = useInstitutionNames();
  const cells = outcome.filings.reduce((sum, filing) => sum + filing.changed, 0);
  return (
    <Card>
      <div data-testid="import-done" role="status">
        <p>
          <strong>
            已导入{cells}格，涉及{outcome.filings.length}张报表。
          </strong>
          数字存为草稿，尚未提交。
        </p>
        <ul className="done-list">
          {outcome.filings.slice(0, MOST_LISTED).map((filing) => (
            <li key={filing.id}>
              <Link to={`/filings/${filing.id}`}>
                {`${names.get(filing.institution) ?? filing.institution}　${filing.period}`}
              </Link>
              {`　${filing.changed}格`}
            </li>
          ))}
        </ul>
        <Link to="/import">
          <Button>再导入一个文件</Button>
        </Link>
      </div>
    </Card>
  );
}
