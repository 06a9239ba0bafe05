/** The receiver of the measurement of masking, in a process of its own, so that its work is not counted as ours. */
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { makeReceiverCertificate } from '../local/receiver/certificate.ts';

const LARGE_ERROR = `${JSON.stringify({ error: 'The index "security" was not found. '.repeat(2_000) }).slice(0, 65_534)}"}`;

const certificate = await makeReceiverCertificate();
// Node reads 16 KB of headers by default; 20 of 2 KB come to 40.
const server = createServer({ ...certificate, maxHeaderSize: 128 * 1024 }, async (request, response) => {
  await buffer(request);
  switch (request.url) {
    case '/accepts':
      response.writeHead(204).end();
      return;
    case '/fails':
      // As after a retry's delay of 30 s and more, when no connection is left.
      response.shouldKeepAlive = false;
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"The index is read-only."}');
      return;
    case '/fails-on-a-kept-connection':
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"The index is read-only."}');
      return;
    case '/fails-at-length':
      response.writeHead(500, { 'content-type': 'application/json' }).end(LARGE_ERROR);
      return;
    default:
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(request.headers));
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0, cert: certificate.cert });
});
process.on('disconnect', () => process.exit());
