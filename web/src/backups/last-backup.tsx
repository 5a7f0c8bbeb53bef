import { Link } from 'react-router';
import { may, useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { ageWords, condition, type LastBackup } from './backup-words.js';
import { useLastBackup } from './backups.query.js';

/** 最近备份 in one sentence; amber when it is old, red when there is none. */
export function LastBackupWords({ last }: { readonly last: LastBackup | null }) {
  switch (condition(last)) {
    case 'none':
      return (
        <span className="must-act" data-testid="last-backup" data-condition="none">
          ■ 还没有成功的备份
        </span>
      );
    case 'old':
      return (
        <span className="take-care" data-testid="last-backup" data-condition="old">
          ▲ 最近备份 {moment(last?.at)}（{ageWords(last?.ageHours ?? 0)}），已超过48小时
        </span>
      );
    default:
      return (
        <span data-testid="last-backup" data-condition="good">
          最近备份 {moment(last?.at)}（{ageWords(last?.ageHours ?? 0)}）
        </span>
      );
  }
}

/** A line of 工作台 for whoever may see the backups; nothing where the server keeps none. */
export function LastBackupLine() {
  const { data: me } = useSession();
  const mine = may(me, 'backup', 'read');
  const { data } = useLastBackup(mine);
  if (!data?.isKept) return null;
  return (
    <Card title="备份" extra={<Link to="/admin/backups">全部备份</Link>}>
      <LastBackupWords last={data.last} />
    </Card>
  );
}
