import { describe, expect, it } from 'vitest';
import { disableWebhook, pauseWebhook } from '../../../shared/webhook/webhook-changes.ts';
import { aCanaryWorld, RECEIVER_URL } from '../../fakes/canary-world.ts';

type World = ReturnType<typeof aCanaryWorld>;

const counted = ({ telemetry }: World) =>
  (['canary.arrived', 'canary.delayed', 'canary.refused', 'pages.unreachable'] as const).map((metric) =>
    telemetry.counted(metric),
  );

const webhookOf = ({ store, tenantId, webhookId }: World) => store.find(tenantId, webhookId);

describe('the canary', () => {
  it('connects its webhook, publishes a finding, and receives it the way of every other, signed and timed', async () => {
    const world = aCanaryWorld();
    await world.tick();
    expect(world.published).toHaveLength(1);
    expect(await world.deliver(1_500)).toEqual({ statusCode: 204 });
    expect(counted(world)).toEqual([1, 1_500, 0, 0]);
    expect(world.send.client.requests[0]?.url).toBe(RECEIVER_URL);
    expect(world.telemetry.flushes).toBe(2);
  });

  it('is left out of what the publisher’s silence and the objective are measured by', async () => {
    const world = aCanaryWorld();
    await world.tick();
    await world.deliver();
    expect(world.dispatchTelemetry.counted('delivery.planned')).toBe(1);
    expect(world.dispatchTelemetry.counted('finding.dispatched')).toBe(0);
    expect(world.send.telemetry.counted('delivery.delivered')).toBe(1);
    expect(world.send.telemetry.counted('first-attempt.made')).toBe(0);
  });

  it('leaves a webhook that is as it has to be alone', async () => {
    const world = aCanaryWorld();
    await world.tick();
    const before = await webhookOf(world);
    await world.tick();
    expect(await webhookOf(world)).toEqual(before);
    expect(world.store.updates).toBe(0);
    expect(world.secrets.versions.size).toBe(1);
  });

  it.each([
    ['paused', (world: World) => pausedBy(world)],
    ['disabled', (world: World) => world.store.update(world.tenantId, world.webhookId, disableWebhook('failing'))],
  ])('resumes a webhook that is %s', async (_state, change) => {
    const world = aCanaryWorld();
    await world.tick();
    await change(world);
    await world.tick();
    expect((await webhookOf(world))?.state).toEqual({ kind: 'enabled' });
  });

  it('follows its own address', async () => {
    const world = aCanaryWorld();
    await world.tick('https://of-before.lambda-url.us-east-1.on.aws/');
    await world.tick();
    expect((await webhookOf(world))?.url).toBe(RECEIVER_URL);
    expect(await world.deliver()).toEqual({ statusCode: 204 });
  });

  it('connects a webhook that was deleted with a new secret', async () => {
    const world = aCanaryWorld();
    await world.tick();
    const webhook = await webhookOf(world);
    await world.store.remove(world.tenantId, webhook ?? fail());
    await world.tick();
    expect(await world.deliver()).toEqual({ statusCode: 204 });
  });

  it('refuses and counts a request that is not signed by its own secret, or not of what was signed', async () => {
    const world = aCanaryWorld();
    await world.tick();
    const [request] = await world.carry();
    const { headers = {}, body = '' } = request ?? {};
    for (const changed of [
      { headers, body: body.replace('canary', 'canery') },
      { headers: { ...headers, 'webhook-signature': 'v1,AAAA' }, body },
      { headers: { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) }, body },
      { headers: { ...headers, 'webhook-id': 'dlv_other' }, body },
      { headers: {}, body },
      { headers },
    ]) {
      expect(await world.receive({ ...changed, isBase64Encoded: false })).toEqual({ statusCode: 401 });
    }
    expect(counted(world)).toEqual([0, 0, 6, 0]);
  });

  it('refuses what was signed more than five minutes ago, or ahead: a request that is sent again later', async () => {
    const world = aCanaryWorld();
    await world.tick();
    const [request] = await world.carry();
    const signed = { headers: request?.headers ?? {}, body: request?.body ?? '', isBase64Encoded: false };
    const MINUTE = 60_000;
    const statuses = [];
    for (const millis of [-6 * MINUTE, 2 * MINUTE, 8 * MINUTE, 2 * MINUTE]) {
      world.clock.moveOn(millis);
      statuses.push((await world.receive(signed))?.statusCode);
    }
    // Six minutes before, four before, four after, and six after it was signed.
    expect(statuses).toEqual([401, 204, 204, 401]);
  });

  it('reads a body that Lambda hands over in base64', async () => {
    const world = aCanaryWorld();
    await world.tick();
    const [request] = await world.carry();
    const body = Buffer.from(request?.body ?? '').toString('base64');
    expect(await world.receive({ headers: request?.headers ?? {}, body, isBase64Encoded: true })).toEqual({
      statusCode: 204,
    });
  });

  it('says that the console is not served, and publishes all the same', async () => {
    const world = aCanaryWorld();
    world.pageProblem = 'status 503';
    await world.tick();
    expect(world.asked).toEqual(['https://console.thalian.example']);
    expect(counted(world)).toEqual([0, 0, 0, 1]);
    expect(world.telemetry.warnings).toEqual([{ event: 'pages.unreachable', fields: { reason: 'status 503' } }]);
    expect(world.published).toHaveLength(1);
  });

  it('fails where the bus refuses its finding, and what it counted is told', async () => {
    const world = aCanaryWorld();
    world.isBusShut = true;
    await expect(world.tick()).rejects.toThrow('the bus refused');
    expect(world.telemetry.flushes).toBe(1);
  });
});

async function pausedBy(world: World) {
  const webhook = await webhookOf(world);
  const change = webhook && pauseWebhook(webhook, { by: 'operator', at: world.clock.now() });
  await world.store.update(world.tenantId, world.webhookId, change ?? fail());
}

function fail(): never {
  throw new Error('the webhook is missing');
}
