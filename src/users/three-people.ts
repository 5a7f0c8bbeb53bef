import type { Role } from '../lifecycle/lifecycle.js';

/**
 * A bureau of three people that can do everything with two different persons where two are needed, and whose three
 * administrators are three persons. The leading group acts on paper (代录).
 */
export const THREE_PEOPLE: readonly (readonly Role[])[] = [
  ['officer', 'reviewer', 'system_admin'],
  ['officer', 'verifier', 'security_admin'],
  ['reviewer', 'auditor'],
];

export const THREE_PEOPLE_NOTES: readonly string[] = [
  '第一人起草方案、启动评价，第二人审定方案、核验评价；两人都可公布。',
  '第一人和第三人审核报表。',
  '三名管理员（系统、安全、审计）由三个人分别担任，但兼有业务角色：人手允许时请分开。',
  '领导小组的定稿凭纸质文件由一人代录、另一人确认。',
];
