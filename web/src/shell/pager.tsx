import { Button } from 'antd';
import type { Pages } from '../api/pages.query.js';

/** 上一页 下一页, only when there is more than one. */
export function Pager({ pages }: { readonly pages: Pages<unknown> }) {
  const { back, on, number, isFetching } = pages;
  if (back === null && on === null) return null;
  return (
    <nav className="pager" aria-label="翻页">
      <Button size="small" disabled={back === null || isFetching} onClick={back ?? undefined}>
        上一页
      </Button>
      <span aria-live="polite">第{number}页</span>
      <Button size="small" disabled={on === null || isFetching} onClick={on ?? undefined} data-testid="next-page">
        下一页
      </Button>
    </nav>
  );
}
