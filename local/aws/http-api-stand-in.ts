/**
 * What API Gateway's HTTP API does in front of a function: verifies the token, turns the request into an event, the response
 * into a response, and speaks to browsers about origins. One thing is different on purpose: to a request without a token to
 * rely on AWS answers 401 itself; here the function gets it, without claims, so that the words of a 401 are in one place.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { preflightResponse, withCors } from './cors.ts';
import { type HttpEvent, type HttpRequest, splitTarget, toHttpEvent } from './http-event.ts';
import { gatewayResponse, type HttpResponse, toHttpResponse } from './http-response.ts';
import { findRoute } from './http-routes.ts';
import type { JwtAuthorizer } from './jwt-authorizer.ts';
import { closeServer, LOOPBACK, listenOnLoopback } from './loopback-server.ts';

export interface HttpApiOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly account: string;
  readonly authorize: JwtAuthorizer;
  readonly invoke: (event: HttpEvent) => Promise<unknown>;
  /** Hears why a client was answered 500 or 503, which the response does not say. */
  readonly report: (problem: string, error: unknown) => void;
  /** Until the client hears that the function does not answer. */
  readonly timeoutMillis?: number;
}

export interface HttpApi {
  readonly apiUrl: string;
  stop(): Promise<void>;
}

/** Quotas of HTTP APIs: the longest integration timeout, and the payload size. */
const TIMEOUT_MILLIS = 30_000;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

export async function startHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { port, account, authorize, invoke, report, timeoutMillis = TIMEOUT_MILLIS } = options;

  const server = createServer(async (incoming, response) => {
    const requestId = randomUUID();
    const { origin } = incoming.headers;
    const reply =
      incoming.method === 'OPTIONS' && origin !== undefined
        ? preflightResponse(origin)
        : withCors(await responseTo(incoming, requestId).catch(admitFailure), origin);
    try {
      // One by one, so that Node itself says how long the body is.
      for (const [name, value] of Object.entries({ ...reply.headers, 'apigw-requestid': requestId })) {
        response.setHeader(name, value);
      }
      response.statusCode = reply.statusCode;
      response.end(reply.body);
    } catch (error) {
      // A header with characters that none may have.
      report('response failed', error);
      response.destroy();
    }
  });
  const domainName = `${LOOPBACK}:${await listenOnLoopback(server, port)}`;
  return { apiUrl: `http://${domainName}`, stop: () => closeServer(server) };

  async function responseTo(incoming: IncomingMessage, requestId: string): Promise<HttpResponse> {
    const receivedAt = new Date();
    const body = await readBody(incoming);
    if (body === 'too-large') {
      return gatewayResponse(413, 'Request Entity Too Large');
    }
    const target = splitTarget(incoming.url ?? '/');
    if (target === undefined) {
      return gatewayResponse(400, 'Bad Request');
    }
    const request = { ...describe(incoming), ...target, body };
    const route = findRoute(request.method, request.path);
    if (route === undefined) {
      return gatewayResponse(404, 'Not Found');
    }
    const claims = route.isOpen ? undefined : await authorize(request.headers['authorization']?.join(','));
    return askFunction(toHttpEvent(request, { route, account, domainName, requestId, receivedAt, claims }));
  }

  async function askFunction(event: HttpEvent): Promise<HttpResponse> {
    const timer = new AbortController();
    const timeUp = pause(timeoutMillis, undefined, { signal: timer.signal }).then(() => {
      throw new Error(`No answer within ${timeoutMillis} ms`);
    });
    try {
      const response = await Promise.race([invoke(event), timeUp]);
      return (
        toHttpResponse(response) ?? admitFailure('the function answered what is no response in payload format 2.0')
      );
    } catch (error) {
      report('invocation failed', error);
      return gatewayResponse(503, 'Service Unavailable');
    } finally {
      timer.abort();
    }
  }

  function admitFailure(error: unknown): HttpResponse {
    report('request failed', error);
    return gatewayResponse(500, 'Internal Server Error');
  }
}

/** Read to the end in any case: a client that is still sending would not see the refusal. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) {
      chunks.push(chunk);
    }
  }
  return bytes > MAX_BODY_BYTES ? 'too-large' : Buffer.concat(chunks);
}

function describe({ method, httpVersion, headersDistinct, socket }: IncomingMessage) {
  return {
    method: method ?? 'GET',
    httpVersion,
    headers: Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values ?? []])),
    sourceIp: socket.remoteAddress ?? LOOPBACK,
  } satisfies Partial<HttpRequest>;
}
