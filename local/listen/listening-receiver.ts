/**
 * The HTTPS server of `npm run listen`: it records what arrives, hands it on to a receiver under development, and responds
 * with what that one responds, so that the service retries as it would.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../aws/loopback-server.ts';
import type { ReceiverCertificate } from '../receiver/certificate.ts';
import { answerChallenge } from './answer-challenge.ts';
import { type ForwardedResponse, forward } from './forward-target.ts';
import type { RecordedRequest, RequestRecord } from './request-record.ts';

export interface ListeningReceiver {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ListeningReceiverOptions {
  readonly certificate: ReceiverCertificate;
  /** 0 takes a free one. */
  readonly port: number;
  readonly record: RequestRecord;
  /** Absent: the listener itself accepts every request. */
  readonly target: URL | undefined;
  readonly onRequest: (request: RecordedRequest) => void;
  readonly onResponse: (request: RecordedRequest, response: ForwardedResponse) => void;
}

const ACCEPTED: Extract<ForwardedResponse, { kind: 'answered' }> = {
  kind: 'answered',
  statusCode: 204,
  headers: {},
  body: Buffer.alloc(0),
  millis: 0,
};

/** What the service reads of a response besides its status and body. */
const PASSED_ON: readonly string[] = [
  'content-type',
  'location',
  'retry-after',
  'webhook-allowed-origin',
  'webhook-delivery',
];

export async function startListeningReceiver(options: ListeningReceiverOptions): Promise<ListeningReceiver> {
  const { certificate, port, record, target, onRequest, onResponse } = options;
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (incoming, response) => {
    // A sender that gives up half-way is its own affair.
    serve(incoming, response).catch(() => response.destroy());
  });
  const listeningPort = await listenOnLoopback(server, port);
  return { url: `https://localhost:${listeningPort}`, stop: () => closeServer(server) };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const { method = '', url = '/' } = incoming;
    const request = record.add({ receivedAt: Date.now(), method, target: url, headers: headersOf(incoming), body });
    onRequest(request);
    const reply = target === undefined ? acceptedBy(request) : await forward(target, request);
    onResponse(request, reply);
    respond(response, reply);
  }
}

function acceptedBy(request: RecordedRequest): ForwardedResponse {
  const answer = answerChallenge(request);
  return answer === undefined
    ? ACCEPTED
    : { ...ACCEPTED, statusCode: 200, headers: answer.headers, body: Buffer.from(answer.body) };
}

/** Without a response of the receiver's there is none to hand on: a gateway says so with 502. */
function respond(response: ServerResponse, reply: ForwardedResponse): void {
  if (reply.kind === 'unanswered') {
    response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' }).end(`${reply.why}\n`);
    return;
  }
  const headers = Object.entries(reply.headers).filter(([name]) => PASSED_ON.includes(name));
  response.writeHead(reply.statusCode, Object.fromEntries(headers)).end(reply.body);
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
}
