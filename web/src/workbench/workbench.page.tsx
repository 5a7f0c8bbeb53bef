import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Select, Skeleton, Tabs } from 'antd';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import type { Evaluation, SchemeSummary } from '../api/shapes.js';
import { getsFullBundle } from '../evaluations/bundle-button.js';
import { isScored } from '../evaluations/evaluation-words.js';
import { useEvaluations } from '../evaluations/evaluations.query.js';
import { StartEvaluation } from '../evaluations/start-evaluation.js';
import { checkCode } from '../figures/figure-text.js';
import { Absent } from '../shell/absent.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { NotEditable, withFormula, withVersion, withWeights } from './document-edits.js';
import { ChecksCard, CorrelationCard, EffectiveCard, MoversCard } from './findings-cards.js';
import { FormulaEditor } from './formula-editor.js';
import { charted, isMoved, maskedNames, placesWon } from './movers.js';
import type { Outline, OutlineNode, TrialRow } from './trial.js';
import { useTrial } from './use-trial.js';
import { typedWeight } from './weight-texts.js';
import { gapOf, mustSum, type Typed, WeightsCard } from './weights-card.js';
import { type Catalogue, type SchemeVersion, useCatalogue, useVersions, versionsKey } from './workbench.query.js';
import './workbench.css';
import { YamlCard } from './yaml-card.js';

const SlopeChart = lazy(() => import('./slope-chart.js'));

/** What other weights and formulas would make of an evaluated period. Nothing here is a result. */
export function WorkbenchPage() {
  const { code = '', version = '' } = useParams();
  const versions = useVersions(code);
  const catalogue = useCatalogue();
  const evaluations = useEvaluations();
  const error = versions.error ?? catalogue.error ?? evaluations.error;
  if (error?.status === 404) return <Absent />;
  if (error) return <Failure error={error} retry={() => void versions.refetch()} />;
  if (!versions.data || !catalogue.data || !evaluations.data)
    return <Skeleton active={true} paragraph={{ rows: 10 }} />;
  const scheme = versions.data.find((each) => `${each.version}` === version);
  if (!scheme) return <Absent />;
  return (
    <Workbench
      key={`${code} ${version}`}
      scheme={scheme}
      next={Math.max(...versions.data.map((each) => each.version)) + 1}
      catalogue={catalogue.data}
      evaluations={evaluations.data.filter((each) => each.scheme === code && isScored(each.state))}
    />
  );
}

interface WorkbenchProps {
  readonly scheme: SchemeVersion;
  /** Number of the version that would be saved. */
  readonly next: number;
  readonly catalogue: Catalogue;
  /** Those whose figures can be tried on, the latest first. */
  readonly evaluations: readonly Evaluation[];
}

