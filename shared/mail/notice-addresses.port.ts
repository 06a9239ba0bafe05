/** The addresses of each tenant for notices by e-mail. One list a tenant, so that its bound and its budget hold exactly. */
import type { TenantId } from '../runtime/ids.ts';
import type { WriteOutcome } from '../webhook/webhook-store.port.ts';
import type { NoticeAddresses } from './notice-address.ts';

export interface NoticeAddressReader {
  /** Strongly consistent; `NO_ADDRESSES` if nothing was ever written. */
  find(tenantId: TenantId): Promise<NoticeAddresses>;
}

export interface NoticeAddressStore extends NoticeAddressReader {
  /** Only if the stored list is still `before`, in one step. The store counts the revision on. */
  replace(tenantId: TenantId, before: NoticeAddresses, after: NoticeAddresses): Promise<WriteOutcome>;
}
