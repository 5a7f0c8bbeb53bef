import { Button, Skeleton } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { holds, useSession } from '../api/session.query.js';
import { useFiling } from '../filings/filings.query.js';
import { Card } from '../shell/card.js';
import { Failure } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import { BulkDialog } from './bulk-dialog.js';
import { isPlain, QueueList } from './queue-list.js';
import './review.css';
import { useQueue } from './review.query.js';
import { ReviewDetail, type ReviewKeys } from './review-detail.js';

/** 审核: the queue by risk on the left, what changed on the right. */
export function ReviewPage() {
  const { data: me } = useSession();
  const { data: queue, error, isPending, refetch } = useQueue();
  const { id: asked } = useParams();
  const navigate = useNavigate();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [isBulk, setBulk] = useState(false);
  const keys = useRef<ReviewKeys | null>(null);
  const id = asked ?? queue?.[0]?.id;
  const go = useCallback((to: string): void => void navigate(`/review/${to}`), [navigate]);

  const step = useCallback(
    (by: number): void => {
      const ids = (queue ?? []).map((item) => item.id);
      const at = ids.indexOf(id ?? '');
      const to = ids[Math.min(Math.max(at + by, 0), ids.length - 1)];
      if (to !== undefined) go(to);
    },
    [queue, id, go],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event) || document.querySelector('.ant-modal') !== null) return;
      const key = event.key.toLowerCase();
      if (key === 'j') step(1);
      else if (key === 'k') step(-1);
      else if (key === 'c') keys.current?.claim();
      else if (key === 'a') keys.current?.accept();
      else if (key === 'r') keys.current?.return();
      else if (key === 'n') nextFlag();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [step]);

  if (isPending) return <Skeleton active={true} paragraph={{ rows: 10 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const mayTick = holds(me, 'reviewer');
  const plain = queue
    .filter(isPlain)
    .filter((item) => item.state === 'submitted' || item.claimedBy?.id === me?.user.id);
  const chosen = plain.filter((item) => ticked.has(item.id));
  const after = queue[queue.findIndex((item) => item.id === id) + 1]?.id;
  return (
    <>
      <PageHead title="审核" aside={`待审 ${queue.length} 份`} trail={['报送', '审核']}>
        {mayTick && plain.length > 0 && (
          <>
            <Button
              onClick={() =>
                setTicked(chosen.length === plain.length ? new Set() : new Set(plain.map((item) => item.id)))
              }
            >
              {chosen.length === plain.length ? '取消全选' : `选中无标记的${plain.length}份`}
            </Button>
            <Button disabled={chosen.length === 0} onClick={() => setBulk(true)} data-testid="bulk">
              {`批量采纳${chosen.length > 0 ? ` ${chosen.length}` : ''}`}
            </Button>
          </>
        )}
      </PageHead>
      <div className="review">
        <Card flush={true} className="review-queue">
          <QueueList
            items={queue}
            open={id}
            ticked={ticked}
            mayTick={mayTick}
            go={go}
            tick={(one) => {
              const changed = new Set(ticked);
              if (!changed.delete(one)) changed.add(one);
              setTicked(changed);
            }}
          />
          <p className="note queue-keys">J K 上下　C 领取　A 采纳　R 退回　N 下一处提示</p>
        </Card>
        {id === undefined ? (
          <Card className="review-detail">
            <p>今日没有待审报表。</p>
          </Card>
        ) : (
          <Opened
            key={id}
            id={id}
            keys={keys}
            next={() => (after === undefined ? void navigate('/review') : go(after))}
          />
        )}
      </div>
      {isBulk && (
        <BulkDialog
          items={chosen}
          close={(isDone) => {
            setBulk(false);
            if (isDone) setTicked(new Set());
          }}
        />
      )}
    </>
  );
}

interface OpenedProps {
  readonly id: string;
  readonly keys: React.RefObject<ReviewKeys | null>;
  next(): void;
}

function Opened({ id, keys, next }: OpenedProps) {
  const { data: filing, error, isPending, refetch } = useFiling(id);
  if (isPending) return <Skeleton active={true} paragraph={{ rows: 10 }} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <ReviewDetail filing={filing} keys={keys} next={next} />;
}

const isTyping = ({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  ctrlKey ||
  metaKey ||
  altKey ||
  (target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) && !isTick(target));

const isTick = (target: HTMLElement): boolean => target instanceof HTMLInputElement && target.type === 'checkbox';

/** Brings the next flagged row into view. */
function nextFlag(): void {
  const rows = [...document.querySelectorAll<HTMLElement>('tr.flagged')];
  const below = rows.find((row) => row.getBoundingClientRect().top > 160) ?? rows[0];
  below?.scrollIntoView({ block: 'center' });
}