function Workbench({ scheme, next, catalogue, evaluations }: WorkbenchProps) {
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const [base, setBase] = useState(scheme.document);
  const [typed, setTyped] = useState<Typed>(new Map());
  const [selected, setSelected] = useState('');
  const [isMasked, setMasked] = useState(false);
  const [starting, setStarting] = useState(false);
  const navigate = useNavigate();
  const evaluation = useMemo(
    () => evaluations.find(({ id }) => id === address.get('evaluation')) ?? latest(evaluations),
    [evaluations, address],
  );
  const mayRead = getsFullBundle(me);
  const [outlineOfBase, setOutline] = useState<Outline | null>(null);
  const edited = useMemo(() => editedDocument(base, outlineOfBase, typed), [base, outlineOfBase, typed]);
  const trial = useTrial({
    evaluation: me === undefined ? undefined : mayRead ? (evaluation?.id ?? null) : null,
    metrics: catalogue.facts,
    base,
    final: edited.text,
    weights: edited.weights,
  });
  if (trial.outline !== outlineOfBase) setOutline(trial.outline);
  const change = useCallback(
    (changes: ReadonlyMap<string, string>) => setTyped((before) => new Map([...before, ...changes])),
    [],
  );
  const take = (text: string): void => {
    setBase(text);
    setTyped(new Map());
  };

  const cohort = trial.cohorts?.find((each) => each.code === address.get('cohort')) ?? trial.cohorts?.[0];
  const names = useMemo(() => maskedNames(cohort?.rows ?? []), [cohort?.rows]);
  const nameOf = (row: TrialRow): string => (isMasked ? (names.get(row.institution) ?? '') : row.name);
  const advice = trial.findings?.advice.find((each) => each.cohort === cohort?.code);
  const outline = trial.outline;
  const node = outline ? nodeOf(outline, selected) : null;
  const set = (key: string, value: string): void => {
    address.set(key, value);
    setAddress(address, { replace: true });
  };

  const bench = (
    <div className="bench">
      <div>
        {outline && (
          <WeightsCard outline={outline} typed={typed} change={change} selected={selected} select={setSelected} />
        )}
        {outline && node && (
          <FormulaCard
            key={node.code}
            node={node}
            outline={outline}
            catalogue={catalogue}
            take={(formula) => setBase((before) => withFormula(before, node.path, formula))}
          />
        )}
      </div>
      <div>
        {cohort ? (
          <Ranks rows={cohort.rows} nameOf={nameOf} before={`${evaluation?.periodTitle ?? ''} 名次`} />
        ) : (
          <NoFigures mayRead={mayRead} isLoaded={trial.isLoaded} refused={trial.refused} hasEvaluation={!!evaluation} />
        )}
        <CorrelationCard advice={advice} />
      </div>
      <div>
        <ChecksCard errors={trial.findings?.errors ?? []} warnings={trial.findings?.warnings ?? []} advice={advice} />
        {cohort && <MoversCard rows={cohort.rows} nameOf={nameOf} />}
        <EffectiveCard advice={advice} />
      </div>
    </div>
  );

  return (
    <>
      <PageHead
        title={outline?.title ?? scheme.title}
        aside={`v${scheme.version}　方案工作台`}
        trail={['评价', '评价方案', `${scheme.code} v${scheme.version}`]}
      >
        <Checkbox checked={isMasked} onChange={(event) => setMasked(event.target.checked)} className="mask">
          隐去名称
        </Checkbox>
        {may(me, 'scheme', 'create') && (
          <Save
            code={scheme.code}
            text={edited.text}
            isChanged={edited.text !== scheme.document}
            next={next}
            obstacle={obstacleOf(edited.problem, outline, typed, trial.findings?.errors.length ?? 0)}
          />
        )}
        {may(me, 'evaluation', 'create') && (
          <Button type="primary" onClick={() => setStarting(true)}>
            启动评价
          </Button>
        )}
      </PageHead>
      <p className="notice-bar trial-bar" role="note" data-testid="trial-note">
        <strong>试算，不作为结果</strong>
        <Basis evaluation={mayRead ? evaluation : undefined} outline={outline} typed={typed} />
        {evaluations.length > 1 && mayRead && (
          <Select
            size="small"
            value={evaluation?.id}
            onChange={(id) => set('evaluation', id)}
            aria-label="用哪一期的数据"
            options={evaluations.map((each) => ({ value: each.id, label: `${each.periodTitle} v${each.version}` }))}
          />
        )}
        {trial.cohorts && trial.cohorts.length > 1 && (
          <Select
            size="small"
            value={cohort?.code}
            onChange={(each) => set('cohort', each)}
            aria-label="分组"
            options={trial.cohorts.map((each) => ({ value: each.code, label: each.title || each.code }))}
          />
        )}
        {trial.cohorts && (
          <span className="note push" data-testid="milliseconds">
            用时 {Math.max(1, Math.round(trial.milliseconds))} 毫秒
          </span>
        )}
      </p>
      <Tabs
        className="bench-tabs"
        items={[
          { key: 'bench', label: '试算', children: bench },
          { key: 'yaml', label: 'YAML', children: <YamlCard text={edited.text} take={take} /> },
        ]}
      />
      {starting && (
        <StartEvaluation close={() => setStarting(false)} started={(id) => void navigate(`/evaluations/${id}`)} />
      )}
    </>
  );
}

const latest = (evaluations: readonly Evaluation[]): Evaluation | undefined =>
  [...evaluations].sort((a, b) =>
    a.period < b.period ? 1 : a.period > b.period ? -1 : a.startedAt < b.startedAt ? 1 : -1,
  )[0];

