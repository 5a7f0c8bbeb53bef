import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Upload } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../api/client.js';
import type { ImportOutcome, ImportPreview } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { PreviewTables } from './preview-tables.js';
import './imports.css';

interface Choice {
  readonly skip: boolean;
  readonly clear: boolean;
}

/** 导入: a file is read and shown; nothing is stored before 导入 is pressed. */
export function ImportPage() {
  const queries = useQueryClient();
  const read = useMutation<ImportPreview, Problem, File>({
    mutationFn: (file) => {
      const form = new FormData();
      form.append('file', file);
      return api.upload('/imports', form);
    },
  });
  const commit = useMutation<ImportOutcome, Problem, Choice>({
    mutationFn: (choice) => api.post(`/imports/${read.data?.id}/commit`, choice),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['filings'] }),
  });
  const again = (): void => {
    read.reset();
    commit.reset();
  };

  return (
    <>
      <PageHead title="导入" aside={read.data?.fileName} trail={['报送', '导入']} />
      <FailureLine error={read.error ?? commit.error} />
      {commit.data ? (
        <Committed outcome={commit.data} again={again} />
      ) : read.data ? (
        <Preview preview={read.data} busy={commit.isPending} commit={commit.mutate} discard={again} />
      ) : (
        <Card>
          <Upload.Dragger
            accept=".csv,.xlsx"
            showUploadList={false}
            disabled={read.isPending}
            beforeUpload={(file) => {
              read.mutate(file);
              return false;
            }}
          >
            <p className="drop-title">{read.isPending ? '正在读取…' : '把工作簿或 CSV 拖到这里，或点击选择'}</p>
            <p className="note">.xlsx，或 .csv（长表、宽表均可；UTF-8 或 GB18030）。先预览，不入库；逐格指出问题。</p>
          </Upload.Dragger>
        </Card>
      )}
    </>
  );
}

interface PreviewProps {
  readonly preview: ImportPreview;
  readonly busy: boolean;
  readonly commit: (choice: Choice) => void;
  readonly discard: () => void;
}

function Preview({ preview, busy, commit, discard }: PreviewProps) {
  const [clear, setClear] = useState(false);
  const { counts } = preview;
  const good = counts.added + counts.changed + (clear ? counts.cleared : 0);
  return (
    <>
      <dl className="counters" data-testid="import-counts">
        {(
          [
            ['新增', counts.added],
            ['变更', counts.changed],
            ['清空', counts.cleared],
            ['未变', counts.unchanged],
            ['问题', counts.problems],
            ['提醒', counts.warnings],
          ] as const
        ).map(([term, count]) => (
          <div key={term} className={term === '问题' && count > 0 ? 'bad' : undefined}>
            <dt>{term}</dt>
            <dd>{count}</dd>
          </div>
        ))}
        <div className="counter-buttons">
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
      </dl>
      {counts.problems > 0 && (
        <p className="notice-bar" role="status">
          有{counts.problems}处问题不会导入；也可以放弃，改好文件再来。
        </p>
      )}
      <PreviewTables preview={preview} />
    </>
  );
}

function Committed({ outcome, again }: { readonly outcome: ImportOutcome; readonly again: () => void }) {
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
          {outcome.filings.slice(0, 20).map((filing) => (
            <li key={filing.id}>
              <Link to={`/filings/${filing.id}`}>
                {filing.institution}　{filing.period}
              </Link>
              　{filing.changed}格
            </li>
          ))}
        </ul>
        <Button onClick={again}>再导入一个文件</Button>
      </div>
    </Card>
  );
}
