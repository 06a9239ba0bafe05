import { describe, expect, it } from 'vitest';
import { makeAttempt, prepareAttempt } from '../../../shared/attempt/make-attempt.ts';
import type { AttemptOutcome } from '../../../shared/domain/attempt-outcome.ts';
import { jsonFormat } from '../../../shared/domain/formats/json.ts';
import type { WebhookSecret } from '../../../shared/domain/webhook.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aFinding } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemorySecretStore } from '../../fakes/memory-secret-store.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const { deliveryId } = aDeliveryMessage();
const clock = new ManualClock();

describe('an attempt that was made', () => {
  it('is judged, and goes on the log without its phases', async () => {
    const made = await attemptAnswered({ statusCode: 503, body: 'down' });
    expect(made).toMatchObject({ result: { kind: 'failure', cause: { statusCode: 503 } }, host: 'siem.example' });
    expect(made.attempt).toEqual({ number: 1, at: clock.now(), millis: 9, statusCode: 503, answer: 'down' });
  });

  it('shows the answer of a success too, which the log does not keep', async () => {
    const made = await attemptAnswered({ statusCode: 200, headers: { server: 'nginx' }, body: 'thanks' });
    expect(made.attempt).toEqual({ number: 1, at: clock.now(), millis: 9, statusCode: 200 });
    expect(made.showOutcome()).toEqual({
      kind: 'answered',
      answer: { statusCode: 200, headers: { server: 'nginx' }, body: 'thanks' },
      millis: 9,
      phases: { dnsMillis: 1, firstByteMillis: 7 },
    });
  });

  it('shows no secret of the request, wherever the receiver echoes it', async () => {
    const secret = { signing: { current: SECRET }, headers: { 'x-api-key': 'k-0123456789' } };
    const made = await attemptAnswered({ headers: { 'x-echo': 'k-0123456789' }, body: `you have ${SECRET}` }, secret);
    expect(made.showOutcome()).toMatchObject({ answer: { headers: { 'x-echo': '***' }, body: 'you have ***' } });
  });

  it('shows how far it got when there was no answer', async () => {
    const outcome = { kind: 'unanswered', error: 'tls-failed', millis: 9, phases: { dnsMillis: 1 } } as const;
    const made = await attemptWith(outcome);
    expect(made.attempt).toEqual({ number: 1, at: clock.now(), millis: 9, error: 'tls-failed' });
    expect(made.showOutcome()).toEqual(outcome);
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
  answer: { statusCode?: number; headers?: Readonly<Record<string, string>>; body?: string },
  secret?: WebhookSecret,
) {
  return attemptWith(
    {
      kind: 'answered',
      answer: { statusCode: 200, headers: {}, body: '', ...answer },
      millis: 9,
      phases: { dnsMillis: 1, firstByteMillis: 7 },
    },
    secret,
  );
}

function attemptWith(outcome: AttemptOutcome, secret?: WebhookSecret) {
  const client = { send: async () => outcome };
  const ready = { webhook: aWebhook(), format: jsonFormat, secret };
  return makeAttempt({ client, clock }, ready, { deliveryId, attempt: 1 }, aFinding());
}
