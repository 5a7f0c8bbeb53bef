import { Select } from 'antd';
import { useState } from 'react';
import { quarterCode, quarterIndex } from '../../../src/calendar/period.js';
import { API } from '../api/client.js';
import { TYPE_TITLES } from '../institutions/institution-words.js';
import { Card } from '../shell/card.js';

const QUARTERS = 24;
const USUAL = 8;

/** The workbook to fill in: a row for each institution of a type and quarter. */
export function TemplateCard({ last }: { readonly last: string }) {
  const [type, setType] = useState('bank');
  const [from, setFrom] = useState(quarterCode(quarterIndex(last) - USUAL + 1));
  const [to, setTo] = useState(last);
  const options = Array.from({ length: QUARTERS }, (_, i) => quarterCode(quarterIndex(last) - i)).map((value) => ({
    value,
    label: value,
  }));
  return (
    <Card title="下载模板" note="每家机构每季一行，每个指标一列；只填手头有的">
      <div className="backfill-fields">
        <Select
          aria-label="机构类型"
          className="field-type"
          value={type}
          onChange={setType}
          options={Object.entries(TYPE_TITLES).map(([value, label]) => ({ value, label }))}
        />
        <Select aria-label="从" value={from} onChange={setFrom} options={options} />
        至
        <Select aria-label="到" value={to} onChange={setTo} options={options} />
        {from <= to ? (
          <a href={`${API}/backfills/template.xlsx?type=${type}&from=${from}&to=${to}`} download={true}>
            下载模板
          </a>
        ) : (
          <span className="note">起始季度应不晚于截止季度</span>
        )}
      </div>
    </Card>
  );
}
