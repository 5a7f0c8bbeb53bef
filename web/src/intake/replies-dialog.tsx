import { Modal } from 'antd';
import { useRef } from 'react';
import { CopyButton } from '../tokens/copy-button.js';
import type { IntakeFile } from './intake-shapes.js';

/** All that goes back, as one text; each alone stands beside its file. */
export function RepliesDialog({ files, close }: { readonly files: readonly IntakeFile[]; readonly close: () => void }) {
  const shown = useRef<HTMLPreElement>(null);
  const text = files.flatMap(({ reply }) => reply ?? []).join('\n\n');
  return (
    <Modal open={true} title={`回复 ${files.length} 份`} width={760} footer={null} onCancel={close}>
      <p className="note">发到群里会让各家互相看到：宜逐家发送，每份文件展开后可单独复制。</p>
      <div className="reply">
        <pre ref={shown}>{text}</pre>
        <CopyButton text={text} shown={shown}>
          复制全部
        </CopyButton>
      </div>
    </Modal>
  );
}
