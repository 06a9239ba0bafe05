import { describe, expect, it } from 'vitest';
import { makeAttempt, prepareAttempt } from '../../../shared/attempt/make-attempt.flow.ts';
import { format as jsonFormat } from '../../../shared/destinations/json/json.ts';
import { format as sentinelFormat } from '../../../shared/destinations/sentinel/sentinel.ts';
import { format as xsoarFormat } from '../../../shared/destinations/xsoar/xsoar.ts';
import type { TokenRequest } from '../../../shared/http/access-token.ts';
import { createOauthAccessTokens } from '../../../shared/http/access-tokens.oauth.ts';
import type { AttemptOutcome, OutgoingRequest } from '../../../shared/http/attempt-outcome.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import type { WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aFinding } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';
import { MemorySecretStore } from '../../fakes/memory-secret-store.ts';
import { type Reply, ScriptedWebhookClient } from '../../fakes/scripted-webhook-client.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const { deliveryId } = aDeliveryMessage();
const clock = new ManualClock();

describe('an attempt that was made', () => {
  it('is judged, and goes on the log without its phases', async () => {
    const made = await attemptAnswered({ statusCode: 503, body: 'down' });
    expect(made).toMatchObject({ result: { kind: 'failure', cause: { statusCode: 503 } }, host: 'siem.example' });
    expect(made.attempt).toEqual({ number: 1, at: clock.now(), millis: 9, statusCode: 503, response: 'down' });
  });

  it('shows the response of a success too, which the log does not keep', async () => {
    const made = await attemptAnswered({ statusCode: 200, headers: { server: 'nginx' }, body: 'thanks' });
    expect(made.attempt).toEqual({ number: 1, at: clock.now(), millis: 9, statusCode: 200 });
    expect(made.showOutcome()).toEqual({
      kind: 'answered',
      response: { statusCode: 200, headers: { server: 'nginx' }, body: 'thanks' },
      millis: 9,
      phases: { dnsMillis: 1, firstByteMillis: 7 },
    });
  });

  it('shows no secret of the request, wherever the receiver echoes it', async () => {
    const secret = { signing: { current: SECRET }, headers: { 'x-api-key': 'k-0123456789' } };
    const made = await attemptAnswered({ headers: { 'x-echo': 'k-0123456789' }, body: `you have ${SECRET}` }, secret);
    expect(made.showOutcome()).toMatchObject({ response: { headers: { 'x-echo': '***' }, body: 'you have ***' } });
  });

  it('goes on the log with the cause and its code when there was no answer', async () => {
    const failure = { error: 'tls-failed', cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' } as const;
    const made = await attemptWith({ kind: 'unanswered', ...failure, millis: 9, phases: {} });
    expect(made.attempt).toEqual({ number: 1, at: clock.now(), millis: 9, ...failure });
  });

  it('goes on the log with the place to which a redirect leads, and no secret or query in it', async () => {
    const secret = { signing: { current: SECRET } };
    const headers = { location: `https://new.example/${SECRET}/hook?token=t-0123456789` };
    const made = await attemptAnswered({ statusCode: 308, headers }, secret);
    expect(made.attempt).toMatchObject({ statusCode: 308, location: 'https://new.example/***/hook…' });
    expect((await attemptAnswered({ statusCode: 500, headers }, secret)).attempt).not.toHaveProperty('location');
    expect((await attemptAnswered({ statusCode: 201, headers }, secret)).attempt).not.toHaveProperty('location');
  });

  it("is named where a proxy's page came in place of a response", async () => {
    const headers = { 'x-amzn-waf-action': 'challenge' };
    const made = await attemptAnswered({ statusCode: 202, headers, body: '<html>' });
    expect(made.result).toMatchObject({ kind: 'failure' });
    expect(made.attempt).toMatchObject({ statusCode: 202, cause: 'challenge-page', response: '<html>' });
  });

  it('shows how far it got when there was no answer', async () => {
    const outcome = { kind: 'unanswered', error: 'tls-failed', millis: 9, phases: { dnsMillis: 1 } } as const;
    const made = await attemptWith(outcome);
    expect(made.attempt).toEqual({ number: 1, at: clock.now(), millis: 9, error: 'tls-failed' });
    expect(made.showOutcome()).toEqual(outcome);
  });
});

describe('an attempt with credentials', () => {
  it('shows neither the words they are made into nor those', async () => {
    const credentials = { username: 'thalian', password: 'sesame-opens' };
    const encoded = Buffer.from('thalian:sesame-opens').toString('base64');
    const client = new ScriptedWebhookClient({ statusCode: 401, body: `not Basic ${encoded}, not sesame-opens` });
    const ready = {
      webhook: aWebhook({ format: { id: 'xsoar', options: {} } }),
      format: xsoarFormat,
      secret: { credentials },
    };
    const deps = { client, tokens: new MemoryAccessTokens(), clock };
    const made = await makeAttempt(deps, ready, { deliveryId, attempt: 1 }, aFinding());
    expect(made.attempt.response).toBe('not ***, not ***');
  });
});

describe('an attempt that needs a token', () => {
  const credentials = { clientSecret: 'the-secret-of-the-client' };
  const options = { ruleId: 'dcr-0', directoryId: 'directory', clientId: 'client' };
  const ready = {
    webhook: aWebhook({ format: { id: 'sentinel', options } }),
    format: sentinelFormat,
    secret: { credentials },
  };
  const accepted = { statusCode: 204 };

  function attempts(...replies: readonly Reply[]) {
    const deps = { client: new ScriptedWebhookClient(...replies), tokens: new MemoryAccessTokens(clock), clock };
    return { ...deps, attempt: (number = 1) => makeAttempt(deps, ready, { deliveryId, attempt: number }, aFinding()) };
  }

  it('asks for it once and sends it each time, in a request that is otherwise the same', async () => {
    const { attempt, tokens, client } = attempts(accepted);
    expect(await attempt()).toMatchObject({ result: { kind: 'success' }, attempt: { millis: 14 } });
    expect(await attempt(2)).toMatchObject({ result: { kind: 'success' }, attempt: { millis: 7 } });
    expect(tokens.asked).toEqual([
      {
        tokenUrl: 'https://login.microsoftonline.com/directory/oauth2/v2.0/token',
        clientId: 'client',
        clientSecret: 'the-secret-of-the-client',
        scope: 'https://monitor.azure.com/.default',
      },
    ]);
    expect(client.requests.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-1',
    ]);
    expect(client.requests[1]?.body).toBe(client.requests[0]?.body);
  });

  it('replaces a kept token that is no longer taken, once, within the same attempt', async () => {
    const { attempt, client } = attempts(accepted, 401, accepted);
    await attempt();
    expect(await attempt(2)).toMatchObject({ result: { kind: 'success' }, attempt: { number: 2, millis: 21 } });
    expect(client.requests.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(client.requests[2]?.headers['webhook-id']).toBe(deliveryId);
  });

  it('goes no further when a fresh token is not taken', async () => {
    const { attempt, client } = attempts(401);
    expect(await attempt()).toMatchObject({ result: { kind: 'failure', cause: { statusCode: 401 } } });
    expect(client.requests.length).toBe(1);
    expect(await attempt(2)).toMatchObject({ attempt: { statusCode: 401 } });
    expect(client.requests.length).toBe(3);
  });

  it('does not reach the receiver without one, and keeps what the issuer said', async () => {
    const { attempt, tokens, client } = attempts(accepted);
    const body = 'AADSTS7000215: Invalid client secret the-secret-of-the-client';
    const response = { statusCode: 410, headers: { 'retry-after': '30' }, body };
    tokens.refusal = { kind: 'refused', error: 'no-token', response, millis: 5 };
    const made = await attempt();
    expect(made.result).toEqual({ kind: 'failure', cause: { error: 'no-token' }, retryAfterMillis: 30_000 });
    expect(made.attempt).toMatchObject({ error: 'no-token', response: 'AADSTS7000215: Invalid client secret ***' });
    expect(made.showOutcome()).toMatchObject({ issuerResponse: { body: made.attempt.response } });
    expect(client.requests).toEqual([]);
  });

  it('says why the issuer did not answer', async () => {
    const silence = { error: 'timeout', cause: 'timeout-tls', code: 'SOME_CODE' } as const;
    const client = new ScriptedWebhookClient(silence);
    const deps = { client, tokens: createOauthAccessTokens(client, clock), clock };
    const made = await makeAttempt(deps, ready, { deliveryId, attempt: 1 }, aFinding());
    expect(made.attempt).toMatchObject({ error: 'no-token', cause: 'timeout-tls', code: 'SOME_CODE' });
  });

  it('is over for good when the issuer must not be reached', async () => {
    const { attempt, tokens } = attempts(accepted);
    tokens.refusal = { kind: 'refused', error: 'address-refused', millis: 1 };
    expect(await attempt()).toMatchObject({ result: { kind: 'failure', final: 'address-refused' } });
  });

  it('shows no token that is echoed', async () => {
    const { attempt } = attempts({ statusCode: 403, body: 'not for token-1' }, 403);
    expect((await attempt()).attempt.response).toBe('not for ***');
  });

  it('has one deadline for everything', async () => {
    const deadlines: number[] = [];
    const deps = {
      clock: new ManualClock(),
      client: {
        async send(_request: OutgoingRequest, deadlineMillis: number) {
          deadlines.push(deadlineMillis);
          deps.clock.moveOn(4_000);
          const response = { statusCode: 401, headers: {}, body: '' };
          return { kind: 'answered', response, millis: 4_000, phases: {} } as const;
        },
      },
      tokens: {
        async obtain(_tenantId: TenantId, _request: TokenRequest, deadlineMillis: number) {
          deadlines.push(deadlineMillis);
          deps.clock.moveOn(3_000);
          return { kind: 'issued', value: 'kept', isKept: true, millis: 3_000 } as const;
        },
        forget() {},
      },
    };
    const made = await makeAttempt(deps, ready, { deliveryId, attempt: 1 }, aFinding());
    expect(deadlines).toEqual([10_000, 7_000, 3_000, 0]);
    expect(made.attempt.millis).toBe(14_000);
  });
});

describe('an attempt that is prepared', () => {
  it('has the version of the secret that the webhook names', async () => {
    const secrets = new MemorySecretStore();
    const { tenantId, webhookId } = aWebhook();
    const first = await secrets.create(tenantId, webhookId, 'v1', { signing: { current: 'the-first-secret' } });
    await secrets.replace(tenantId, first, 'v2', { signing: { current: 'the-second-secret' } });
    const ready = await prepareAttempt({ secrets }, aWebhook({ secret: first }));
    expect(ready.secret).toEqual({ signing: { current: 'the-first-secret' } });
  });

  it('is rejected for a format that is not known', async () => {
    const webhook = aWebhook({ format: { id: 'fax', options: {} } });
    await expect(prepareAttempt({ secrets: new MemorySecretStore() }, webhook)).rejects.toThrow('no format named fax');
  });
});

function attemptAnswered(
  response: { statusCode?: number; headers?: Readonly<Record<string, string>>; body?: string },
  secret?: WebhookSecret,
) {
  return attemptWith(
    {
      kind: 'answered',
      response: { statusCode: 200, headers: {}, body: '', ...response },
      millis: 9,
      phases: { dnsMillis: 1, firstByteMillis: 7 },
    },
    secret,
  );
}

function attemptWith(outcome: AttemptOutcome, secret?: WebhookSecret) {
  const client = { send: async () => outcome };
  const ready = { webhook: aWebhook(), format: jsonFormat, secret };
  return makeAttempt(
    { client, tokens: new MemoryAccessTokens(), clock },
    ready,
    { deliveryId, attempt: 1 },
    aFinding(),
  );
}
