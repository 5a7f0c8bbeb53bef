import { isOfEach, printMessage } from '../../../src/rules/print-rule.js';
import type { Rule } from '../../../src/rules/rule.js';
import type { CatalogueMetric, RuleItem } from './forms.query.js';

interface FormRulesProps {
  readonly rules: readonly { readonly rule: RuleItem; readonly cells: readonly CatalogueMetric[] }[];
  readonly metrics: ReadonlyMap<string, CatalogueMetric>;
}

const SEVERITIES: Readonly<Record<Rule['severity'], string>> = {
  block: '✕ 不能提交',
  justify: '▲ 须说明',
  inform: '提示',
};

/** 校验关系 as the form prints them: formula with codes, what follows, what is allowed, what is said. */
export function FormRules({ rules, metrics }: FormRulesProps) {
  if (rules.length === 0) return <p className="no-rules">本表没有校验关系。</p>;
  return (
    <>
      <p className="note rules-note">
        [上季] [上年同期] 取已采纳的数；用到的数有一项没有填或没有采纳，该关系不检查。“本项”指所列的每一项。
      </p>
      <table className="plain-table form-rules" data-testid="form-rules">
        <thead>
          <tr>
            <th>编号</th>
            <th>校验关系</th>
            <th>不成立时</th>
            <th>允许误差</th>
            <th>提示</th>
          </tr>
        </thead>
        <tbody>
          {rules.map(({ rule, cells }) => (
            <tr key={rule.no}>
              <td className="mono">{rule.rule}</td>
              <td>
                <div>{rule.title}</div>
                <div className="mono relation">{rule.formula}</div>
                {isOfEach(rule) && <Cells cells={cells} />}
              </td>
              <td className={rule.severity === 'block' ? 'must-act' : 'take-care'}>{SEVERITIES[rule.severity]}</td>
              <td>{rule.allowed ?? '无'}</td>
              <td>
                <div>{printMessage(rule, metrics)}</div>
                <div className="note">{rule.hint}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Which metrics of the form a rule is checked for, one by one. */
function Cells({ cells }: { readonly cells: readonly CatalogueMetric[] }) {
  const names = cells.map((metric) => metric.code).join(' ');
  if (cells.length <= 6) return <div className="note">本项：{names}</div>;
  return (
    <details className="note">
      <summary>本表{cells.length}项</summary>
      {names}
    </details>
  );
}
