import { Button } from 'antd';
import { useState } from 'react';
import { Card } from '../shell/card.js';

interface YamlCardProps {
  /** The document with the weights that are tried. */
  readonly text: string;
  readonly take: (text: string) => void;
}

/** The whole document, for what has no box of its own. */
export function YamlCard({ text, take }: YamlCardProps) {
  const [edited, setEdited] = useState<string | null>(null);
  return (
    <Card
      title="YAML"
      note="方案全文；注释和次序在别处编辑时保持原样"
      extra={
        edited !== null &&
        edited !== text && (
          <>
            <Button size="small" onClick={() => setEdited(null)}>
              放弃修改
            </Button>{' '}
            <Button
              size="small"
              type="primary"
              data-testid="take-yaml"
              onClick={() => {
                take(edited);
                setEdited(null);
              }}
            >
              用这份试算
            </Button>
          </>
        )
      }
    >
      <textarea
        className="yaml"
        value={edited ?? text}
        spellCheck={false}
        aria-label="方案文档"
        data-testid="yaml"
        onChange={(event) => setEdited(event.target.value)}
      />
    </Card>
  );
}
