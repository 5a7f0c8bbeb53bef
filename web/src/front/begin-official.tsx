import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Modal, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { FailureLine } from '../shell/failure.js';
import { CopyButton } from '../tokens/copy-button.js';

interface OfficialPlace {
  readonly folder: string;
  readonly objection: string | null;
}

interface OfficialStarted {
  readonly folder: string;
  readonly username: string;
  readonly code: string | null;
  readonly codeFile: string;
}

const LOOK_MS = 700;

/** Whether the official installation answers: health is green, and the demonstration's front page is gone. */
async function isOfficial(): Promise<boolean> {
  const health = await fetch('/api/health', { cache: 'no-store' }).catch(() => null);
  if (!health?.ok) return false;
  const front = await fetch('/api/v1/auth/demo', { cache: 'no-store' }).catch(() => null);
  return front?.status === 404;
}

/** 开始正式使用: says what happens, does it, keeps the one-time code in sight until the official installation is there. */
export function BeginOfficial() {
  const [isOpen, setOpen] = useState(false);
  const place = useQuery<OfficialPlace | null, Problem>({
    queryKey: ['official-place'],
    queryFn: () => api.find<OfficialPlace>('/setup/official'),
    enabled: isOpen,
    staleTime: 0,
  });
  const begin = useMutation<OfficialStarted, Problem>({ mutationFn: () => api.post('/setup/official') });
  if (begin.data) return <Moving started={begin.data} />;
  const objection = place.data?.objection ?? null;
  return (
    <>
      <button type="button" className="begin-official" data-testid="begin-official" onClick={() => setOpen(true)}>
        开始正式使用
      </button>
      <Modal
        open={isOpen}
        title="开始正式使用"
        okText="开始正式使用"
        cancelText="再看看演示"
        onCancel={() => setOpen(false)}
        onOk={() => begin.mutate()}
        confirmLoading={begin.isPending}
        okButtonProps={{ disabled: !place.data || objection !== null }}
      >
        <FailureLine error={place.error ?? begin.error} />
        {objection !== null && (
          <p className="notice-bar" role="alert" data-testid="objection">
            现在还不能开始：{objection}。
          </p>
        )}
        <ol className="official-steps">
          <li>
            新建一个空的数据目录：
            <b className="official-folder">{place.data?.folder ?? '……'}</b>
          </li>
          <li>给安全管理员 admin 发一次性代码，在这里显示一次。</li>
          <li>程序随即在新目录重新启动（约十几秒）；正在演示里操作的人会断开。</li>
          <li>以后运行 npm start 就直接进入正式环境。</li>
        </ol>
        <p className="note">演示数据原样留在原目录，不会混入正式数据；要再看演示，用 GREENRANK_DEMO=on npm start。</p>
      </Modal>
    </>
  );
}

function Moving({ started }: { readonly started: OfficialStarted }) {
  const { folder, username, code, codeFile } = started;
  const [isThere, setThere] = useState(false);
  const shown = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isThere) return;
    const timer = window.setInterval(() => {
      void isOfficial().then((found) => found && setThere(true));
    }, LOOK_MS);
    return () => window.clearInterval(timer);
  }, [isThere]);
  return (
    <Modal open={true} title="正式环境" closable={false} footer={null} width={560}>
      <div data-testid="moving" data-ready={isThere}>
        {code === null ? (
          <p>目录 {folder} 里已有正式数据，沿用原有账号登录。</p>
        ) : (
          <>
            <dl className="official-code">
              <dt>用户名</dt>
              <dd>{username}</dd>
              <dt>一次性代码</dt>
              <dd>
                <b ref={shown} data-testid="admin-code">
                  {code}
                </b>
                <CopyButton text={code} shown={shown}>
                  复制
                </CopyButton>
              </dd>
            </dl>
            <p className="notice-bar">
              <strong>请现在抄下。</strong>登录时把它填在口令一栏，随后设置自己的口令；7 天内有效，只能用一次。也写在{' '}
              {codeFile}（只有本机管理员能读）。
            </p>
          </>
        )}
        {isThere ? (
          <Button type="primary" href="/sign-in?next=%2Fsetup" data-testid="to-sign-in">
            正式环境已就绪，去登录
          </Button>
        ) : (
          <p role="status">
            <Spin size="small" /> 正在重新启动，约十几秒……
          </p>
        )}
      </div>
    </Modal>
  );
}
