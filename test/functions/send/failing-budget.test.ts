/** What all failing webhooks of one vendor may make together, so that our address is not banned for all tenants. */
import { describe, expect, it } from 'vitest';
import { format as discord } from '../../../shared/destinations/discord/discord.ts';
import { FORMATS } from '../../../shared/destinations/formats.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage, aDeliveryRow, messageRecord } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { aSendWorld } from '../../fakes/send-world.ts';

const most = discord.failingPerMinute ?? 0;
const FAILING = { failuresInARow: 1, exhaustedCount: 0 };

function ofDiscord(overrides: Partial<Webhook> = {}): Webhook {
  return aWebhook({
    url: 'https://discord.com/api',
    format: { id: 'discord', options: {} },
    health: FAILING,
    ...overrides,
  });
}

async function aWorldWith(webhook: Webhook, used = most) {
  const world = aSendWorld({ webhooks: [webhook], replies: [{ statusCode: 404 }] });
  for (let attempt = 0; attempt < used; attempt += 1) {
    await world.failingBudget.take('discord', most, world.clock.now());
  }
  return world;
}

describe('the attempts at failing webhooks of a vendor', () => {
  it('count together, over all tenants', async () => {
    const webhooks = ['acme', 'globex'].map((tenant) => ofDiscord({ tenantId: aTenantId(tenant) }));
    const world = aSendWorld({ webhooks, replies: [{ statusCode: 404 }, { statusCode: 404 }] });
    await world.receive(...webhooks.map(({ tenantId }) => messageRecord(aDeliveryMessage({ tenantId }))));
    expect(world.client.requests).toHaveLength(2);
    expect([...world.failingBudget.attempts.values()]).toEqual([2]);
  });

  it('are no more in a minute, however many webhooks of a tenant are dead, and stop nothing of another tenant', async () => {
    const dead = Array.from({ length: most + 50 }, (_, number) => ofDiscord({ webhookId: aWebhookId(`wh_${number}`) }));
    const healthy = ofDiscord({ tenantId: aTenantId('globex'), health: { failuresInARow: 0, exhaustedCount: 0 } });
    const world = aSendWorld({ webhooks: [...dead, healthy], replies: [{ statusCode: 401 }] });
    const messages = [...dead, healthy].map(({ tenantId, webhookId }) => aDeliveryMessage({ tenantId, webhookId }));
    await world.receive(...messages.map((message) => messageRecord(message)));
    expect(world.client.requests).toHaveLength(most + 1);
    const waiting = [...world.log.rows.values()].filter(({ waitingSince }) => waitingSince !== undefined);
    expect(waiting).toHaveLength(50);
    expect(waiting.every(({ tenantId, attempts }) => tenantId === 'acme' && attempts.length === 0)).toBe(true);
  });

  it('wait once the minute has no more, without an attempt, and go in another', async () => {
    const world = await aWorldWith(ofDiscord());
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.client.requests).toEqual([]);
    const [row] = [...world.log.rows.values()];
    expect(row).toMatchObject({ status: 'pending', lastAttempt: 0, attempts: [], waitingSince: world.clock.now() });
    const [retry] = world.queues.retries;
    expect(retry?.message).toMatchObject({ attempt: 1 });
    expect(retry?.delaySeconds).toBeGreaterThanOrEqual(60);
    world.clock.moveOn(120_000);
    await world.receive(messageRecord(retry?.message ?? aDeliveryMessage(), { queue: 'retry' }));
    expect(world.client.requests).toHaveLength(1);
  });

  it('wait as well before a later attempt, whose record stays', async () => {
    const world = await aWorldWith(ofDiscord());
    const row = aDeliveryRow({ lastAttempt: 1, nextAttemptAt: world.clock.now() });
    world.log.rows.set(`acme#wh_siem#${row.deliveryId}`, row);
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 }), { queue: 'retry' }));
    expect(world.client.requests).toEqual([]);
    const [after] = [...world.log.rows.values()];
    expect(after).toMatchObject({ lastAttempt: 1, attempts: row.attempts, waitingSince: world.clock.now() });
    expect(after).not.toHaveProperty('lease');
  });

  it.each([
    ['a webhook whose latest attempt succeeded', ofDiscord({ health: { failuresInARow: 0, exhaustedCount: 0 } })],
    ['a failing webhook of a vendor that bans no address', aWebhook({ health: FAILING })],
  ])('do not include those at %s, which make no further call', async (_what, webhook) => {
    const world = await aWorldWith(webhook);
    const before = [...world.failingBudget.attempts.values()];
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.client.requests).toHaveLength(1);
    expect([...world.failingBudget.attempts.values()]).toEqual(before);
  });

  it('go on, and are logged, if they cannot be counted', async () => {
    const world = await aWorldWith(ofDiscord());
    world.failingBudget.take = async () => {
      throw new DependencyUnavailable('config-table', 'count', undefined);
    };
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.client.requests).toHaveLength(1);
    expect(JSON.stringify(world.telemetry)).toContain('budget.uncounted');
  });

  it("stay far enough below Discord's limit for those that begin to fail", () => {
    // Ten minutes from any moment on touch eleven of the clock. Discord bans for 10,000 refusals.
    expect(11 * most).toBeLessThanOrEqual(5_500);
    expect(most / 60).toBeLessThan(16);
    expect(FORMATS.filter(({ failingPerMinute }) => failingPerMinute !== undefined)).toEqual([discord]);
  });
});
