import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABSENT, any, PRESENT } from '../../../shared/runtime/condition.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import { type TurnChange, turnChanges } from '../../../shared/webhook/retry-line.ts';
import { reserve, throttle } from '../../../shared/webhook/turns.ts';
import type { Webhook, WebhookHealth } from '../../../shared/webhook/webhook.ts';
import {
  changeAlerts,
  changeSecret,
  changeSettings,
  disableByPerson,
  disableWebhook,
  pauseWebhook,
  resumeWebhook,
} from '../../../shared/webhook/webhook-changes.ts';
import { type HealthEvent, healthAfter, noteHealth } from '../../../shared/webhook/webhook-health.ts';
import { toWebhookItem } from '../../../shared/webhook/webhook-item.schema.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { updated, type WebhookUpdate } from '../../../shared/webhook/webhook-update.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';
import { runs } from '../../thorough.ts';

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
    const { tenantId, webhookId } = webhook;
    expect(await store.add(tenantId, webhook)).toBe('written');
    return {
      store,
      webhook,
      tenantId,
      find: () => store.find(tenantId, webhookId),
      update: (update: WebhookUpdate | undefined) => store.update(tenantId, webhookId, given(update)),
      note: (event: HealthEvent, nowMillis = NOW) => store.update(tenantId, webhookId, noteHealth(event, nowMillis)),
    };
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

  it('keeps that an operator has disabled a webhook, of which there is no reason', async () => {
    const { webhook, update, find } = await withOne();
    expect(await update(disableWebhook('gone'))).toBe('written');
    const disabled = { ...webhook, state: { kind: 'disabled', reason: 'gone' } } as const;
    const resumed = given(resumeWebhook(disabled, change));
    expect(await update(resumed)).toBe('written');
    const enabled = updated(disabled, resumed);
    const disabling = given(disableByPerson(enabled, change));
    expect(await update(disabling)).toBe('written');
    expect((await find())?.state).toEqual({ kind: 'disabled' });
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

  it('changes settings only at the revision they were read at', async () => {
    const { webhook, update, find } = await withOne();
    const mine = given(changeAlerts(webhook, { enabled: true, minSeverity: 'critical' }, change));
    const theirs = changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change);
    expect(await update(mine)).toBe('written');
    expect(await update(theirs)).toBe('conflict');
    expect(await find()).toEqual(updated(webhook, mine));
  });

  it.each<[string, (webhook: Webhook) => WebhookUpdate | undefined]>([
    ['a person', (webhook) => changeSettings(webhook, { name: 'Another' }, change)],
    ['pausing', (webhook) => pauseWebhook(webhook, change)],
    ['a success', () => noteHealth('succeeded', NOW)],
    ['a failed attempt', () => noteHealth('attempt-failed', NOW)],
    ['an exhausted delivery', () => noteHealth('exhausted', NOW)],
    ['a slow attempt', () => noteHealth('slow', NOW)],
    ['disabling', () => disableWebhook('gone')],
    ['a condition that any item meets', () => ({ set: { name: 'Ghost' }, when: any(ABSENT, PRESENT) })],
  ])('does not bring a deleted webhook back: %s', async (_what, decide) => {
    const { store, webhook, tenantId, update, find } = await withOne();
    await store.remove(tenantId, webhook);
    expect(await update(decide(webhook))).toBe('conflict');
    expect(await find()).toBeUndefined();
    expect(await store.list(tenantId)).toEqual([]);
  });

  it('changes name, URL and options, and leaves the format', async () => {
    const { webhook, update, find } = await withOne({ format: { id: 'splunk-hec', options: { index: 'main' } } });
    const settings = { name: 'Another', url: 'https://other.example/', options: { index: 'security', source: 'x' } };
    const changed = changeSettings(webhook, settings, change);
    expect(await update(changed)).toBe('written');
    expect(await find()).toEqual(updated(webhook, changed));
  });

  it('adds a secret, with what it holds', async () => {
    const { webhook, update, find } = await withOne();
    const previous = [
      { secret: 'p', until: NOW },
      { secret: 'o', until: 1 },
    ];
    const value = { signing: { current: 'n', previous }, credentials: { token: 't' } };
    const adding = changeSecret(webhook, { reference: { arn: 'arn:x', versionId: 'v1' }, value }, change);
    const withSecret = updated(webhook, adding);
    expect(await update(adding)).toBe('written');
    expect(await find()).toEqual(withSecret);
    const emptying = changeSecret(withSecret, { reference: { arn: 'arn:x', versionId: 'v2' }, value: {} }, change);
    expect(await update(emptying)).toBe('written');
    expect(await find()).toEqual(updated(withSecret, emptying));
  });

  it('lets the sender disable a webhook while a person changes its settings', async () => {
    const { webhook, update, find } = await withOne();
    expect(await update(disableWebhook('gone'))).toBe('written');
    const changed = given(changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change));
    expect(await update(changed)).toBe('written');
    expect(await find()).toEqual({ ...updated(webhook, changed), state: { kind: 'disabled', reason: 'gone' } });
  });

  it('refuses a change of the state that was decided before the sender disabled the webhook', async () => {
    const { webhook, update, find } = await withOne();
    await update(disableWebhook('gone'));
    expect(await update(pauseWebhook(webhook, change))).toBe('conflict');
    expect((await find())?.state).toEqual({ kind: 'disabled', reason: 'gone' });
  });

  it('removes a webhook only as it was read', async () => {
    const { store, webhook, tenantId, update, find } = await withOne();
    const changed = given(changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change));
    await update(changed);
    expect(await store.remove(tenantId, webhook)).toBe('conflict');
    expect(await find()).toEqual(updated(webhook, changed));
    expect(await store.remove(tenantId, updated(webhook, changed))).toBe('written');
    expect(await store.remove(tenantId, updated(webhook, changed))).toBe('conflict');
    expect(await find()).toBeUndefined();
  });

  it('notes slowness and takes it away, beside what else is known of the health', async () => {
    const { note, find } = await withOne({ health: { failuresInARow: 3, exhaustedCount: 1, failingSince: 7 } });
    expect(await note('slow')).toBe('written');
    expect(await note('slow', NOW + 5 * 60_000 - 1)).toBe('conflict');
    const slow = { failuresInARow: 3, exhaustedCount: 1, failingSince: 7, slowAt: NOW };
    expect((await find())?.health).toEqual(slow);
    expect(await note('succeeded')).toBe('written');
    expect((await find())?.health).toEqual({ failuresInARow: 0, exhaustedCount: 0, slowAt: NOW });
    expect(await note('quick', NOW + 10 * 60_000 - 1)).toBe('conflict');
    expect(await note('quick', NOW + 10 * 60_000)).toBe('written');
    expect((await find())?.health).toEqual({ failuresInARow: 0, exhaustedCount: 0 });
  });

  it('gives turns in a line, and none for a deleted webhook', async () => {
    const { store, webhook, tenantId, find } = await withOne();
    const { webhookId } = webhook;
    const [begin, join] = turnChanges(webhook, { dueAt: NOW, gapMillis: 1_200 });
    const take = (turn: TurnChange | undefined) => turn && store.takeTurn(tenantId, webhookId, turn);
    expect(await take(begin)).toBe(NOW);
    expect(await take(begin)).toBeUndefined();
    expect(await take(join)).toBe(NOW + 1_200);
    expect(await find()).toEqual({ ...webhook, retryTurnAt: NOW + 2_400 });
    await store.remove(tenantId, webhook);
    expect(await take(begin)).toBeUndefined();
    expect(await take(join)).toBeUndefined();
    expect(await store.list(tenantId)).toEqual([]);
  });

  it('gives turns of a pace, and voids those of the line before with a refusal', async () => {
    const { store, webhook, tenantId, update, find } = await withOne();
    const { webhookId } = webhook;
    const pace = { paceMillis: 1_000, burst: 1 };
    const take = (turn: TurnChange | undefined) => turn && store.takeTurn(tenantId, webhookId, turn);
    const [begin, join] = reserve(pace, {}, 2, NOW)?.changes ?? [];
    expect(await take(begin)).toBe(NOW);
    expect(await take(begin)).toBeUndefined();
    expect(await take(join)).toBe(NOW + 2_000);
    expect(await find()).toEqual({ ...webhook, turns: { nextTurnAt: NOW + 4_000 }, explainedMillis: 4_000 });
    const refused = given(throttle(pace, {}, 0, 5_000, NOW));
    expect(await update(refused)).toBe('written');
    expect(await update(refused)).toBe('conflict');
    const turns = { nextTurnAt: NOW + 5_000, throttledUntil: NOW + 5_000, paceMillis: 2_000 };
    expect(await find()).toEqual({ ...webhook, turns, explainedMillis: 4_000 });
    expect(await take(join)).toBeUndefined();
    const [joinNext] = reserve(pace, turns, 1, NOW)?.changes ?? [];
    expect(await take(joinNext)).toBe(NOW + 5_000);
    await store.remove(tenantId, webhook);
    expect(await take(joinNext)).toBeUndefined();
    expect(await update(given(throttle(pace, turns, NOW + 5_000, 0, NOW)))).toBe('conflict');
    expect(await store.list(tenantId)).toEqual([]);
  });

  it('takes a pace and its turns away, and leaves the turns with any other change', async () => {
    const turns = { nextTurnAt: NOW, paceMillis: 4_000, throttledUntil: NOW - 1 };
    const { webhook, update, find } = await withOne({ pace: { perMinute: 30 }, turns, explainedMillis: 7 });
    const renamed = changeSettings(webhook, { name: 'Another' }, change);
    expect(await update(renamed)).toBe('written');
    expect(await find()).toEqual(updated(webhook, renamed));
    expect(await find()).toMatchObject({ pace: { perMinute: 30 }, turns });
    const stored = updated(webhook, renamed);
    const unpaced = changeSettings(stored, { pace: 'none' }, change);
    expect(await update(unpaced)).toBe('written');
    const { pace: _pace, turns: _turns, ...without } = updated(stored, unpaced);
    expect(await find()).toEqual(without);
  });

  it('counts failures up to five and exhaustions up to twenty, and clears both', async () => {
    const { webhook, note, find } = await withOne();
    for (let time = 1; time <= 25; time += 1) {
      expect(await note('attempt-failed', NOW + time)).toBe(time <= 5 ? 'written' : 'conflict');
      expect(await note('exhausted', NOW + time)).toBe(time <= 20 ? 'written' : 'conflict');
    }
    expect(await find()).toEqual({
      ...webhook,
      health: { failuresInARow: 5, exhaustedCount: 20, failingSince: NOW + 1 },
    });
    expect(await note('succeeded')).toBe('written');
    expect(await find()).toEqual(webhook);
    expect(await note('succeeded')).toBe('conflict');
  });

  it('counts each of several failures that are noted at once', async () => {
    const { note, find } = await withOne();
    await Promise.all([note('attempt-failed'), note('attempt-failed'), note('exhausted'), note('attempt-failed')]);
    await Promise.all([note('exhausted'), note('exhausted')]);
    expect((await find())?.health).toEqual({ failuresInARow: 3, exhaustedCount: 3, failingSince: NOW });
  });

  it('changes health by the one rule that the sender goes by, whatever happens in which order', async () => {
    const event = fc.constantFrom<HealthEvent>('succeeded', 'attempt-failed', 'attempt-failed', 'exhausted');
    const health: fc.Arbitrary<WebhookHealth> = fc.record(
      {
        failuresInARow: fc.integer({ min: 0, max: 5 }),
        exhaustedCount: fc.constantFrom(0, 1, 19, 20),
        failingSince: fc.constantFrom(1, NOW),
      },
      { requiredKeys: ['failuresInARow', 'exhaustedCount'] },
    );
    await fc.assert(
      fc.asyncProperty(health, fc.array(event, { minLength: 1, maxLength: 5 }), async (before, events) => {
        const { note, find } = await withOne({ health: before });
        let expected = before;
        for (const [index, happened] of events.entries()) {
          const after = healthAfter(expected, happened, NOW + index);
          expect(await note(happened, NOW + index)).toBe(after === expected ? 'conflict' : 'written');
          expected = after;
        }
        expect((await find())?.health).toEqual(expected);
      }),
      { numRuns: runs(30) },
    );
  });

  it('keeps health that was noted while a person changed the settings', async () => {
    const { webhook, update, note, find } = await withOne();
    await note('attempt-failed');
    const changed = given(changeAlerts(webhook, { enabled: false, minSeverity: 'low' }, change));
    expect(await update(changed)).toBe('written');
    expect(await find()).toEqual({ ...updated(webhook, changed), health: { failuresInARow: 1, exhaustedCount: 0 } });
  });

  it('disables an enabled webhook once, leaving its revision, and resuming clears that and the health', async () => {
    const { webhook, update, note, find } = await withOne({
      health: { failuresInARow: 4, exhaustedCount: 2, failingSince: 1 },
    });
    expect(await update(disableWebhook('gone'))).toBe('written');
    expect(await update(disableWebhook('failing'))).toBe('conflict');
    const disabled = { ...webhook, state: { kind: 'disabled', reason: 'gone' } } as const;
    expect(await find()).toEqual(disabled);
    // An attempt that was under way ends between the read and the write of the person who resumes.
    await note('attempt-failed');
    const resuming = given(resumeWebhook(disabled, change));
    expect(await update(resuming)).toBe('written');
    expect(await find()).toEqual(updated(disabled, resuming));
  });

  it('leaves a paused webhook paused', async () => {
    const { webhook, update, find } = await withOne({ state: { kind: 'paused' } });
    expect(await update(disableWebhook('gone'))).toBe('conflict');
    expect(await find()).toEqual(webhook);
  });
});

