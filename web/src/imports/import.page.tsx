import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Upload } from 'antd';
import { useNavigate } from 'react-router';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import { PageHead } from '../shell/page-head.js';
import './imports.css';
import { ImportHistory } from './import-history.js';
import type { Preview } from './import-shapes.js';
import { importKey } from './imports.query.js';

/** 导入: a file is read here and shown on its own page; nothing is stored before 导入 is pressed there. */
export function ImportPage() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const read = useMutation<Preview, Problem, File>({
    mutationFn: (file) => {
      const form = new FormData();
      form.append('file', file);
      return api.upload('/imports', form);
    },
    onSuccess: (preview) => {
      queries.setQueryData(importKey(preview.id), preview);
      void navigate(`/imports/${preview.id}`);
    },
  });
  return (
    <>
      <PageHead title="导入" trail={['报送', '导入']} />
      <FailureLine error={read.error} />
      <Card>
        <Upload.Dragger
          accept=".csv,.xlsx"
          showUploadList={false}
          disabled={read.isPending}
          beforeUpload={(file) => {
            read.mutate(file);
            return false;
          }}
        >
          <p className="drop-title">{read.isPending ? '正在读取…' : '把工作簿或 CSV 拖到这里，或点击选择'}</p>
          <p className="note">
            从报表页下载、填好的模板，或您自己的 .xlsx、.csv（长表、宽表均可；UTF-8 或
            GB18030）。先预览，不入库；逐格指出问题。
          </p>
        </Upload.Dragger>
      </Card>
      <ImportHistory />
    </>
  );
}
