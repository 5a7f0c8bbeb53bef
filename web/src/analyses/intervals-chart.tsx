import { CustomChart } from 'echarts/charts';
import { AriaComponent, GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { RankingItem } from '../api/shapes.js';
import { fixed } from '../figures/figure-text.js';
import { BLUE, FONT, HAIR, INK, INK_SECOND } from '../theme.js';
import { bracketsOf, intervalText, ticksOf } from './brackets.js';
import type { IntervalItem } from './robustness.query.js';

register([CustomChart, GridComponent, AriaComponent, SVGRenderer]);

const ROW = 24;
const TOP = 28;
const BOTTOM = 4;
const LEFT = 320;
const RIGHT = 210;
const STRIPE = '#F7F9FB';
const LINE = '#5F7489';
/** As in 升降: a warm dark tone that is no red (ux 5). */
const BRACKET = '#A84300';

interface IntervalsChartProps {
  readonly items: readonly IntervalItem[];
  readonly rows: ReadonlyMap<string, RankingItem>;
}

interface Drawing {
  readonly coord: (point: readonly [number, number]) => [number, number];
  readonly value: (dimension: number) => number;
}
interface Place {
  readonly dataIndex: number;
  readonly coordSys: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const text = (value: string, x: number, y: number, more: object = {}) => ({
  type: 'text',
  style: { text: value, x, y, verticalAlign: 'middle', fill: INK, font: `13px ${FONT}`, ...more },
});
const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, lineWidth = 1.5) => ({
  type: 'line',
  shape: { x1, y1, x2, y2 },
  style: { stroke, lineWidth },
});

function optionOf(items: readonly IntervalItem[], rows: ReadonlyMap<string, RankingItem>): EChartsCoreOption {
  const last = items.length;
  const ticks = ticksOf(last);
  const tied = (index: number): string => (rows.get(items[index]?.institution ?? '')?.tied ? ' 并列' : '');
  const row = ({ dataIndex, coordSys }: Place, { coord }: Drawing) => {
    const item = items[dataIndex] as IntervalItem;
    const at = (rank: number): number => coord([rank, dataIndex])[0];
    const y = coord([1, dataIndex])[1];
    const [from, to] = [at(item.p5), at(item.p95)];
    const right = coordSys.x + coordSys.width;
    return {
      type: 'group',
      children: [
        ...(dataIndex % 2 === 0
          ? [
              {
                type: 'rect',
                shape: { x: 0, y: y - ROW / 2, width: right + 96, height: ROW },
                style: { fill: STRIPE },
              },
            ]
          : []),
        ...ticks.map((rank) => line(at(rank), y - ROW / 2, at(rank), y + ROW / 2, HAIR, 1)),
        text(`${item.rank}${tied(dataIndex)}`, 8, y, { font: `600 13px ${FONT}` }),
        text(item.name, 72, y, { width: 180, overflow: 'truncate' }),
        text(fixed(rows.get(item.institution)?.score), LEFT - 24, y, { align: 'right', fill: INK_SECOND }),
        ...(from === to
          ? []
          : [line(from, y, to, y, LINE), line(from, y - 5, from, y + 5, LINE), line(to, y - 5, to, y + 5, LINE)]),
        line(at(item.median), y - 7, at(item.median), y + 7, INK, 2),
        { type: 'circle', shape: { cx: at(item.rank), cy: y, r: 4.5 }, style: { fill: BLUE } },
        text(intervalText(item.rank, item), right + 84, y, { align: 'right' }),
      ],
    };
  };
  const brackets = bracketsOf(items);
  const bracket = ({ dataIndex, coordSys }: Place, { coord }: Drawing) => {
    const { from, to } = brackets[dataIndex] as (typeof brackets)[number];
    const x = coordSys.x + coordSys.width + 112;
    const [top, end] = [coord([1, from])[1] - ROW / 2 + 3, coord([1, to])[1] + ROW / 2 - 3];
    return {
      type: 'group',
      children: [
        line(x - 8, top, x, top, BRACKET),
        line(x, top, x, end, BRACKET),
        line(x - 8, end, x, end, BRACKET),
        text('差距不显著', x + 10, (top + end) / 2, { fill: BRACKET }),
      ],
    };
  };
  return {
    animation: false,
    textStyle: { fontFamily: FONT, fontSize: 13, color: INK },
    aria: {
      enabled: true,
      label: { description: items.map((item) => `${item.name} ${intervalText(item.rank, item)}`).join('，') },
    },
    grid: { left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM },
    xAxis: {
      type: 'value',
      min: 0.5,
      max: last + 0.5,
      position: 'top',
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        customValues: ticks,
        color: INK_SECOND,
        fontSize: 12,
        formatter: (rank: number) => (rank === 1 ? '第1名' : `${rank}`),
      },
    },
    yAxis: { type: 'category', inverse: true, show: false, data: items.map((item) => item.institution) },
    series: [
      {
        type: 'custom',
        silent: true,
        clip: false,
        renderItem: row,
        data: items.map((item, index) => [item.rank, index]),
        encode: { x: 0, y: 1 },
      },
      {
        type: 'custom',
        silent: true,
        clip: false,
        renderItem: bracket,
        data: brackets.map(({ from }) => [1, from]),
        encode: { x: 0, y: 1 },
      },
    ],
  };
}

/** Default export, since the chart's library is loaded only when the tab is opened. */
export default function IntervalsChart({ items, rows }: IntervalsChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const height = TOP + BOTTOM + items.length * ROW;
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current, null, { renderer: 'svg', height });
    chart.setOption(optionOf(items, rows));
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [items, rows, height]);
  return <div ref={place} style={{ height }} data-testid="intervals-chart" />;
}
