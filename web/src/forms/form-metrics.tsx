import type { CatalogueMetric, FormItem } from './forms.query.js';

interface FormMetricsProps {
  readonly form: FormItem;
  readonly metrics: ReadonlyMap<string, CatalogueMetric>;
}

const KINDS: Readonly<Record<string, string>> = { stock: '期末数', flow: '本季发生', attribute: '是否' };

/** The metrics of a form, section by section, as the printed form has them. */
export function FormMetrics({ form, metrics }: FormMetricsProps) {
  if (form.rows) return <RowTable rows={form.rows} />;
  return (
    <table className="plain-table form-metrics">
      <thead>
        <tr>
          <th>代码</th>
          <th>指标</th>
          <th>单位</th>
          <th>口径</th>
          <th>定义</th>
        </tr>
      </thead>
      {form.sections.map((section) => (
        <tbody key={section.title}>
          <tr className="section-row">
            <th colSpan={5} scope="rowgroup">
              {section.title}
            </th>
          </tr>
          {section.metrics.map((code) => {
            const metric = metrics.get(code);
            return (
              <tr key={code}>
                <td className="mono">{code}</td>
                <td>{metric?.title}</td>
                <td>{metric?.unit}</td>
                <td>{KINDS[metric?.kind ?? '']}</td>
                <td className="note">{metric?.definition}</td>
              </tr>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}

function RowTable({ rows }: { readonly rows: NonNullable<FormItem['rows']> }) {
  return (
    <table className="plain-table form-metrics">
      <thead>
        <tr>
          <th>代码</th>
          <th>列</th>
          <th>单位</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>—</td>
          <td>{rows.subject}（每行一个）</td>
          <td>—</td>
        </tr>
        {rows.amounts.map(({ code, title, unit }) => (
          <tr key={code}>
            <td className="mono">{code}</td>
            <td>{title}</td>
            <td>{unit}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
