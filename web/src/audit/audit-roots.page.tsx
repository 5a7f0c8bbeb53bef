import { Button, Empty, Skeleton } from 'antd';
import { usePages } from '../api/pages.query.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { Pager } from '../shell/pager.js';
import './audit.css';
import { AUDIT } from './audit.query.js';
import type { DayRoot } from './audit-shapes.js';

/** 每日根: what the auditor keeps on paper, so that no rewriting of the past goes unseen. */
export function AuditRootsPage() {
  const now = new Date().toISOString();
  const today = moment(now).slice(0, 10);
  const pages = usePages<DayRoot>([...AUDIT, 'roots'], '/audit/roots?limit=100');
  return (
    <>
      <PageHead title="每日根" trail={['系统', ['审计', '/audit'], '每日根']}>
        <Button type="primary" onClick={() => window.print()} disabled={!pages.items?.length} data-testid="print-roots">
          打印
        </Button>
      </PageHead>
      <p className="notice-bar">
        每天最后一个封存根概括到当天为止的全部记录。请打印后由审计机关留存；日后在服务器上运行
        <code className="audit-command">greenrank audit verify --anchor 根</code>
        ，即可查明这之前的记录有无删改。
      </p>
      {pages.isPending && <Skeleton active={true} />}
      {pages.error && <Failure error={pages.error} retry={pages.refetch} />}
      {pages.items && (
        <Card flush={true}>
          {pages.items.length === 0 ? (
            <Empty description="尚无封存。第一条记录写入后几秒内即有。" />
          ) : (
            <table className="plain-table">
              <thead>
                <tr>
                  <th>日期</th>
                  <th className="number">批次</th>
                  <th className="number">累计记录</th>
                  <th>根</th>
                </tr>
              </thead>
              <tbody>
                {pages.items.map(({ day, batch, entries, root }) => (
                  <tr key={day} data-testid="root-row">
                    <td>
                      {day}
                      {day === today && <span className="note">　当天未完，根还会变</span>}
                    </td>
                    <td className="number">{batch}</td>
                    <td className="number">{entries}</td>
                    <td className="root">{root}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <Pager pages={pages} />
        </Card>
      )}
      <p className="audit-receipt">
        <span>打印：{moment(now)}</span>
        <span>审计机关签收：</span>
        <span>日期：</span>
      </p>
    </>
  );
}
