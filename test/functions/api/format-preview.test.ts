/** What a format would send, seen before a webhook uses it: on the sample or on a finding of the tenant. */
import { describe, expect, it } from 'vitest';
import { SAMPLE_FINDING } from '../../../shared/finding/sample-finding.ts';
import { aDeliveryRow } from '../../builders/delivery.ts';
import { aCanonicalFinding } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';

const PREVIEW = '/v1/formats/template/preview';
const BODY = '{"title": "{{ title | upcase }}", "n": "{{ severity.score }}", "id": "{{ delivery.id }}"}';

const CONNECT = {
  name: 'Tickets',
  url: 'https://api.example.com/v1/tickets',
  format: 'template',
  options: { body: BODY },
  headers: { Authorization: 'Bearer sesame-opens-the-door' },
  secret: 'correct-horse-battery-staple',
};

describe('the preview of a template', () => {
  it('shows what would be sent of the sample, and sends and stores nothing', async () => {
    const world = anApiWorld();
    const { status, json } = await world.ask('POST', PREVIEW, {
      body: { options: { body: BODY } },
      claims: claimsOf('acme', '[webhooks-read]'),
    });
    const body = '{"title":"DORMANT ADMIN ACCOUNT RE-ACTIVATED","n":82,"id":"dlv_sample"}';
    const { id, title } = SAMPLE_FINDING;
    expect([status, json]).toEqual([200, { body, bytes: body.length, finding: { id, title }, isSample: true }]);
    expect([world.store.webhooks.size, world.announcer.announcements]).toEqual([0, []]);
  });

  it('shows it of the finding of a delivery, whatever the format of that webhook is', async () => {
    const row = aDeliveryRow({ finding: aCanonicalFinding({ id: 'fnd_real', title: 'A real one' }) });
    const world = anApiWorld({ webhooks: [aWebhook()], rows: [row] });
    const finding = { webhookId: 'wh_siem', deliveryId: row.deliveryId };
    const { json } = await world.ask('POST', PREVIEW, { body: { options: { body: BODY }, finding } });
    expect(json).toMatchObject({ finding: { id: 'fnd_real', title: 'A real one' }, isSample: false });
    expect(JSON.parse(json.body)).toMatchObject({ title: 'A REAL ONE', id: row.deliveryId });
  });

  it("finds no delivery of another tenant's, nor one that is not there", async () => {
    const row = aDeliveryRow({ finding: aCanonicalFinding({ title: 'Of acme alone' }) });
    const world = anApiWorld({ webhooks: [aWebhook()], rows: [row] });
    const finding = { webhookId: 'wh_siem', deliveryId: row.deliveryId };
    const body = { options: { body: BODY }, finding };
    const other = await world.ask('POST', PREVIEW, { body, tenantId: 'globex' });
    expect([other.status, other.text.includes('Of acme')]).toEqual([404, false]);
    for (const ids of [{ deliveryId: 'dlv_none' }, { deliveryId: '../x' }, { webhookId: '' }]) {
      const response = await world.ask('POST', PREVIEW, { body: { ...body, finding: { ...finding, ...ids } } });
      expect(response.status).toBe(404);
    }
  });

  it('refuses a template with the place of each mistake, and a format that is not there', async () => {
    const world = anApiWorld();
    const wrong = await world.ask('POST', PREVIEW, {
      body: { options: { body: '{"a": ["{{ titel }}"], "b": "{{ title | shout }}"}' } },
    });
    const message =
      'At a.0: There is no field "titel". Do you mean title? At b: There is no filter "shout". There are: ' +
      'default, upcase, downcase, capitalize, truncate, escape, escape_markdown, date, round, map, join, size.';
    expect([wrong.status, wrong.json.errors]).toEqual([422, [{ field: 'options.body', message }]]);
    expect((await world.ask('POST', '/v1/formats/fax/preview', { body: {} })).status).toBe(404);
  });

  it('is there for every format, and shows no credential', async () => {
    const world = anApiWorld();
    const { json } = await world.ask('GET', '/v1/formats');
    for (const { id, options } of json.formats) {
      const given = Object.fromEntries(
        options.map((field: Record<string, string>) => [field['name'], field['example'] ?? '']),
      );
      const preview = await world.ask('POST', `/v1/formats/${id}/preview`, { body: { options: given } });
      expect([id, preview.status]).toEqual([id, 200]);
      expect(() => JSON.parse(preview.json.body), id).not.toThrow();
    }
  });
});

describe('a webhook with a template', () => {
  it('is connected, shown and changed like any: by its revision, with the mistake named', async () => {
    const world = anApiWorld();
    const { status, json } = await world.ask('POST', '/v1/webhooks', { body: CONNECT });
    expect([status, json]).toEqual([
      201,
      expect.objectContaining({ revision: 1, options: { body: BODY }, ownHeaders: 1 }),
    ]);
    const path = `/v1/webhooks/${json.id}`;
    const next = { options: { body: '{"summary": "{{ title }}"}' } };
    const changed = await world.ask('PATCH', path, { body: next, headers: { 'if-match': '"1"' } });
    expect([changed.status, changed.json.revision, changed.json.options]).toEqual([200, 2, next.options]);
    const outdated = await world.ask('PATCH', path, {
      body: { options: { body: BODY } },
      headers: { 'if-match': '"1"' },
    });
    expect(outdated.status).toBe(412);
    const broken = await world.ask('PATCH', path, { body: { options: { body: '{"summary": }' } } });
    expect([broken.status, broken.json.detail]).toEqual([
      422,
      'The template is not JSON: at line 1, column 13 a value is missing; text stands in double quotes.',
    ]);
    expect((await world.ask('GET', path)).json).toMatchObject({ revision: 2, options: next.options });
  });

  it('is not connected without a template, or with one that is too long', async () => {
    const world = anApiWorld();
    for (const body of [undefined, '', 'x', `{"a": "${'x'.repeat(8_185)}"}`, `{"a": "${'ü'.repeat(5_000)}"}`]) {
      const options = body === undefined ? {} : { body };
      expect((await world.ask('POST', '/v1/webhooks', { body: { ...CONNECT, options } })).status).toBe(422);
    }
    expect(world.store.webhooks.size).toBe(0);
  });

  it('is sent, signed over the very bytes, with its own headers and no others', async () => {
    const world = anApiWorld();
    const { json } = await world.ask('POST', '/v1/webhooks', { body: CONNECT });
    const test = await world.ask('POST', `/v1/webhooks/${json.id}/test`);
    const [sent] = world.client.requests;
    expect(test.status).toBe(200);
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      title: 'TEST FROM THALIAN: THIS WEBHOOK WORKS',
      n: 0,
      id: sent?.headers['webhook-id'],
    });
    expect(sent).toMatchObject({ method: 'POST', url: CONNECT.url });
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: CONNECT.headers.Authorization,
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
    expect(test.text).not.toContain('sesame');
  });
});
