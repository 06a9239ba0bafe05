import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { KEPT_UNLABELLED_MILLIS } from '../../../local/aws/secret-versions.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { type ApiWorld, anApiWorld } from '../../fakes/api-world.ts';

const ONE = '/v1/webhooks/wh_siem';
const GENERATE = { secret: { generate: true } };

function aWorld() {
  return anApiWorld({ webhooks: [aWebhook()] });
}

/** Verifiers go by the real time. */
function moveToNow({ clock }: ApiWorld): void {
  clock.moveOn(Math.max(0, Date.now() - clock.now()));
}

function rotate(world: ApiWorld, body: object, headers: Record<string, string> = {}) {
  return world.ask('POST', `${ONE}/secret`, { body, headers });
}

function valueInUse({ store, secrets }: ApiWorld) {
  const reference = store.webhooks.get('acme#wh_siem')?.secret;
  return reference && secrets.versions.get(reference.arn)?.get(reference.versionId);
}

/** Whether the latest test send verifies with the secret. */
async function verifies(world: ApiWorld, secret: string): Promise<boolean> {
  moveToNow(world);
  await world.ask('POST', `${ONE}/test`);
  const request = world.client.requests.at(-1);
  try {
    new StandardWebhook(secret).verify(request?.body ?? '', { ...request?.headers });
    return true;
  } catch {
    return false;
  }
}

