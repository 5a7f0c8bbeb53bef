import { Button, Upload } from 'antd';
import './scan-input.css';

const SCANS = '.pdf,.png,.jpg,.jpeg';

interface ScanInputProps {
  readonly id?: string;
  readonly value?: File;
  readonly onChange?: (scan: File) => void;
}

/** A scanned paper, as a field of a form; it is sent with the form. */
export function ScanInput({ id, value, onChange }: ScanInputProps) {
  return (
    <div className="scan-file">
      <Upload
        id={id}
        accept={SCANS}
        showUploadList={false}
        beforeUpload={(file) => {
          onChange?.(file);
          return false;
        }}
      >
        <Button>{value === undefined ? '选择文件' : '换一个文件'}</Button>
      </Upload>
      <span className={value === undefined ? 'note' : undefined}>
        {value === undefined ? 'PDF、PNG 或 JPEG，不超过 20 MB' : value.name}
      </span>
    </div>
  );
}
