import { describe, expect, it, onTestFinished } from 'vitest';
import { startListeningReceiver } from '../../../local/listen/listening-receiver.ts';
import { createRequestRecord } from '../../../local/listen/request-record.ts';
import { makeReceiverCertificate } from '../../../local/receiver/certificate.ts';
import { judgeChallenge, renderChallenge } from '../../../shared/attempt/challenge.ts';
import { parseCidrList } from '../../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../../shared/http/webhook-client.https.ts';

describe('the listener', () => {
  it.each(['json', 'cloudevents'])('answers the challenge of %s, over the wire', async (formatId) => {
    const certificate = await makeReceiverCertificate();
    const receiver = await startListeningReceiver({
      certificate,
      port: 0,
      record: createRequestRecord('a-secret-of-our-own'),
      target: undefined,
      onRequest() {},
      onResponse() {},
    });
    onTestFinished(receiver.stop);
    const client = createHttpsWebhookClient({
      allowedCidrs: parseCidrList('127.0.0.0/8'),
      ownHosts: [],
      extraCa: certificate.cert,
    });
    onTestFinished(client.close);
    const input = { formatId, url: receiver.url, value: 'v-0123456789', origin: 'api.thalian.example', nowMillis: 0 };
    const challenge = renderChallenge(input);
    const outcome = await client.send(
      { ...challenge, headers: { ...challenge.headers, 'x-thalian-event': 'webhook.challenge' } },
      5_000,
    );
    expect(outcome.kind === 'answered' && judgeChallenge(input, outcome.response)).toBe('verified');
  });
});