describe('an item that an older version wrote without counts', () => {
  it('counts from zero', async () => {
    const { dynamo, tables } = engines();
    const store = createDynamoWebhookStore(dynamo, tables.config);
    const webhook = aWebhook({ tenantId: aFreshTenant() });
    const { tenantId, webhookId } = webhook;
    const { failuresInARow: _failures, exhaustedCount: _exhausted, ...item } = toWebhookItem(webhook);
    const Item = marshall({ pk: `TENANT#${tenantId}`, sk: `WEBHOOK#${webhookId}`, ...item });
    await dynamo.send(new PutItemCommand({ TableName: tables.config, Item }));
    expect(await store.find(tenantId, webhookId)).toEqual(webhook);
    expect(await store.update(tenantId, webhookId, noteHealth('succeeded', NOW))).toBe('conflict');
    expect(await store.update(tenantId, webhookId, noteHealth('attempt-failed', NOW))).toBe('written');
    expect(await store.update(tenantId, webhookId, noteHealth('exhausted', NOW))).toBe('written');
    const health = { failuresInARow: 1, exhaustedCount: 1, failingSince: NOW };
    expect(await store.find(tenantId, webhookId)).toEqual({ ...webhook, health });
  });
});

function given(update: WebhookUpdate | undefined): WebhookUpdate {
  if (update === undefined) {
    throw new Error('nothing to change');
  }
  return update;
}
