export type FileState = 'waiting' | 'good' | 'faulty' | 'unfit' | 'received';

export type IntakeCounts = Readonly<Record<FileState, number>>;

export interface IntakeBatchItem {
  readonly id: string;
  readonly period: string;
  readonly title: string;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly counts: IntakeCounts;
}

export interface FileIssue {
  readonly code: string;
  readonly severity: 'problem' | 'warning';
  readonly sheet: string;
  readonly row: number | null;
  readonly column: string | null;
  readonly cell: string | null;
  readonly raw: string;
  readonly message: string;
  readonly expected: string;
}

export interface IntakeFile {
  readonly id: string;
  readonly no: number;
  readonly fileName: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly state: FileState;
  readonly why: string;
  readonly knownBy: string | null;
  readonly institution: { readonly uscc: string; readonly name: string } | null;
  readonly candidates: readonly { readonly uscc: string; readonly name: string }[];
  readonly formTitle: string | null;
  readonly period: string | null;
  readonly sender: string;
  /** `2026-10-14`. */
  readonly receivedOn: string;
  readonly note: string;
  readonly figures: number;
  readonly problems: number;
  readonly suspectedOnly: boolean;
  readonly issues: readonly FileIssue[];
  readonly flags: readonly { readonly rule: string; readonly message: string }[];
  readonly filing: string | null;
  readonly revision: { readonly no: number; readonly hash: string } | null;
  readonly reply: string | null;
}

export interface IntakeBatch extends IntakeBatchItem {
  readonly files: readonly IntakeFile[];
}

export interface Outcome {
  readonly id: string;
  readonly state: FileState;
  readonly problem: { readonly code: string; readonly title: string } | null;
}

export interface StampedItem {
  readonly revision: string;
  readonly filing: string;
  readonly institution: string;
  readonly institutionName: string;
  readonly formTitle: string;
  readonly period: string;
  readonly no: number;
  /** First 16 of the revision's hash. */
  readonly code: string;
  readonly fileName: string;
  readonly sender: string;
  readonly receivedOn: string;
  readonly page: {
    readonly receivedOn: string;
    readonly note: string;
    readonly by: string;
    readonly scan: { readonly fileName: string; readonly sha256: string } | null;
  } | null;
  readonly reminder: string | null;
}

export const FILE_STATES: Readonly<Record<FileState, string>> = {
  waiting: '读取中',
  good: '可收',
  faulty: '有问题',
  unfit: '不符',
  received: '已收下',
};

/** By what the institution was known. */
export const KNOWN_BY: Readonly<Record<string, string>> = {
  template: '预填工作簿',
  uscc: '信用代码',
  name: '名称',
  former: '曾用名',
  alias: '别名',
  officer: '经办人选定',
};

/** How workbooks come, as suggestions. */
export const WAYS: readonly string[] = ['微信群', '邮件', 'U盘', '纸质'];

/** `3f9a 01bc …`: as the page prints the code and people type it. */
export const codeText = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');
