import { Button, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { periodTitle } from '../../../src/calendar/period.js';
import type { ColumnRole, OwnColumn } from '../../../src/trial/own-header.js';
import { NONE } from '../figures/figure-text.js';
import { Card } from '../shell/card.js';
import type { OwnControls, OwnView } from './use-own-sheet.js';

const ROLE_WORDS: Readonly<Record<ColumnRole, string>> = {
  name: '机构名称',
  code: '信用代码',
  period: '报告期',
  figure: '数字，采用',
  metric: '指标名称（长表）',
  value: '数值（长表）',
  unit: '单位（长表）',
  skip: '不用',
};

const UNITS = ['', '元', '千元', '万元', '百万元', '亿元', '%', '户', '笔', '家', '个', '件', '人', '吨', '万吨'];
const STEPS: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: '本期' },
  { value: '-1', label: '上季' },
  { value: '-4', label: '上年同期' },
  { value: 'year-start', label: '上年末' },
];

/** Beyond it the others fold: a sheet of forty columns is no page. */
const SHOWN = 8;

/** What each column was taken for; all of it can be changed here. */
export function ColumnsCard({ view, controls }: { readonly view: OwnView; readonly controls: OwnControls }) {
  const [all, setAll] = useState(false);
  const { layout, sheet, metrics, periods, type } = view;
  const own = (column: OwnColumn): boolean => column.role === 'figure' || column.role === 'value';
  const titles = [...metrics.values()]
    .filter(({ kind, types }) => kind !== 'derived' && kind !== 'counted' && (type === null || types.includes(type)))
    .map(({ code, title, unit }) => ({ value: code, label: `${title}（${unit}）` }));
  const samples = (index: number): string =>
    sheet.rows
      .filter(({ number }) => number > (layout.header?.last ?? 0))
      .flatMap(({ cells }) => {
        const cell = cells[index];
        const text = typeof cell === 'object' ? (cell?.text ?? '') : (cell ?? '');
        return text === '' ? [] : [text];
      })
      .slice(0, 2)
      .join('，');
  const columns: TableColumnsType<OwnColumn> = [
    { title: '列', width: 44, dataIndex: 'letter' },
    {
      title: '表头',
      render: (_, { header, remark }) => (
        <>
          {header || NONE}
          {remark !== '' && <span className="note block">{remark}</span>}
        </>
      ),
    },
    { title: '前两格', width: 150, render: (_, { index }) => <span className="note clip">{samples(index)}</span> },
    {
      title: '用途',
      width: 136,
      render: (_, column) => (
        <Select
          size="small"
          className="fill"
          aria-label={`${column.letter}列用途`}
          value={column.role}
          options={Object.entries(ROLE_WORDS).map(([value, label]) => ({ value, label }))}
          onChange={(role: ColumnRole) => controls.change(column.index, { role })}
        />
      ),
    },
    {
      title: '指标',
      width: 214,
      render: (_, column) =>
        own(column) && (
          <Select
            size="small"
            className="fill"
            aria-label={`${column.letter}列指标`}
            showSearch={{ optionFilterProp: 'label' }}
            value={column.metric ?? ''}
            options={[{ value: '', label: '本表自己的数字' }, ...titles]}
            onChange={(code: string) =>
              controls.change(column.index, {
                metric: code || null,
                ...(code && column.unit === '' ? { unit: metrics.get(code)?.unit ?? '' } : {}),
              })
            }
          />
        ),
    },
    {
      title: '表中单位',
      width: 92,
      render: (_, column) =>
        own(column) && (
          <Select
            size="small"
            className="fill"
            aria-label={`${column.letter}列单位`}
            value={column.unit}
            options={[...new Set([...UNITS, column.unit])].map((unit) => ({ value: unit, label: unit || '未写' }))}
            onChange={(unit: string) => controls.change(column.index, { unit })}
          />
        ),
    },
    {
      title: '期',
      width: 128,
      render: (_, column) =>
        own(column) && (
          <Select
            size="small"
            className="fill"
            aria-label={`${column.letter}列期`}
            value={column.period}
            options={[...STEPS, ...periods.map((value) => ({ value, label: periodTitle(value) }))]}
            onChange={(period: string) => controls.change(column.index, { period })}
          />
        ),
    },
    {
      title: '方向',
      width: 104,
      render: (_, column) =>
        column.role === 'figure' && (
          <Select
            size="small"
            className="fill"
            aria-label={`${column.letter}列方向`}
            value={column.lower ? 'lower' : 'higher'}
            options={[
              { value: 'higher', label: '越大越好' },
              { value: 'lower', label: '越小越好' },
            ]}
            onChange={(value: string) => controls.change(column.index, { lower: value === 'lower' })}
          />
        ),
    },
  ];
  const shown = all ? layout.columns : layout.columns.slice(0, SHOWN);
  const used = layout.columns.filter(({ role }) => role === 'figure' || role === 'value').length;
  return (
    <Card
      title="各列怎么用"
      note={`${layout.columns.length}列，采用${used}列数字；可逐项改，排名随即重算`}
      flush={true}
    >
      <Table
        rowKey="index"
        size="small"
        columns={columns}
        dataSource={shown}
        pagination={false}
        scroll={{ x: 1080 }}
        onRow={({ index }) => ({ 'data-testid': 'own-column', 'data-column': index }) as object}
      />
      {layout.columns.length > SHOWN && (
        <Button type="link" onClick={() => setAll(!all)}>
          {all ? '收起' : `显示其余${layout.columns.length - SHOWN}列`}
        </Button>
      )}
    </Card>
  );
}
