import { Skeleton } from 'antd';
import { useParams } from 'react-router';
import { useMetrics } from '../api/catalogue.query.js';
import { Failure } from '../shell/failure.js';
import './bars.css';
import './entry.css';
import { FilingSheet } from './filing-sheet.js';
import './filings.css';
import './panel.css';
import { useFiling } from './filings.query.js';

/** One filing. `?cell=CODE` points at a cell. */
export function FilingPage() {
  const id = useParams().id ?? '';
  const metrics = useMetrics();
  const { data: filing, error, refetch } = useFiling(id);
  if (error && !filing) return <Failure error={error} retry={() => void refetch()} />;
  if (!filing || metrics.size === 0) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  return <FilingSheet key={filing.id} filing={filing} />;
}
