import { Checkbox, Empty } from 'antd';
import { periodTitle } from '../../../src/calendar/period.js';
import { moment } from '../figures/moment.js';
import type { QueueItem } from './review-shapes.js';

interface QueueListProps {
  readonly items: readonly QueueItem[];
  readonly open: string | undefined;
  readonly ticked: ReadonlySet<string>;
  readonly mayTick: boolean;
  tick(id: string): void;
  go(id: string): void;
}

/** The queue, the riskiest first: who, what, since when, in whose hands. */
export function QueueList({ items, open, ticked, mayTick, tick, go }: QueueListProps) {
  if (items.length === 0)
    return (
      <Empty className="queue-empty" description="没有待审报表。">
        <span className="note">机构提交后出现在这里。</span>
      </Empty>
    );
  return (
    <ul className="queue" aria-label="待审队列">
      {items.map((item) => (
        <li key={item.id} className={item.id === open ? 'open' : undefined}>
          {mayTick && (
            <Checkbox
              aria-label={`选中${item.institutionName}`}
              checked={ticked.has(item.id)}
              disabled={!isPlain(item)}
              onChange={() => tick(item.id)}
            />
          )}
          <button
            type="button"
            onClick={() => go(item.id)}
            aria-current={item.id === open}
            data-testid="queue-item"
            data-institution={item.institution ?? ''}
          >
            <RiskBadge score={item.risk.score} />
            <span className="queue-name">
              <b>{item.institutionName}</b>
              <small>{`${periodTitle(item.period)}　${item.formTitle}`}</small>
              <small>
                {item.second
                  ? `▲ 待确认：${item.second.by}已采纳`
                  : item.claimedBy
                    ? `${item.claimedBy.name}已领取`
                    : '待领取'}
                {`　${moment(item.revision?.submittedAt)}`}
              </small>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Nothing to look at: may be accepted with others. */
export const isPlain = (item: QueueItem): boolean => item.risk.score === 0 && item.second === null;

export function RiskBadge({ score }: { readonly score: number }) {
  const level = score >= 60 ? 'high' : score > 0 ? 'some' : 'none';
  return (
    <span className={`risk risk-${level}`} title={`风险分 ${score}`}>
      {score}
    </span>
  );
}
