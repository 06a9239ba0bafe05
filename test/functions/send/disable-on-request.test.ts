/** A receiver that asks, by `webhook-delivery: disable` in a response, for no more deliveries. */
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { changeSettings, resumeWebhook } from '../../../shared/webhook/webhook-changes.ts';
import { updated } from '../../../shared/webhook/webhook-update.ts';
import { aDeliveryMessage, messageRecord } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { aSendWorld } from '../../fakes/send-world.ts';

const ASKING = { headers: { 'webhook-delivery': 'disable' } };
const REQUESTED = { kind: 'disabled', reason: 'requested' };
const OAUTH = { tokenUrl: 'https://login.example/token', clientId: 'thalian', clientAuthentication: 'basic' } as const;

function aMessage(finding = 'fnd_1', attempt = 1): DeliveryMessage {
  return aDeliveryMessage({ attempt, finding: aCanonicalFinding({ id: finding }) });
}

type World = ReturnType<typeof aSendWorld>;

async function stateIn({ store }: World) {
  return (await store.find(aTenantId(), aWebhookId()))?.state;
}

const DISABLED = { kind: 'webhook-disabled', webhookId: aWebhookId(), reason: 'requested' };

describe('a receiver that asks to be disabled', () => {
  it('gets nothing more: what it accepted is delivered, what follows is held', async () => {
    const world = aSendWorld({ replies: [{ statusCode: 204, ...ASKING }] });
    const [first, next] = [aMessage(), aMessage('fnd_2')];
    await world.receive(messageRecord(first));
    expect(await stateIn(world)).toEqual(REQUESTED);
    expect(world.log.row(first)).toMatchObject({ status: 'delivered' });
    expect(world.announcer.announcements).toMatchObject([DISABLED]);
    await world.receive(messageRecord(next));
    expect(world.log.row(next)).toMatchObject({ status: 'held' });
    expect(world.client.requests).toHaveLength(1);
  });

  it('while it refuses a delivery finds this one held, too, in place of a retry', async () => {
    const world = aSendWorld({ replies: [{ statusCode: 503, ...ASKING }] });
    await world.receive(messageRecord(aMessage()));
    expect(await stateIn(world)).toEqual(REQUESTED);
    const [retry] = world.queues.retries;
    expect(retry?.message).toMatchObject({ attempt: 2 });
    world.clock.moveOn(60_000);
    await world.receive(messageRecord(aMessage('fnd_1', 2), { queue: 'retry' }));
    expect(world.log.row(aMessage())).toMatchObject({ status: 'held', lastAttempt: 1 });
    expect(world.client.requests).toHaveLength(1);
  });

  it('with all deliveries of a batch is disabled and announced once', async () => {
    const world = aSendWorld({ replies: Array.from({ length: 3 }, () => ({ statusCode: 200, ...ASKING })) });
    await world.receive(...['fnd_1', 'fnd_2', 'fnd_3'].map((id) => messageRecord(aMessage(id))));
    expect(world.announcer.announcements).toMatchObject([DISABLED]);
    expect(world.telemetry.counted('webhook.disabled')).toBe(1);
  });

  it('is enabled again by hand, and a response from before then disables it no more', async () => {
    const webhook = aWebhook();
    const world = aSendWorld({ webhooks: [webhook], replies: [{ statusCode: 200, ...ASKING }] });
    const { client, store } = world;
    const send = client.send.bind(client);
    // While the receiver responds, a person turns to it with a settings change.
    client.send = async (...given) => {
      const outcome = await send(...given);
      await store.update(
        aTenantId(),
        aWebhookId(),
        changeSettings(webhook, { url: 'https://new.example/hook' }, { by: 'jane', at: world.clock.now() }),
      );
      return outcome;
    };
    await world.receive(messageRecord(aMessage()));
    expect(await stateIn(world)).toEqual({ kind: 'enabled' });
    expect(world.announcer.announcements).toEqual([]);
  });

  it('is resumed as any other that is disabled', () => {
    const disabled = aWebhook({ state: { kind: 'disabled', reason: 'requested' } });
    const update = resumeWebhook(disabled, { by: 'jane', at: 1 });
    expect(update && updated(disabled, update).state).toEqual({ kind: 'enabled' });
  });

  it('is one whose certificate was checked, and not the host of its token URL', async () => {
    const world = aSendWorld({ webhooks: [aWebhook({ oauth: OAUTH })], replies: [{ statusCode: 401, ...ASKING }] });
    await world.receive(messageRecord(aMessage()));
    expect(world.client.requests.map(({ url }) => url)).toEqual([OAUTH.tokenUrl]);
    expect(await stateIn(world)).toEqual({ kind: 'enabled' });
  });

  it('costs others nothing: no write but that of the success', async () => {
    const world = aSendWorld({ replies: [{ statusCode: 200, headers: { 'webhook-delivery': 'abort-message' } }] });
    await world.receive(messageRecord(aMessage()));
    expect(world.store.updates).toBe(0);
  });
});
