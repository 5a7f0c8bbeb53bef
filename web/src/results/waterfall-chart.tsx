import { BarChart, CustomChart } from 'echarts/charts';
import { AriaComponent, GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { length } from '../figures/figure-text.js';
import { BLUE, BLUE_DEEP, FONT, HAIR, INK, INK_SECOND } from '../theme.js';
import type { WaterfallRow } from './waterfall-rows.js';

register([BarChart, CustomChart, GridComponent, AriaComponent, SVGRenderer]);

const ROW = 32;
const TOP = 30;
const BOTTOM = 26;
const BAR = 18;
const OUTLINE = '#7A8CA0';

export interface Mark {
  readonly title: string;
  readonly at: string;
}

interface WaterfallChartProps {
  readonly rows: readonly WaterfallRow[];
  /** Limit of the next grade, drawn on the total row only. */
  readonly mark: Mark | null;
}

const rich = {
  earned: { fontFamily: FONT, fontSize: 13, fontWeight: 600, color: INK },
  of: { fontFamily: FONT, fontSize: 13, color: INK_SECOND },
} as const;

function optionOf(rows: readonly WaterfallRow[], mark: Mark | null): EChartsCoreOption {
  const last = rows.length - 1;
  const end = Math.max(100, ...rows.map((row) => Math.ceil(length(row.from) + length(row.earned) + length(row.lost))));
  const outlined = { borderWidth: 1, borderColor: OUTLINE, color: 'transparent' };
  return {
    animation: false,
    textStyle: { fontFamily: FONT, fontSize: 13, color: INK },
    aria: { enabled: true, label: { description: rows.map((row) => `${row.title} ${row.label}${row.of}`).join('，') } },
    grid: { left: 8, right: 100, top: 6, bottom: BOTTOM, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'value',
      min: 0,
      max: end,
      interval: 20,
      position: 'top',
      axisLabel: {
        color: INK_SECOND,
        fontSize: 12,
        formatter: (points: number) => (points === 0 ? '0 分' : `${points}`),
      },
      splitLine: { lineStyle: { color: HAIR } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map((row) => row.title),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#8FA3B8' } },
      axisLabel: {
        color: INK,
        fontSize: 13,
        width: 210,
        overflow: 'truncate',
        formatter: (title: string, index: number) => (index === last ? `{earned|${title}}` : title),
        rich,
      },
    },
    series: [
      {
        type: 'bar',
        stack: 'points',
        barWidth: BAR,
        silent: true,
        itemStyle: { color: 'transparent' },
        data: rows.map((row) => length(row.from)),
      },
      {
        type: 'bar',
        stack: 'points',
        silent: true,
        data: rows.map((row, index) => ({
          value: length(row.earned),
          itemStyle: { color: index === last ? BLUE_DEEP : BLUE },
        })),
      },
      {
        type: 'bar',
        stack: 'points',
        silent: true,
        itemStyle: outlined,
        label: {
          show: true,
          position: 'right',
          distance: 6,
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            `{earned|${rows[dataIndex]?.label ?? ''}}{of|${rows[dataIndex]?.of ?? ''}}`,
          rich,
        },
        data: rows.map((row) => length(row.lost)),
      },
      ...(mark === null ? [] : [markSeries(mark, last)]),
    ],
  };
}

interface Coordinates {
  readonly coord: (point: readonly [number, number]) => [number, number];
}

/** A tick through the total row with its words below: a line across the chart would cross the labels. */
const markSeries = (mark: Mark, row: number) => ({
  type: 'custom',
  silent: true,
  data: [[length(mark.at), row]],
  encode: { x: 0, y: 1 },
  renderItem: (_: unknown, { coord }: Coordinates) => {
    const [x, y] = coord([length(mark.at), row]);
    return {
      type: 'group',
      children: [
        {
          type: 'line',
          shape: { x1: x, y1: y - BAR / 2 - 3, x2: x, y2: y + BAR / 2 + 3 },
          style: { stroke: BLUE_DEEP, lineWidth: 2 },
        },
        {
          type: 'text',
          style: {
            text: `${mark.title} ${mark.at}`,
            x,
            y: y + BAR / 2 + 5,
            align: 'center',
            verticalAlign: 'top',
            fill: BLUE_DEEP,
            font: `600 12px ${FONT}`,
          },
        },
      ],
    };
  },
});

/** Default export, since the chart's library is loaded only when a result is opened. */
export default function WaterfallChart({ rows, mark }: WaterfallChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const height = TOP + BOTTOM + rows.length * ROW;
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current, null, { renderer: 'svg', height });
    chart.setOption(optionOf(rows, mark));
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [rows, mark, height]);
  return <div ref={place} style={{ height }} data-testid="waterfall" />;
}
