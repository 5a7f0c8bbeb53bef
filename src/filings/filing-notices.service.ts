import { Inject, Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';
import { periodTitle } from '../calendar/period.js';
import type { Catalogue } from '../forms/catalogue.js';
import { CATALOGUE } from '../forms/catalogue.service.js';
import { Notices, type Whom } from '../notices/notices.service.js';
import type { Filing } from './filing.entity.js';

/** What people are told of a filing's life: what happened, and what is theirs to do. Reasons stay inside the product. */
const WORDS = {
  passed: { what: '待签署', todo: '请核对后签署并提交，或退回填报人。' },
  returned: { what: '已退回', todo: '请按退回原因改正后重新提交。' },
  accepted: { what: '已采纳', todo: '数据已生效，无须再办。' },
  second: { what: '待确认', todo: '审核员已采纳，请您确认或不同意。' },
  amendment_asked: { what: '申请更正', todo: '请同意或不同意更正。' },
  amendment_required: { what: '须更正', todo: '财政局要求更正，请修改后重新提交；更正采纳前原数据继续有效。' },
  amendment_approved: { what: '可以更正', todo: '财政局已同意更正，请修改后重新提交。' },
  amendment_refused: { what: '未同意更正', todo: '已采纳的数据继续有效；理由见报表。' },
  set_aside: { what: '有数据不予采信', todo: '请查看理由；如有异议，可以提出。' },
} as const;

/** As the page of messages sorts them. */
const KINDS: Readonly<Partial<Record<FilingNews, string>>> = {
  returned: 'returned',
  accepted: 'accepted',
  amendment_asked: 'amendment',
  amendment_required: 'amendment',
  amendment_approved: 'amendment',
  amendment_refused: 'amendment',
};

export type FilingNews = keyof typeof WORDS;

/** Tells whoever a step of a filing concerns, within the act that makes the step. */
@Injectable()
export class FilingNotices {
  constructor(
    private readonly notices: Notices,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  async tell(act: Act, filing: Filing, news: FilingNews, body = ''): Promise<void> {
    const { what, todo } = WORDS[news];
    const form = this.catalogue.formAt(filing.form, filing.formVersion)?.title ?? filing.form;
    const isBureaus = news === 'second' || news === 'amendment_asked';
    await this.notices.tell(act, {
      to: isBureaus ? { roles: ['officer'] } : filersOf(filing, news === 'passed'),
      kind: KINDS[news] ?? 'filing',
      title: `${periodTitle(filing.period)}${form}${what}`,
      todo,
      body,
      link: isBureaus ? `/review/${filing.id}` : `/filings/${filing.id}`,
    });
  }
}

/** The people of whoever files it; who signs alone for what waits for a signature. */
function filersOf({ institutionId, department }: Filing, signersOnly: boolean): Whom {
  if (institutionId !== null) return { institutionId, roles: signersOnly ? ['checker'] : ['filer', 'checker'] };
  const roles = signersOnly
    ? (['department_approver'] as const)
    : (['department_editor', 'department_approver'] as const);
  return { roles, ...(department === null ? {} : { department }) };
}
