/** What the API must remember beyond one invocation, for a day at most. Never a secret, nor anything made of one. */
import type { TenantId } from '../runtime/ids.ts';

/** A request that may be made only once, by the caller's own name for it. */
export interface RequestName {
  /** Method and path. */
  readonly route: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
}

export interface RequestRecord {
  /** Tells this request from another under the same name; keyed, so that nothing can be learned from it. */
  readonly fingerprint: string;
  /** What the request brings about: the id of the webhook, or of the secret's version. */
  readonly outcomeId: string;
  readonly isDone: boolean;
  /** When the latest try began, epoch milliseconds. */
  readonly begunAt: number;
}

export interface RequestRecords {
  /** Undefined if this call has written `record`; else what is on record under the name already. */
  begin(tenantId: TenantId, name: RequestName, record: RequestRecord): Promise<RequestRecord | undefined>;

  /** Another try, by the first that comes: false if the record is not `before` any more. */
  beginAgain(tenantId: TenantId, name: RequestName, before: RequestRecord, record: RequestRecord): Promise<boolean>;

  finish(tenantId: TenantId, name: RequestName): Promise<void>;

  /** A request that was refused has brought about nothing: the name is free again. */
  forget(tenantId: TenantId, name: RequestName): Promise<void>;
}

export interface TestSendBudget {
  /** True if the tenant may make one more in the minute of `nowMillis`; it then counts as made. */
  take(tenantId: TenantId, nowMillis: number): Promise<boolean>;
}

export interface RequestBudget {
  /** True if the tenant has so many requests left in the minute of `nowMillis`; they then count as made. */
  take(tenantId: TenantId, requests: number, nowMillis: number): Promise<boolean>;
}
