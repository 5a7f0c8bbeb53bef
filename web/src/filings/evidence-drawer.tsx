import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Popconfirm, Upload } from 'antd';
import { API, api } from '../api/client.js';
import type { Filing } from '../api/filing-shapes.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { FailureLine } from '../shell/failure.js';
import type { Draft } from './draft.js';

interface EvidenceDrawerProps {
  readonly filing: Filing;
  readonly draft: Draft;
  readonly open: boolean;
  readonly readOnly: boolean;
  readonly onClose: () => void;
}

/** Files that prove what was filed: each with its hash, downloaded, never opened here. */
export function EvidenceDrawer({ filing, draft, open, readOnly, onClose }: EvidenceDrawerProps) {
  const path = `/filings/${filing.id}/evidence`;
  const again = async (): Promise<void> => draft.adopt(await api.get<Filing>(`/filings/${filing.id}`), null);
  const add = useMutation<unknown, Problem, File>({
    mutationFn: async (file) => {
      const form = new FormData();
      form.append('file', file);
      await api.upload(path, form);
      await again();
    },
  });
  const remove = useMutation<unknown, Problem, string>({
    mutationFn: async (id) => {
      await api.post(`${path}/${id}/remove`);
      await again();
    },
  });
  const files = filing.evidence ?? [];
  return (
    <Drawer title="证明材料" open={open} onClose={onClose} size={420}>
      <FailureLine error={add.error ?? remove.error} />
      {!readOnly && (
        <Upload
          showUploadList={false}
          disabled={add.isPending}
          beforeUpload={(file) => {
            add.mutate(file);
            return false;
          }}
        >
          <Button loading={add.isPending}>上传文件</Button>
        </Upload>
      )}
      {files.length === 0 && <p className="note">还没有证明材料。可上传合同清单、台账等，随报表一并提交。</p>}
      <ul className="evidence-list" data-testid="evidence">
        {files.map((file) => (
          <li key={file.id}>
            <a href={`${API}${path}/${file.id}`}>{file.fileName}</a>
            <span className="note block">
              {file.addedBy} {moment(file.addedAt)}　摘要 {file.sha256.slice(0, 16)}
            </span>
            {!readOnly && (
              <Popconfirm title="移除这份材料？" onConfirm={() => remove.mutate(file.id)}>
                <button type="button" className="link-button">
                  移除
                </button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
    </Drawer>
  );
}
