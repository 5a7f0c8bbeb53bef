import { Link } from 'react-router';
import type { InputUse } from '../api/shapes.js';
import { inUnit, NONE } from '../figures/figure-text.js';
import { moment } from '../figures/moment.js';
import { OnBehalfMark } from '../on-behalf/on-behalf-mark.js';

/** ③: the cell that was filed, with who filed, signed and accepted it. */
export function FiledCellPanel({ input }: { readonly input: InputUse }) {
  const { revision, unit } = input;
  if (revision === null)
    return (
      <p className="note" data-testid="filed-cell" data-metric={input.metric}>
        {input.system
          ? '系统统计：由系统按报送记录计算，无需填报。'
          : input.value === null
            ? '本期没有填报这一格。'
            : '此数没有对应的填报单元格。'}
        {input.note}
      </p>
    );
  return (
    <div data-testid="filed-cell" data-metric={input.metric} data-period={input.period}>
      <table className="plain-table small-table">
        <thead>
          <tr>
            <th>版次</th>
            <th className="number">填报数{unit && `（${unit}）`}</th>
            <th>填报 / 签署</th>
            <th>采纳</th>
          </tr>
        </thead>
        <tbody>
          <tr className="chosen">
            <td>
              <b>第{revision.no}版</b>
              {revision.backfill && (
                <span className="block note" title="历史数据，事后补报" data-testid="backfill">
                  补录
                </span>
              )}
              <span className="block">{revision.acceptedAt === null ? '' : '生效'}</span>
            </td>
            <td className="number">
              <b data-testid="filed-value">{inUnit(input.value, unit)}</b>
            </td>
            <td>
              <span className="block" data-testid="filed-by">
                <OnBehalfMark name={revision.filedBy ?? NONE} />
              </span>
              <span className="block" data-testid="signed-by">
                <OnBehalfMark name={revision.signedBy ?? NONE} />
              </span>
              <span className="moment">{revision.submittedAt && moment(revision.submittedAt).slice(5)}</span>
            </td>
            <td>
              <span className="block" data-testid="accepted-by">
                <OnBehalfMark name={revision.acceptedBy ?? NONE} />
              </span>
              <span className="moment">{revision.acceptedAt && moment(revision.acceptedAt).slice(5)}</span>
            </td>
          </tr>
        </tbody>
      </table>
      {revision.source !== null && (
        <p className="source" data-testid="source">
          来源：{revision.source}
        </p>
      )}
      {revision.fileHash !== null && (
        <p className="source" data-testid="received">
          收表：{revision.fileName}，{revision.sender}于{revision.receivedOn}发来，{revision.receivedBy}收下，文件哈希{' '}
          <span className="hash">{revision.fileHash}</span>
        </p>
      )}
      <p className="cell-links">
        第{revision.no}版摘要{' '}
        <span title={revision.hash}>
          {revision.hash.slice(0, 4)}…{revision.hash.slice(-4)}
        </span>
        <Link to={`/filings/${revision.filing}?cell=${input.metric}`} data-testid="open-filing">
          打开填报表
        </Link>
      </p>
    </div>
  );
}