describe('a signing secret', () => {
  it('can be set later, and signs from then on', async () => {
    const world = aWorld();
    const { json } = await rotate(world, GENERATE);
    expect(json).toMatchObject({ isSigned: true, revision: 2, signingSecret: expect.stringMatching(/^whsec_/) });
    expect(json).not.toHaveProperty('previousSecretUntil');
    expect(await verifies(world, json.signingSecret)).toBe(true);
  });

  it('signs beside its successor until the overlap ends', async () => {
    const world = aWorld();
    moveToNow(world);
    const first = await rotate(world, GENERATE);
    const second = await rotate(world, { ...GENERATE, overlapSeconds: 60 });
    expect(second.json.previousSecretUntil).toBe(new Date(world.clock.now() + 60_000).toISOString());
    expect(await verifies(world, first.json.signingSecret)).toBe(true);
    expect(await verifies(world, second.json.signingSecret)).toBe(true);
    // A signature's time is in whole seconds.
    world.clock.moveOn(61_000);
    expect(await verifies(world, first.json.signingSecret)).toBe(false);
    expect(await verifies(world, second.json.signingSecret)).toBe(true);
  });

  it('signs on while a second and a third one are rotated in, however the responses get lost', async () => {
    const world = aWorld();
    moveToNow(world);
    const secrets: string[] = [];
    for (const overlapSeconds of [0, 3_600, 60]) {
      secrets.push((await rotate(world, { ...GENERATE, overlapSeconds })).json.signingSecret);
    }
    for (const secret of secrets) {
      expect(await verifies(world, secret)).toBe(true);
    }
    const { json } = await world.ask('GET', ONE);
    expect(json.previousSecretsUntil).toHaveLength(2);
    expect(json.previousSecretUntil).toBe(json.previousSecretsUntil[0]);
    // The newest of the earlier secrets has the shorter overlap.
    world.clock.moveOn(61_000);
    const later = await world.ask('GET', ONE);
    expect(later.json).toMatchObject({
      previousSecretUntil: json.previousSecretsUntil[1],
      previousSecretsUntil: json.previousSecretsUntil.slice(1),
    });
  });

  it('is refused as a fourth until an overlap ends, and taken at once without one', async () => {
    const world = aWorld();
    moveToNow(world);
    const first = await rotate(world, GENERATE);
    await rotate(world, { ...GENERATE, overlapSeconds: 90 });
    const third = await rotate(world, { ...GENERATE, overlapSeconds: 600 });
    const refused = await rotate(world, GENERATE);
    expect(refused).toMatchObject({
      status: 409,
      headers: { 'retry-after': '90' },
      json: { type: 'urn:thalian:webhooks:problem:too-many-secrets' },
    });
    expect(refused.json.detail).toContain(new Date(world.clock.now() + 90_000).toISOString());
    expect(await verifies(world, third.json.signingSecret)).toBe(true);

    const leaked = await rotate(world, { ...GENERATE, overlapSeconds: 0 });
    expect(leaked.status).toBe(200);
    expect(leaked.json).not.toHaveProperty('previousSecretsUntil');
    expect(await verifies(world, first.json.signingSecret)).toBe(false);
  });

  it('given again changes nothing, and tells the bus nothing', async () => {
    const world = aWorld();
    moveToNow(world);
    const own = { secret: 'a-secret-of-our-own-again' };
    const first = await rotate(world, GENERATE);
    await rotate(world, own);
    const kept = [valueInUse(world), world.store.webhooks.get('acme#wh_siem')];
    const again = await rotate(world, own);
    expect(again).toMatchObject({ status: 200, json: { revision: 3, isSigned: true } });
    expect([valueInUse(world), world.store.webhooks.get('acme#wh_siem')]).toEqual(kept);
    expect(world.announcer.announcements).toHaveLength(2);
    expect(await verifies(world, first.json.signingSecret)).toBe(true);
  });

  it('stops at once without an overlap', async () => {
    const world = aWorld();
    const first = await rotate(world, GENERATE);
    const own = 'a-secret-of-our-own-again';
    const second = await rotate(world, { secret: own, overlapSeconds: 0 });
    expect(second.json).not.toHaveProperty('signingSecret');
    expect(valueInUse(world)).toEqual({ signing: { current: own } });
    expect(await verifies(world, first.json.signingSecret)).toBe(false);
  });

  it.each([
    ['a short secret', { secret: 'short' }, 'secret'],
    ['no secret', {}, 'secret'],
    ['a negative overlap', { ...GENERATE, overlapSeconds: -1 }, 'overlapSeconds'],
    ['an overlap of more than a week', { ...GENERATE, overlapSeconds: 604_801 }, 'overlapSeconds'],
    ['an overlap that is no number', { ...GENERATE, overlapSeconds: '60' }, 'overlapSeconds'],
  ])('is not changed by %s', async (_what, body, field) => {
    const world = aWorld();
    expect(await rotate(world, body)).toMatchObject({ status: 422, json: { errors: [{ field }] } });
    expect(world.store.webhooks.get('acme#wh_siem')).toEqual(aWebhook());
  });

  it('can be removed, and nothing else goes with it', async () => {
    const world = aWorld();
    await world.ask('PATCH', ONE, { body: { headers: { 'X-Key': 'value' } } });
    const { json } = await rotate(world, GENERATE);
    expect(await world.ask('DELETE', `${ONE}/secret`)).toMatchObject({
      status: 200,
      json: { isSigned: false, ownHeaders: 1 },
    });
    expect(valueInUse(world)).toEqual({ headers: { 'X-Key': 'value' } });
    expect(await verifies(world, json.signingSecret)).toBe(false);
    expect(world.client.requests.at(-1)?.headers).not.toHaveProperty('x-thalian-signature');
    expect(await world.ask('DELETE', `${ONE}/secret`)).toMatchObject({ status: 200, json: { revision: 4 } });
  });

  it('is rotated once under one Idempotency-Key, and shown once', async () => {
    const world = aWorld();
    const key = { 'idempotency-key': 'rotation-1' };
    const first = await rotate(world, GENERATE, key);
    const again = await rotate(world, GENERATE, key);
    expect(again).toMatchObject({ status: 200, json: { revision: 2 }, headers: { 'idempotency-replayed': 'true' } });
    expect(again.json).not.toHaveProperty('signingSecret');
    expect(await verifies(world, first.json.signingSecret)).toBe(true);
  });

  it('answers a repeated rotation with the webhook as it is, whatever has become of its secret since', async () => {
    const world = aWorld();
    const key = { 'idempotency-key': 'rotation-1' };
    const own = { secret: 'a-secret-of-our-own-again' };
    await rotate(world, own);
    const replayed = { status: 200, headers: { 'idempotency-replayed': 'true' } };
    expect((await rotate(world, own, key)).status).toBe(200);
    expect(await rotate(world, own, key)).toMatchObject({ ...replayed, json: { revision: 2 } });
    await world.ask('PATCH', ONE, { body: { headers: { 'X-Key': 'value' } } });
    expect(await rotate(world, own, key)).toMatchObject({ ...replayed, json: { revision: 3, ownHeaders: 1 } });
  });

  it('in use stays readable, however many rotations break off before the webhook names theirs', async () => {
    const world = aWorld();
    const { json } = await rotate(world, GENERATE);
    const { update } = world.store;
    world.store.update = () => Promise.reject(new Error('died'));
    world.clock.moveOn(KEPT_UNLABELLED_MILLIS);
    for (let brokenOff = 0; brokenOff < 5; brokenOff += 1) {
      expect((await rotate(world, GENERATE)).status).toBe(500);
    }
    expect(await verifies(world, json.signingSecret)).toBe(true);
    world.store.update = update;
    const next = await rotate(world, { ...GENERATE, overlapSeconds: 0 });
    expect(await verifies(world, next.json.signingSecret)).toBe(true);
  });

  it('that two people set at once is one of theirs, whole', async () => {
    const world = aWorld();
    const responses = await Promise.all([rotate(world, GENERATE), rotate(world, GENERATE)]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    const shown = responses.map(({ json }) => json.signingSecret);
    const { signing } = valueInUse(world) ?? {};
    expect(shown).toContain(signing?.current);
    expect(shown).toContain(signing?.previous?.[0]?.secret);
    expect((await world.store.find(aTenantId(), aWebhookId()))?.revision).toBe(3);
  });
});
