import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Empty, Form, Input, Select, Spin, Table, Upload } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useInstitutionNames } from '../api/catalogue.query.js';
import { API, api } from '../api/client.js';
import { usePages } from '../api/pages.query.js';
import type { Problem } from '../api/problem.js';
import { useSession } from '../api/session.query.js';
import { checkCode } from '../figures/figure-text.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { DayInput } from '../shell/day-input.js';
import { FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import { type Handed, takeHanded } from '../trial/handed.js';
import '../trial/trial.css';
import { lastEnded } from '../trial/use-own-sheet.js';
import '../imports/imports.css';
import './backfill.css';
import type { BackfillAnswer, BackfillItem, BackfillPreview } from './backfill-shapes.js';
import { PlacesMatrix } from './places-matrix.js';
import { SingleCard } from './single-card.js';
import { TemplateCard } from './template-card.js';

interface Choices {
  readonly sheet?: number;
  readonly header?: Handed['header'];
  readonly columns?: readonly Record<string, unknown>[];
  readonly period?: string;
  readonly institution?: string;
  readonly names: Readonly<Record<string, string | null>>;
}

interface Asked {
  readonly file: File;
  readonly choices: Choices;
}

interface Why {
  readonly reason: string;
  readonly document: string;
  readonly sender: string;
  readonly receivedOn: string;
}

const formOf = ({ file, choices }: Asked, why?: Why & { readonly skip: boolean }): FormData => {
  const form = new FormData();
  form.append('choices', JSON.stringify(choices));
  if (why) form.append('why', JSON.stringify(why));
  form.append('file', file);
  return form;
};

/** What the trial said of the sheet goes on to hold. */
const choicesOf = ({ sheet, header, columns, period, names }: Handed): Choices => ({
  sheet,
  header,
  columns: columns.map(({ index, role, metric, unit, period: of }) => ({ index, role, metric, unit, period: of })),
  period,
  // Names that the register knows by itself need not be said; those outside it are not filed.
  names,
});

const BACKFILLS = ['backfills'] as const;

/** 补录历史: former quarters from a workbook, previewed, received in one act, accepted by another person. */
export function BackfillPage() {
  const { data: me } = useSession();
  const queries = useQueryClient();
  const institutions = useInstitutionNames();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [institution, setInstitution] = useState('');
  const preview = useMutation<BackfillPreview, Problem, Asked>({
    mutationFn: (next) => api.upload('/backfills/preview', formOf(next)),
  });
  const commit = useMutation<BackfillAnswer, Problem, Why>({
    mutationFn: (why) => api.upload('/backfills', formOf(asked as Asked, { ...why, skip: true })),
    onSuccess: () => {
      setAsked(null);
      preview.reset();
      void queries.invalidateQueries({ queryKey: BACKFILLS });
    },
  });
  const { mutate } = preview;
  const ask = (next: Asked): void => {
    setAsked(next);
    commit.reset();
    mutate(next);
  };
  useEffect(() => {
    const handed = takeHanded();
    if (!handed) return;
    const next = { file: handed.file, choices: choicesOf(handed) };
    setAsked(next);
    mutate(next);
  }, [mutate]);
  const today = (me?.now ?? '').slice(0, 10);
  const seen = asked && preview.data;
  return (
    <>
      <PageHead title="补录历史" aside={asked?.file.name} trail={['报送', '补录历史']}>
        {asked && (
          <Button
            onClick={() => {
              setAsked(null);
              preview.reset();
            }}
          >
            换一个文件
          </Button>
        )}
      </PageHead>
      <FailureLine error={preview.error ?? commit.error} />
      {commit.data && <Done answer={commit.data} />}
      {preview.isPending && (
        <Card>
          <Spin /> 正在读取和比对…
        </Card>
      )}
      {!asked && (
        <>
          <Card title="补录前几年的季度数据" note="补录并采纳后，增速和纵向基准才算得出来；取数上注明“补录”">
            <Upload.Dragger
              accept=".csv,.xlsx"
              showUploadList={false}
              beforeUpload={(file) => {
                ask({ file, choices: { names: {}, ...(institution === '' ? {} : { institution }) } });
                return false;
              }}
            >
              <p className="drop-title">把历史工作簿拖到这里，或点击选择</p>
              <p className="note">
                下面的模板、导入用的长表宽表，或您自己的表都行：一行一家一季，或一家一张（行是指标，列是季度）。先预览，不入库。
              </p>
            </Upload.Dragger>
            <div className="backfill-fields below">
              表里没有机构一列时，这份表是
              <Select
                aria-label="这份表是哪一家的"
                className="field-institution"
                allowClear={true}
                showSearch={{ optionFilterProp: 'label' }}
                placeholder="选机构（表里有机构列则不用选）"
                value={institution === '' ? null : institution}
                onChange={(uscc: string | null | undefined) => setInstitution(uscc ?? '')}
                options={[...institutions].map(([value, label]) => ({ value, label }))}
              />
              的
            </div>
          </Card>
          {me && <TemplateCard last={lastEnded(me.now)} />}
        </>
      )}
      {seen && (
        <Seen
          asked={asked}
          seen={seen}
          today={today}
          ask={ask}
          commit={(why) => commit.mutate(why)}
          isCommitting={commit.isPending}
        />
      )}
      {!asked && <SingleCard today={today} />}
      <History />
    </>
  );
}

function Done({ answer }: { readonly answer: BackfillAnswer }) {
  return (
    <Card className="backfill-done">
      <p data-testid="backfill-done">
        已补录{answer.filings.length}张报表，等待另一人审核采纳
        {answer.skipped > 0 ? `；${answer.skipped}张没有补录` : ''}。 收下的人不能自己采纳。
        <Link to="/review">去审核队列</Link>
      </p>
    </Card>
  );
}

interface SeenProps {
  readonly asked: Asked;
  readonly seen: BackfillPreview;
  readonly today: string;
  readonly ask: (next: Asked) => void;
  readonly commit: (why: Why) => void;
  readonly isCommitting: boolean;
}

function Seen({ asked, seen, today, ask, commit, isCommitting }: SeenProps) {
  const institutions = useInstitutionNames();
  const count = (verdict: string): number => seen.places.filter((place) => place.verdict === verdict).length;
  const ready = count('ready');
  const problems = seen.issues.filter(({ isProblem }) => isProblem);
  const [all, setAll] = useState(false);
  const places = seen.places
    .filter(({ verdict }) => verdict === 'conflict' || verdict === 'blocked')
    .map(({ institutionName, period, why }) => ({
      sheet: '',
      place: period,
      raw: institutionName,
      message: why,
      isProblem: true,
    }));
  const lines = [...places, ...problems, ...seen.issues.filter(({ isProblem }) => !isProblem)];
  return (
    <>
      <section className="counters" aria-label="预览">
        <dl>
          <div>
            <dt>可收</dt>
            <dd data-testid="backfill-ready">{ready}张</dd>
          </div>
          <div>
            <dt>无变化</dt>
            <dd>{count('same')}张</dd>
          </div>
          <div className={count('conflict') > 0 ? 'bad' : undefined}>
            <dt>冲突</dt>
            <dd>{count('conflict')}张</dd>
          </div>
          <div className={count('blocked') > 0 ? 'bad' : undefined}>
            <dt>不能补录</dt>
            <dd>{count('blocked')}张</dd>
          </div>
          <div className={problems.length > 0 ? 'bad' : undefined}>
            <dt>有问题的格</dt>
            <dd>{problems.length}处</dd>
          </div>
        </dl>
      </section>
      {seen.unknown.length > 0 && (
        <Card title={`${seen.unknown.length}个名称名册里没有`} note="指明是哪一家，或不补录">
          {seen.unknown.map(({ name, candidates }) => (
            <div key={name} className="backfill-fields unknown-name">
              <span className="unknown">{name}</span>
              <Select
                aria-label={`${name}是哪一家`}
                className="field-institution"
                showSearch={{ optionFilterProp: 'label' }}
                placeholder={candidates[0] ? `是否 ${candidates[0].name}` : '从名册里选'}
                options={[
                  { value: '', label: '不补录' },
                  ...candidates.map(({ uscc, name: near }) => ({ value: uscc, label: near })),
                  ...[...institutions]
                    .filter(([uscc]) => !candidates.some((each) => each.uscc === uscc))
                    .map(([value, label]) => ({ value, label })),
                ]}
                onChange={(uscc: string) =>
                  ask({
                    ...asked,
                    choices: { ...asked.choices, names: { ...asked.choices.names, [name]: uscc === '' ? null : uscc } },
                  })
                }
              />
            </div>
          ))}
        </Card>
      )}
      <Card title="各机构各季度" note={`文件哈希 ${checkCode(seen.sha256)}`} flush={true}>
        {seen.places.length === 0 ? (
          <Empty description="没有认出机构、季度和指标。">
            请看下面的原因；也可以先到<Link to="/trial">用我自己的表</Link>里指明各列，再转来补录。
          </Empty>
        ) : (
          <PlacesMatrix places={seen.places} />
        )}
      </Card>
      {lines.length > 0 && (
        <Card
          title="没有采用的"
          note={`${lines.length}处，其中${places.length + problems.length}处有问题`}
          extra={
            lines.length > 8 && (
              <button type="button" className="link-button" onClick={() => setAll(!all)}>
                {all ? '收起' : `全部${lines.length}处`}
              </button>
            )
          }
        >
          <ul className="left-out" data-testid="backfill-issues">
            {(all ? lines : lines.slice(0, 8)).map(({ sheet, place, raw, message, isProblem }) => (
              <li key={`${sheet} ${place} ${message}`} className={isProblem ? 'problem' : undefined}>
                <span className="own-place">{place}</span>
                <span className="what">{raw || '（空）'}</span>
                <span className="note">{message}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title="补录" note="收下后为已提交的报表，由另一人审核采纳；文件原件和哈希留存">
        <Form<Why>
          layout="vertical"
          requiredMark={false}
          className="backfill-form"
          initialValues={{ receivedOn: today, sender: '' }}
          onFinish={commit}
        >
          <Form.Item name="reason" label="补录原因" rules={[{ required: true, min: 2, message: '请写明原因' }]}>
            <Input maxLength={500} placeholder="如：首年开办，补录上年数据以计算增速" data-testid="backfill-reason" />
          </Form.Item>
          <Form.Item name="document" label="数据来源文件" rules={[{ required: true, min: 2, message: '请写明来源' }]}>
            <Input maxLength={500} placeholder="如：区金融统计台账（2024–2025）" data-testid="backfill-document" />
          </Form.Item>
          <Form.Item name="sender" label="提供人">
            <Input maxLength={100} placeholder="谁发来的" />
          </Form.Item>
          <Form.Item name="receivedOn" label="收到日期" rules={[{ required: true, message: '请选日期' }]}>
            <DayInput max={today} />
          </Form.Item>
          <Button
            type="primary"
            htmlType="submit"
            disabled={ready === 0}
            loading={isCommitting}
            data-testid="backfill-commit"
          >
            补录可收的{ready}张
          </Button>
        </Form>
      </Card>
    </>
  );
}

function History() {
  const pages = usePages<BackfillItem>(BACKFILLS, '/backfills');
  if (pages.error || !pages.items || pages.items.length === 0) return null;
  return (
    <Card title="补录过的文件" flush={true}>
      <Table
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={pages.items}
        columns={[
          {
            title: '文件',
            render: (_, { id, fileName, sha256 }) => (
              <>
                <a href={`${API}/backfills/${id}/original`}>{fileName}</a>
                <span className="note block">{checkCode(sha256)}</span>
              </>
            ),
          },
          { title: '原因', dataIndex: 'reason' },
          {
            title: '来源',
            render: (_, { document, sender, receivedOn }) => (
              <>
                {document}
                <span className="note block">
                  {sender} {receivedOn}收到
                </span>
              </>
            ),
          },
          { title: '报表', width: 140, render: (_, { filings, accepted }) => `${filings}张，已采纳${accepted}张` },
          {
            title: '补录人',
            width: 160,
            render: (_, { keptBy, keptAt }) => (
              <>
                {keptBy}
                <span className="note block">{moment(keptAt)}</span>
              </>
            ),
          },
        ]}
      />
      <Pager pages={pages} />
    </Card>
  );
}
