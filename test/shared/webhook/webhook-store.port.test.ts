import { describe, expect, it } from 'vitest';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import {
  changeAlerts,
  changeSecret,
  pauseWebhook,
  resumeWebhook,
  type Webhook,
} from '../../../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';

const NOW = Date.UTC(2026, 10, 23);
const change = { by: 'sam', at: NOW };
const engines = useEngines();

const implementations = {
  'in memory': () => new MemoryWebhookStore(),
  'on DynamoDB': () => createDynamoWebhookStore(engines().dynamo, engines().tables.config),
};

let tenants = 0;

function aFreshTenant(): TenantId {
  tenants += 1;
  return aTenantId(`tenant-${tenants}`);
}

describe.each(Object.entries(implementations))('a webhook store %s', (_where, make) => {
  async function withOne(overrides: Partial<Webhook> = {}) {
    const store = make();
    const webhook = aWebhook({ tenantId: aFreshTenant(), ...overrides });
    expect(await store.add(webhook.tenantId, webhook)).toBe('written');
    const find = () => store.find(webhook.tenantId, webhook.webhookId);
    return { store, webhook, tenantId: webhook.tenantId, find };
  }

  it('gives a webhook back as it was added, and never adds it twice', async () => {
    const { store, webhook, find } = await withOne({
      secret: { arn: 'arn:x', versionId: 'v1' },
      state: { kind: 'disabled', reason: 'failing' },
      health: { failuresInARow: 3, exhaustedCount: 1, failingSince: 7 },
      format: { id: 'json', options: { index: 'main' } },
    });
    expect(await find()).toEqual(webhook);
    expect(await store.add(webhook.tenantId, { ...webhook, name: 'another' })).toBe('conflict');
    expect(await find()).toEqual(webhook);
  });

  it('lists all webhooks of a tenant and none of another, over as many pages as it takes', async () => {
    const store = make();
    const tenantId = aFreshTenant();
    // 150 webhooks of 10 KB: more than the 1 MB of one page of a query.
    const webhooks = Array.from({ length: 150 }, (_, index) =>
      aWebhook({
        tenantId,
        webhookId: aWebhookId(`wh_${String(index).padStart(3, '0')}`),
        name: 'x'.repeat(10_000),
      }),
    );
    const stranger = aFreshTenant();
    await Promise.all([
      ...webhooks.map((webhook) => store.add(tenantId, webhook)),
      store.add(stranger, aWebhook({ tenantId: stranger })),
    ]);
    expect(await store.list(tenantId)).toEqual(webhooks);
  });

  it("does not list a tenant's webhooks under a longer or shorter name", async () => {
    const { store, tenantId } = await withOne();
    expect(await store.list(aTenantId(`${tenantId}0`))).toEqual([]);
    expect(await store.list(aTenantId(tenantId.slice(0, -1)))).toEqual([]);
  });

  it('replaces settings only at the revision they were read at', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    const mine = changeAlerts(webhook, { enabled: true, minSeverity: 'critical' }, change);
    const theirs = changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change);
    expect(await store.replace(tenantId, webhook, mine)).toBe('written');
    expect(await store.replace(tenantId, webhook, theirs)).toBe('conflict');
    expect(await find()).toEqual(mine);
  });

  it('does not bring a deleted webhook back', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    await store.remove(tenantId, webhook);
    expect(await store.replace(tenantId, webhook, resumeWebhook(webhook, change))).toBe('conflict');
    await store.note(tenantId, webhook.webhookId, 'attempt-failed', NOW);
    await store.note(tenantId, webhook.webhookId, 'exhausted', NOW);
    await store.note(tenantId, webhook.webhookId, 'succeeded', NOW);
    expect(await store.disable(tenantId, webhook.webhookId, 'gone')).toBe(false);
    expect(await find()).toBeUndefined();
    expect(await store.list(tenantId)).toEqual([]);
  });

  it('adds a secret, with what it holds', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    const previous = [
      { secret: 'p', until: NOW },
      { secret: 'o', until: 1 },
    ];
    const value = { signing: { current: 'n', previous }, credentials: { token: 't' } };
    const withSecret = changeSecret(webhook, { arn: 'arn:x', versionId: 'v1' }, value, change);
    await store.replace(tenantId, webhook, withSecret);
    expect(await find()).toEqual(withSecret);
    const emptied = changeSecret(withSecret, { arn: 'arn:x', versionId: 'v2' }, {}, change);
    await store.replace(tenantId, withSecret, emptied);
    expect(await find()).toEqual(emptied);
  });

  it('lets the sender disable a webhook while somebody changes its settings', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    expect(await store.disable(tenantId, webhook.webhookId, 'gone')).toBe(true);
    const changed = changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change);
    expect(await store.replace(tenantId, webhook, changed)).toBe('written');
    expect(await find()).toEqual({ ...changed, state: { kind: 'disabled', reason: 'gone' } });
  });

  it('refuses a change of the state that was decided before the sender disabled the webhook', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    await store.disable(tenantId, webhook.webhookId, 'gone');
    expect(await store.replace(tenantId, webhook, pauseWebhook(webhook, change))).toBe('conflict');
    expect((await find())?.state).toEqual({ kind: 'disabled', reason: 'gone' });
  });

  it('removes a webhook only as it was read', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    const changed = changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change);
    await store.replace(tenantId, webhook, changed);
    expect(await store.remove(tenantId, webhook)).toBe('conflict');
    expect(await find()).toEqual(changed);
    expect(await store.remove(tenantId, changed)).toBe('written');
    expect(await store.remove(tenantId, changed)).toBe('conflict');
    expect(await find()).toBeUndefined();
  });

  it('counts failures up to five and exhaustions up to twenty, and clears both', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    for (let time = 1; time <= 25; time += 1) {
      await store.note(tenantId, webhook.webhookId, 'attempt-failed', NOW + time);
      await store.note(tenantId, webhook.webhookId, 'exhausted', NOW + time);
    }
    expect(await find()).toEqual({
      ...webhook,
      health: { failuresInARow: 5, exhaustedCount: 20, failingSince: NOW + 1 },
    });
    await store.note(tenantId, webhook.webhookId, 'succeeded', NOW);
    expect(await find()).toEqual(webhook);
  });

  it('keeps health that was noted while somebody changed the settings', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    await store.note(tenantId, webhook.webhookId, 'attempt-failed', NOW);
    const changed = changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change);
    expect(await store.replace(tenantId, webhook, changed)).toBe('written');
    expect(await find()).toEqual({ ...changed, health: { failuresInARow: 1, exhaustedCount: 0 } });
  });

  it('disables an enabled webhook once, leaving its revision, and resuming clears that and the health', async () => {
    const { store, webhook, tenantId, find } = await withOne({
      health: { failuresInARow: 5, exhaustedCount: 2, failingSince: 1 },
    });
    expect(await store.disable(tenantId, webhook.webhookId, 'gone')).toBe(true);
    expect(await store.disable(tenantId, webhook.webhookId, 'failing')).toBe(false);
    const disabled = { ...webhook, state: { kind: 'disabled', reason: 'gone' } } as const;
    expect(await find()).toEqual(disabled);
    const resumed = resumeWebhook(disabled, change);
    expect(await store.replace(tenantId, disabled, resumed)).toBe('written');
    expect(await find()).toEqual(resumed);
  });

  it('leaves a paused webhook paused', async () => {
    const { store, webhook, tenantId, find } = await withOne({ state: { kind: 'paused' } });
    expect(await store.disable(tenantId, webhook.webhookId, 'gone')).toBe(false);
    expect(await find()).toEqual(webhook);
  });
});
