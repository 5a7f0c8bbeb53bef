import { periodTitle } from '../../../src/calendar/period.js';
import type { ResultRecord } from '../../../src/scoring/types.js';
import { API } from '../api/client.js';
import { problemOf, unreachable } from '../api/problem.js';
import type { Posed } from './question.js';
import { partsOf } from './ranking-card.js';
import { conversion, placeOf } from './source-drawer.js';
import type { OwnView } from './use-own-sheet.js';

/** Saves the trial as a workbook, marked on every sheet. @throws Problem */
export async function saveTrial(view: OwnView, posed: Posed, results: readonly ResultRecord[]): Promise<void> {
  const parts = [...new Map(results.flatMap(partsOf).map(({ code, title }) => [code, title] as const))];
  const shown = new Map(view.parties.map(({ name, shown: as }) => [name, as]));
  const titleOf = (metric: string, column: number): string =>
    view.metrics.get(metric)?.title ?? view.layout.columns.find(({ index }) => index === column)?.header ?? metric;
  const body = {
    title: `${posed.title}　${periodTitle(view.period)}`,
    sheets: [
      {
        name: '排名',
        head: ['名次', '机构', '得分', ...parts.map(([, title]) => title), '说明'],
        rows: results.map((record) => [
          record.rank === null ? '' : `${record.rank}`,
          record.name,
          record.score ?? '',
          ...parts.map(([code]) => partsOf(record).find((part) => part.code === code)?.contribution ?? ''),
          record.rank === null ? record.reason || '缺数字' : record.tied ? '并列' : '',
        ]),
        numbers: [1, 3, ...parts.map((_, i) => i + 4)],
      },
      {
        name: '取数',
        head: ['机构', '表中名称', '指标', '报告期', '单元格', '原文', '换算', '采用数值', '单位', '说明'],
        rows: view.reading.figures.map((figure) => [
          shown.get(figure.party) ?? figure.party,
          figure.party,
          titleOf(figure.metric, figure.column),
          periodTitle(figure.period ?? view.period),
          placeOf(figure),
          figure.raw,
          conversion(figure),
          figure.value,
          figure.unit,
          figure.notes.join('；'),
        ]),
        numbers: [8],
      },
      {
        name: '未采用',
        head: ['位置', '内容', '原因'],
        rows: [
          ...posed.without.map(({ what, why }) => ['方案', what, why]),
          ...posed.outside.map(({ name, why }) => ['机构', name, why]),
          ...view.parties.filter(({ key }) => key === null).map(({ row, name, why }) => [`第${row}行`, name, why]),
          ...view.reading.leftOut.map(({ place, text, why }) => [place, text, why]),
        ],
        numbers: [],
      },
    ],
  };
  const response = await fetch(`${API}/trials/export`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw await problemOf(response);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = '试算，不作为结果.xlsx';
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
