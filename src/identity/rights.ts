import { DEPARTMENT_ROLES as DEPARTMENT, INSTITUTION_ROLES, type Role } from '../lifecycle/lifecycle.js';

const BUREAU: readonly Role[] = ['reviewer', 'officer', 'verifier'];
const READERS: readonly Role[] = [...BUREAU, 'leader', 'auditor'];
/** Whose programs may act for them. */
const MACHINES: readonly Role[] = ['filer', 'checker', 'officer', 'auditor', ...DEPARTMENT];
const EVERYBODY: readonly Role[] = [...INSTITUTION_ROLES, ...READERS, ...DEPARTMENT, 'security_admin', 'system_admin'];

/**
 * Who may do what: resource × action → roles (design 7). Guards, buttons and tests are made from this table; a route
 * that names no row of it stops the start.
 */
export const RIGHTS = {
  // One's own: password, second factor, sessions.
  account: { read: EVERYBODY, edit: EVERYBODY },
  // A checker: the accounts of the own institution, and its filers.
  user: {
    read: ['security_admin', 'auditor', 'checker'],
    create: ['security_admin', 'checker'],
    import: ['security_admin'],
    grant: ['security_admin'],
    disable: ['security_admin', 'checker'],
    reset: ['security_admin', 'checker'],
    erase: ['security_admin'],
    coverage: ['security_admin', 'officer', 'auditor'],
    contact: ['security_admin'],
  },
  token: { read: [...MACHINES, 'security_admin'], create: MACHINES, revoke: [...MACHINES, 'security_admin'] },
  on_behalf: { read: READERS, record: ['officer'], confirm: ['officer', 'verifier'], refuse: ['officer', 'verifier'] },
  institution: { read: [...INSTITUTION_ROLES, ...READERS, ...DEPARTMENT], edit: ['officer'], register: ['officer'] },
  // An institution: what was confirmed about itself. A department: its own.
  flag: {
    read: [...INSTITUTION_ROLES, ...READERS, ...DEPARTMENT],
    enter: ['department_editor', 'officer'],
    // The bureau's own by another of the bureau.
    confirm: ['department_approver', 'officer', 'verifier'],
    withdraw: [...DEPARTMENT, 'officer', 'verifier'],
    export: [...READERS, ...DEPARTMENT],
  },
  catalogue: { read: EVERYBODY },
  obligation: {
    // A department: its own.
    read: [...INSTITUTION_ROLES, ...READERS, ...DEPARTMENT],
    generate: ['officer'],
    create: ['officer'],
    // An officer's is the bureau's own motion and holds at once.
    ask: [...INSTITUTION_ROLES, 'department_editor', 'officer'],
    decide: ['officer'],
    progress: READERS,
    chase: ['officer'],
    call: ['officer'],
    close: ['officer'],
  },
  // One's own messages; what became of the mails is for those who answer for it.
  notice: { read: EVERYBODY, mark: EVERYBODY, delivery: ['officer', 'security_admin', 'system_admin'] },
  filing: {
    // A department: its own alone.
    read: [...INSTITUTION_ROLES, ...READERS, ...DEPARTMENT],
    create: ['filer', 'department_editor'],
    edit: ['filer', 'department_editor'],
    pass: ['filer', 'department_editor'],
    submit: ['checker', 'department_approver'],
    withdraw: ['checker', 'department_approver'],
    queue: READERS,
    claim: ['reviewer'],
    release: ['reviewer'],
    return: ['reviewer', 'checker', 'department_approver'],
    accept: ['reviewer'],
    confirm: ['officer'],
    amend: ['checker', 'reviewer', 'department_approver'],
    decide_amendment: ['officer'],
    set_aside: ['officer'],
  },
  // 收表: workbooks that institutions sent.
  intake: {
    read: ['reviewer', 'officer', 'auditor'],
    create: ['officer'],
    receive: ['officer'],
    stamp: ['officer'],
    templates: ['officer'],
  },
  waiver: { read: READERS, grant: ['officer'], end: ['officer'] },
  import: {
    create: ['filer', 'officer'],
    read: ['filer', 'officer'],
    commit: ['filer', 'officer'],
    undo: ['filer', 'officer'],
  },
  // History: received by an officer, accepted by another person like any filing.
  backfill: { read: READERS, create: ['officer'] },
  // Own sheets: read and ranked, nothing stored; what headers mean may be kept.
  trial: { run: ['officer', 'verifier', 'leader'], keep: ['officer'] },
  scheme: {
    read: [...READERS, ...DEPARTMENT],
    // The rules of a contest are everybody's to read.
    methodology: EVERYBODY,
    create: ['officer'],
    check: ['officer'],
    consult: ['officer'],
    reply: ['officer'],
    settle: ['officer'],
    review: ['officer'],
    issue: ['officer'],
    retire: ['officer'],
  },
  evaluation: {
    read: [...INSTITUTION_ROLES, ...READERS],
    create: ['officer'],
    requeue: ['officer'],
    cancel: ['officer'],
    verify: ['verifier'],
    publish: ['officer'],
    finalise: ['leader'],
    annul: ['leader'],
    bundle: [...INSTITUTION_ROLES, ...READERS],
    'full-bundle': ['officer', 'verifier', 'auditor'],
    export: READERS,
    // An institution: its own figures, where nobody is compared (decision 13).
    whatif: [...INSTITUTION_ROLES, 'officer', 'verifier'],
    robustness: ['officer', 'verifier'],
    findings: READERS,
    attribution: READERS,
  },
  audit: { read: ['auditor'], export: ['auditor'], head: ['auditor', 'officer', 'verifier', 'leader', 'system_admin'] },
  backup: { read: ['system_admin', 'officer', 'auditor'], run: ['system_admin'] },
  // Which of the questions a role answers: src/setup/questions.ts.
  setup: {
    read: ['officer', 'security_admin', 'system_admin', 'auditor'],
    answer: ['officer', 'security_admin', 'system_admin'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly Role[]>>>>;

export type Resource = keyof typeof RIGHTS;
export type ActionOn<R extends Resource> = keyof (typeof RIGHTS)[R] & string;

/** The roles that may do `action` on `resource`; none for a row that the table lacks. */
export function rolesFor(resource: string, action: string): readonly Role[] {
  const row = (RIGHTS as Readonly<Record<string, Readonly<Record<string, readonly Role[]>>>>)[resource];
  return row?.[action] ?? [];
}

/** How people call them, in the matrix, in tokens and on the page of who can still act. */
const TITLES: { readonly [R in Resource]: readonly [string, { readonly [A in ActionOn<R>]: string }] } = {
  account: ['本人账号', { read: '查看', edit: '修改' }],
  user: [
    '用户',
    {
      read: '查看',
      create: '新建',
      import: '从工作簿新建',
      grant: '授予和终止角色',
      disable: '停用和启用',
      reset: '发一次性代码、重置动态口令',
      erase: '抹去姓名',
      coverage: '查看谁能办',
      contact: '登记邮箱和电话',
    },
  ],
  token: ['令牌', { read: '查看', create: '新建', revoke: '吊销' }],
  on_behalf: ['代录', { read: '查看', record: '登记', confirm: '确认', refuse: '退回' }],
  institution: ['机构', { read: '查看', edit: '登记变更', register: '批量登记' }],
  flag: ['处罚与事项', { read: '查看', enter: '登记', confirm: '确认', withdraw: '撤回', export: '导出' }],
  catalogue: ['指标与报表', { read: '查看' }],
  obligation: [
    '填报任务',
    {
      read: '查看',
      generate: '生成',
      create: '补录',
      ask: '申请或给予延期、免报',
      decide: '决定延期、免报',
      progress: '查看报送进度',
      chase: '催报',
      call: '登记电话记录',
      close: '关闭未报和重开',
    },
  ],
  notice: ['消息', { read: '查看', mark: '标为已读', delivery: '查看邮件送达' }],
  filing: [
    '填报',
    {
      read: '查看',
      create: '新建',
      edit: '填写',
      pass: '提交复核',
      submit: '签署并提交',
      withdraw: '撤回',
      claim: '领取',
      release: '放回',
      return: '退回',
      queue: '查看待审队列',
      accept: '采纳',
      confirm: '第二人确认',
      amend: '申请或要求更正',
      decide_amendment: '审批更正',
      set_aside: '不予采信',
    },
  ],
  intake: [
    '收表',
    { read: '查看', create: '登记文件', receive: '收下', stamp: '登记盖章页', templates: '下载预填工作簿' },
  ],
  waiver: ['一人机构豁免', { read: '查看', grant: '批准', end: '终止' }],
  import: ['导入', { create: '上传预览', read: '查看', commit: '导入', undo: '撤销导入' }],
  backfill: ['补录历史', { read: '查看', create: '补录' }],
  trial: ['用我自己的表', { run: '试算', keep: '保存对应关系' }],
  scheme: [
    '评价方案',
    {
      read: '查看',
      methodology: '读办法说明',
      create: '起草',
      check: '检查',
      consult: '征求意见',
      reply: '登记意见',
      settle: '答复意见',
      review: '审定',
      issue: '发布施行',
      retire: '废止',
    },
  ],
  evaluation: [
    '评价',
    {
      read: '查看',
      create: '启动',
      requeue: '重新排队',
      cancel: '取消',
      verify: '核验',
      publish: '公布',
      finalise: '定稿',
      annul: '作废',
      bundle: '下载存证包',
      'full-bundle': '下载完整存证包',
      export: '导出排名',
      whatif: '试算',
      robustness: '启动稳健性分析',
      findings: '查看稳健性分析',
      attribution: '查看变动归因',
    },
  ],
  audit: ['审计', { read: '查看', export: '导出', head: '查看封存状态' }],
  backup: ['备份', { read: '查看', run: '立即备份' }],
  setup: ['开办', { read: '查看', answer: '回答' }],
};

/** `filing:accept` → 填报 采纳. */
export function rightTitle(scope: string): string {
  const [resource = '', action = ''] = scope.split(':');
  const [title, actions] = TITLES[resource as Resource];
  return `${title} ${(actions as Readonly<Record<string, string>>)[action]}`;
}

/** Acts whose second must be another person than the first (design 7); the machines and the database hold them too. */
export const APART: readonly { readonly first: string; readonly second: string; readonly why: string }[] = [
  { first: 'filing:edit', second: 'filing:submit', why: '填报人不得复核自己填报的报表' },
  { first: 'intake:receive', second: 'filing:accept', why: '收表人不得采纳自己收下的报表' },
  { first: 'filing:accept', second: 'filing:confirm', why: '采纳人不得自己确认' },
  { first: 'scheme:create', second: 'scheme:review', why: '方案由另一名经办人审定' },
  { first: 'evaluation:create', second: 'evaluation:verify', why: '发起人不得核验自己发起的评价' },
  { first: 'flag:enter', second: 'flag:confirm', why: '登记人不得确认自己登记的事项' },
  { first: 'on_behalf:record', second: 'on_behalf:confirm', why: '代录由另一人确认' },
];

/** What a program may never do for a person: touch accounts, tokens, papers, backups. */
const BY_HAND: readonly string[] = ['account', 'user', 'token', 'on_behalf', 'backup', 'setup'] satisfies Resource[];

/** The `resource:action` that somebody with these roles may put into a token. */
export const scopesOf = (roles: readonly Role[]): string[] =>
  Object.entries(rightsOf(roles)).flatMap(([resource, actions]) =>
    BY_HAND.includes(resource) ? [] : actions.map((action) => `${resource}:${action}`),
  );

/** What these roles may do: resource → actions, in the order of the table. */
export function rightsOf(roles: readonly Role[]): Record<string, string[]> {
  const all = Object.keys(RIGHTS).map((resource): [string, string[]] => {
    const actions = Object.keys(RIGHTS[resource as Resource]);
    return [resource, actions.filter((action) => rolesFor(resource, action).some((role) => roles.includes(role)))];
  });
  return Object.fromEntries(all.filter(([, actions]) => actions.length > 0));
}
