import type { Violation } from '../../../src/problems/problems.js';

interface ProblemDocument {
  readonly title?: string;
  readonly status?: number;
  readonly code?: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly violations?: readonly Violation[];
}

/** A refused or failed request, as the server's problem document says it. `status` 0: no answer at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Number of the request, to be quoted to the operators. */
  readonly instance: string;
  readonly violations: readonly Violation[];
  /** Seconds after which the server wants to be asked again; null when it does not say. */
  readonly retryAfter: number | null;

  constructor(document: ProblemDocument, status: number, retryAfter: string | null = null) {
    const title = document.title ?? `服务器没有按约定回答（${status}）`;
    super(title);
    this.name = 'Problem';
    this.title = title;
    this.status = status;
    this.code = document.code ?? 'UNKNOWN';
    this.detail = document.detail ?? '';
    this.instance = document.instance ?? '';
    this.violations = document.violations ?? [];
    this.retryAfter = /^\d{1,6}$/.test(retryAfter ?? '') ? Number.parseInt(retryAfter as string, 10) : null;
  }
}

export const unreachable = (): Problem =>
  new Problem({ title: '连接不上服务器', code: 'UNREACHABLE', detail: '请检查网络，或稍后重试。' }, 0);

/** The answer's problem document; an answer that is none still becomes a Problem with its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const document = await response
    .json()
    .then((body: unknown) => (typeof body === 'object' && body !== null ? (body as ProblemDocument) : {}))
    .catch(() => ({}));
  return new Problem(document, response.status, response.headers.get('retry-after'));
}
