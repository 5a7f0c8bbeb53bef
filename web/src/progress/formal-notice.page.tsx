import { Button, Skeleton } from 'antd';
import { useParams } from 'react-router';
import { dayTitle } from '../../../src/calendar/day.js';
import { moment } from '../figures/moment.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import './formal-notice.css';
import { useFormalNotice } from './progress.query.js';

/** 催报通知书 on A4: what the paper says is what was recorded on its day. */
export function FormalNoticePage() {
  const { data, error, isPending, refetch } = useFormalNotice(useParams().id ?? '');
  if (isPending) return <Skeleton active={true} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const { facts } = data;
  const legal = [
    facts.table === null ? null : `表号 ${facts.table}`,
    facts.authority === null ? null : `制定机关 ${facts.authority}`,
    facts.approval === null ? null : `批准文号 ${facts.approval}`,
    facts.validUntil === null ? null : `有效期至 ${dayTitle(facts.validUntil)}`,
  ].filter((each) => each !== null);
  return (
    <>
      <PageHead title="催报通知书" aside={data.number} trail={['报送', ['报送进度', '/progress'], '催报通知书']}>
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
      </PageHead>
      {legal.length < 4 && (
        <p className="notice-bar no-print" role="note">
          该报表没有写全表号、制定机关、批准文号和有效期，对方可以据此拒报；请先在报表设置里补全。
        </p>
      )}
      <article className="paper" data-testid="formal-notice">
        <h1>催报通知书</h1>
        <p className="paper-number">{data.number}</p>
        <p className="paper-to">{facts.name}：</p>
        <p>
          你单位应报送的{facts.periodTitle}《{facts.formTitle}》{legal.length > 0 && `（${legal.join('，')}）`}
          ，报送期限为{facts.dueTitle}。截至本通知发出之时，系统记录为：{facts.state}。
        </p>
        <p>请于{data.untilTitle}前登录绿评系统填报，经复核人签署后提交；系统显示“已提交”并出具回执后方为完成。</p>
        <p>如无相关业务，请作零报；如有特殊情况需要延期或者免报，请在系统内申请并写明理由。逾期情况将计入报送质量。</p>
        <div className="paper-sign">
          <p>（发文单位印章）</p>
          <p>{dayTitle(moment(data.issuedAt).slice(0, 10))}</p>
        </div>
        <p className="paper-foot">
          {facts.institution === null ? '' : `统一社会信用代码 ${facts.institution}　`}经办 {data.issuedBy}
        </p>
      </article>
    </>
  );
}
