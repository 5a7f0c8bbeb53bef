import { Injectable } from '@nestjs/common';
import { EvaluationQuery } from '../evaluations/evaluation.query.js';
import { PUBLISHED } from '../evaluations/evaluation-states.js';
import { RankingQuery } from '../evaluations/ranking.query.js';
import type { DemoAccount, DemoFront } from '../identity/demo-entry.service.js';
import { departmentTitle } from '../identity/departments.js';
import { ROLE_TITLES } from '../lifecycle/lifecycle.js';
import { Database, systemActor } from '../platform/database.service.js';
import { OPEN_QUARTER } from './demo.service.js';
import { demoFiles } from './demo-files.service.js';

const FRONT = systemActor('front');
const PRIMARY = ['filer', 'reviewer', 'officer', 'leader', 'auditor'];
const SHOWN = 'bank-first-year';
const PUBLISHED_FIGURES = 'published-banks';

interface Counts {
  readonly accepted: number;
  readonly waiting: number;
  readonly drafts: number;
  readonly institutions: number;
  readonly entries: number;
  /** State of the demonstration filer's own form. */
  readonly own: string;
}

const FILER_STATES: Readonly<Record<string, string>> = {
  not_started: '尚未开始',
  draft: '已保存，尚未提交',
  internal_review: '待复核',
  submitted: '已提交',
  under_review: '审核中',
  accepted: '已采纳',
  returned: '已退回',
};

/** The demonstration's front page: who can be entered, what waits there, and the head of one ranking. */
@Injectable()
export class DemoFrontQuery implements DemoFront {
  readonly usernames = demoFiles.accounts().map((account) => account.username);

  constructor(
    private readonly database: Database,
    private readonly evaluations: EvaluationQuery,
    private readonly rankings: RankingQuery,
  ) {}

  async content() {
    const { items } = await this.evaluations.list(FRONT, { limit: '50' });
    const shown =
      items.find(
        (evaluation) => evaluation.scheme === SHOWN && PUBLISHED.includes(evaluation.state) && evaluation.ranks,
      ) ?? null;
    const published = items.find((evaluation) => evaluation.scheme === PUBLISHED_FIGURES) ?? null;
    const ranking = shown && (await this.rankings.list(FRONT, shown.id, { limit: '5' }));
    return {
      accounts: await this.accounts(shown?.id ?? null),
      showcase: shown && ranking && { evaluation: shown, items: ranking.items },
      published: published && { id: published.id },
    };
  }

  private async accounts(ranking: string | null): Promise<DemoAccount[]> {
    const counts = await this.database.transaction(FRONT, (tx) =>
      tx.row<Counts>(
        `select count(*) filter (where state = 'accepted')::int as accepted,
           count(*) filter (where state in ('submitted', 'under_review'))::int as waiting,
           count(*) filter (where state in ('draft', 'returned'))::int as drafts,
           (select count(*)::int from institution where register = 'district') as institutions,
           (select count(*)::int from audit.entry) as entries,
           coalesce((select f.state from filing f join institution i on i.id = f.institution_id
             where f.period = $1 and i.uscc = $2), 'not_started') as own
         from filing where period = $1`,
        [OPEN_QUARTER, demoFiles.accounts().find((account) => account.username === 'filer')?.institution ?? ''],
      ),
    );
    const results = ranking === null ? '/evaluations' : `/evaluations/${ranking}/ranking`;
    const card = (username: string): Pick<DemoAccount, 'lines' | 'action' | 'to'> => {
      if (username === 'filer')
        return {
          lines: [
            '2026年第三季度绿色信贷统计表',
            `${FILER_STATES[counts?.own ?? 'not_started'] ?? ''}；上年度评价结果可查`,
          ],
          action: '去填报',
          to: '/home',
        };
      if (username === 'reviewer')
        return {
          lines: [`待审报表 ${counts?.waiting ?? 0} 张`, '逐张领取，采纳或退回'],
          action: '看待审报表',
          to: '/filings?state=submitted',
        };
      if (username === 'officer')
        return {
          lines: [
            `第三季度已采纳 ${counts?.accepted ?? 0}/${counts?.institutions ?? 0} 家`,
            '2025年度评价已完成，可看排名与依据',
          ],
          action: '看排名',
          to: results,
        };
      if (username === 'leader')
        return { lines: ['银行业2025年度排名', '谁领先，为什么'], action: '看结果', to: results };
      if (username === 'auditor')
        return {
          lines: [`操作记录 ${counts?.entries ?? 0} 条`, '存证包可离线复算'],
          action: '看评价',
          to: '/evaluations',
        };
      return { lines: [], action: '进入', to: '/home' };
    };
    const institutions = new Map(demoFiles.institutions().map((row) => [row.institution, row.name]));
    return demoFiles.accounts().map(({ username, name, roles, institution, department, unit }) => ({
      username,
      name,
      title: roles.map((role) => ROLE_TITLES[role]).join('、'),
      unit: institution ? (institutions.get(institution) ?? unit) : department ? departmentTitle(department) : unit,
      primary: PRIMARY.includes(username),
      ...card(username),
    }));
  }
}
