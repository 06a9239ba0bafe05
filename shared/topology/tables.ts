/** The shapes of the two tables. `infra/` deploys them, `local/` creates the same on an embedded engine. */

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}

export interface IndexShape {
  readonly indexName: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
}

export interface TableShape {
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  /** Epoch seconds; the engine deletes an item some time after. */
  readonly ttlAttribute: string;
  /** All indexes are sparse and KEYS_ONLY: an item without the index's key attributes is not in it and costs nothing. */
  readonly indexes: readonly IndexShape[];
}

/** `TENANT#<tenantId>` / `WEBHOOK#<webhookId>`; the API's short-lived records are further sort keys under the tenant. */
export const CONFIG_TABLE: TableShape = {
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  ttlAttribute: 'expiresAt',
  indexes: [],
};

/** Failed deliveries of one webhook, and held ones, by the time they became so: `<tenantId>#<webhookId>#<status>`. */
export const ATTENTION_INDEX: IndexShape = {
  indexName: 'attention',
  partitionKey: { name: 'attentionOf', type: 'S' },
  sortKey: { name: 'failedAt', type: 'N' },
};

/** Deliveries the reconciler may have to push on, spread over `DUE_SHARDS` partitions. */
export const DUE_INDEX: IndexShape = {
  indexName: 'due',
  partitionKey: { name: 'dueShard', type: 'N' },
  sortKey: { name: 'reconcileAt', type: 'N' },
};

/** Deliveries that arrived long after their detection, by arrival: `<tenantId>#<webhookId>`, and the id with that instant. */
export const LATE_INDEX: IndexShape = {
  indexName: 'late',
  partitionKey: { name: 'lateOf', type: 'S' },
  sortKey: { name: 'lateKey', type: 'S' },
};

/** How long a row is kept. What is in the archive longer could be delivered twice. */
export const DELIVERY_LOG_DAYS = 30;

/** Partitions of the delivery log that hold what was due to a webhook, for its receiver to read: `<tenantId>#<webhookId>#events`. */
export const EVENTS_ENDING = '#events';

/** Partitions of the delivery log that say when a manifest of these events is made: `<tenantId>#<webhookId>#manifests`. */
export const MANIFESTS_ENDING = '#manifests';

/** `<tenantId>#<webhookId>` / `<deliveryId>`, so that one webhook's log reads in the order of detection. */
export const DELIVERY_LOG: TableShape = {
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  ttlAttribute: 'expiresAt',
  indexes: [ATTENTION_INDEX, DUE_INDEX, LATE_INDEX],
};
