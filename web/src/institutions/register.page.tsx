import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Skeleton, Upload } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { may, useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure, FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import './institutions.css';
import { INSTITUTIONS } from './institutions.query.js';
import type { RegisterFile } from './register-shapes.js';
import { RegisterTables } from './register-tables.js';

const REGISTER = ['register'] as const;
const TRAIL = ['报送', ['机构', '/institutions'], '批量登记'] as const;

/** 批量登记: one sheet for the whole register; `?file=ID` shows what a workbook would change. */
export function RegisterPage() {
  const [address, setAddress] = useSearchParams();
  const id = address.get('file') ?? '';
  const queries = useQueryClient();
  const file = useQuery<RegisterFile, Problem>({
    queryKey: [...REGISTER, id],
    queryFn: () => api.get(`/register/${id}`),
    enabled: id !== '',
  });
  const read = useMutation<RegisterFile, Problem, File>({
    mutationFn: (chosen) => {
      const form = new FormData();
      form.append('file', chosen);
      return api.upload('/register', form);
    },
    onSuccess: (made) => {
      queries.setQueryData([...REGISTER, made.id], made);
      setAddress({ file: made.id });
    },
  });
  if (id === '')
    return (
      <>
        <PageHead title="批量登记" trail={TRAIL} />
        <FailureLine error={read.error} />
        <Start read={read.mutate} isReading={read.isPending} />
      </>
    );
  if (file.isPending) return <Skeleton active={true} paragraph={{ rows: 8 }} />;
  if (file.error) return <Failure error={file.error} retry={() => void file.refetch()} />;
  return <Previewed file={file.data} leave={() => setAddress({})} />;
}

function Start({ read, isReading }: { readonly read: (file: File) => void; readonly isReading: boolean }) {
  return (
    <Card>
      <ol className="register-steps">
        <li>
          下载工作簿：
          <a href={`${API}/register/workbook.xlsx`} download={true}>
            空模板
          </a>
          ，或
          <a href={`${API}/register/workbook.xlsx?filled=yes`} download={true}>
            带现有名册的工作簿
          </a>
          。一家机构一行；“说明”一页写明每列怎么填。
        </li>
        <li>填好后上传，先看会新增、变更什么，哪些有问题；这时名册不变。</li>
        <li>确认后一次写入。要登录的人由安全管理员在“用户”页建立账号，打印账号通知单。</li>
      </ol>
      <Upload.Dragger
        accept=".xlsx,.csv"
        showUploadList={false}
        disabled={isReading}
        beforeUpload={(chosen) => {
          read(chosen);
          return false;
        }}
      >
        <p className="drop-title">{isReading ? '正在读取…' : '把填好的名册拖到这里，或点击选择'}</p>
        <p className="note">.xlsx 或 .csv，不超过 4 MB、2000 行。同一个文件再传一次，什么也不会变。</p>
      </Upload.Dragger>
    </Card>
  );
}

function Previewed({ file, leave }: { readonly file: RegisterFile; readonly leave: () => void }) {
  const queries = useQueryClient();
  const commit = useMutation<RegisterFile, Problem>({
    mutationFn: () => api.post(`/register/${file.id}/commit`, { skip: file.counts.problems > 0 }),
    onSuccess: (done) => {
      queries.setQueryData([...REGISTER, file.id], done);
      void queries.invalidateQueries({ queryKey: INSTITUTIONS });
    },
  });
  const { counts } = file;
  const good = counts.added + counts.changed;
  const figures: [string, number][] = [
    ['新增', counts.added],
    ['变更', counts.changed],
    ['不变', counts.unchanged],
    ['有问题', counts.faulty],
  ];
  return (
    <>
      <PageHead title="批量登记" aside={file.fileName} trail={TRAIL}>
        <Button onClick={leave} disabled={commit.isPending}>
          {file.outcome ? '再登记一个文件' : '放弃'}
        </Button>
        {file.state === 'previewed' && (
          <Button
            type="primary"
            loading={commit.isPending}
            disabled={good === 0}
            onClick={() => commit.mutate()}
            data-testid="register-commit"
          >
            {counts.problems > 0 ? `登记无误的 ${good} 家` : `登记 ${good} 家`}
          </Button>
        )}
      </PageHead>
      <FailureLine error={commit.error} />
      {file.outcome && <Done file={file} />}
      <div className="counters">
        <dl data-testid="register-counts">
          {figures.map(([term, count]) => (
            <div key={term} className={term === '有问题' && count > 0 ? 'bad' : undefined}>
              <dt>{term}</dt>
              <dd>{count}</dd>
            </div>
          ))}
        </dl>
        <span className="note">
          {file.uploadedBy} {moment(file.uploadedAt)} 上传
        </span>
      </div>
      {file.state === 'previewed' && <Remarks file={file} good={good} />}
      <RegisterTables file={file} />
    </>
  );
}

function Remarks({ file: { counts, ignored }, good }: { readonly file: RegisterFile; readonly good: number }) {
  return (
    <>
      {counts.problems > 0 && (
        <p className="notice-bar" role="status">
          {counts.faulty} 行有问题，不会登记，其余照常；在工作簿里改正后整个重新上传即可。
        </p>
      )}
      {counts.problems === 0 && good === 0 && (
        <p className="notice-bar" role="status" data-testid="register-same">
          与名册相同，没有要登记的内容。
        </p>
      )}
      {counts.accounts > 0 && (
        <p className="note register-remark">登记后会提出 {counts.accounts} 个账号申请，由安全管理员建立。</p>
      )}
      {ignored.length > 0 && <p className="note register-remark">没有读的列：{ignored.join('、')}</p>}
    </>
  );
}

function Done({ file: { outcome } }: { readonly file: RegisterFile }) {
  const { data: me } = useSession();
  if (outcome === null) return null;
  const parts = [
    `新增 ${outcome.added} 家`,
    `变更 ${outcome.changed} 家`,
    outcome.events > 0 ? `更名或变更类型 ${outcome.events} 项` : '',
    outcome.aliases > 0 ? `记下别名 ${outcome.aliases} 个` : '',
  ].filter((part) => part !== '');
  return (
    <Card>
      <div role="status" data-testid="register-done">
        <p>
          <strong>已登记：{parts.join('，')}。</strong>
        </p>
        {outcome.accounts > 0 && (
          <p>
            提出了 {outcome.accounts} 个账号申请。
            {may(me, 'user', 'import')
              ? '下一步：在“用户”页建立账号并打印账号通知单。'
              : '请安全管理员在“用户”页建立。'}
          </p>
        )}
        <div className="row-acts register-next">
          {outcome.accounts > 0 && may(me, 'user', 'import') && (
            <Link to="/users?requests=open">
              <Button type="primary">去建立账号</Button>
            </Link>
          )}
          <Link to="/institutions">
            <Button>看机构名册</Button>
          </Link>
          {may(me, 'obligation', 'generate') && (
            <Link to="/obligations">
              <Button>生成填报任务</Button>
            </Link>
          )}
        </div>
      </div>
    </Card>
  );
}
