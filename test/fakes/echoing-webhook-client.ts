import type { AttemptOutcome, OutgoingRequest } from '../../shared/http/attempt-outcome.ts';
import type { WebhookClient } from '../../shared/http/webhook-client.port.ts';

const STATUSES = [200, 400, 503, 410, 302] as const;

/** The worst receiver for secrets: it answers with all that it was sent, in several encodings; every sixth time not at all. */
export class EchoingWebhookClient implements WebhookClient {
  readonly requests: OutgoingRequest[] = [];

  async send(request: OutgoingRequest): Promise<AttemptOutcome> {
    const statusCode = STATUSES[this.requests.length % (STATUSES.length + 1)];
    this.requests.push(request);
    if (statusCode === undefined) {
      return { kind: 'unanswered', error: 'timeout', millis: 10_000.4, phases: { dnsMillis: 3 } };
    }
    const { url, headers, body } = request;
    const seen = Object.entries(headers).map(([name, value]) => `${name}: ${value} ${base64(value)}`);
    return {
      kind: 'answered',
      response: {
        statusCode,
        headers: { location: `${url}?again`, 'x-seen': seen.join(' '), 'x-url': base64(url) },
        body: [url, base64(url), encodeURIComponent(url), ...seen, body].join('\n'),
      },
      millis: 12.7,
      phases: { dnsMillis: 1, connectMillis: 2, tlsMillis: 3, firstByteMillis: 4 },
    };
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
