import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Skeleton } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { Violation } from '../../../src/problems/problems.js';
import type { DifferenceLine } from '../../../src/scoring/scheme-difference/difference.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import type { SchemeCheck, SchemeVersion } from '../api/shapes.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { DifferenceList } from './difference-table.js';
import { Warnings } from './overview.js';
import './schemes.css';
import { checkDocument, SCHEMES, useVersions, versionAddress, versionPage } from './schemes.query.js';

/** 新建方案, or a further version of one: `?from=code@version` begins with that text. */
export function NewVersionPage() {
  const [address] = useSearchParams();
  const [code = '', version = ''] = (address.get('from') ?? '').split('@');
  return code === '' ? (
    <Draft key="new" base={null} />
  ) : (
    <FromVersion key={`${code}@${version}`} code={code} version={Number.parseInt(version, 10)} />
  );
}

function FromVersion({ code, version }: { readonly code: string; readonly version: number }) {
  const named = { code, version };
  const base = useQuery<SchemeVersion, Problem>({
    queryKey: [...SCHEMES, code, version],
    queryFn: () => api.get(versionAddress(named)),
  });
  const versions = useVersions(code);
  const error = base.error ?? versions.error;
  if (error) return <Failure error={error} retry={() => void Promise.all([base.refetch(), versions.refetch()])} />;
  if (!base.data || !versions.data) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  const next = Math.max(0, ...versions.data.map((each) => each.version)) + 1;
  return <Draft base={base.data} next={next} />;
}

interface DraftProps {
  readonly base: SchemeVersion | null;
  /** Number of the version to be; the base's text is given it. */
  readonly next?: number;
}

function Draft({ base, next = 1 }: DraftProps) {
  const [text, setText] = useState(() => (base ? renumbered(base.document, next) : ''));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const check = useMutation<{ check: SchemeCheck; difference: readonly DifferenceLine[] | null }, Problem, string>({
    mutationFn: async (document) => {
      const checked = await checkDocument(document);
      if (!checked.ok || base === null) return { check: checked, difference: null };
      const { items } = await api.post<{ items: readonly DifferenceLine[] }>('/schemes/difference', {
        before: base.document,
        after: document,
      });
      return { check: checked, difference: items };
    },
  });
  const save = useMutation<SchemeVersion, Problem, string>({
    mutationFn: (document) => api.post('/schemes', { document }),
    onSuccess: (scheme) => {
      void queries.invalidateQueries({ queryKey: SCHEMES });
      void navigate(versionPage(scheme));
    },
  });
  const errors = check.data?.check.errors ?? [];
  return (
    <>
      <PageHead
        title={base ? `${base.title}：新建版本` : '新建方案'}
        aside={base ? `由 v${base.version} 复制，新版为 v${next}` : undefined}
        trail={['评价', ['评价方案', '/schemes'], base ? `${base.code} v${next}` : '新建']}
      >
        <Link to={base ? versionPage(base) : '/schemes'}>
          <Button>取消</Button>
        </Link>
        <Button
          onClick={() => check.mutate(text)}
          loading={check.isPending}
          disabled={text.trim() === ''}
          data-testid="check-document"
        >
          检查
        </Button>
        <Button
          type="primary"
          onClick={() => save.mutate(text)}
          loading={save.isPending}
          disabled={text.trim() === ''}
          data-testid="save-draft"
        >
          保存为草稿
        </Button>
      </PageHead>
      <FailureLine error={save.error ?? check.error} />
      <div className="draft-columns">
        <Card title="文档" note="YAML 或 JSON；保存后文本不能改，要改再新建一版">
          <Input.TextArea
            className="draft-text"
            aria-label="方案文档"
            value={text}
            spellCheck={false}
            rows={32}
            placeholder={PLACEHOLDER}
            onChange={(event) => {
              setText(event.target.value);
              check.reset();
              save.reset();
            }}
            data-testid="draft-text"
          />
        </Card>
        <Card
          title="检查"
          note={check.data ? (errors.length > 0 ? `${errors.length} 项未通过` : '通过') : '点“检查”看结果'}
        >
          {errors.length > 0 && <Errors errors={errors} />}
          {check.data?.check.ok && <Warnings warnings={check.data.check.warnings} />}
          {check.data?.difference && base && (
            <section className="draft-difference">
              <h3>与 v{base.version} 比较</h3>
              <DifferenceList lines={check.data.difference} />
            </section>
          )}
          {!check.data && (
            <p className="note">
              编辑器（如 VS Code）可用 <code>/api/v1/schemes/schema</code> 的 JSON Schema 补全和提示；示例在
              config/schemes 目录。
            </p>
          )}
        </Card>
      </div>
    </>
  );
}

/** Every fault with its place, what stands there and what should. */
function Errors({ errors }: { readonly errors: readonly Violation[] }) {
  return (
    <ul className="check-errors" data-testid="check-errors">
      {errors.map(({ path, rule, found, expected, message }) => (
        <li key={`${path} ${rule} ${message}`}>
          <strong>✕ {message}</strong>
          <dl>
            <div>
              <dt>位置</dt>
              <dd>
                <code>{path}</code>
              </dd>
            </div>
            <div>
              <dt>现为</dt>
              <dd>{found === '' ? '（空）' : found}</dd>
            </div>
            <div>
              <dt>应为</dt>
              <dd>{expected}</dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  );
}

/** The text with another number of version; a document in JSON too. */
const renumbered = (document: string, version: number): string =>
  document.replace(/^(\s*"?version"?\s*:\s*)\d+/m, `$1${version}`);

const PLACEHOLDER = `scheme: bank-2027
version: 1
title: 银行业金融机构绿色金融评价
institutionTypes: [bank]
cadence: annual
inputs:
  green_loans: { metric: BK_GL_BAL }
  total_loans: { metric: BK_LOAN_BAL }
indicators:
  - indicator: green_ratio
    title: 绿色贷款占比
    weight: 100
    value: 100 * green_loans / total_loans
    unit: "%"
    normalise: { method: minmax }
    missing: unranked
    zeroDenominator: unranked`;
