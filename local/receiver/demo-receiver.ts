/**
 * The other side of the wire: an HTTPS server that behaves as its URLs say, verifies signatures, and keeps its own
 * record of every request. It shares no code with the sender, so that the two can be compared.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { VendorRequest, VendorResponse } from '../../shared/destinations/simulation.vendor.ts';
import { closeServer, listenOnLoopback } from '../aws/loopback-server.ts';
import { BEHAVIOURS, behaviourAt, type PlannedResponse } from './behaviour.ts';
import type { ReceiverCertificate } from './certificate.ts';
import { judgeSignatures, type SignatureCheck } from './check-signatures.ts';
import { createVendorRouter, isTokenRequest } from './vendor-router.ts';

export interface ReceivedRequest {
  /** Epoch milliseconds, when the whole request was there. */
  readonly receivedAt: number;
  readonly path: string;
  /** The header; empty if there was none. */
  readonly webhookId: string;
  /** Which request with this webhook-id it is, from 1. */
  readonly nth: number;
  /** `no-answer` if the receiver hangs on purpose. */
  readonly answered: number | 'no-answer';
  readonly signature: SignatureCheck;
  readonly bodySha256: string;
  readonly body: string;
}

export interface DemoReceiver {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** From now on requests to `path` must be signed with `secret`; query aside. */
  expectSecret(path: string, secret: string): void;
  stop(): Promise<void>;
}

export interface DemoReceiverOptions {
  readonly certificate: ReceiverCertificate;
  /** 0 takes a free one. */
  readonly port: number;
  readonly onRequest: (request: ReceivedRequest) => void;
}

export async function startDemoReceiver({ certificate, port, onRequest }: DemoReceiverOptions): Promise<DemoReceiver> {
  const requests: ReceivedRequest[] = [];
  const secrets = new Map<string, string>();
  const counts = new Map<string, number>();
  const router = createVendorRouter();

  const server = createServer({ cert: certificate.cert, key: certificate.key }, (incoming, response) => {
    // A sender that gives up half-way is its own affair.
    serve(incoming, response).catch(() => response.destroy());
  });
  const listeningPort = await listenOnLoopback(server, port);
  return {
    url: `https://localhost:${listeningPort}`,
    requests,
    expectSecret: (path, secret) => void secrets.set(path, secret),
    stop: () => closeServer(server),
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/';
    if (incoming.method === 'GET') {
      return path === '/requests' ? sendJson(response, { requests }) : sendText(response, 200, startPage());
    }
    const body = await buffer(incoming);
    const text = body.toString('utf8');
    const headers = namedHeaders(incoming);
    const toVendor = vendorRequest(incoming.method ?? '', path, headers, text);
    const webhookId = headers['webhook-id'] ?? '';
    const nth = (counts.get(webhookId) ?? 0) + 1;
    const reply = router.receive(toVendor, nth);
    const planned = reply === undefined ? behaviourAt(path)?.(nth) : plan(reply);
    if (planned === undefined) {
      return sendText(response, 404, startPage());
    }
    if (isTokenRequest(toVendor)) {
      return send(response, planned);
    }
    counts.set(webhookId, nth);
    const receivedAt = Date.now();
    const request: ReceivedRequest = {
      receivedAt,
      path,
      webhookId,
      nth,
      answered: planned === 'no-answer' ? planned : planned.statusCode,
      signature: judgeSignatures(text, headers, secrets.get(withoutQuery(path)), receivedAt),
      bodySha256: createHash('sha256').update(body).digest('hex'),
      body: text,
    };
    requests.push(request);
    onRequest(request);
    send(response, planned);
  }
}

function send(response: ServerResponse, planned: PlannedResponse | 'no-answer'): void {
  if (planned === 'no-answer') {
    return;
  }
  const { statusCode, afterMillis, headers, body } = planned;
  setTimeout(() => response.writeHead(statusCode, headers).end(body), afterMillis);
}

function plan({ statusCode, headers = {}, body }: VendorResponse): PlannedResponse {
  return { statusCode, afterMillis: 0, headers, body };
}

function vendorRequest(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): VendorRequest {
  const { pathname, searchParams } = new URL(path, 'https://localhost');
  return { method, path: pathname, query: searchParams, headers, body };
}

function namedHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
}

function withoutQuery(path: string): string {
  return path.split('?')[0] ?? path;
}

function startPage(): string {
  const lines = Object.values(BEHAVIOURS).map(({ example, says }) => `  POST ${example.padEnd(32)} ${says}`);
  const vendors = '  POST /vendor/slack/accepts/…          responds as Slack does; likewise for every destination';
  return ['Demo receiver of Thalian Outbound Webhooks', ...lines, vendors, '  GET  /requests', ''].join('\n');
}

function sendText(response: ServerResponse, statusCode: number, text: string): void {
  response.writeHead(statusCode, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value, undefined, 2));
}