const nodeOf = (outline: Outline, code: string): OutlineNode | null =>
  outline.groups.flatMap(({ children }) => children).find((child) => child.code === code && child.formula !== null) ??
  null;

interface Edited {
  /** The document with every weight that can be read. */
  readonly text: string;
  /** Millionths by code, of the weights that differ. */
  readonly weights: ReadonlyMap<string, bigint>;
  /** Why a typed weight is not in the text; empty: all are. */
  readonly problem: string;
}

function editedDocument(base: string, outline: Outline | null, typed: Typed): Edited {
  const weights = new Map<string, bigint>();
  const places = new Map<string, bigint>();
  for (const child of outline?.groups.flatMap(({ children }) => children) ?? []) {
    const weight = typedWeight(typed.get(child.code) ?? '');
    if (weight === null || weight === child.weight || !child.isMovable) continue;
    weights.set(child.code, weight);
    places.set(child.path, weight);
  }
  try {
    return { text: withWeights(base, places), weights, problem: '' };
  } catch (error) {
    if (!(error instanceof NotEditable)) throw error;
    return { text: base, weights, problem: error.message };
  }
}

/** What stands against saving; empty: nothing. */
function obstacleOf(problem: string, outline: Outline | null, typed: Typed, errors: number): string {
  if (problem !== '') return problem;
  for (const group of outline?.groups ?? []) {
    if (!group.children.some((child) => child.isMovable)) continue;
    const gap = gapOf(group, typed);
    if (gap === null) return '有权重没有填好：应为大于 0、至多两位小数的数';
    if (mustSum(group) && gap !== 0n) return `${group.title}的权重合计不为 100.00`;
  }
  return errors > 0 ? `${errors}项检查未通过` : '';
}

function Basis({
  evaluation,
  outline,
  typed,
}: {
  readonly evaluation: Evaluation | undefined;
  readonly outline: Outline | null;
  readonly typed: Typed;
}) {
  const lacking = outline?.groups.some((group) => mustSum(group) && gapOf(group, typed) !== 0n) ?? false;
  return (
    <span>
      {evaluation &&
        `数据：${evaluation.periodTitle}，方案 v${evaluation.version} 的评价${evaluation.hash === null ? '' : `，核验码 ${checkCode(evaluation.hash)}`}。`}
      {lacking && <b className="take-care">权重合计不足或超过 100，暂按比例折算，补足后方可保存。</b>}
    </span>
  );
}

function Ranks({
  rows,
  nameOf,
  before,
}: {
  readonly rows: readonly TrialRow[];
  readonly nameOf: (row: TrialRow) => string;
  readonly before: string;
}) {
  const both = rows.filter((row) => row.rankBefore !== null && row.rank !== null);
  const moved = both.filter(isMoved);
  const farthest = Math.max(0, ...moved.map((row) => Math.abs(placesWon(row) ?? 0)));
  const shown = charted(rows);
  const unranked = rows.filter((row) => row.rank === null);
  return (
    <Card
      title="名次变动"
      note={
        <span data-testid="moved">
          变动 {moved.length}/{both.length}家{farthest > 0 && `，最大 ${farthest} 位`}
          {shown.length < both.length && `；图上只画 ${shown.length} 家，其余见变动名单`}
        </span>
      }
      flush={true}
    >
      <Suspense fallback={<div className="chart-place" />}>
        <SlopeChart rows={shown} nameOf={nameOf} before={before} after="试算名次" />
      </Suspense>
      {unranked.length > 0 && (
        <p className="note card-foot">
          不排名：{unranked.map((row) => `${nameOf(row)}（${row.reason || '没有名次'}）`).join('、')}
        </p>
      )}
      <details className="card-foot">
        <summary>查看数据表</summary>
        <table className="plain-table" data-testid="trial-table">
          <thead>
            <tr>
              <th scope="col">机构</th>
              <th scope="col" className="number">
                原名次
              </th>
              <th scope="col" className="number">
                试算名次
              </th>
              <th scope="col" className="number">
                原总分
              </th>
              <th scope="col" className="number">
                试算总分
              </th>
              <th scope="col">等次</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.institution} data-testid="trial-row" data-rank={row.rank ?? ''}>
                <td>{nameOf(row)}</td>
                <td className="number">{row.rankBefore ?? '—'}</td>
                <td className="number">{row.rank ?? '—'}</td>
                <td className="number">{row.scoreBefore ?? '—'}</td>
                <td className="number">{row.score ?? '—'}</td>
                <td>{row.grade ?? '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Card>
  );
}

