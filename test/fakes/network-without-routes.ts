/**
 * A program for a network namespace that has loopback and no route: what the real client, the real `send` and the real
 * API make of hosts that cannot be reached. It prints what came of each as JSON, if it lives to do so.
 */
import type { LookupAddress } from 'node:dns';
import { writeFileSync } from 'node:fs';
import { parseCidrList } from '../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';
import { aCertificateFor } from '../builders/certificate.ts';
import { aDeliveryMessage, messageRecord } from '../builders/delivery.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { anApiWorld } from './api-world.ts';
import { reply, startHostileServer } from './hostile-server.ts';
import { aSendWorld } from './send-world.ts';

const IPV6: LookupAddress = { address: '2606:4700::1111', family: 6 };
const IPV4: LookupAddress = { address: '1.1.1.1', family: 4 };
/** The namespace leads packets to it nowhere, so a connect neither succeeds nor fails. */
const SILENT: LookupAddress = { address: '203.0.114.7', family: 4 };
const LOOPBACK: LookupAddress = { address: '127.0.0.1', family: 4 };

/** What the name server says; everything else is the receiver on loopback. */
const ADDRESSES: ReadonlyMap<string, readonly LookupAddress[]> = new Map([
  ['ipv6-only.example.com', [IPV6]],
  ['two-of-ipv6.example.com', [IPV6, { ...IPV6, address: '2606:4700::1001' }]],
  ['ipv4-only.example.com', [IPV4]],
  ['without-routes.example.com', [IPV6, IPV4]],
  ['both.example.com', [IPV6, LOOPBACK]],
  ['next.example.com', [IPV4, LOOPBACK]],
  ['silent-first.example.com', [SILENT, LOOPBACK]],
  ['silent.example.com', [SILENT]],
  ['silent-and-none.example.com', [SILENT, IPV4]],
  ['unreachable.example.com', [{ address: '203.0.115.1', family: 4 }]],
  ['forbidden.example.com', [{ address: '203.0.116.1', family: 4 }]],
]);

const BATCH = 10;
const DEADLINE_MILLIS = 3_000;

const certificate = await aCertificateFor('*.example.com');
const receiver = await startHostileServer(certificate, reply(204));
const client = createHttpsWebhookClient({
  allowedCidrs: parseCidrList('127.0.0.0/8'),
  ownHosts: [],
  extraCa: certificate.cert,
  resolve: async (hostname) => ADDRESSES.get(hostname) ?? [LOOPBACK],
});
const urlOf = (host: string) => `https://${host}:${receiver.port}/`;

async function outcomeOf(host: string): Promise<unknown> {
  const request = { method: 'POST', url: urlOf(host), headers: {}, body: '{}' } as const;
  const { millis: _millis, phases: _phases, ...outcome } = await client.send(request, DEADLINE_MILLIS);
  return outcome.kind === 'answered' ? outcome.response.statusCode : outcome;
}

const outcomes: Record<string, unknown> = {};
for (const host of ADDRESSES.keys()) {
  outcomes[host] = await outcomeOf(host);
}

/** Ten deliveries of ten webhooks, of which the fourth has an IPv6 address alone. */
const webhooks = Array.from({ length: BATCH }, (_, index) =>
  aWebhook({
    webhookId: aWebhookId(`wh_${index}`),
    url: urlOf(index === 3 ? 'ipv6-only.example.com' : `host-${index}.example.com`),
  }),
);
const sendWorld = aSendWorld({ webhooks, webhookClient: client });
const returned = await sendWorld.receive(
  ...webhooks.map(({ webhookId }) => messageRecord(aDeliveryMessage({ webhookId }))),
);
const rows = [...sendWorld.log.rows.values()].map(({ webhookId, status, attempts }) => ({
  webhookId,
  status,
  attempts: attempts.map(({ statusCode, error }) => statusCode ?? error),
}));

const apiWorld = anApiWorld({ webhooks: [aWebhook({ url: urlOf('ipv6-only.example.com') })], webhookClient: client });
const { status, json } = await apiWorld.ask('POST', '/v1/webhooks/wh_siem/test');

writeFileSync('/proc/sys/net/ipv6/conf/all/disable_ipv6', '1');
outcomes['without IPv6'] = await outcomeOf('ipv6-only.example.com');

client.close();
await receiver.stop();
process.stdout.write(
  JSON.stringify({ outcomes, returned, rows, posts: receiver.requests.length, testSend: { status, ...json } }),
);
