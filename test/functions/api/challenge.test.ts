import { describe, expect, it } from 'vitest';
import type { AttemptOutcome, OutgoingRequest } from '../../../shared/http/attempt-outcome.ts';
import type { WebhookClient } from '../../../shared/http/webhook-client.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

const ONE = '/v1/webhooks/wh_siem';
const URL_OF_IT = 'https://siem.example/hook';
const OFF = { enabled: false, minSeverity: 'info' } as const;
const UNVERIFIED = aWebhook({ challenge: {}, alerts: OFF });
const VERIFIED = aWebhook({ challenge: { verified: { url: URL_OF_IT, at: 1 } } });

type Answer = (
  request: OutgoingRequest,
) => Partial<{ statusCode: number; headers: Record<string, string>; body: string }>;

/** As a receiver does that knows challenges, as text. */
const echo: Answer = ({ body }) => ({ body: JSON.parse(body).data.challenge });

class Receiver implements WebhookClient {
  readonly requests: OutgoingRequest[] = [];
  readonly #answer: Answer;
  constructor(answer: Answer) {
    this.#answer = answer;
  }
  async send(request: OutgoingRequest): Promise<AttemptOutcome> {
    this.requests.push(request);
    const response = { statusCode: 200, headers: {}, body: '', ...this.#answer(request) };
    return { kind: 'answered', response, millis: 5, phases: {} };
  }
}

function aWorld(answer: Answer, webhook: Webhook = UNVERIFIED) {
  const client = new Receiver(answer);
  const world = anApiWorld({ webhooks: [webhook], webhookClient: client });
  return {
    world,
    requests: client.requests,
    challenge: () => world.ask('POST', `${ONE}/challenge`),
    alertsOn: () => world.ask('PUT', `${ONE}/alerts`, { body: { enabled: true, minSeverity: 'high' } }),
    stored: () => world.store.find(aTenantId(), aWebhookId()),
  };
}

describe('an address that must be verified', () => {
  it('gets no alerts before it has answered a challenge, which is signed and cannot be guessed', async () => {
    const { world, challenge, alertsOn, requests } = aWorld(echo);
    await world.ask('POST', `${ONE}/secret`, { body: { secret: 'a-secret-of-our-own' } });
    expect(await alertsOn()).toMatchObject({
      status: 409,
      json: { type: 'urn:thalian:webhooks:problem:address-unverified' },
    });
    const verified = await challenge();
    expect(verified).toMatchObject({
      status: 200,
      json: { isVerified: true, statusCode: 200, webhook: { challenge: { isVerified: true } } },
    });
    expect(verified.headers['etag']).toBe(`"${verified.json.webhook.revision}"`);
    const [sent] = requests;
    expect(sent).toMatchObject({
      method: 'POST',
      url: URL_OF_IT,
      headers: {
        'x-thalian-event': 'webhook.challenge',
        'webhook-id': expect.stringMatching(/^msg_challenge_[0-9a-f]{32}$/),
        'x-thalian-signature': expect.any(String),
        'webhook-signature': expect.stringMatching(/^v1,/),
      },
    });
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      type: 'webhook.challenge',
      timestamp: expect.any(String),
      data: { challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) },
    });
    expect(await alertsOn()).toMatchObject({ status: 200, json: { alerts: { enabled: true } } });
  });

  it('may answer in JSON', async () => {
    const { challenge } = aWorld((request) => ({ body: JSON.stringify({ challenge: echo(request).body }) }));
    expect((await challenge()).json).toMatchObject({ isVerified: true });
  });

  it.each<[string, Answer, object]>([
    [
      'accepts everything',
      () => ({ statusCode: 204 }),
      { statusCode: 204, advice: expect.stringMatching(/data\.challenge/) },
    ],
    [
      'returns the request',
      ({ body }) => ({ body }),
      { statusCode: 200, advice: expect.stringMatching(/data\.challenge/) },
    ],
    [
      'refuses',
      (request) => ({ ...echo(request), statusCode: 404 }),
      { statusCode: 404, advice: expect.stringMatching(/^The receiver answered 404/) },
    ],
  ])('stays unverified while its receiver %s', async (_what, answer, result) => {
    const { challenge, alertsOn, stored } = aWorld(answer);
    expect((await challenge()).json).toMatchObject({ isVerified: false, ...result });
    expect(await alertsOn()).toMatchObject({ status: 409 });
    expect(await stored()).toEqual(UNVERIFIED);
  });

  it('of CloudEvents is asked as their webhooks have it', async () => {
    const webhook = { ...UNVERIFIED, format: { id: 'cloudevents', options: {} } };
    const { challenge, requests } = aWorld(
      ({ headers }) => ({ headers: { 'webhook-allowed-origin': headers['webhook-request-origin'] ?? '' } }),
      webhook,
    );
    expect((await challenge()).json).toMatchObject({ isVerified: true });
    expect(requests).toMatchObject([
      { method: 'OPTIONS', body: '', headers: { 'webhook-request-origin': 'api.thalian.example' } },
    ]);
    const silent = aWorld(() => ({ headers: { 'webhook-allowed-origin': 'eventgrid.azure.net' } }), webhook);
    expect((await silent.challenge()).json).toMatchObject({
      isVerified: false,
      advice: expect.stringMatching(/OPTIONS/),
    });
  });

  it('gets the test that a person sends, which helps to set it up', async () => {
    const { world, requests } = aWorld(() => ({}));
    expect(await world.ask('POST', `${ONE}/test`)).toMatchObject({ status: 200, json: { isAccepted: true } });
    expect(requests).toHaveLength(1);
  });

  it('is asked as often as tests may be sent, and no more', async () => {
    const { challenge } = aWorld(() => ({}));
    const statuses = [];
    for (let asked = 0; asked < 4; asked += 1) {
      statuses.push((await challenge()).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('shows no secret that it echoes', async () => {
    const { world, challenge } = aWorld(() => ({ body: 'you have a-secret-of-our-own' }));
    await world.ask('POST', `${ONE}/secret`, { body: { secret: 'a-secret-of-our-own' } });
    expect((await challenge()).json).toMatchObject({ answer: { body: 'you have ***' } });
  });

  it('is not verified by the answer of another that came while it was changed', async () => {
    const { world, challenge, stored } = aWorld(echo);
    const { client } = { client: world.store };
    const find = client.find.bind(client);
    let finds = 0;
    // Between the challenge and its record another URL is stored.
    client.find = async (...given) => {
      finds += 1;
      const webhook = await find(...given);
      return finds === 2 && webhook !== undefined ? { ...webhook, url: 'https://other.example/' } : webhook;
    };
    expect(await challenge()).toMatchObject({ status: 412 });
    client.find = find;
    expect((await stored())?.challenge).toEqual({});
  });
});

describe('the option', () => {
  it('is connected with, and refused where the vendor knows no challenge', async () => {
    const world = anApiWorld();
    const connect = (body: object) =>
      world.ask('POST', '/v1/webhooks', { body: { name: 'X', url: 'https://x.example.com/', ...body } });
    expect((await connect({ challenge: true })).json).toMatchObject({ challenge: { isVerified: false } });
    expect((await connect({})).json).not.toHaveProperty('challenge');
    const refused = await connect({ challenge: true, format: 'splunk-hec', credentials: { token: 'a-token' } });
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'challenge' }] } });
  });

  it('turns alerts off with another URL, which has to answer again', async () => {
    const { world, alertsOn } = aWorld(echo, VERIFIED);
    const { json } = await world.ask('PATCH', ONE, { body: { url: 'https://siem.example/new' } });
    expect(json).toMatchObject({ alerts: { ...VERIFIED.alerts, enabled: false }, challenge: { isVerified: false } });
    expect(await alertsOn()).toMatchObject({ status: 409 });
  });

  it('turns alerts off where it is set for an address that has never answered, and leaves them with another name', async () => {
    const { world } = aWorld(echo, aWebhook());
    expect((await world.ask('PATCH', ONE, { body: { challenge: true } })).json.alerts.enabled).toBe(false);
    const verified = aWorld(echo, VERIFIED);
    expect((await verified.world.ask('PATCH', ONE, { body: { name: 'Y', challenge: true } })).json).toMatchObject({
      alerts: { enabled: true },
      challenge: { isVerified: true },
    });
  });

  it('is taken back, and then no challenge is sent', async () => {
    const { world, challenge, alertsOn, requests } = aWorld(echo);
    expect((await world.ask('PATCH', ONE, { body: { challenge: false } })).json).not.toHaveProperty('challenge');
    expect(await challenge()).toMatchObject({ status: 422, json: { errors: [{ field: 'challenge' }] } });
    expect(requests).toEqual([]);
    expect(await alertsOn()).toMatchObject({ status: 200 });
  });
});
