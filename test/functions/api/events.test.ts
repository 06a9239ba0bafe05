import { describe, expect, it } from 'vitest';
import { aDeliveryRow } from '../../builders/delivery.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

const ONE = '/v1/webhooks/wh_siem';
const CONNECT = { name: 'SIEM', url: 'https://siem.example/hook' };

describe('the events of a webhook', () => {
  it('are detections alone, unless it is connected with others', async () => {
    const world = anApiWorld();
    const connect = (body: object) => world.ask('POST', '/v1/webhooks', { body: { ...CONNECT, ...body } });
    expect((await connect({})).json.events).toEqual(['detected']);
    expect(await connect({ events: ['resolved', 'detected'] })).toMatchObject({
      status: 201,
      json: { events: ['detected', 'resolved'] },
    });
  });

  it.each([
    ['without detections', { events: ['resolved'] }],
    ['twice the same', { events: ['detected', 'resolved', 'resolved'] }],
    ['none', { events: [] }],
    [
      'under payload version 1, which could not say which it is',
      { payloadVersion: 1, events: ['detected', 'updated'] },
    ],
  ])('are refused %s', async (_what, body) => {
    const { status, json } = await anApiWorld().ask('POST', '/v1/webhooks', { body: { ...CONNECT, ...body } });
    expect({ status, field: json.errors[0].field }).toEqual({ status: 422, field: 'events' });
  });

  it('are changed with the settings, together with the payload version that they need', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const change = (body: object) => world.ask('PATCH', ONE, { body });
    expect((await change({ events: ['detected', 'resolved'] })).status).toBe(422);
    expect(await change({ payloadVersion: 2, events: ['detected', 'resolved'] })).toMatchObject({
      status: 200,
      json: { payloadVersion: 2, events: ['detected', 'resolved'] },
    });
    expect((await change({ payloadVersion: 1 })).json.errors).toMatchObject([{ field: 'events' }]);
    expect((await change({ payloadVersion: 1, events: ['detected'] })).json).toMatchObject({
      payloadVersion: 1,
      events: ['detected'],
    });
  });
});

describe('a delivery on the log', () => {
  it('says which event of the finding it is, and that it was superseded', async () => {
    const row = aDeliveryRow({ status: 'cancelled', reason: 'superseded', event: 'updated', revision: 4 });
    const world = anApiWorld({ webhooks: [aWebhook()], rows: [row] });
    const { json } = await world.ask('GET', `${ONE}/deliveries`);
    expect(json.deliveries).toMatchObject([
      { status: 'cancelled', reason: 'superseded', event: 'updated', revision: 4 },
    ]);
  });

  it('is a detection of revision 1 if it is from before there were others', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()], rows: [aDeliveryRow({ status: 'delivered' })] });
    const { json } = await world.ask('GET', `${ONE}/deliveries`);
    expect(json.deliveries).toMatchObject([{ event: 'detected', revision: 1 }]);
  });
});
