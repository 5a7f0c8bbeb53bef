import { Button, Modal } from 'antd';
import { useRef } from 'react';
import type { Filing } from '../api/filing-shapes.js';
import { exactMoment } from '../figures/moment.js';
import { CopyButton } from '../tokens/copy-button.js';

/** A filing after its signing, with what stays in the signer's hands. */
export type Signed = Filing & { readonly receipt?: { readonly hash: string; readonly root: string | null } };

/** 回执: what proves later that exactly this was filed at that moment. */
export function ReceiptDialog({ signed, onClose }: { readonly signed: Signed; readonly onClose: () => void }) {
  const shown = useRef<HTMLPreElement>(null);
  const { revision, receipt } = signed;
  const lines = [
    `${signed.institutionName}　${signed.formTitle}　${signed.period}`,
    `版次：第${revision?.no ?? 1}版`,
    `提交时间：${revision?.submittedAt ? exactMoment(revision.submittedAt) : ''}（北京时间）`,
    `填报：${revision?.filedBy ?? ''}　签署：${revision?.signedBy ?? ''}`,
    `报表摘要：${receipt?.hash ?? revision?.hash ?? ''}`,
    ...(receipt?.root ? [`存证根：${receipt.root}`] : []),
  ];
  const text = lines.join('\n');
  return (
    <Modal
      open={true}
      width={640}
      title="回执"
      onCancel={onClose}
      footer={[
        <CopyButton key="copy" text={text} shown={shown}>
          复制回执
        </CopyButton>,
        <Button key="close" type="primary" onClick={onClose} data-testid="receipt-close">
          完成
        </Button>,
      ]}
    >
      <p>
        <strong>✓ 已提交，已送达金融主管部门。</strong>请保存回执；领取审核之前可以撤回。
      </p>
      <pre ref={shown} className="receipt" data-testid="receipt">
        {text}
      </pre>
    </Modal>
  );
}
