import { App, Button } from 'antd';
import type { RefObject } from 'react';

interface CopyButtonProps {
  readonly text: string;
  /** Shows the text: selected when the clipboard is out of reach, as on plain HTTP. */
  readonly shown: RefObject<HTMLElement | null>;
  readonly children: string;
}

export function CopyButton({ text, shown, children }: CopyButtonProps) {
  const { message } = App.useApp();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      message.success('已复制');
    } catch {
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      message.info('已选中，请按 Ctrl+C 复制');
    }
  };
  return <Button onClick={() => void copy()}>{children}</Button>;
}
