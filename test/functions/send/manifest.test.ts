/** A manifest on its way: signed and recorded as any delivery, retried, exhausted, held and dropped by the same protocol. */
import { createPublicKey, verify } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { manifestOf } from '../../../shared/delivery/manifest.ts';
import { MANIFEST_MEMBER, manifestMessage } from '../../../shared/delivery/manifest-delivery.ts';
import { restore } from '../../../shared/delivery/retry-cycle.ts';
import { canonicalFinding } from '../../../shared/finding/finding.ts';
import { canonicalJson } from '../../../shared/runtime/canonical-json.ts';
import { useSecret, type Webhook } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage, messageRecord } from '../../builders/delivery.ts';
import { aCanonicalFinding, aFinding } from '../../builders/finding.ts';
import { KEY, publicOf } from '../../builders/requests-by-key.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { aSendWorld, type SendWorldSettings } from '../../fakes/send-world.ts';

const [FROM, UNTIL] = [Date.UTC(2026, 10, 23, 9), Date.UTC(2026, 10, 23, 10)];
const PULL = { since: 0, only: false, manifestsSince: FROM };
const PROVEN = aWebhook({ pull: PULL });
const IDS = ['fnd_2', 'fnd_1'].map((id) => aDeliveryMessage({ finding: aCanonicalFinding({ id }) }).deliveryId);
const MANIFEST = manifestMessage(PROVEN, manifestOf(IDS, FROM, UNTIL), new Set(IDS));
const SAID = {
  webhookId: 'wh_siem',
  since: '2026-11-23T09:00:00.000Z',
  until: '2026-11-23T10:00:00.000Z',
  count: 2,
  first: [...IDS].sort()[0],
  last: [...IDS].sort()[1],
  sha256: manifestOf(IDS, FROM, UNTIL).sha256,
  ids: [...IDS].sort(),
};

/** As the reconciler leaves it: with its row. */
function aWorld(webhook: Webhook | undefined = PROVEN, settings: SendWorldSettings = {}) {
  const world = aSendWorld({ webhooks: webhook ? [webhook] : [], ...settings });
  const { row } = restore(MANIFEST, world.clock.now());
  world.log.rows.set(`acme#wh_siem#${row.deliveryId}`, row);
  return {
    ...world,
    arrive: (message: DeliveryMessage = MANIFEST) => world.receive(messageRecord(message, { queue: 'retry' })),
    row: () => world.log.row(MANIFEST),
  };
}

