import { Checkbox, Empty, Modal, Skeleton } from 'antd';
import { useRef, useState } from 'react';
import { FailureLine } from '../shell/failure.js';
import { CopyButton } from '../tokens/copy-button.js';
import { useGroupTexts } from './progress.query.js';
import type { GroupText } from './progress-shapes.js';

interface GroupTextsProps {
  readonly period: string;
  readonly close: () => void;
}

/** What is pasted into the chat groups: one text a type, with counts alone unless somebody wants names. */
export function GroupTexts({ period, close }: GroupTextsProps) {
  const { data, error, isPending } = useGroupTexts(period);
  const [withNames, setWithNames] = useState(false);
  return (
    <Modal open={true} title="复制群消息" width={720} footer={null} onCancel={close}>
      <FailureLine error={error} />
      <Checkbox checked={withNames} onChange={(event) => setWithNames(event.target.checked)} data-testid="with-names">
        列出尚未报送的机构名称（群内各家都会看到）
      </Checkbox>
      {isPending && <Skeleton active={true} />}
      {data?.length === 0 && <Empty description="都已报送。" />}
      {data?.map((text) => (
        <OneText key={text.type} text={text} withNames={withNames} />
      ))}
    </Modal>
  );
}

function OneText({ text, withNames }: { readonly text: GroupText; readonly withNames: boolean }) {
  const shown = useRef<HTMLParagraphElement>(null);
  const words = withNames ? text.names : text.counts;
  return (
    <section className="group-text" data-testid={`group-text-${text.type}`}>
      <h3>{text.title}群</h3>
      <p ref={shown}>{words}</p>
      <CopyButton text={words} shown={shown}>
        复制
      </CopyButton>
    </section>
  );
}
