/**
 * Carries the requests of an AWS client, in the place of the SDK's handler: the response is read as a whole, within one limit
 * that holds until its last byte. What is tried again is decided by the SDK, from the names and codes of errors.
 */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestOverHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestOverHttps } from 'node:https';
import type { Socket } from 'node:net';

export interface RequestLimits {
  /** Milliseconds until the connection is made. */
  readonly connectionTimeout: number;
  /** Milliseconds until the response is read. */
  readonly requestTimeout: number;
}

/** Of what the SDK asks to send, the part that AWS's JSON protocols use: all of ours are POSTs without a query. */
export interface AwsRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export interface AwsResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** As many as the SDK opens. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 50 } as const;

/** By the SDK's own handler each of these is a time-out, which it tries again. */
const LOST_CONNECTION: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

export type AwsRequestHandler = ReturnType<typeof createRequestHandler>;

export function createRequestHandler(limits: RequestLimits) {
  const agents = { http: new HttpAgent(AGENT_OPTIONS), https: new HttpsAgent(AGENT_OPTIONS) };

  function start({ protocol, hostname, port, path, method, headers }: AwsRequest): ClientRequest {
    const options = { host: hostname, port, path, method, headers };
    return protocol === 'https:'
      ? requestOverHttps({ ...options, agent: agents.https })
      : requestOverHttp({ ...options, agent: agents.http });
  }

  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: AwsRequest): Promise<{ response: AwsResponse }> {
      return { response: await exchange(start(request), request.body, limits) };
    },
    destroy(): void {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function exchange(sent: ClientRequest, body: AwsRequest['body'], limits: RequestLimits): Promise<AwsResponse> {
  return new Promise((resolve, reject) => {
    let connecting: NodeJS.Timeout | undefined;
    const giveUp = (what: string, afterMillis: number) => {
      const error = new Error(`AWS did not ${what} within ${afterMillis} ms`);
      fail(Object.assign(error, { code: 'ETIMEDOUT' }));
      sent.destroy();
    };
    const whole = setTimeout(giveUp, limits.requestTimeout, 'respond', limits.requestTimeout);
    const stopTimers = () => {
      clearTimeout(whole);
      clearTimeout(connecting);
    };
    const fail = (error: Error & { readonly code?: unknown }) => {
      stopTimers();
      reject(LOST_CONNECTION.includes(error.code) ? Object.assign(error, { name: 'TimeoutError' }) : error);
    };
    sent.on('error', fail);
    sent.on('socket', (socket: Socket) => {
      if (socket.connecting) {
        connecting = setTimeout(giveUp, limits.connectionTimeout, 'take a connection', limits.connectionTimeout);
        socket.once('connect', () => clearTimeout(connecting));
      }
    });
    sent.on('response', (message: IncomingMessage) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('error', fail);
      message.on('end', () => {
        stopTimers();
        resolve({
          statusCode: message.statusCode ?? 0,
          headers: message.headers as Record<string, string>,
          body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
        });
      });
    });
    sent.end(body);
  });
}
