import { App, Button, Progress } from 'antd';
import { useState } from 'react';
import { API } from '../api/client.js';
import { problemOf } from '../api/problem.js';

/** One zip of prefilled workbooks, with a bar while the server writes them. */
export function SaveWorkbooks({ period }: { readonly period: string }) {
  const { message } = App.useApp();
  const [share, setShare] = useState<number | null>(null);
  const save = async (): Promise<void> => {
    setShare(0);
    try {
      const { blob, files } = await fetched(`${API}/intake/workbooks.zip?period=${period}`, setShare);
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `预填工作簿_${period}.zip`;
      link.click();
      URL.revokeObjectURL(link.href);
      void message.success(`已制作 ${files} 份预填工作簿`);
    } catch (problem) {
      void message.error((problem as Error).message);
    }
    setShare(null);
  };
  return (
    <>
      {share !== null && (
        <span className="making" role="status">
          正在制作预填工作簿
          <Progress percent={Math.round(share * 100)} size="small" />
        </span>
      )}
      <Button loading={share !== null} disabled={period === ''} onClick={() => void save()} data-testid="workbooks">
        下载预填工作簿
      </Button>
    </>
  );
}

/** @param tell how much has come, 0–1: by the length that the server expects */
async function fetched(address: string, tell: (share: number) => void): Promise<{ blob: Blob; files: string }> {
  const response = await fetch(address, { credentials: 'same-origin' });
  if (!response.ok || !response.body) throw await problemOf(response);
  const about = Number.parseInt(response.headers.get('x-greenrank-about-bytes') ?? '0', 10);
  const reader = response.body.getReader();
  const pieces: BlobPart[] = [];
  let came = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    came += piece.value.length;
    if (about > 0) tell(Math.min(0.99, came / about));
  }
  return {
    blob: new Blob(pieces, { type: 'application/zip' }),
    files: response.headers.get('x-greenrank-files') ?? '',
  };
}