describe('a manifest', () => {
  it('is sent under an event type of its own, with the span, the count, the ids and their digest', async () => {
    const world = aWorld();
    expect(await world.arrive()).toEqual([]);
    const [request] = world.client.requests;
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': MANIFEST.deliveryId,
      'x-thalian-event': 'webhook.manifest',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      type: 'webhook.manifest',
      timestamp: '2026-11-23T10:00:00.000Z',
      data: SAID,
    });
    expect(world.row()).toMatchObject({ status: 'delivered', lastAttempt: 1 });
  });

  it('is a CloudEvent about the webhook, where the webhook takes those', async () => {
    const world = aWorld({ ...PROVEN, format: { id: 'cloudevents', options: {} } });
    await world.arrive();
    expect(JSON.parse(world.client.requests[0]?.body ?? '')).toEqual({
      specversion: '1.0',
      id: MANIFEST.deliveryId,
      source: 'urn:thalian:findings',
      type: 'thalian.webhook.manifest',
      subject: 'wh_siem',
      time: '2026-11-23T10:00:00.000Z',
      datacontenttype: 'application/json',
      data: SAID,
    });
  });

  it('is signed as findings are: by the secret and by the key', async () => {
    const secret = { signing: { current: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, signingKeys: { current: KEY } };
    const world = aWorld();
    world.clock.moveOn(Date.now() - world.clock.now());
    const reference = await world.secrets.create(PROVEN.tenantId, PROVEN.webhookId, 'v1', secret);
    world.store.webhooks.set('acme#wh_siem', useSecret(PROVEN, reference, secret));
    await world.arrive();
    const { headers = {}, body = '' } = world.client.requests[0] ?? {};
    expect(new StandardWebhook(secret.signing.current).verify(body, { ...headers })).toBeTruthy();
    expect(headers).toHaveProperty('x-thalian-signature');
    const [v1a = ''] = headers['webhook-signature']?.split(' ').filter((one) => one.startsWith('v1a,')) ?? [];
    const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
    const [{ x } = { x: '' }] = publicOf(KEY);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verify(null, content, key, Buffer.from(v1a.slice(4), 'base64'))).toBe(true);
  });

  it('is retried with the same id and bytes, and then leaves a redrive message', async () => {
    const world = aWorld(PROVEN, { replies: [500, 503, 500, 500, 204] });
    await world.arrive();
    for (let attempt = 2; attempt <= 4; attempt += 1) {
      const [next] = world.queues.retries.splice(0);
      world.clock.moveOn(60 * 60_000);
      await world.arrive(next?.message);
    }
    const sent = world.client.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`);
    expect([sent.length, new Set(sent).size]).toEqual([4, 1]);
    expect(world.row()).toMatchObject({ status: 'failed', reason: 'exhausted' });
    expect(world.queues.redriveMessages).toMatchObject([{ deliveryId: MANIFEST.deliveryId, reopen: 'operator' }]);
    const [redrive] = world.queues.redriveMessages;
    await world.arrive(redrive);
    expect(world.row()).toMatchObject({ status: 'delivered', lastAttempt: 5 });
    expect(world.client.requests.at(-1)?.body).toBe(world.client.requests[0]?.body);
  });

  it('is sent once to a message that comes twice', async () => {
    const world = aWorld();
    await world.arrive();
    await world.arrive();
    expect(world.client.requests).toHaveLength(1);
  });

  it('goes to the URL that the webhook has by then', async () => {
    const world = aWorld({ ...PROVEN, url: 'https://moved.example/hook' });
    await world.arrive();
    expect(world.client.requests[0]?.url).toBe('https://moved.example/hook');
  });

  it('goes whatever the threshold and the lists of findings say', async () => {
    const world = aWorld({ ...PROVEN, alerts: { enabled: true, minSeverity: 'critical', platforms: ['github'] } });
    await world.arrive();
    expect(world.row()).toMatchObject({ status: 'delivered' });
  });

  it('takes no turn of revisions, where the webhook gets later events of findings', async () => {
    const world = aWorld({ ...PROVEN, payloadVersion: 2, events: ['resolved'] });
    await world.arrive();
    expect(world.row()).toMatchObject({ status: 'delivered' });
    expect(world.marks.marks.size).toBe(0);
  });

  it.each<[string, Webhook | undefined, object]>([
    ['the webhook is gone', undefined, { status: 'cancelled', reason: 'webhook-gone' }],
    ['it is paused', { ...PROVEN, state: { kind: 'paused' } }, { status: 'cancelled', reason: 'webhook-paused' }],
    [
      'alerts are off',
      { ...PROVEN, alerts: { enabled: false, minSeverity: 'info' } },
      { status: 'cancelled', reason: 'alerts-off' },
    ],
    [
      'it wants no manifests any more',
      { ...PROVEN, pull: { since: 0, only: false } },
      { status: 'cancelled', reason: 'event-not-chosen' },
    ],
    ['it is disabled', { ...PROVEN, state: { kind: 'disabled', reason: 'failing' } }, { status: 'held' }],
  ])('is not sent when %s', async (_why, webhook, ended) => {
    const world = aWorld(PROVEN);
    world.store.webhooks.clear();
    if (webhook !== undefined) {
      await world.store.add(webhook.tenantId, webhook);
    }
    await world.arrive();
    expect(world.client.requests).toEqual([]);
    expect(world.row()).toMatchObject(ended);
  });

  it('of a later version, which this one cannot read, does not go as a finding, and takes no lease', async () => {
    const world = aWorld();
    const later = JSON.parse(MANIFEST.finding);
    const message = { ...MANIFEST, finding: canonicalJson({ ...later, [MANIFEST_MEMBER]: { spans: [] } }) };
    world.log.rows.set(`acme#wh_siem#${MANIFEST.deliveryId}`, restore(message, world.clock.now()).row);
    expect(await world.arrive(message)).toHaveLength(1);
    expect(world.client.requests).toEqual([]);
    expect(world.row()).not.toHaveProperty('lease');
  });
});

describe('a finding that looks like one', () => {
  it('is a finding: what tells them apart is the delivery id, which no publisher chooses', async () => {
    const { [MANIFEST_MEMBER]: _manifest, ...fields } = JSON.parse(MANIFEST.finding);
    const world = aSendWorld({ webhooks: [PROVEN] });
    const finding = canonicalFinding(aFinding(fields));
    await world.receive(messageRecord(aDeliveryMessage({ finding })));
    expect(world.client.requests[0]?.headers).toMatchObject({ 'x-thalian-event': 'finding.detected' });
    expect(JSON.parse(world.client.requests[0]?.body ?? '')).toMatchObject({ type: 'finding.detected' });
  });
});
