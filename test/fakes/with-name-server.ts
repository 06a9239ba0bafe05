/**
 * A program for a network namespace whose only name server is this program: what the real client makes of its responses, by
 * the system's own resolver. It prints what came of each name as JSON.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseCidrList } from '../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';

/** RFC 1035, 4.1.1. */
const NO_ERROR = 0;
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;
const REFUSED = 5;

const RESPONSE_CODES: ReadonlyMap<string, number> = new Map([
  ['unknown', NO_SUCH_NAME],
  ['failing', SERVER_FAILURE],
  ['no-data', NO_ERROR],
  ['refusing', REFUSED],
]);

const DEADLINE_MILLIS = 2_000;

const server = createSocket('udp4', (query, { port, address }) => {
  // The header has 12 bytes, then comes the first label of the name with its length before it.
  const label = query.toString('latin1', 13, 13 + (query[12] ?? 0));
  const code = RESPONSE_CODES.get(label);
  if (code !== undefined) {
    const response = Buffer.from(query);
    response.writeUInt16BE(0x8180 | code, 2);
    // The question alone, without what a resolver adds to it.
    response.writeUInt16BE(0, 10);
    server.send(response.subarray(0, query.indexOf(0, 12) + 5), port, address);
  }
});
server.bind(53, '127.0.0.1');
await once(server, 'listening');

const client = createHttpsWebhookClient({ allowedCidrs: parseCidrList('127.0.0.0/8'), ownHosts: [] });
const outcomes: Record<string, unknown> = {};
for (const label of [...RESPONSE_CODES.keys(), 'silent']) {
  const {
    millis: _millis,
    phases: _phases,
    ...outcome
  } = await client.send(
    { method: 'POST', url: `https://${label}.example.com/`, headers: {}, body: '{}' },
    DEADLINE_MILLIS,
  );
  outcomes[label] = outcome;
}
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