interface NoFiguresProps {
  readonly mayRead: boolean;
  readonly isLoaded: boolean;
  readonly refused: number | null;
  readonly hasEvaluation: boolean;
}

function NoFigures({ mayRead, isLoaded, refused, hasEvaluation }: NoFiguresProps) {
  if (mayRead && hasEvaluation && refused === null && !isLoaded)
    return (
      <Card title="名次变动" note="正在取回这一期的数据">
        <Skeleton active={true} paragraph={{ rows: 8 }} />
      </Card>
    );
  return (
    <Card title="名次变动">
      <div className="card-empty" data-testid="no-figures">
        {!mayRead ? (
          <p>试算要用各家的数字，本角色不能读取。权重和算式仍可查看。</p>
        ) : refused !== null ? (
          <p>没能取回这一期的数据{refused > 0 && `（${refused}）`}，请刷新页面重试。</p>
        ) : hasEvaluation ? (
          <p>按现在的方案算不出名次，原因见“检查”。</p>
        ) : (
          <>
            <p>还没有用这个方案评价过任何一期，没有可试算的数据。权重和算式仍可修改、检查和保存。</p>
            <p>
              <Link to="/evaluations">到“评价”启动一次评价</Link>，算完后回到这里。
            </p>
          </>
        )}
      </div>
    </Card>
  );
}

interface FormulaCardProps {
  readonly node: OutlineNode;
  readonly outline: Outline;
  readonly catalogue: Catalogue;
  /** @throws NotEditable */
  readonly take: (formula: string) => void;
}

function FormulaCard({ node, outline, catalogue, take }: FormulaCardProps) {
  const [text, setText] = useState(node.formula ?? '');
  const [problem, setProblem] = useState('');
  const names = useMemo(
    () => [
      ...outline.inputs.map(({ name, metric }) => ({ name, note: catalogue.titles.get(metric) ?? metric })),
      { name: 'quarters_filed', note: '窗口内已报送的季度数' },
    ],
    [outline.inputs, catalogue],
  );
  const use = (): void => {
    try {
      take(text);
      setProblem('');
    } catch (error) {
      if (!(error instanceof NotEditable)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <Card
      title={node.title}
      note={`算式${node.unit ? `，单位 ${node.unit}` : ''}`}
      extra={
        text !== node.formula && (
          <Button size="small" onClick={use} data-testid="use-formula">
            用此算式试算
          </Button>
        )
      }
    >
      <FormulaEditor value={text} names={names} change={setText} label={`${node.title}的算式`} />
      {problem !== '' && <p className="must-act">{problem}</p>}
    </Card>
  );
}

interface SaveProps {
  readonly code: string;
  readonly text: string;
  readonly isChanged: boolean;
  readonly next: number;
  readonly obstacle: string;
}

/** 另存为新版本: the edited text with the next number, as a draft. */
function Save({ code, text, isChanged, next, obstacle }: SaveProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation<SchemeSummary, Problem>({
    mutationFn: () => api.post('/schemes', { document: withVersion(text, next) }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: versionsKey(code) });
      void queries.invalidateQueries({ queryKey: ['schemes'] });
      message.success(`已另存为 v${saved.version}（草稿），须由另一名经办人审定`);
      void navigate(`/schemes/${encodeURIComponent(saved.code)}/${saved.version}/workbench`);
    },
  });
  const reason = obstacle !== '' ? obstacle : isChanged ? '' : '没有改动';
  return (
    <span className="save" title={reason}>
      <Button
        disabled={reason !== ''}
        loading={save.isPending}
        onClick={() => save.mutate()}
        data-testid="save-version"
      >
        另存为 v{next}
      </Button>
      {save.error && <FailureLine error={save.error} />}
    </span>
  );
}
