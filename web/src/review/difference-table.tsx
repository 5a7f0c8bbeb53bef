import { Button } from 'antd';
import { Fragment, useState } from 'react';
import { useMetrics } from '../api/catalogue.query.js';
import type { Filing, FilingCheck, Justification } from '../api/filing-shapes.js';
import { inUnit, NONE } from '../figures/figure-text.js';
import type { DifferenceRow } from './difference-rows.js';
import { PeerStrip } from './peer-strip.js';

const STATES: Readonly<Record<string, string>> = { not_applicable: '/', not_available: '..' };
const SEVERITY: Readonly<Record<FilingCheck['severity'], string>> = { block: '✕', justify: '▲', inform: '·' };

interface DifferenceTableProps {
  readonly filing: Filing;
  readonly rows: readonly DifferenceRow[];
  readonly pinned: ReadonlySet<string>;
  readonly mayPin: boolean;
  readonly mayRule: boolean;
  pin(metric: string): void;
  rule(key: string, ruling: 'upheld' | 'refused'): void;
}

/** Changed and flagged rows first; the rest is folded. */
export function DifferenceTable(props: DifferenceTableProps) {
  const { filing, rows } = props;
  const [isWhole, setWhole] = useState(false);
  const notable = rows.filter((row) => row.isNotable);
  const shown = isWhole || notable.length === 0 ? rows : notable;
  const hasEarlier = rows.some((row) => row.before !== null);
  return (
    <>
      <table className="plain-table difference">
        <thead>
          <tr>
            {props.mayPin && <th aria-label="钉住" />}
            <th>指标</th>
            <th className="number">本次</th>
            <th className="number">{filing.inForce ? '上次采纳' : hasEarlier ? '上次报送' : '上次采纳'}</th>
            <th className="number">上季</th>
            <th className="number">变动</th>
            <th>同类</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row, i) => (
            <Fragment key={row.metric}>
              {row.section !== shown[i - 1]?.section && (
                <tr className="difference-section">
                  <th colSpan={props.mayPin ? 7 : 6} scope="rowgroup">
                    {row.section}
                  </th>
                </tr>
              )}
              <Row row={row} {...props} />
            </Fragment>
          ))}
        </tbody>
      </table>
      {notable.length > 0 && notable.length < rows.length && (
        <p className="difference-rest">
          <Button type="link" size="small" onClick={() => setWhole(!isWhole)} data-testid="show-rest">
            {isWhole ? '只看有变化和有提示的' : `显示其余${rows.length - notable.length}项（与上次相同，没有提示）`}
          </Button>
        </p>
      )}
    </>
  );
}

function Row({
  row,
  filing,
  pinned,
  mayPin,
  mayRule,
  pin,
  rule,
}: DifferenceTableProps & { readonly row: DifferenceRow }) {
  const metric = useMetrics().get(row.metric);
  const unit = metric?.unit;
  const aside = filing.setAside.find((each) => each.metric === row.metric);
  return (
    <>
      <tr
        data-testid="difference-row"
        data-metric={row.metric}
        className={row.checks.length > 0 ? 'flagged' : undefined}
      >
        {mayPin && (
          <td className="middle">
            <input
              type="checkbox"
              aria-label={`钉住 ${metric?.title ?? row.metric}`}
              checked={pinned.has(row.metric)}
              onChange={() => pin(row.metric)}
            />
          </td>
        )}
        <td>
          {metric?.title ?? row.metric}
          <span className="note">{`　${row.metric}　${unit ?? ''}`}</span>
          {/* 收表 is told once, above. */}
          {row.source !== null && !row.source.startsWith('收表：') && <span className="note">{`　${row.source}`}</span>}
          {aside && (
            <b className="aside-mark" title={`${aside.by}：${aside.reason}`}>
              {'　不予采信'}
            </b>
          )}
        </td>
        <td className={aside ? 'number struck' : 'number'}>
          <b>{row.now === null ? (STATES[row.state] ?? NONE) : inUnit(row.now, unit)}</b>
        </td>
        <td className="number">{inUnit(row.before, unit)}</td>
        <td className="number">{inUnit(row.lastQuarter, unit)}</td>
        <td className="number">{row.change === null ? NONE : <Change percent={row.change} />}</td>
        <td>
          <PeerStrip now={row.now} peers={row.peers} unit={unit ?? undefined} />
        </td>
      </tr>
      {row.checks.map((check) => (
        <tr key={check.key ?? check.rule} className="difference-check" data-testid="difference-check">
          {mayPin && <td />}
          <td colSpan={6}>
            <span className={`severity-${check.severity}`}>{`${SEVERITY[check.severity]} ${check.rule}`}</span>
            {`　${check.message}`}
            <Explanation check={check} filing={filing} mayRule={mayRule} rule={rule} />
          </td>
        </tr>
      ))}
    </>
  );
}

/** Change in percent: arrow, sign, number; red and green never mean rise and fall. */
function Change({ percent }: { readonly percent: string }) {
  const direction = percent.startsWith('+') ? 'up' : percent.startsWith('-') ? 'down' : 'same';
  const arrow = { up: '▲', down: '▼', same: '' }[direction];
  return <span className={`change-${direction}`}>{`${arrow} ${percent.replace('-', '−')}%`}</span>;
}

interface ExplanationProps {
  readonly check: FilingCheck;
  readonly filing: Filing;
  readonly mayRule: boolean;
  rule(key: string, ruling: 'upheld' | 'refused'): void;
}

const RULED: Readonly<Record<'upheld' | 'refused', string>> = { upheld: '✓ 认可', refused: '✕ 未予认可' };

function Explanation({ check, filing, mayRule, rule }: ExplanationProps) {
  const keys = [check.key, check.rule].filter((key): key is string => key !== undefined);
  const key = keys.find((each) => filing.justifications[each] !== undefined);
  if (key === undefined) return null;
  const given = filing.justifications[key] as Justification;
  return (
    <div className="explanation">
      <span>{`说明：${given.text}`}</span>
      <span className="note">{`　${given.by}`}</span>
      {given.ruling && <b className={`ruling-${given.ruling}`}>{`　${RULED[given.ruling]}`}</b>}
      {mayRule && (
        <span className="explanation-acts">
          <Button size="small" disabled={given.ruling === 'upheld'} onClick={() => rule(key, 'upheld')}>
            认可
          </Button>
          <Button size="small" disabled={given.ruling === 'refused'} onClick={() => rule(key, 'refused')}>
            不认可
          </Button>
        </span>
      )}
    </div>
  );
}
