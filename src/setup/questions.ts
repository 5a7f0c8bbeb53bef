import type { DistrictKey } from '../district/district.js';
import type { Role } from '../lifecycle/lifecycle.js';

/** The nine questions of 开办, in their order. */
export const QUESTIONS = [
  'name',
  'bureau',
  'departments',
  'register',
  'people',
  'deadlines',
  'disclosure',
  'firstYearSchemes',
  'backups',
] as const;
export type Question = (typeof QUESTIONS)[number];

/**
 * Who answers what. Names are anybody's to correct; accounts are the security administrator's; what decides over
 * filings and rankings is the officer's; where backups lie is the system administrator's too.
 */
export const ANSWERED_BY: { readonly [Q in Question]: readonly Role[] } = {
  name: ['officer', 'security_admin', 'system_admin'],
  bureau: ['officer', 'security_admin', 'system_admin'],
  departments: ['officer', 'security_admin', 'system_admin'],
  register: ['officer'],
  people: ['security_admin'],
  deadlines: ['officer'],
  disclosure: ['officer'],
  firstYearSchemes: ['officer'],
  backups: ['officer', 'system_admin'],
};

/** Those that are answered in `district.yaml` by themselves; the register is the institutions'. */
export const isKept = (question: Question): question is Question & DistrictKey => question !== 'register';
