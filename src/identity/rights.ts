import type { Role } from '../lifecycle/lifecycle.js';

const INSTITUTION: readonly Role[] = ['filer', 'checker'];
const DEPARTMENT: readonly Role[] = ['department_editor', 'department_approver'];
const BUREAU: readonly Role[] = ['reviewer', 'officer', 'verifier'];
const READERS: readonly Role[] = [...BUREAU, 'leader', 'auditor'];
/** Whose programs may act for them. */
const MACHINES: readonly Role[] = ['filer', 'checker', 'officer', 'auditor', ...DEPARTMENT];
const EVERYBODY: readonly Role[] = [...INSTITUTION, ...READERS, ...DEPARTMENT, 'security_admin', 'system_admin'];

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
  },
  token: { read: [...MACHINES, 'security_admin'], create: MACHINES, revoke: [...MACHINES, 'security_admin'] },
  on_behalf: { read: READERS, record: ['officer'], confirm: ['officer', 'verifier'], refuse: ['officer', 'verifier'] },
  institution: { read: [...INSTITUTION, ...READERS, ...DEPARTMENT] },
  catalogue: { read: EVERYBODY },
  obligation: { read: [...INSTITUTION, ...READERS] },
  filing: {
    read: [...INSTITUTION, ...READERS],
    create: ['filer'],
    edit: ['filer'],
    pass: ['filer'],
    submit: ['checker'],
    withdraw: ['checker'],
    claim: ['reviewer'],
    release: ['reviewer'],
    return: ['reviewer', 'checker'],
    accept: ['reviewer'],
    amend: ['checker', 'reviewer'],
  },
  import: { create: ['filer', 'officer'], read: ['filer', 'officer'], commit: ['filer', 'officer'] },
  scheme: { read: [...READERS, ...DEPARTMENT], create: ['officer'], check: ['officer'], review: ['officer'] },
  evaluation: {
    read: [...INSTITUTION, ...READERS],
    create: ['officer'],
    requeue: ['officer'],
    cancel: ['officer'],
    verify: ['verifier'],
    publish: ['officer'],
    finalise: ['leader'],
    annul: ['leader'],
    bundle: [...INSTITUTION, ...READERS],
    'full-bundle': ['officer', 'verifier', 'auditor'],
    export: READERS,
  },
  audit: { read: ['auditor'], export: ['auditor'], head: ['auditor', 'officer', 'verifier', 'leader', 'system_admin'] },
  backup: { read: ['system_admin', 'officer', 'auditor'], run: ['system_admin'] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly Role[]>>>>;

export type Resource = keyof typeof RIGHTS;
export type ActionOn<R extends Resource> = keyof (typeof RIGHTS)[R] & string;

/** The roles that may do `action` on `resource`; none for a row that the table lacks. */
export function rolesFor(resource: string, action: string): readonly Role[] {
  const row = (RIGHTS as Readonly<Record<string, Readonly<Record<string, readonly Role[]>>>>)[resource];
  return row?.[action] ?? [];
}
