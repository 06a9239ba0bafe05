import { describe, expect, it } from 'vitest';
import { NEWEST_PAYLOAD_VERSION } from '../../../shared/webhook/payload-version.ts';
import { aDeliveryRow } from '../../builders/delivery.ts';
import { aFinding } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

const ONE = '/v1/webhooks/wh_siem';
const CONNECT = { name: 'SIEM', url: 'https://siem.example/hook' };

describe('the payload version of a webhook', () => {
  it('is the newest of the moment at which it is connected, or the one that is asked for', async () => {
    const world = anApiWorld();
    const connect = (body: object) => world.ask('POST', '/v1/webhooks', { body: { ...CONNECT, ...body } });
    expect(await connect({})).toMatchObject({
      status: 201,
      json: { payloadVersion: NEWEST_PAYLOAD_VERSION, newestPayloadVersion: NEWEST_PAYLOAD_VERSION },
    });
    expect(await connect({ payloadVersion: 1 })).toMatchObject({ status: 201, json: { payloadVersion: 1 } });
    expect(await connect({ payloadVersion: 3 })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'payloadVersion' }] },
    });
  });

  it('is 1 of a webhook from before there were versions, until a person changes it', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    expect((await world.ask('GET', ONE)).json).toMatchObject({ payloadVersion: 1, newestPayloadVersion: 2 });
    expect((await world.ask('PATCH', ONE, { body: { name: 'Renamed' } })).json.payloadVersion).toBe(1);
    const changed = await world.ask('PATCH', ONE, { body: { payloadVersion: 2 } });
    expect(changed).toMatchObject({ status: 200, json: { payloadVersion: 2 } });
    expect((await world.ask('PATCH', ONE, { body: { payloadVersion: 1 } })).json.payloadVersion).toBe(1);
  });
});

describe('the preview of a payload version', () => {
  const PREVIEW = `${ONE}/payload-preview`;

  it('shows the latest finding as it is sent now, and as it would be in the newest version', async () => {
    const row = aDeliveryRow({ status: 'delivered', revision: 4 });
    const world = anApiWorld({ webhooks: [aWebhook()], rows: [row] });
    const { status, json } = await world.ask('GET', PREVIEW);
    expect({ status, isSample: json.isSample, deliveryId: json.deliveryId }).toEqual({
      status: 200,
      isSample: false,
      deliveryId: row.deliveryId,
    });
    expect([json.current.version, json.newest.version]).toEqual([1, NEWEST_PAYLOAD_VERSION]);
    const [now, then] = [json.current, json.newest].map(({ request }) => JSON.parse(request.body));
    expect(now).toEqual({ type: 'finding.detected', timestamp: aFinding().detectedAt, data: aFinding() });
    expect(then).toEqual({ ...now, revision: 4 });
    expect((await world.ask('GET', `${PREVIEW}?deliveryId=${row.deliveryId}`)).json).toEqual(json);
  });

  it('shows a sample while there is no delivery, and nothing of a delivery that is not there', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const { status, json } = await world.ask('GET', PREVIEW);
    expect({ status, isSample: json.isSample }).toEqual({ status: 200, isSample: true });
    expect(JSON.parse(json.newest.request.body)).toMatchObject({ revision: 1 });
    expect((await world.ask('GET', `${PREVIEW}?deliveryId=dlv_other`)).status).toBe(404);
    expect((await world.ask('GET', '/v1/webhooks/wh_other/payload-preview')).status).toBe(404);
    expect(await world.ask('GET', PREVIEW, { tenantId: 'globex' })).toMatchObject({ status: 404 });
  });

  it('shows no secret', async () => {
    const world = anApiWorld();
    const { json } = await world.ask('POST', '/v1/webhooks', {
      body: {
        ...CONNECT,
        format: 'splunk-hec',
        credentials: { token: 'token-of-splunk' },
        secret: 'a-secret-of-our-own',
      },
    });
    const { status, text } = await world.ask('GET', `/v1/webhooks/${json.id}/payload-preview`);
    expect(status).toBe(200);
    expect(text).not.toMatch(/token-of-splunk|a-secret-of-our-own/);
  });
});
