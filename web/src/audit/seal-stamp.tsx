import { checkCode } from '../figures/figure-text.js';
import { FailureLine } from '../shell/failure.js';
import { useAuditHead } from './audit.query.js';

/** A sealer that lives leaves nothing unsealed for so long (reliability G4). */
const TOO_LONG_SECONDS = 60;

/** How far the log is sealed, and a warning when the sealer has stopped. */
export function SealStamp() {
  const { data, error } = useAuditHead();
  if (error) return <FailureLine error={error} />;
  const facts: [string, string][] = [
    ['已封存', data ? `${data.entries} 条` : '…'],
    ['待封存', data ? `${data.unsealed} 条` : '…'],
    ['最新根', data?.root ? checkCode(data.root) : '尚无'],
  ];
  return (
    <>
      <dl className="basis" data-testid="audit-head" title={data?.root ?? undefined}>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      {data && data.oldestUnsealedSeconds > TOO_LONG_SECONDS && (
        <p className="notice-bar" role="alert" data-testid="unsealed-warning">
          <strong className="must-act">封存已停止</strong>　有 {data.unsealed} 条记录未封存，最早一条已等{' '}
          {data.oldestUnsealedSeconds} 秒。请系统管理员检查服务是否正常运行。
        </p>
      )}
    </>
  );
}
