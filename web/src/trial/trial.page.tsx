import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Select, Skeleton, Upload } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { periodTitle } from '../../../src/calendar/period.js';
import type { OwnFile } from '../../../src/trial/own-sheet.js';
import { useMetrics } from '../api/catalogue.query.js';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import type { SchemeVersion } from '../api/shapes.js';
import { useSchemes, versionAddress } from '../schemes/schemes.query.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { ColumnsCard } from './columns-card.js';
import { hand } from './handed.js';
import { KeepDialog } from './keep-dialog.js';
import { LeftOutCard } from './left-out-card.js';
import { DoubtCard, NamesCard } from './names-card.js';
import { type Method, pose, usableOf } from './question.js';
import { RanksTable } from './ranking-card.js';
import { SourceDrawer } from './source-drawer.js';
import './trial.css';
import { saveTrial } from './trial-export.js';
import { useOwnSheet } from './use-own-sheet.js';
import { useRanks } from './use-ranks.js';

/** 用我自己的表: any sheet with names and figures is ranked at once; nothing of it is stored. */
export function TrialPage() {
  const [opened, setOpened] = useState<{ readonly file: File; readonly read: OwnFile } | null>(null);
  const metrics = useMetrics();
  const read = useMutation<OwnFile, Problem, File>({
    mutationFn: (file) => {
      const form = new FormData();
      form.append('file', file);
      return api.upload('/trials/sheets', form);
    },
    onSuccess: (answer, file) => setOpened({ file, read: answer }),
  });
  if (opened && metrics.size > 0)
    return (
      <OwnSheetView
        key={`${opened.read.sha256} ${opened.file.name}`}
        file={opened.file}
        read={opened.read}
        again={() => setOpened(null)}
      />
    );
  return (
    <>
      <PageHead title="用我自己的表" trail={['评价', '用我自己的表']} />
      <FailureLine error={read.error} />
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
          <p className="drop-title">{read.isPending ? '正在读取…' : '把您手头的表拖到这里，或点击选择'}</p>
          <p className="note">
            任何有机构名称和数字的 .xlsx、.csv 都行：表上有标题、单位、合计行也认得。马上排出名次，标“试算”。
          </p>
          <p className="note">服务器不保存文件，也不保存数字；数字只在本页计算。</p>
        </Upload.Dragger>
      </Card>
      <Card title="怎么用">
        <ol className="steps">
          <li>拖入表。表头如“绿色贷款余额（亿元）”自动认成指标和单位，单位按目录换算。</li>
          <li>名册里认不出的机构逐个问您；每列的用途都可以改，排名随即重算。</li>
          <li>
            点机构名，看每个数字来自哪一格。满意了，可以导出、保存对应关系，或把它作为
            <Link to="/backfill">历史补录</Link>。
          </li>
        </ol>
      </Card>
    </>
  );
}

/** Text of a scheme; undefined as long as none is chosen or there. */
function useSchemeDocument(code: string, version: number): string | undefined {
  const { data } = useQuery<SchemeVersion, Problem>({
    queryKey: ['schemes', code, version],
    queryFn: () => api.get(versionAddress({ code, version })),
    enabled: code !== '',
  });
  return code === '' ? undefined : data?.document;
}

interface OwnSheetViewProps {
  readonly file: File;
  readonly read: OwnFile;
  readonly again: () => void;
}

