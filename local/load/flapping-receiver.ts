/**
 * A receiver in a bad state: by chance it answers 500, or 200 late, or at once. As the demo's receiver it verifies
 * signatures and keeps its own record, with nothing of the sender's code.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../aws/loopback-server.ts';
import type { ReceiverCertificate } from '../receiver/certificate.ts';
import { judgeSignatures } from '../receiver/check-signatures.ts';
import type { DemoReceiver, ReceivedRequest } from '../receiver/demo-receiver.ts';
import type { Random } from './seeded-random.ts';

/** `/flap/...?fails=25&slow=15`: what the percentages mean, and what they are when left out. */
const USUAL_FAILS_PERCENT = 25;
const USUAL_SLOW_PERCENT = 15;

/** Long enough to be killed in the middle of it, far below the attempt's 10 s. */
const MIN_SLOW_MILLIS = 200;
const MAX_SLOW_MILLIS = 1_500;

export async function startFlappingReceiver(certificate: ReceiverCertificate, random: Random): Promise<DemoReceiver> {
  const requests: ReceivedRequest[] = [];
  const secrets = new Map<string, string>();
  const counts = new Map<string, number>();

  const server = createServer({ cert: certificate.cert, key: certificate.key }, (incoming, response) => {
    // A sender that is killed half-way is what this is about.
    serve(incoming, response).catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server, 0);
  return {
    url: `https://localhost:${port}`,
    requests,
    expectSecret: (path, secret) => void secrets.set(path, secret),
    stop: () => closeServer(server),
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const path = incoming.url ?? '/';
    const { pathname, searchParams } = new URL(path, 'https://localhost');
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const webhookId = headers['webhook-id'] ?? '';
    const nth = (counts.get(webhookId) ?? 0) + 1;
    counts.set(webhookId, nth);
    const fails = Number(searchParams.get('fails') ?? USUAL_FAILS_PERCENT);
    const slow = Number(searchParams.get('slow') ?? USUAL_SLOW_PERCENT);
    const drawn = random() * 100;
    const answered = drawn < fails ? 500 : 200;
    const afterMillis =
      drawn >= fails && drawn < fails + slow ? MIN_SLOW_MILLIS + random() * (MAX_SLOW_MILLIS - MIN_SLOW_MILLIS) : 0;
    const text = body.toString('utf8');
    const receivedAt = Date.now();
    requests.push({
      receivedAt,
      path,
      webhookId,
      nth,
      answered,
      signature: judgeSignatures(text, headers, secrets.get(pathname), receivedAt),
      bodySha256: createHash('sha256').update(body).digest('hex'),
      body: text,
    });
    setTimeout(() => response.writeHead(answered).end(), afterMillis);
  }
}
