import { Drawer } from 'antd';
import { useState } from 'react';
import type { PlannedPlace } from '../../../src/backfill/backfill-plan.js';
import { periodTitle } from '../../../src/calendar/period.js';
import { inUnit, NONE } from '../figures/figure-text.js';
import { VERDICTS } from './backfill-shapes.js';

const OUTCOMES = { new: '新增', same: '无变化', conflict: '与已采纳的不同', unasked: '该期不报，不补录' } as const;

/** Institutions by quarters: what would become of each; a cell opens its figures. */
export function PlacesMatrix({ places }: { readonly places: readonly PlannedPlace[] }) {
  const [open, setOpen] = useState<PlannedPlace | null>(null);
  const periods = [...new Set(places.map(({ period }) => period))].sort();
  const names = [...new Map(places.map(({ institution, institutionName }) => [institution, institutionName]))];
  const at = new Map(places.map((place) => [`${place.institution} ${place.period}`, place]));
  return (
    <>
      <div className="backfill-matrix">
        <table className="plain-table" data-testid="backfill-matrix">
          <thead>
            <tr>
              <th className="col-name">机构</th>
              {periods.map((period) => (
                <th key={period}>{period}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map(([uscc, name]) => (
              <tr key={uscc} data-testid="backfill-row" data-institution={uscc}>
                <td className="col-name">{name}</td>
                {periods.map((period) => {
                  const place = at.get(`${uscc} ${period}`);
                  if (!place) return <td key={period}>{NONE}</td>;
                  const { sign, title } = VERDICTS[place.verdict];
                  return (
                    <td key={period}>
                      <button
                        type="button"
                        className={`verdict ${place.verdict}`}
                        title={`${title}${place.why === '' ? '' : `：${place.why}`}`}
                        onClick={() => setOpen(place)}
                      >
                        {sign} {place.figures.filter(({ outcome }) => outcome !== 'unasked').length}格
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="note legend-line">
        {Object.values(VERDICTS).map(({ sign, title }) => (
          <span key={title}>
            {sign} {title}
          </span>
        ))}
        <span>点格子看数字</span>
      </p>
      <Drawer
        title={open === null ? '' : `${open.institutionName}　${periodTitle(open.period)}`}
        open={open !== null}
        onClose={() => setOpen(null)}
        size={640}
      >
        {open !== null && (
          <>
            <p>
              {VERDICTS[open.verdict].title}
              {open.why === '' ? '' : `：${open.why}`}
              <span className="note">　{open.formTitle}</span>
            </p>
            <table className="plain-table">
              <thead>
                <tr>
                  <th>指标</th>
                  <th>单元格</th>
                  <th>原文</th>
                  <th className="number">数值</th>
                  <th className="number">已采纳</th>
                  <th>结果</th>
                </tr>
              </thead>
              <tbody>
                {open.figures.map((figure) => (
                  <tr key={figure.metric}>
                    <td>
                      {figure.title}
                      <span className="note">（{figure.unit}）</span>
                    </td>
                    <td>{figure.cell}</td>
                    <td>{figure.raw}</td>
                    <td className="number">{inUnit(figure.value, figure.unit)}</td>
                    <td className="number">{inUnit(figure.accepted, figure.unit)}</td>
                    <td>{OUTCOMES[figure.outcome]}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Drawer>
    </>
  );
}
