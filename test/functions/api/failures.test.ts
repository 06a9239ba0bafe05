import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

describe('a fault of our own', () => {
  it('that is unforeseen is answered with an id and nothing else, and logged under it', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    world.store.find = () => Promise.reject(new Error('the table says whsec_secret'));
    const { status, json, text } = await world.ask('GET', '/v1/webhooks/wh_siem');
    expect(status).toBe(500);
    expect(json).toEqual({
      type: 'urn:thalian:webhooks:problem:internal-error',
      title: 'Something went wrong on our side.',
      status: 500,
      detail: 'Tell support the id.',
      id: '00000000-0000-4000-8000-000000000001',
    });
    expect(text).not.toContain('whsec_');
    expect(world.telemetry.failures).toMatchObject([{ event: 'request.failed', fields: { id: json.id } }]);
  });

  it('of a dependency asks for patience', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    world.store.list = () => Promise.reject(new DependencyUnavailable('config-table', 'list', new Error('throttled')));
    expect(await world.ask('GET', '/v1/webhooks')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      json: { type: 'urn:thalian:webhooks:problem:unavailable' },
    });
  });
});

describe('a request', () => {
  it('is told in one line, without its path, query or body', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    await world.ask('GET', '/v1/webhooks/wh_siem/deliveries?limit=3');
    expect(world.telemetry.responses).toEqual([
      {
        method: 'GET',
        route: '/v1/webhooks/:webhookId/deliveries',
        statusCode: 200,
        millis: 0,
        tenantId: 'acme',
      },
    ]);
    expect(world.telemetry.flushes).toBe(1);
  });

  it.each(['/', '/v1', '/v2/webhooks', '/v1/webhooks/', '/v1/nothing'])('for %s finds no route', async (path) => {
    expect(await anApiWorld().ask('GET', path)).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
  });
});