function OwnSheetView({ file, read, again }: OwnSheetViewProps) {
  const { data: me } = useSession();
  const navigate = useNavigate();
  const { view, controls } = useOwnSheet(read);
  const [picked, setPicked] = useState('equal');
  const [shown, setShown] = useState<string | null>(null);
  const [keeping, setKeeping] = useState(false);
  const { data: schemes } = useSchemes();
  const [code = '', version = '0'] = picked.startsWith('scheme:') ? picked.slice('scheme:'.length).split('@') : [];
  const scheme = useSchemeDocument(code, Number.parseInt(version, 10));
  const usable = useMemo(() => usableOf(view), [view]);
  const method: Method | null = useMemo(() => {
    if (picked.startsWith('single:')) return { kind: 'single', metric: picked.slice('single:'.length) };
    if (!picked.startsWith('scheme:')) return { kind: 'equal' };
    return scheme === undefined
      ? null
      : { kind: 'scheme', code, version: Number.parseInt(version, 10), document: scheme };
  }, [picked, scheme, code, version]);
  const posed = useMemo(() => (method ? pose(view, method) : null), [view, method]);
  const ranks = useRanks(posed?.question ?? null);
  const save = useMutation<void, Problem>({
    mutationFn: () => (posed && ranks.results ? saveTrial(view, posed, ranks.results) : Promise.resolve()),
  });
  const result = ranks.results?.find(({ institution }) => institution === shown) ?? null;
  const names = new Map(view.parties.map(({ name, key }) => [name, key]));
  const onwards = (): void => {
    hand({
      file,
      sheet: controls.sheetIndex,
      header: view.layout.header,
      columns: view.layout.columns,
      period: view.period,
      names: Object.fromEntries(
        view.parties.map(({ name, key }) => [name, key === null || key.startsWith('本表:') ? null : key]),
      ),
    });
    void navigate('/backfill');
  };
  return (
    <>
      <PageHead
        title="用我自己的表"
        aside={<span className="trial-mark">试算，不作为结果</span>}
        trail={['评价', '用我自己的表']}
      >
        <Button onClick={again}>换一个表</Button>
        {may(me, 'trial', 'keep') && <Button onClick={() => setKeeping(true)}>保存对应关系</Button>}
        {may(me, 'backfill', 'create') && <Button onClick={onwards}>作为历史补录</Button>}
        <Button type="primary" disabled={!ranks.results} loading={save.isPending} onClick={() => save.mutate()}>
          导出
        </Button>
      </PageHead>
      <FailureLine error={save.error} />
      <Card>
        <div className="trial-choices">
          <span className="file-name" title={read.name}>
            {read.name}
          </span>
          {read.sheets.length > 1 && (
            <div className="choice">
              工作表
              <Select
                size="small"
                value={controls.sheetIndex}
                options={read.sheets.map(({ name }, value) => ({ value, label: name }))}
                onChange={controls.setSheet}
              />
            </div>
          )}
          <div className="choice">
            表头
            <Select
              size="small"
              aria-label="表头行"
              value={view.layout.header?.first ?? 0}
              options={[
                ...(view.layout.header === null ? [{ value: 0, label: '没有认出' }] : []),
                ...view.sheet.rows.slice(0, 30).map(({ number }) => ({
                  value: number,
                  label:
                    number === view.layout.header?.first && view.layout.header.last > number
                      ? `第${number}–${view.layout.header.last}行`
                      : `第${number}行`,
                })),
              ]}
              onChange={(row: number) => row > 0 && controls.setHeader(row)}
            />
          </div>
          <div className="choice">
            本期
            <Select
              size="small"
              aria-label="本期"
              value={view.period}
              options={view.periods.map((value) => ({ value, label: periodTitle(value) }))}
              onChange={controls.setPeriod}
            />
          </div>
          <div className="choice">
            排名方法
            <Select
              className="method"
              size="small"
              aria-label="排名方法"
              data-testid="trial-method"
              value={picked}
              onChange={setPicked}
              options={[
                {
                  label: '马上能排的',
                  options: [
                    { value: 'equal', label: `按各列等权（${usable.length}列）` },
                    ...usable.map(({ metric, title }) => ({ value: `single:${metric}`, label: `只按 ${title}` })),
                  ],
                },
                {
                  label: '本区的评价方案',
                  options: (schemes ?? []).map((each) => ({
                    value: `scheme:${each.code}@${each.version}`,
                    label: `${each.title} v${each.version}`,
                  })),
                },
              ]}
            />
          </div>
          {view.mapping && (
            <span className="note">
              已照保存的对应关系“{view.mapping.name}”识别　
              <button type="button" className="link-button" onClick={controls.refuseMapping}>
                不用它
              </button>
            </span>
          )}
        </div>
      </Card>
      <DoubtCard view={view} controls={controls} />
      <Card
        title={`试算排名　${posed?.title ?? ''}`}
        note={`${periodTitle(view.period)}　${view.parties.filter(({ key }) => key !== null).length}家`}
        flush={true}
      >
        {posed === null || view.isMatching || (posed.question && !ranks.results && ranks.refused.length === 0) ? (
          <Skeleton active={true} className="trial-wait" />
        ) : posed.question === null ? (
          <p className="trial-nothing">{posed.why}</p>
        ) : ranks.results ? (
          <RanksTable results={ranks.results} open={setShown} />
        ) : (
          <ul className="faults trial-nothing">
            {ranks.refused.map(({ path, message, found }) => (
              <li key={`${path} ${message}`}>
                {message}（{path} {found}）
              </li>
            ))}
          </ul>
        )}
      </Card>
      {posed && <LeftOutCard view={view} posed={posed} />}
      <ColumnsCard view={view} controls={controls} />
      <NamesCard view={view} controls={controls} />
      <SourceDrawer
        result={result}
        period={view.period}
        fileName={read.name}
        titleOf={(metric) =>
          view.metrics.get(metric)?.title ?? usable.find((each) => each.metric === metric)?.title ?? metric
        }
        figures={view.reading.figures.filter(({ party }) => names.get(party) === shown)}
        close={() => setShown(null)}
      />
      {keeping && (
        <KeepDialog
          view={view}
          controls={controls}
          suggested={read.name.replace(/\.[^.]*$/, '').slice(0, 60)}
          close={() => setKeeping(false)}
        />
      )}
    </>
  );
}
