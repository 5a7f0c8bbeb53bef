import { Empty, Skeleton, Table, type TableColumnsType, Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { FormMetrics } from './form-metrics.js';
import { FormRules } from './form-rules.js';
import { type FormItem, rulesOf, useFormsCatalogue } from './forms.query.js';
import './forms.css';

/** 报表与规则: what is asked, on which authority, and what is checked. `?form=CODE` opens one. */
export function FormsPage() {
  const { data, error, isPending, refetch } = useFormsCatalogue();
  const [terms, setTerms] = useSearchParams();
  if (isPending) return <Skeleton active />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const { forms } = data;
  const open = forms.find((form) => form.form === terms.get('form')) ?? forms[0];
  if (!open) return <Empty description="尚无报表" />;
  const rules = rulesOf(open, data);
  const tab = terms.get('tab') === 'rules' ? 'rules' : 'metrics';
  const go = (form: string, to: string): void => setTerms({ form, ...(to === 'rules' ? { tab: to } : {}) });
  const columns: TableColumnsType<FormItem> = [
    {
      title: '报表',
      render: (_, form) => (
        <button
          type="button"
          className="link-button"
          aria-current={form === open ? 'true' : undefined}
          onClick={() => go(form.form, tab)}
        >
          {form.title}
        </button>
      ),
    },
    { title: '版本', width: 72, render: (_, { version }) => `第${version}版` },
    { title: '表号', width: 128, render: (_, { table }) => <Registered text={table} /> },
    { title: '制定机关', width: 144, render: (_, { authority }) => <Registered text={authority} /> },
    { title: '批准文号', width: 176, render: (_, { approval }) => <Registered text={approval} /> },
    { title: '有效期至', width: 112, render: (_, { validUntil }) => <Registered text={validUntil} /> },
    { title: '指标', width: 72, align: 'right', render: (_, form) => countOf(form) },
  ];
  return (
    <>
      <PageHead title="报表与规则" trail={['报送', '报表与规则']} />
      <Card title="报表" note={`${forms.length}张，按最新版本`} flush={true}>
        <Table
          rowKey="form"
          size="small"
          columns={columns}
          dataSource={[...forms]}
          pagination={false}
          rowClassName={(form) => (form === open ? 'open-form' : '')}
        />
      </Card>
      <Card className="form-detail" title={open.title} note={`${open.form}　第${open.version}版`} flush={true}>
        {open.warnings.map((warning) => (
          <p key={warning} className="notice-bar" role="note" data-testid="form-warning">
            ▲ {warning}
          </p>
        ))}
        <Tabs
          activeKey={tab}
          onChange={(key) => go(open.form, key)}
          items={[
            {
              key: 'metrics',
              label: `指标 ${countOf(open)}`,
              children: <FormMetrics form={open} metrics={data.metrics} />,
            },
            {
              key: 'rules',
              label: `校验关系 ${rules.length}`,
              children: <FormRules rules={rules} metrics={data.metrics} />,
            },
          ]}
        />
      </Card>
    </>
  );
}

const countOf = ({ sections, rows }: FormItem): number =>
  rows ? rows.amounts.length : sections.reduce((sum, section) => sum + section.metrics.length, 0);

function Registered({ text }: { readonly text: string | null }) {
  return text === null ? <span className="take-care">▲ 未登记</span> : text;
}
