import type { InputUse } from '../api/shapes.js';
import { inUnit } from '../figures/figure-text.js';
import { inputGroups } from './input-groups.js';

interface InputTableProps {
  readonly inputs: readonly InputUse[];
  readonly chosen: number;
  readonly choose: (input: number) => void;
}

/** ②: what the formula read. A flow of four quarters stands under its title, a row per quarter. */
export function InputTable({ inputs, chosen, choose }: InputTableProps) {
  const units = new Set(inputs.map((input) => input.unit ?? ''));
  const common = units.size === 1 ? [...units][0] : undefined;
  const row = (index: number, input: InputUse, isAlone: boolean) => (
    <tr
      key={`${input.name} ${input.period}`}
      className={index === chosen ? 'chosen' : undefined}
      onClick={() => choose(index)}
    >
      <td className={isAlone ? undefined : 'quarter'}>
        <button
          type="button"
          className="link-button"
          aria-pressed={index === chosen}
          aria-label={`${input.title} ${input.period}`}
          data-testid="input-link"
          data-metric={input.metric}
          data-period={input.period}
          onClick={(event) => {
            event.stopPropagation();
            choose(index);
          }}
        >
          {isAlone ? input.title : input.period}
        </button>
        {isAlone && <span className="note block">{input.metric}</span>}
        {input.note !== '' && <span className="note block input-note">{input.note}</span>}
      </td>
      <td>{isAlone && input.period}</td>
      <td className="number">
        <b>{input.value === null ? '缺失' : inUnit(input.value, input.unit)}</b>
        {input.unit !== null && input.unit !== common && <span className="note block">{input.unit}</span>}
      </td>
    </tr>
  );
  return (
    <table className="plain-table small-table" data-testid="inputs">
      <thead>
        <tr>
          <th>名称</th>
          <th>报告期</th>
          <th className="number">数值{common && `（${common}）`}</th>
        </tr>
      </thead>
      {inputGroups(inputs).map(({ name, title, metric, uses }) => (
        <tbody key={name}>
          {uses.length > 1 && (
            <tr className="group-title">
              <td colSpan={3}>
                {title}
                <span className="note"> {metric}</span>
              </td>
            </tr>
          )}
          {uses.map(([index, input]) => row(index, input, uses.length === 1))}
        </tbody>
      ))}
    </table>
  );
}
