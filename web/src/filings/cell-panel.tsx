import { useMemo } from 'react';
import type { Filing, FilingCheck, FilingContext } from '../api/filing-shapes.js';
import type { Metric } from '../api/shapes.js';
import { NONE } from '../figures/figure-text.js';
import { moment } from '../figures/moment.js';
import { CELL_WORDS } from './filing-words.js';
import { useCellChanges } from './filings.query.js';
import { entryText } from './grid-row.js';
import { PanelChecks } from './panel-checks.js';
import { PanelHistory } from './panel-history.js';
import { seriesOf } from './series.js';
import type { Entry } from './typed-text.js';
import type { Slip } from './unit-slip.js';

interface CellPanelProps {
  readonly filing: Filing;
  readonly code: string;
  readonly metric: Metric;
  readonly entry: Entry;
  readonly context: FilingContext;
  readonly checks: readonly FilingCheck[];
  readonly slip: Slip | null;
  readonly readOnly: boolean;
  readonly mayJustify: boolean;
  readonly textOf: (key: string) => string;
  readonly onJustify: (key: string, text: string) => void;
  readonly onConvert: (codes: readonly string[], factor: string) => void;
  readonly onConfirm: (code: string) => void;
  readonly onGo: (code: string) => void;
}

/** What belongs to the cell under the cursor: what is meant, how it was, what stands against it, who changed it. */
export function CellPanel(props: CellPanelProps) {
  const { filing, code, metric, entry, context, checks, slip, readOnly, mayJustify, onConfirm } = props;
  const history = context.history[code];
  const points = useMemo(() => seriesOf(history, filing.period, entry.value), [history, filing.period, entry.value]);
  const isGreen = /_G[LB]?_|_GL/.test(code);
  const source = filing.figures[code]?.source ?? null;
  return (
    <aside className="cell-panel" aria-label="本格" data-testid="cell-panel" data-cell={code}>
      <h2>
        <span className="panel-code">{code}</span> {metric.title}
      </h2>
      <div className="panel-scroll">
        <section className="panel-part">
          <h3>定义</h3>
          <p>{metric.definition || NONE}</p>
          {source && <p className="note">来源：{source.replace(/^预填:/, '预填自 ')}，请核对后提交。</p>}
        </section>
        <PanelHistory
          points={points}
          unit={metric.unit}
          isStock={metric.kind === 'stock'}
          editions={isGreen ? context.editions : []}
        />
        <PanelChecks
          {...props}
          unit={metric.unit}
          fault={entry.fault ?? null}
          checks={checks.filter((check) => check.cells.includes(code))}
          slip={slip}
          mayJustify={mayJustify}
          mayConvert={!readOnly}
          filed={(key) => filing.justifications?.[key]}
          onConfirm={() => onConfirm(code)}
        />
        <CellChanges filing={filing} code={code} metric={metric} />
        {!readOnly && <Legend />}
      </div>
    </aside>
  );
}

function CellChanges({ filing, code, metric }: Pick<CellPanelProps, 'filing' | 'code' | 'metric'>) {
  const { data = [] } = useCellChanges(filing.id, code, filing.figures[code]?.version ?? 0);
  if (data.length === 0) return null;
  return (
    <section className="panel-part">
      <h3>修改记录（{data.length}）</h3>
      <ul className="change-list">
        {data.slice(0, 6).map((change) => (
          <li key={`${change.at} ${change.after}`}>
            <b>
              {change.after === null
                ? CELL_WORDS[change.state] || '空'
                : entryText({ value: change.after, state: 'value' }, metric.unit)}
            </b>
            <span className="note">
              {change.by} {moment(change.at).slice(5)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const Legend = () => (
  <section className="panel-part">
    <h3>图例</h3>
    <p className="legend">
      <span>
        <i className="box" />
        可填
      </span>
      <span>
        <i className="box computed">ƒ</i>自动计算
      </span>
      <span>
        <i className="box prefilled" />
        预填
      </span>
      <span>
        <i className="box amber" />
        待说明
      </span>
      <span>
        <i className="box wrong" />
        错误
      </span>
      <span>
        <b>0</b> 零
      </span>
      <span>
        <b>空</b> 未填
      </span>
      <span>
        <b>/</b> 不适用
      </span>
      <span>
        <b>..</b> 暂缺
      </span>
    </p>
  </section>
);
