import { Modal } from 'antd';
import { useRef } from 'react';
import { CopyButton } from '../tokens/copy-button.js';
import type { StampedItem } from './intake-shapes.js';

/** What those are sent whose stamped page did not come. */
export function RemindersDialog({
  items,
  close,
}: {
  readonly items: readonly StampedItem[];
  readonly close: () => void;
}) {
  const shown = useRef<HTMLPreElement>(null);
  const text = items.flatMap(({ reminder }) => reminder ?? []).join('\n\n');
  return (
    <Modal open={true} title={`催收 ${items.length} 家的盖章页`} width={760} footer={null} onCancel={close}>
      <div className="reply">
        <pre ref={shown}>{text}</pre>
        <CopyButton text={text} shown={shown}>
          复制全部
        </CopyButton>
      </div>
    </Modal>
  );
}
