import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Modal, Upload } from 'antd';
import { API, api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import type { Slip } from './user-shapes.js';
import { placeOf } from './user-words.js';
import { USERS } from './users.query.js';

interface ImportUsersProps {
  readonly close: () => void;
  readonly print: (slips: readonly Slip[]) => void;
}

/** Dialog of 从工作簿导入: all accounts of a workbook, or none and every fault with its row and column. */
export function ImportUsers({ close, print }: ImportUsersProps) {
  const queries = useQueryClient();
  const send = useMutation<{ accounts: readonly Slip[] }, Problem, File>({
    mutationFn: (file) => {
      const form = new FormData();
      form.append('file', file);
      return api.upload('/users/import', form);
    },
    onSuccess: ({ accounts }) => {
      void queries.invalidateQueries({ queryKey: USERS });
      print(accounts);
    },
  });
  const { error } = send;
  return (
    <Modal open={true} title="从工作簿导入账号" width={720} footer={null} onCancel={close}>
      <ol className="import-steps">
        <li>
          <a href={`${API}/exports/users-template.xlsx`} download={true}>
            下载模板
          </a>
          ，一人一行；“说明”一页写明每列怎么填。
        </li>
        <li>上传填好的工作簿：全部无误才新建，有一处错误就一个也不建。</li>
        <li>随后打印一次性代码，一人一张。</li>
      </ol>
      {error !== null && error.violations.length === 0 && <FailureLine error={error} />}
      <Upload.Dragger
        accept=".xlsx"
        showUploadList={false}
        disabled={send.isPending}
        beforeUpload={(file) => {
          send.mutate(file);
          return false;
        }}
      >
        <p className="drop-title">{send.isPending ? '正在新建…' : '把工作簿拖到这里，或点击选择'}</p>
        <p className="note">.xlsx，不超过 1 MB</p>
      </Upload.Dragger>
      {error !== null && error.violations.length > 0 && (
        <div className="drawer-part" role="alert" data-testid="import-faults">
          <h3 className="must-act">{error.title}</h3>
          <p className="note">请在工作簿里改正后重新上传。</p>
          <div className="fault-table">
            <table className="plain-table">
              <thead>
                <tr>
                  <th className="number">行</th>
                  <th>列</th>
                  <th>现为</th>
                  <th>问题</th>
                  <th>应为</th>
                </tr>
              </thead>
              <tbody>
                {error.violations.map((fault) => {
                  const { row, column } = placeOf(fault.path);
                  return (
                    <tr key={`${fault.path} ${fault.rule} ${fault.message}`}>
                      <td className="number">{row}</td>
                      <td>{column}</td>
                      <td>{fault.found || '空'}</td>
                      <td>{fault.message}</td>
                      <td>{fault.expected}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Modal>
  );
}
