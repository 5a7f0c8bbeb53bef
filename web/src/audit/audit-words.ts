import { ROLE_TITLES } from '../../../src/lifecycle/lifecycle.js';
import type { AuditItem } from './audit-shapes.js';

/** What an entry's action is called. One that is not listed is shown by its code. */
export const ACTION_WORDS: Readonly<Record<string, string>> = {
  'account.sign-in': '登录',
  'account.password': '设置口令',
  'account.second-factor': '设置动态口令',
  'account.second-factor-remove': '移除动态口令',
  'user.create': '新建账号',
  'user.import': '从工作簿新建账号',
  'user.three': '按三人预设新建账号',
  'user.make': '按申请建立账号',
  'user.decline': '不予建立账号',
  'user.grant': '授予角色',
  'user.end-grant': '终止角色',
  'user.disable': '停用账号',
  'user.enable': '启用账号',
  'user.reset': '发一次性代码',
  'user.reset-second-factor': '重置动态口令',
  'user.end-sessions': '结束登录',
  'user.contact': '登记邮箱和电话',
  'account.contact': '设置邮箱和电话',
  'user.erase': '抹去姓名',
  'setup.answer': '回答开办问题',
  'token.create': '新建令牌',
  'token.revoke': '吊销令牌',
  'on_behalf.record': '登记代录',
  'on_behalf.refuse': '退回代录',
  'institution.edit': '登记机构变更',
  'institution.alias': '登记别名',
  'institution.unalias': '删去别名',
  'institution.preview': '上传机构名册',
  'institution.register': '批量登记机构',
  'import.preview': '上传预览',
  'import.commit': '导入',
  'filing.create': '新建报表',
  'filing.edit': '填写报表',
  'filing.pass': '提交复核',
  'filing.submit': '签署并提交报表',
  'filing.receive': '收表',
  'filing.withdraw': '撤回报表',
  'filing.claim': '领取报表',
  'filing.release': '放回报表',
  'filing.return': '退回报表',
  'filing.accept': '采纳报表',
  'filing.amend': '更正报表',
  'filing.read': '查看报表',
  'intake.create': '登记收到的文件',
  'intake.assign': '改收到的文件的机构、发送人',
  'intake.stamped-page': '登记盖章页',
  'obligation.chase': '催报',
  'obligation.chase-day': '安排当日自动催报',
  'obligation.call': '登记电话记录',
  'obligation.call-list': '导出电话名单',
  'obligation.notice': '发催报通知书',
  'obligation.close': '关闭未报',
  'obligation.reopen': '重开未报',
  'notice.mark': '消息标为已读',
  'scheme.create': '起草方案',
  'scheme.consult': '方案征求意见',
  'scheme.reply': '登记方案意见',
  'scheme.settle': '答复方案意见',
  'scheme.review': '审定方案',
  'scheme.issue': '发布方案',
  'scheme.retire': '废止方案',
  'assessment.record': '登记定性评分',
  'evaluation.create': '启动评价',
  'evaluation.requeue': '重新排队',
  'evaluation.cancel': '取消计算',
  'evaluation.verify': '核验评价',
  'evaluation.publish': '公布评价',
  'evaluation.finalise': '评价定稿',
  'evaluation.annul': '评价作废',
  'evaluation.result': '查看评价结果',
  'evaluation.export': '导出排名',
  'evaluation.bundle': '下载存证包',
  'evaluation.robustness': '启动稳健性分析',
  'evaluation.robustness-cancel': '取消稳健性分析',
  'audit.read': '查看审计',
  'audit.export': '导出审计',
  'backup.run': '备份',
  'backup.record': '登记备份',
  'backup.restore': '恢复备份',
  'demo.register': '登记演示机构',
  'demo.mark': '载入演示数据',
};

export const actionWords = (action: string): string => ACTION_WORDS[action] ?? action;

const MACHINES: Readonly<Record<string, string>> = {
  'command-line': '命令行',
  demo: '演示数据',
  worker: '计算进程',
  backup: '备份',
  restore: '恢复',
};

/** Who acted: a person's name, whose paper it stands on, or the machine. An id alone when nobody is known by it. */
export function actorWords({ actor, onBehalf }: AuditItem, names: ReadonlyMap<string, string>): string {
  if (onBehalf) return `${onBehalf.person}（代录，${onBehalf.paperNumber}）`;
  const machine = /^system:(.+)$/.exec(actor.id)?.[1];
  if (machine !== undefined) return `系统（${MACHINES[machine] ?? machine}）`;
  return names.get(actor.id) ?? actor.id;
}

export const roleWords = ({ actor }: AuditItem): string =>
  actor.roles.map((role) => ROLE_TITLES[role] ?? role).join('、');

/** `2026-10-20` and the day after it, as the instants between which that day lies in Shanghai. */
export const dayBegins = (day: string): string => `${day}T00:00:00+08:00`;
export const dayEnds = (day: string): string =>
  dayBegins(new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10));
