import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Skeleton } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useInstitutionNames } from '../api/catalogue.query.js';
import { API, api } from '../api/client.js';
import type { Filing, ImportOutcome } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import type { Preview } from './import-shapes.js';
import './imports.css';
import { IMPORTS, importKey, useImport, useUndo } from './imports.query.js';
import { PreviewTables } from './preview-tables.js';

interface Choice {
  /** Leave out the rows with problems. */
  readonly skip: boolean;
  /** Let empty cells clear filed figures. */
  readonly clear: boolean;
}

const UNDO_SECONDS = 8;

/** `?cell=BK_GL_BAL` of the first rule that the draft breaks, those that stop it before the others; or nothing. */
async function firstProblem(id: string): Promise<string> {
  const { checks } = await api.get<Filing>(`/filings/${id}`).catch(() => ({ checks: [] as Filing['checks'] }));
  const first = ['block', 'justify'].flatMap((severity) => checks.filter((check) => check.severity === severity))[0];
  const cell = first?.cells[0];
  return cell === undefined ? '' : `?cell=${cell}`;
}

/** 导入预览: what would change and what is wrong, before anything is stored. */
export function PreviewPage() {
  const id = useParams().id ?? '';
  const { data: preview, error, isPending, refetch } = useImport(id);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const commit = useMutation<ImportOutcome, Problem, Choice>({
    mutationFn: (choice) => api.post(`/imports/${id}/commit`, choice),
    onSuccess: (outcome) => {
      const keys = [importKey(id), IMPORTS, ['filings'], ...outcome.filings.map((filing) => ['filing', filing.id])];
      for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
      offerUndo(outcome);
      const [only, ...others] = outcome.filings;
      // Into the sheet, at the first thing that is wrong there.
      if (only && others.length === 0)
        void firstProblem(only.id).then((cell) => navigate(`/filings/${only.id}${cell}`));
    },
  });
  const undo = useUndo();
  const { message } = App.useApp();
  const offerUndo = ({ filings }: ImportOutcome): void => {
    const cells = filings.reduce((sum, filing) => sum + filing.changed, 0);
    if (cells === 0) return;
    const key = `imported-${id}`;
    void message.open({
      key,
      type: 'success',
      duration: UNDO_SECONDS,
      content: (
        <>
          已导入{cells}格，存为草稿，尚未提交。
          <Button
            type="link"
            size="small"
            data-testid="import-undo"
            onClick={() => {
              message.destroy(key);
              undo.mutate(id);
            }}
          >
            撤销
          </Button>
        </>
      ),
    });
  };
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 8 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <PageHead title="导入预览" aside={preview.fileName} trail={['报送', ['导入', '/import'], preview.fileName]} />
      <FailureLine error={commit.error} />
      {commit.data ? (
        <Committed outcome={commit.data} undo={preview.state === 'undone' ? null : () => undo.mutate(id)} />
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
  readonly preview: Preview;
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
        {counts.problems > 0 && (
          <Button href={`${API}/imports/${preview.id}/marked.xlsx`} download={true} data-testid="import-marked">
            下载标错工作簿
          </Button>
        )}
        <Button
          type="primary"
          loading={busy}
          disabled={good === 0 || preview.state !== 'previewed'}
          onClick={() => commit({ skip: counts.problems > 0, clear })}
          data-testid="import-commit"
        >
          {counts.problems > 0 ? `导入无误的${good}格` : `导入${good}格`}
        </Button>
      </div>
      {counts.problems > 0 && (
        <p className="notice-bar" role="status">
          有{counts.problems}处问题不会导入。可下载标错工作簿，改好标红的格后整个上传。
        </p>
      )}
      {preview.state !== 'previewed' && (
        <p className="notice-bar" role="status">
          {preview.state === 'committed'
            ? '这个文件已经导入。可在“导入”页的导入记录中撤销。'
            : '这次导入已撤销；要再导入，请重新上传。'}
        </p>
      )}
    </>
  );
}

const MOST_LISTED = 20;

function Committed({ outcome, undo }: { readonly outcome: ImportOutcome; readonly undo: (() => void) | null }) {
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
        <div className="row-acts">
          {undo && cells > 0 && <Button onClick={undo}>撤销这次导入</Button>}
          <Link to="/import">
            <Button>再导入一个文件</Button>
          </Link>
        </div>
      </div>
    </Card>
  );
}
