import { Skeleton, Switch } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { may, useSession } from '../api/session.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import type { Coverage } from './user-shapes.js';
import { gapsFirst, peopleWords, urgency } from './user-words.js';
import './users.css';
import { useCoverage } from './users.query.js';

/** 谁能办: every act of the table of rights with those who can do it; what nobody can do comes first. */
export function CoveragePage() {
  const { data: me } = useSession();
  const { data, error, isPending, refetch } = useCoverage();
  const [onlyGaps, setOnlyGaps] = useState(false);
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 12 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const rows = gapsFirst(data);
  const gaps = rows.filter(({ problem }) => problem !== null);
  const shown = onlyGaps ? gaps : rows;
  return (
    <>
      <PageHead
        title="谁能办"
        aside={
          <span data-testid="gap-count">
            {rows.length}项操作，{gaps.length === 0 ? '没有缺口' : `缺口${gaps.length}项`}
          </span>
        }
        trail={['系统', '谁能办']}
      />
      <Card flush={true}>
        <div className="filters">
          <Switch id="only-gaps" checked={onlyGaps} onChange={setOnlyGaps} data-testid="only-gaps" />
          <label htmlFor="only-gaps">只看缺口</label>
          <span className="note push">
            缺口＝没有人能办，或只有一人而须由另一人办。
            {may(me, 'user', 'grant') && (
              <>
                在<Link to="/users">用户</Link>授予角色即可补上。
              </>
            )}
          </span>
        </div>
        {shown.length === 0 ? (
          <p className="card-body" data-testid="no-gaps">
            没有缺口：每项操作都有人能办，须由两人分办的也各有其人。
          </p>
        ) : (
          <table className="plain-table coverage">
            <thead>
              <tr>
                <th className="col-act">操作</th>
                <th>缺口</th>
                <th className="col-people">能办的人</th>
                <th className="col-roles">角色</th>
                <th className="col-other">须由另一人</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <CoverageRow key={row.act} row={row} />
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </>
  );
}

function CoverageRow({ row }: { readonly row: Coverage }) {
  const urgent = urgency(row);
  return (
    <tr data-testid="coverage-row" data-act={row.act}>
      <td>{row.title}</td>
      <td>
        {urgent === 'must' && <span className="must-act">■ {row.problem}</span>}
        {urgent === 'paper' && <span className="take-care">▲ {row.problem}</span>}
      </td>
      <td title={row.people.length > 6 ? row.people.join('、') : undefined}>{peopleWords(row)}</td>
      <td className="note">{row.roles.join('、')}</td>
      <td className="note">{row.other ?? ''}</td>
    </tr>
  );
}
