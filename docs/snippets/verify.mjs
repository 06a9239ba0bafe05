// PORT=8080 node verify.mjs with WEBHOOK_SECRET in the environment, behind the proxy that ends TLS. Node 18 or newer, no packages.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const MAX_BODY_BYTES = 64 * 1024;
const TOLERANCE_SECONDS = 300;

const secret = process.env.WEBHOOK_SECRET ?? '';
const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
if (key.length === 0) {
  throw new Error('WEBHOOK_SECRET is not set');
}

/** Undefined if the request is genuine, else what is wrong. `body` is the raw body, as bytes. */
function whatIsWrong(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !timestamp || !signatures) {
    return 'a webhook header is missing';
  }
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) {
    return 'the timestamp is too old or too new';
  }
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const isGenuine = signatures.split(' ').some((signature) => {
    const [version, base64 = ''] = signature.split(',');
    const given = Buffer.from(base64, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isGenuine ? undefined : 'no signature matches';
}

const server = createServer((request, response) => {
  const chunks = [];
  let bodyBytes = 0;
  request.on('data', (chunk) => {
    bodyBytes += chunk.length;
    if (bodyBytes > MAX_BODY_BYTES) {
      request.destroy();
    }
    chunks.push(chunk);
  });
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const problem = whatIsWrong(request.headers, body);
    if (problem) {
      response.writeHead(401).end(problem);
      return;
    }
    // Only if your admin has the address verified: return the value.
    if (request.headers['x-thalian-event'] === 'webhook.challenge') {
      response.writeHead(200).end(JSON.parse(body).data.challenge);
      return;
    }
    // Here: skip a webhook-id you have seen, store the body, answer now and work on it later.
    response.writeHead(204).end();
  });
});
server.listen(Number(process.env.PORT ?? 8080));
