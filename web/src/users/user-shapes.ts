import type { Role } from '../../../src/lifecycle/lifecycle.js';

export type UserState = 'active' | 'disabled' | 'erased';

export type UserAction =
  | 'grant'
  | 'end-grant'
  | 'disable'
  | 'enable'
  | 'reset'
  | 'reset-second-factor'
  | 'end-sessions'
  | 'contact'
  | 'erase';

export interface Grant {
  readonly role: Role;
  readonly title: string;
  readonly from: string;
  /** The first instant without it; null: open. */
  readonly to: string | null;
}

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly institution: { readonly uscc: string; readonly name: string } | null;
  readonly department: { readonly code: string; readonly title: string } | null;
  /** Those that hold now or will. */
  readonly grants: readonly Grant[];
  readonly state: UserState;
  readonly secondFactor: boolean;
  readonly hasPassword: boolean;
  readonly email: string | null;
  readonly phone: string | null;
  readonly codeUntil: string | null;
  readonly lockedUntil: string | null;
  readonly lastSeenAt: string | null;
  readonly actions: readonly UserAction[];
}

export interface OneTimeCode {
  readonly code: string;
  readonly codeUntil: string;
}

/** One slip of the printed sheet. */
export interface Slip extends OneTimeCode {
  readonly username: string;
  readonly name: string;
  readonly unit: string;
  readonly roles: readonly string[];
}

export interface Units {
  readonly institutions: readonly { readonly uscc: string; readonly name: string }[];
  readonly departments: readonly { readonly code: string; readonly title: string }[];
}

export interface ThreePeople {
  readonly people: readonly { readonly roles: readonly { readonly role: Role; readonly title: string }[] }[];
  readonly notes: readonly string[];
}

/** One act of the table of rights, who can do it, and what is missing. */
export interface Coverage {
  readonly act: string;
  readonly title: string;
  readonly roles: readonly string[];
  /** Empty for acts of institutions: their number tells more. */
  readonly people: readonly string[];
  readonly count: number;
  readonly other: string | null;
  readonly problem: string | null;
}

/** An account that an officer asks for with the register. */
export interface AccountRequest {
  readonly id: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly username: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly askedIn: string;
  readonly askedBy: string;
  readonly askedAt: string;
}
