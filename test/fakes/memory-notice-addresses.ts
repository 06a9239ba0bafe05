import type { ConfirmationBudget } from '../../shared/mail/confirmation-budget.port.ts';
import { ADDRESS_ASKING, askAgainAt, NO_ADDRESSES, type NoticeAddresses } from '../../shared/mail/notice-address.ts';
import type { NoticeAddressStore } from '../../shared/mail/notice-addresses.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import type { WriteOutcome } from '../../shared/webhook/webhook-store.port.ts';

/** Can be shut to stand for an outage. */
export class MemoryNoticeAddresses implements NoticeAddressStore {
  readonly lists = new Map<TenantId, NoticeAddresses>();
  shut = false;

  async find(tenantId: TenantId): Promise<NoticeAddresses> {
    this.#open();
    return this.#stored(tenantId);
  }

  async replace(tenantId: TenantId, before: NoticeAddresses, after: NoticeAddresses): Promise<WriteOutcome> {
    this.#open();
    const { revision } = this.#stored(tenantId);
    if (revision !== before.revision) {
      return 'conflict';
    }
    this.lists.set(tenantId, { ...after, revision: revision + 1 });
    return 'written';
  }

  #stored(tenantId: TenantId): NoticeAddresses {
    return this.lists.get(tenantId) ?? NO_ADDRESSES;
  }

  #open(): void {
    if (this.shut) {
      throw new DependencyUnavailable('config-table', 'read addresses', new Error('shut by the test'));
    }
  }
}

export class MemoryConfirmationBudget implements ConfirmationBudget {
  readonly #asked = new Map<string, number[]>();

  async take(addressKey: string, nowMillis: number): Promise<number | undefined> {
    const askedAt = this.#asked.get(addressKey) ?? [];
    const againAt = askAgainAt(askedAt, ADDRESS_ASKING, nowMillis);
    if (againAt === undefined) {
      this.#asked.set(addressKey, [...askedAt, nowMillis]);
    }
    return againAt;
  }
}
