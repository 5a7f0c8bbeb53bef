/** One fault of a document, a table, a filing or a request. All texts for people are Chinese. */
export interface Violation {
  /** Where: keys with dots and [index] (`indicators[0].of[1].weight`), or file and line (`data.csv:12`). */
  readonly path: string;
  /** Which rule: a stable code such as `V01`, `weights-sum`, `unknown-key`. */
  readonly rule: string;
  /** The value as written. */
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 503;

/**
 * A refused act. `code` is stable (`FILING_LOCKED`) and `message` is Chinese; faults of content are collected
 * and thrown once, all of them. The one HTTP filter turns it into an RFC 9457 problem document; the command line
 * prints the violations one per line and exits 1.
 */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    readonly status: ProblemStatus,
    message: string,
    readonly violations: readonly Violation[] = [],
    /** Further HTTP headers of the answer, such as `Location` of what exists already. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** What is not there and what is not yours read alike, byte for byte (reliability B8). */
export const notFound = (): DomainError => new DomainError('NOT_FOUND', 404, '没有找到该内容，或您无权查看');
