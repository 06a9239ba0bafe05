/** A receiver under development: where on this machine it listens, and what it responds to a request that is handed on. */
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ATTEMPT_DEADLINE_MILLIS } from '../../shared/attempt/send-masked.flow.ts';
import { isLoopbackUrl } from '../aws/loopback-server.ts';

export interface ForwardedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type ForwardedResponse =
  | {
      readonly kind: 'answered';
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
      readonly millis: number;
    }
  | { readonly kind: 'unanswered'; readonly why: string };

const PORT = /^\d{1,5}$/;

/** Of the connection between the service and the listener. Node sets its own. */
const HOP_HEADERS: readonly string[] = ['connection', 'host', 'keep-alive', 'transfer-encoding'];

/** A port, or a URL with one on this machine. Throws in words for the person who typed it. */
export function readForwardTarget(text: string): URL {
  const url = PORT.test(text) ? URL.parse(`http://localhost:${text}/`) : URL.parse(text);
  if (url === null || url.protocol !== 'http:' || !isLoopbackUrl(url) || url.port === '0') {
    throw new Error(
      `--forward takes a port of this machine, or a URL such as http://localhost:3000/hook, not '${text}'.`,
    );
  }
  return url;
}

/** Never rejects: what a receiver under development does wrong is what its developer wants to see. */
export function forward(target: URL, { method, headers, body }: ForwardedRequest): Promise<ForwardedResponse> {
  const startedAt = performance.now();
  const own = Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name));
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve({ kind: 'unanswered', why: whyOf(error, target) });
    const sent = request(target, {
      method,
      agent: false,
      headers: { ...Object.fromEntries(own), 'content-length': body.length },
      signal: AbortSignal.timeout(ATTEMPT_DEADLINE_MILLIS),
    });
    sent.on('error', fail);
    sent.on('response', (response) => {
      buffer(response).then(
        (read) =>
          resolve({
            kind: 'answered',
            statusCode: response.statusCode ?? 0,
            headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            body: read,
            millis: Math.round(performance.now() - startedAt),
          }),
        fail,
      );
    });
    sent.end(body);
  });
}

function whyOf({ code, name, message }: NodeJS.ErrnoException, { host }: URL): string {
  if (code === 'ECONNREFUSED') {
    return `nothing listens at ${host}: start your receiver there`;
  }
  return name === 'AbortError' || name === 'TimeoutError'
    ? `${host} did not complete its response within ${ATTEMPT_DEADLINE_MILLIS / 1000} s, the time of an attempt`
    : `${host} gave no response (${code ?? message})`;
}
