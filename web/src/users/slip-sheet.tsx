import { Button, Modal, Popconfirm } from 'antd';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { moment } from '../figures/moment.js';
import { PageHead } from '../shell/page-head.js';
import './slips.css';
import type { Slip } from './user-shapes.js';
import { sheets } from './user-words.js';

interface SlipSheetProps {
  readonly slips: readonly Slip[];
  readonly close: () => void;
}

/** One-time codes on paper, one slip per person, eight on an A4 page. Shown once: they are kept nowhere. */
export function SlipSheet({ slips, close }: SlipSheetProps) {
  const leaving = useBlocker(true);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
  return (
    <div data-testid="slip-sheet">
      <PageHead title="一次性代码" aside={`${slips.length}人`} trail={['系统', '用户', '一次性代码']}>
        <Popconfirm
          title="关闭后不能再看"
          description="没有打印或抄下的代码只能重发。"
          okText="关闭"
          cancelText="再看一下"
          onConfirm={close}
        >
          <Button data-testid="close-slips">关闭</Button>
        </Popconfirm>
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
      </PageHead>
      <p className="notice-bar no-print" role="status">
        <strong>只显示这一次。</strong>请打印后沿虚线裁开，当面或密封交给本人；系统不保存代码，遗失只能重发。
      </p>
      <div className="slips">
        {sheets(slips).map((page) => (
          <div className="slip-page" key={page[0]?.username}>
            {page.map((slip) => (
              <SlipOf key={slip.username} slip={slip} />
            ))}
          </div>
        ))}
      </div>
      {leaving.state === 'blocked' && (
        <Modal
          open={true}
          title="一次性代码还在页面上"
          okText="离开"
          cancelText="留下"
          onOk={() => leaving.proceed()}
          onCancel={() => leaving.reset()}
        >
          离开后不能再看；没有打印或抄下的代码只能重发。
        </Modal>
      )}
    </div>
  );
}

function SlipOf({ slip }: { readonly slip: Slip }) {
  const facts: [string, string][] = [
    ['网址', location.origin],
    ['用户名', slip.username],
    ['姓名', slip.name],
    ['单位', slip.unit],
    ['角色', slip.roles.join('、')],
  ];
  return (
    <section className="slip" data-testid="slip" data-username={slip.username}>
      <h3>绿评 GreenRank　账号启用单</h3>
      <dl>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
        <div className="slip-code">
          <dt>一次性代码</dt>
          <dd data-testid="slip-code">{slip.code}</dd>
        </div>
        <div>
          <dt>有效期至</dt>
          <dd>{moment(slip.codeUntil)}</dd>
        </div>
      </dl>
      <p>打开网址，输入用户名和一次性代码，按提示设置自己的口令，以后用口令登录。代码只能用一次，请勿转交他人。</p>
    </section>
  );
}
