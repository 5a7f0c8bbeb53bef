import { useRef } from 'react';
import { API } from '../api/client.js';
import { CopyButton } from '../tokens/copy-button.js';
import type { IntakeFile } from './intake-shapes.js';

/** What is wrong with one file, place by place, and the words that go back. */
export function FileDetail({ batch, file }: { readonly batch: string; readonly file: IntakeFile }) {
  const shown = useRef<HTMLPreElement>(null);
  const { issues, flags, reply, state } = file;
  const base = `${API}/intake/batches/${batch}/files/${file.id}`;
  return (
    <div className="file-detail">
      {issues.length > 0 && (
        <table className="plain-table small-table">
          <thead>
            <tr>
              <th>工作表</th>
              <th>行</th>
              <th>列</th>
              <th>原样</th>
              <th>问题</th>
              <th>应为</th>
            </tr>
          </thead>
          <tbody>
            {issues.map((issue) => (
              <tr key={`${issue.code} ${issue.sheet} ${issue.cell} ${issue.message}`}>
                <td>{issue.sheet}</td>
                <td className="number">{issue.row}</td>
                <td>{issue.column}</td>
                <td className="number">{issue.raw}</td>
                <td className={`severity-${issue.severity}`}>
                  {issue.message}
                  {/^V\d/.test(issue.code) && <span className="note">{`　${issue.code}`}</span>}
                </td>
                <td>{issue.expected}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {flags.length > 0 && (
        <ul className="flags">
          {flags.map(({ rule, message }) => (
            <li key={`${rule} ${message}`}>{`${rule}　${message}`}</li>
          ))}
        </ul>
      )}
      {flags.length > 0 && state === 'good' && <p className="note">以上由审核员看，不妨碍收下。</p>}
      {reply !== null && (
        <div className="reply">
          <pre ref={shown}>{reply}</pre>
          <CopyButton text={reply} shown={shown}>
            复制回复
          </CopyButton>
        </div>
      )}
      <p className="file-links">
        <a href={`${base}/original`} download={true}>
          原文件
        </a>
        {state === 'faulty' && (
          <a href={`${base}/marked.xlsx`} download={true}>
            标错工作簿
          </a>
        )}
        <span className="note">{`SHA-256 ${file.sha256}`}</span>
      </p>
    </div>
  );
}
