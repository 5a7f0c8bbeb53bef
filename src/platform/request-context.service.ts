import { AsyncLocalStorage } from 'node:async_hooks';

/** What one HTTP request carries for the act that it leads to. */
export interface RequestContext {
  readonly id: string;
  /** `Idempotency-Key` of the request and the hash of method, path and body; null when none was sent. */
  idempotency: { readonly key: string; hash: string } | null;
  /** Where it came from, for the audit entry. */
  readonly from: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();
