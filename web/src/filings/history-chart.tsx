import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { length, short } from '../figures/figure-text.js';
import { BLUE, FONT, HAIR, INK, INK_SECOND } from '../theme.js';
import { type Point, shortPeriod } from './series.js';

register([LineChart, GridComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

const HEIGHT = 128;

interface HistoryChartProps {
  readonly points: readonly Point[];
  /** First quarters of another edition of the catalogue. */
  readonly breaks: readonly string[];
  /** A balance is read from zero. */
  readonly fromZero: boolean;
}

function optionOf(points: readonly Point[], breaks: readonly string[], fromZero: boolean): EChartsCoreOption {
  const periods = points.map(({ period }) => shortPeriod(period));
  const end = points.findLastIndex(({ value }) => value !== null);
  const marked = breaks.map(shortPeriod).filter((period) => periods.includes(period));
  return {
    animation: false,
    textStyle: { fontFamily: FONT, fontSize: 12, color: INK },
    aria: {
      enabled: true,
      label: { description: `近12期：${points.map(({ period, value }) => `${period} ${short(value, 2)}`).join('，')}` },
    },
    grid: { left: 4, right: 46, top: 14, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: periods,
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#8FA3B8' } },
      axisLabel: {
        color: INK_SECOND,
        fontSize: 12,
        interval: (index: number, period: string) =>
          index === 0 || index === periods.length - 1 || marked.includes(period),
      },
    },
    yAxis: {
      type: 'value',
      scale: !fromZero,
      splitNumber: 2,
      axisLabel: { color: INK_SECOND, fontSize: 12, showMinLabel: true },
      splitLine: { lineStyle: { color: HAIR } },
    },
    series: [
      {
        type: 'line',
        connectNulls: false,
        data: points.map(({ value }, index) => ({
          value: value === null ? null : length(value),
          symbolSize: index === end ? 8 : 4,
          label: {
            show: index === end,
            position: 'right',
            formatter: short(value, 2),
            fontFamily: FONT,
            fontSize: 12,
            fontWeight: 600,
            color: INK,
          },
        })),
        symbol: 'circle',
        color: BLUE,
        lineStyle: { width: 2, color: BLUE },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { type: 'dashed', color: INK_SECOND, width: 1 },
          data: marked.map((period) => ({ xAxis: period })),
        },
      },
    ],
  };
}

/** Default export, since the chart's library is loaded only when a cell is looked at. */
export default function HistoryChart({ points, breaks, fromZero }: HistoryChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current, null, { renderer: 'svg', height: HEIGHT });
    chart.setOption(optionOf(points, breaks, fromZero));
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [points, breaks, fromZero]);
  return <div ref={place} className="history-chart" data-testid="history-chart" />;
}
