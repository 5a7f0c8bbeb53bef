import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { FONT, INK, INK_SECOND } from '../theme.js';
import { isMoved, placesWon } from './movers.js';
import type { TrialRow } from './trial.js';

register([LineChart, GridComponent, AriaComponent, SVGRenderer]);

/** Never red and green: in Chinese markets red is a rise (ux 5). */
const UP = '#0072B2';
const DOWN = '#A84300';
const STILL = '#B4BEC9';
const ROW = 24;
const TOP = 34;
const LABELS = 154;

interface SlopeChartProps {
  /** At most thirty, each with both ranks. */
  readonly rows: readonly TrialRow[];
  readonly nameOf: (row: TrialRow) => string;
  readonly before: string;
  readonly after: string;
}

const move = (row: TrialRow): string => {
  const won = placesWon(row) ?? 0;
  return won === 0 ? '' : won > 0 ? ` ▲${won}` : ` ▼${-won}`;
};

/**
 * A row of its own for every line on either side, so that labels of equal ranks do not overlap; equal ones stand in the
 * order of the other side, so that no line crosses without need.
 */
function rowsOf(
  rows: readonly TrialRow[],
  side: (row: TrialRow) => number,
  other: (row: TrialRow) => number,
): ReadonlyMap<string, number> {
  const sorted = [...rows].sort(
    (a, b) => side(a) - side(b) || other(a) - other(b) || (a.institution < b.institution ? -1 : 1),
  );
  return new Map(sorted.map(({ institution }, i) => [institution, i + 1]));
}

const rankBefore = (row: TrialRow): number => row.rankBefore ?? 0;
const rankAfter = (row: TrialRow): number => row.rank ?? 0;

function optionOf({ rows, nameOf, before, after }: SlopeChartProps): EChartsCoreOption {
  const [left, right] = [rowsOf(rows, rankBefore, rankAfter), rowsOf(rows, rankAfter, rankBefore)];
  return {
    animation: false,
    textStyle: { fontFamily: FONT, fontSize: 12, color: INK },
    aria: {
      enabled: true,
      label: { description: rows.map((row) => `${nameOf(row)} ${row.rankBefore} → ${row.rank}`).join('，') },
    },
    grid: { left: LABELS, right: LABELS, top: TOP, bottom: 12 },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      position: 'top',
      data: [before, after],
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { fontSize: 13, fontWeight: 600, color: INK, interval: 0 },
      splitLine: { show: true, lineStyle: { color: '#DDE3E9' } },
    },
    yAxis: { type: 'value', inverse: true, min: 0.5, max: rows.length + 0.5, show: false },
    series: rows.map((row) => {
      const won = placesWon(row) ?? 0;
      const color = won > 0 ? UP : won < 0 ? DOWN : STILL;
      const label = { show: true, fontSize: 12, color: isMoved(row) ? INK : INK_SECOND, distance: 8 };
      return {
        type: 'line',
        id: row.institution,
        silent: true,
        symbol: 'circle',
        symbolSize: 6,
        z: isMoved(row) ? 3 : 2,
        itemStyle: { color },
        lineStyle: { color, width: isMoved(row) ? 2 : 1 },
        data: [
          {
            value: left.get(row.institution),
            label: { ...label, position: 'left', formatter: `${short(nameOf(row))}  ${row.rankBefore}` },
          },
          {
            value: right.get(row.institution),
            label: { ...label, position: 'right', formatter: `${row.rank}  ${short(nameOf(row))}${move(row)}` },
          },
        ],
      };
    }),
  };
}

const LONGEST = 9;
const short = (name: string): string => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name);

/** Default export: the chart's library is loaded with the page that needs it. */
export default function SlopeChart(props: SlopeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const height = TOP + 12 + Math.max(props.rows.length, 4) * ROW;
  useEffect(() => {
    if (!place.current) return;
    const own = init(place.current, null, { renderer: 'svg', height });
    chart.current = own;
    const watch = new ResizeObserver(() => own.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      own.dispose();
      chart.current = null;
    };
  }, [height]);
  useEffect(() => {
    chart.current?.setOption(optionOf(props), { notMerge: true });
  });
  return <div ref={place} style={{ height }} data-testid="slope" />;
}
