import { Skeleton } from 'antd';
import { useParams } from 'react-router';
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
  const { data: filing, error, isPending, refetch } = useFiling(id);
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  if (!filing) return <Failure error={error} retry={() => void refetch()} />;
  return <FilingSheet key={filing.id} filing={filing} />;
}
