import { Button, Input, Modal, Popconfirm, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useBlocker } from 'react-router';
import { useSession } from '../api/session.query.js';
import { moment } from '../figures/moment.js';
import { PageHead } from '../shell/page-head.js';
import './slips.css';
import type { Slip } from './user-shapes.js';
import { sheets } from './user-words.js';

interface SlipSheetProps {
  readonly slips: readonly Slip[];
  readonly close: () => void;
}

/** One-time codes on paper: a notice of A5 per person, or slips, eight on an A4 page. Shown once: kept nowhere. */
export function SlipSheet({ slips, close }: SlipSheetProps) {
  const { data: me } = useSession();
  const leaving = useBlocker(true);
  const [layout, setLayout] = useState<'notices' | 'slips'>('notices');
  const [typed, setTyped] = useState<string | null>(null);
  const whom = typed ?? `区财政局 ${me?.user.name ?? ''}`.trim();
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
        <strong>只显示这一次。</strong>请打印后当面或密封交给本人；系统不保存代码，遗失只能重发。
      </p>
      <div className="slip-options no-print">
        <Radio.Group value={layout} onChange={({ target }) => setLayout(target.value)}>
          <Radio value="notices">账号通知单（每人一张 A5）</Radio>
          <Radio value="slips">裁条（A4 一页八张）</Radio>
        </Radio.Group>
        <span className="slip-whom">
          有问题找谁
          <Input
            aria-label="有问题找谁"
            value={whom}
            maxLength={64}
            placeholder="姓名和电话，印在通知单上"
            onChange={({ target }) => setTyped(target.value)}
            data-testid="slip-whom"
          />
        </span>
      </div>
      {layout === 'notices' && (
        <div className="notices">
          {slips.map((slip) => (
            <NoticeOf key={slip.username} slip={slip} whom={whom} />
          ))}
        </div>
      )}
      <div className="slips" hidden={layout !== 'slips'}>
        {(layout === 'slips' ? sheets(slips) : []).map((page) => (
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

/** 账号通知单: what somebody needs who has never seen the product. */
function NoticeOf({ slip, whom }: { readonly slip: Slip; readonly whom: string }) {
  return (
    <section className="account-notice" data-testid="slip" data-username={slip.username}>
      <h2>账号通知单</h2>
      <p>
        {slip.unit}　{slip.name}：
      </p>
      <p className="account-notice-lead">
        已为您开通“绿评 GreenRank”账号，角色为{slip.roles.join('、')}。请按下面的步骤启用。
      </p>
      <dl>
        <div>
          <dt>网址</dt>
          <dd>{location.origin}</dd>
        </div>
        <div>
          <dt>用户名</dt>
          <dd>{slip.username}</dd>
        </div>
        <div className="slip-code">
          <dt>一次性代码</dt>
          <dd data-testid="slip-code">{slip.code}</dd>
        </div>
        <div>
          <dt>有效期至</dt>
          <dd>{moment(slip.codeUntil)}</dd>
        </div>
      </dl>
      <ol>
        <li>在办公电脑上用浏览器打开上面的网址。</li>
        <li>输入用户名和一次性代码，点“登录”。</li>
        <li>按提示设置自己的口令（页面上写着要求），以后用它登录；代码随即作废。</li>
        <li>登录后在“工作台”看到本期要填的报表和截止日期。</li>
      </ol>
      <p className="note">代码只能用一次，请勿转交、拍照外传。过期或遗失，请联系下面的人重发。</p>
      <p className="account-notice-whom">有问题请联系：{whom === '' ? '区财政局' : whom}</p>
    </section>
  );
}
