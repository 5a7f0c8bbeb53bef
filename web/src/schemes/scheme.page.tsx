import { Button, Skeleton, Tabs } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router';
import { may, useSession } from '../api/session.query.js';
import type { SchemeVersion } from '../api/shapes.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Consultation } from './consultation.js';
import { DocumentLines } from './document-lines.js';
import { Overview } from './overview.js';
import { SchemeActions } from './scheme-actions.js';
import './schemes.css';
import { useVersion, versionPage } from './schemes.query.js';
import { Standing } from './standing.js';
import { Versions } from './versions.js';

/** One version of a scheme: what it says, how it came about, what is to be done with it. */
export function SchemePage() {
  const { code = '', version: written = '' } = useParams();
  const version = /^[1-9]\d{0,8}$/.test(written) ? Number.parseInt(written, 10) : 0;
  const { data: me } = useSession();
  const [address, setAddress] = useSearchParams();
  const { data: scheme, error, isPending, refetch } = useVersion({ code, version });
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const mayDraft = may(me, 'scheme', 'create');
  const replies = scheme.consultation === null ? '' : `（${scheme.consultation.replies}）`;
  const tabs = [
    { key: 'overview', label: '概览', children: <Overview scheme={scheme} /> },
    { key: 'document', label: '文档', children: <DocumentLines text={scheme.document} /> },
    { key: 'versions', label: '版本与差异', children: <Versions scheme={scheme} /> },
    { key: 'consultation', label: `征求意见${replies}`, children: <Consultation scheme={scheme} /> },
  ];
  const asked = address.get('tab') ?? 'overview';
  return (
    <>
      <PageHead
        title={scheme.title}
        aside={
          <>
            v{scheme.version}　<Standing scheme={scheme} />
          </>
        }
        trail={['评价', ['评价方案', '/schemes'], `${scheme.code} v${scheme.version}`]}
      >
        <Link to={`${versionPage(scheme)}/methodology`}>
          <Button data-testid="to-methodology">办法说明</Button>
        </Link>
        <Link to={`${versionPage(scheme)}/disclosure`}>
          <Button data-testid="to-disclosure">公开方式预览</Button>
        </Link>
        {mayDraft && (
          <>
            <Link to={`${versionPage(scheme)}/workbench`}>
              <Button data-testid="to-workbench">打开工作台</Button>
            </Link>
            <Link to={`/schemes/new?from=${encodeURIComponent(`${scheme.code}@${scheme.version}`)}`}>
              <Button data-testid="new-version">新建版本</Button>
            </Link>
          </>
        )}
        <SchemeActions scheme={scheme} />
      </PageHead>
      <LifeNotice scheme={scheme} />
      <Card flush={true} className="scheme-card">
        <Tabs
          className="scheme-tabs"
          activeKey={tabs.some(({ key }) => key === asked) ? asked : 'overview'}
          onChange={(tab) => setAddress({ tab }, { replace: true })}
          items={tabs}
        />
      </Card>
    </>
  );
}

/** What stands in the way of using it, in one line. */
function LifeNotice({ scheme }: { readonly scheme: SchemeVersion }) {
  const { state, retired, consultation } = scheme;
  if (scheme.register !== 'district')
    return (
      <p className="notice-bar" role="note">
        <strong>公开数据方法演示</strong>　仅用于说明方法，不是正式评价，没有文号和施行日期。
      </p>
    );
  if (state === 'retired')
    return (
      <p className="notice-bar" role="note">
        <strong>已废止</strong>　理由：{retired?.reason}。再用它评价只能试算，不得公布；此前的评价不受影响。
      </p>
    );
  if (state === 'draft')
    return (
      <p className="notice-bar" role="note">
        <strong>草稿</strong>　用它评价只能试算，不得公布。可先征求意见，也可由另一名经办人直接审定；起草人不得审定。
      </p>
    );
  if (state === 'consultation')
    return (
      <p className="notice-bar" role="note">
        <strong>征求意见</strong>　{consultation?.opensOn} 至 {consultation?.closesOn}
        。期满且每条意见都写明是否采纳后，由另一名经办人审定。 文本不能改；要改请新建版本。
      </p>
    );
  if (state === 'reviewed')
    return (
      <p className="notice-bar" role="note">
        <strong>已审定，尚未发布施行</strong>　可以评价并公布，但结果上会注明没有文号和施行日期。
      </p>
    );
  return null;
}
