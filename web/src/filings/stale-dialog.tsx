import { Button, Modal } from 'antd';
import type { Metric } from '../api/shapes.js';
import { asEntry } from './autosave.js';
import type { Stale } from './draft.js';
import { entryText } from './grid-row.js';

interface StaleDialogProps {
  readonly stale: Stale;
  readonly metric: Metric | undefined;
  readonly onDecide: (whose: 'mine' | 'theirs') => void;
}

/** One cell was changed at two places: both values, and whose stands. */
export function StaleDialog({ stale, metric, onDecide }: StaleDialogProps) {
  const unit = metric?.unit ?? null;
  const mine = entryText(stale.mine, unit) || '（空）';
  const theirs = entryText(asEntry(stale.theirs), unit) || '（空）';
  return (
    <Modal
      open={true}
      title="此格已在别处修改"
      closable={false}
      keyboard={false}
      footer={[
        <Button key="theirs" onClick={() => onDecide('theirs')} data-testid="keep-theirs">
          用别处的 {theirs}
        </Button>,
        <Button key="mine" type="primary" onClick={() => onDecide('mine')} data-testid="keep-mine">
          用我的 {mine}
        </Button>,
      ]}
    >
      <div data-testid="stale">
        <p>
          {metric?.title}（{stale.code}）在另一窗口或由他人修改过，请选择保留哪一个数。
        </p>
        <dl className="two-values">
          <dt>我填的</dt>
          <dd>
            {mine} {unit}
          </dd>
          <dt>别处已保存的</dt>
          <dd>
            {theirs} {unit}
          </dd>
        </dl>
      </div>
    </Modal>
  );
}
